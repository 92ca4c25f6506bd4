"""Everything as it is at one moment, where an engine has such a read; and what it says of its own health."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.contract.store.records import ANN, BEN, record

from byline.store.dynamodb import DynamoStore
from byline.store.port import Create, Delete, Key, Replace

if TYPE_CHECKING:
    from byline.store.port import Store


def test_a_snapshot_is_of_one_moment_whatever_is_written_while_it_is_read(store: Store) -> None:
    before = {ANN: record(ANN, name="Ann"), BEN: record(BEN, name="Ben", sort="ben")}
    store.commit(*map(Create, before.values()))
    snapshot = store.snapshot()
    if isinstance(store, DynamoStore):
        assert snapshot is None
        return
    assert snapshot is not None
    first = next(snapshot)
    store.commit(
        Replace(record(ANN, 2, name="Anna")), Delete(BEN, 1), Create(record(Key("account", "zoe"), name="Zoe"))
    )
    assert {each.key: each for each in (first, *snapshot)} == before
    assert store.get(ANN)[ANN].version == 2


def test_a_snapshot_that_is_not_read_to_its_end_holds_nothing_up(store: Store) -> None:
    store.commit(Create(record(ANN)), Create(record(BEN)))
    snapshot = store.snapshot()
    if snapshot is not None:
        next(snapshot)
        snapshot.close()  # type: ignore[attr-defined]
    store.commit(Replace(record(ANN, 2)))


def test_an_empty_snapshot_is_empty(store: Store) -> None:
    assert list(store.snapshot() or ()) == []


def test_a_store_that_is_whole_says_so(store: Store) -> None:
    store.commit(Create(record(ANN, sort="ann")))
    assert tuple(store.damage()) == tuple(store.damage(thorough=True)) == ()
