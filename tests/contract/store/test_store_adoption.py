"""A record that comes from another store keeps the version it had there, and goes on from it."""

from __future__ import annotations

import pytest
from tests.contract.store.records import ANN, BEN, record, sorts

from byline.errors import Conflict
from byline.store.port import Create, CreateCopy, IndexEntry, Record, Replace, Store


def test_an_adopted_record_keeps_everything_it_had(store: Store) -> None:
    written = Record(ANN, {"name": "Ann"}, 7, IndexEntry("accounts", "ann"), 4_000_000_000)
    store.commit(CreateCopy(written))
    assert store.get(ANN) == {ANN: written}
    assert sorts(store) == ["ann"]


def test_an_adopted_record_is_replaced_at_the_version_it_came_with(store: Store) -> None:
    store.commit(CreateCopy(record(version=7)))
    with pytest.raises(Conflict):
        store.commit(Replace(record(version=2)))
    store.commit(Replace(record(version=8)))
    assert store.get(ANN)[ANN].version == 8


def test_a_record_is_adopted_only_where_there_is_none(store: Store) -> None:
    store.commit(Create(record(name="Ann")))
    with pytest.raises(Conflict) as refused:
        store.commit(CreateCopy(record(BEN, 3)), CreateCopy(record(version=3)))
    assert refused.value.keys == {ANN}
    assert store.get(ANN, BEN) == {ANN: record(name="Ann")}


@pytest.mark.parametrize("version", [0, -1, 2**63, True])
def test_a_version_that_cannot_be_is_not_adopted(store: Store, version: int) -> None:
    with pytest.raises(ValueError, match="version"):
        store.commit(CreateCopy(record(version=version)))
