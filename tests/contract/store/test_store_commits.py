from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contract.store.records import ANN, BEN, CLAIM, kept, record, sorts

from byline.errors import Conflict
from byline.store.port import Check, Create, Delete, IndexEntry, Key, Record, Replace

if TYPE_CHECKING:
    from byline.store.port import Store, Write


def test_what_was_created_is_read(store: Store) -> None:
    written = Record(ANN, {"name": "Ann"}, 1, IndexEntry("accounts", "ann"), 4_000_000_000)
    store.commit(Create(written))
    assert store.get(ANN) == {ANN: written}


def test_what_was_replaced_is_read_with_its_version(store: Store) -> None:
    store.commit(Create(record(name="Ann")))
    store.commit(Replace(record(version=2, name="Anna")))
    assert store.get(ANN) == {ANN: record(version=2, name="Anna")}


def test_what_was_deleted_is_gone(store: Store) -> None:
    store.commit(Create(record(sort="ann")))
    store.commit(Delete(ANN, 1))
    assert store.get(ANN) == {}
    assert store.scan().records == ()
    assert sorts(store) == []


def test_a_deleted_record_may_be_created_again_and_counts_from_one(store: Store) -> None:
    store.commit(Create(record()))
    store.commit(Replace(record(version=2)))
    store.commit(Delete(ANN, 2))
    store.commit(Create(record(again=True)))
    assert store.get(ANN)[ANN].version == 1


def test_a_check_writes_nothing(store: Store) -> None:
    store.commit(Create(record(name="Ann")))
    store.commit(Check(ANN, 1), Check(BEN, None))
    assert store.get(ANN, BEN) == {ANN: record(name="Ann")}


def test_a_commit_of_nothing_does_nothing(store: Store) -> None:
    store.commit()
    assert store.scan().records == ()


@pytest.mark.parametrize(
    "write",
    [
        Create(record()),
        Replace(record(version=2)),
        Replace(record(version=4)),
        Delete(ANN, 1),
        Delete(ANN, 3),
        Check(ANN, 1),
        Check(ANN, 3),
        Check(ANN, None),
        Replace(record(BEN, 2)),
        Delete(BEN, 1),
        Check(BEN, 1),
    ],
    ids=repr,
)
def test_a_condition_that_fails_is_a_conflict_and_changes_nothing(store: Store, write: Write) -> None:
    store.commit(Create(record(name="Ann")))
    store.commit(Replace(record(version=2, name="Anna")))
    before = store.scan().records
    with pytest.raises(Conflict) as refused:
        store.commit(write)
    assert refused.value.keys == {write.record.key if isinstance(write, Create | Replace) else write.key}
    assert store.scan().records == before


def test_all_writes_are_carried_out_together(store: Store) -> None:
    store.commit(Create(record(ANN)), Create(record(BEN)))
    store.commit(Replace(record(ANN, 2)), Delete(BEN, 1), Create(record(CLAIM)), Check(Key("slug", "ann"), None))
    assert store.get(ANN, BEN, CLAIM) == {ANN: record(ANN, 2), CLAIM: record(CLAIM)}


@pytest.mark.parametrize("place", range(4))
def test_one_failed_condition_stops_all_writes_wherever_it_stands(store: Store, place: int) -> None:
    store.commit(Create(record(ANN)), Create(record(BEN)))
    writes: list[Write] = [Replace(record(ANN, 2)), Delete(BEN, 1), Create(record(Key("job", "1")))]
    writes.insert(place, Check(CLAIM, 1))
    with pytest.raises(Conflict) as refused:
        store.commit(*writes)
    assert refused.value.keys == {CLAIM}
    assert store.get(ANN, BEN, Key("job", "1")) == {ANN: record(ANN), BEN: record(BEN)}


def test_a_conflict_names_every_key_that_failed_and_no_other(store: Store) -> None:
    store.commit(Create(record(ANN)), Create(record(BEN)), Create(record(CLAIM)))
    with pytest.raises(Conflict) as refused:
        store.commit(
            Create(record(ANN)),
            Replace(record(BEN, 7)),
            Replace(record(CLAIM, 2)),
            Delete(Key("job", "1"), 1),
            Check(Key("slug", "a"), 1),
            Check(Key("slug", "b"), None),
            Create(record(Key("job", "2"))),
        )
    assert refused.value.keys == {ANN, BEN, Key("job", "1"), Key("slug", "a")}


def test_a_hundred_writes_are_one_commit(store: Store) -> None:
    keys = [Key("job", f"{number:03}") for number in range(100)]
    store.commit(*(Create(record(key)) for key in keys))
    store.commit(*(Replace(record(key, 2)) for key in keys[:50]), *(Delete(key, 1) for key in keys[50:]))
    assert {key: found.version for key, found in store.get(*keys).items()} == dict.fromkeys(keys[:50], 2)
    with pytest.raises(Conflict) as refused:
        store.commit(*(Create(record(key)) for key in keys))
    assert refused.value.keys == set(keys[:50])


def test_an_entry_moves_with_its_record(store: Store) -> None:
    store.commit(Create(record(sort="ann")))
    store.commit(Replace(record(version=2, sort="zoe")))
    assert sorts(store) == ["zoe"]


def test_an_entry_moves_to_another_index(store: Store) -> None:
    store.commit(Create(record(sort="ann")))
    store.commit(Replace(record(version=2, sort="ann", index="waiting")))
    assert sorts(store) == []
    assert sorts(store, "waiting") == ["ann"]


def test_an_entry_goes_when_its_record_is_replaced_without(store: Store) -> None:
    store.commit(Create(record(sort="ann")))
    store.commit(Replace(record(version=2)))
    assert sorts(store) == []
    assert store.get(ANN)[ANN].entry is None


def test_an_expiry_goes_when_its_record_is_replaced_without(store: Store) -> None:
    store.commit(Create(Record(ANN, {}, expires_at=4_000_000_000)))
    store.commit(Replace(Record(ANN, {}, version=2)))
    assert store.get(ANN)[ANN].expires_at is None


def test_replacing_keeps_nothing_of_what_was_there(store: Store) -> None:
    store.commit(Create(record(name="Ann", note="old")))
    store.commit(Replace(record(version=2, name="Anna")))
    assert kept(store) == {"name": "Anna"}
