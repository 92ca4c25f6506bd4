"""Whatever is committed, in whatever order, a store is a dictionary with versions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from tests.contract.store.records import pages, sorts
from tests.examples import examples

from byline.errors import Conflict
from byline.store.port import Check, Create, Delete, IndexEntry, Key, Record, Replace

if TYPE_CHECKING:
    from byline.store.port import Json, Store, Write

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
SOME = TEXTS.filter(bool)
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
ENTRIES = st.none() | st.builds(IndexEntry, st.sampled_from(["new", "old"]), SOME)
IDS = st.lists(SOME, min_size=3, max_size=3, unique=True)


@dataclass
class Model:
    """What a store must be like, in the plainest words."""

    records: dict[Key, Record] = field(default_factory=dict)

    def version(self, key: Key) -> int | None:
        found = self.records.get(key)
        return None if found is None else found.version

    def failing(self, writes: list[Write]) -> set[Key]:
        failed = set()
        for write in writes:
            if isinstance(write, Create | Replace):
                key, expected = write.record.key, write.record.version - 1 or None
            else:
                key, expected = write.key, write.version
            if self.version(key) != expected:
                failed.add(key)
        return failed

    def commit(self, writes: list[Write]) -> None:
        for write in writes:
            match write:
                case Create(record) | Replace(record):
                    self.records[record.key] = record
                case Delete(key):
                    del self.records[key]

    def sorts(self, index: str, prefix: str) -> list[str]:
        found = [each.entry.sort for each in self.records.values() if each.entry and each.entry.index == index]
        return sorted((sort for sort in found if sort.startswith(prefix)), key=str.encode)


def drawn(data: st.DataObject, model: Model, key: Key) -> Write:
    """A write that mostly fits what is stored, and sometimes does not."""
    version = model.version(key)
    if data.draw(st.integers(0, 9)) == 0:
        version = data.draw(st.none() | st.integers(1, 4))
    kind = data.draw(st.sampled_from(["check", "write", "write", "write", "delete"]))
    if kind == "check":
        return Check(key, version)
    if kind == "delete" and version is not None:
        return Delete(key, version)
    content = data.draw(st.dictionaries(TEXTS, VALUES, max_size=2))
    record = Record(key, content, (version or 0) + 1, data.draw(ENTRIES), data.draw(st.none() | st.just(2**32)))
    return Create(record) if version is None else Replace(record)


def cleared(store: Store) -> None:
    """Take out what an earlier example left."""
    for each in store.scan().records:
        store.commit(Delete(each.key, each.version))


@settings(max_examples=examples(30), suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_store_is_a_dictionary_with_versions(store: Store, data: st.DataObject) -> None:
    cleared(store)
    model = Model()
    keys = [Key("account", id_) for id_ in data.draw(IDS)] + [Key("job", "1")]
    for _ in range(data.draw(st.integers(1, 8))):
        chosen = data.draw(st.lists(st.sampled_from(keys), min_size=1, max_size=4, unique=True))
        writes = [drawn(data, model, key) for key in chosen]
        if failing := model.failing(writes):
            with pytest.raises(Conflict) as refused:
                store.commit(*writes)
            assert refused.value.keys == failing
        else:
            store.commit(*writes)
            model.commit(writes)
        assert store.get(*keys) == model.records
    assert {each.key: each for each in store.scan().records} == model.records
    prefix = data.draw(TEXTS)
    for index in ("new", "old"):
        for asked in ("", prefix):
            expected = model.sorts(index, asked)
            assert sorts(store, index, prefix=asked) == expected
            assert sorts(store, index, prefix=asked, limit=2) == expected
            assert sorts(store, index, prefix=asked, limit=2, descending=True) == expected[::-1]
            for page in pages(store, index, prefix=asked):
                assert all(model.records[each.key] == each for each in page.records)
