from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest
from tests.contract.store.records import ANN, kept, record

from byline.store.port import Create, Delete, IndexEntry, Key, Record, Replace

if TYPE_CHECKING:
    from byline.store.port import Json, Store

HOSTILE = [
    "#", "##", "a#b", "/", "../../etc/passwd", ".", "..", "\\", "%", "_", "*", "?", "'", '"', "`", ";", "--",
    "\x00", "a\x00b", "a\x00c", "\n", "\r\n", "\t", " ", "  ", " a", "a ", "\x7f", "\x80", "\xa0", "\u200b", "\u202e",
    "\ufeff", "é", "e\u0301", "E", "e", "İ", "\u0131", "ﬁ", "ß", "雪国", "😀", "👩\u200d👧", "\uffff", "\U0010ffff",
    "' OR 1=1 --", "null", "None", "0", "00", "-1", "1e3", "true", "{}", "[]", "${x}", "{{x}}", "<b>", "&amp;",
    "x" * 990,
]  # fmt: skip
NUMBERS = [0, 1, -1, 255, 2**53, 2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63), 10**18]
TEXTS = [
    "",
    " ",
    "0",
    "1.50",
    "null",
    "a\x00b",
    "\u2028",
    "'",
    '"',
    "\\",
    "\\u0000",
    "</script>",
    "e\u0301",
    "雪",
    "😀",
    "\uffff",
]


def nested(depth: int) -> Json:
    """A list in a list in a list."""
    value: Json = "deep"
    for _ in range(depth):
        value = [value]
    return value


def test_keys_are_taken_as_they_are_and_kept_apart(store: Store) -> None:
    keys = [Key("account", text) for text in HOSTILE]
    for number, key in enumerate(keys):
        store.commit(Create(record(key, number=number)))
    assert store.get(*keys) == {key: record(key, number=number) for number, key in enumerate(keys)}
    assert {each.key for each in store.scan().records} == set(keys)
    for key in keys:
        store.commit(Delete(key, 1))
    assert store.scan().records == ()


def test_kinds_are_kept_apart(store: Store) -> None:
    keys = [Key("a", "b#c"), Key("a", "#b#c"), Key("ab", "c"), Key("a-b", "c"), Key("a", "b-c"), Key("a2", "b")]
    for key in keys:
        store.commit(Create(record(key, id=key.id, kind=key.kind)))
    assert store.get(*keys) == {key: record(key, id=key.id, kind=key.kind) for key in keys}


def test_indexes_and_sorts_are_taken_as_they_are(store: Store) -> None:
    for number, text in enumerate(HOSTILE):
        store.commit(Create(Record(Key("account", str(number)), {}, entry=IndexEntry(text, text))))
    for number, text in enumerate(HOSTILE):
        found = store.page(text, prefix=text).records
        assert [each.key.id for each in found] == [str(number)]
        assert found[0].entry == IndexEntry(text, text)


@pytest.mark.parametrize(
    "value",
    [
        *[None, True, False], *NUMBERS, *TEXTS, [], {}, [[]], [{}], {"": ""}, {"": {"": []}}, [None],
        [None, True, 1, "1", [1, [2, [3]]], {"a": {"b": None}}], [0, False, "", None], {"b": 1, "a": 2}, nested(28),
        {"#": 1, ":v": 2, "k": 3, "v": 4, "ttl": 5, "S": "x", "N": "1", "😀": 6},
    ],
    ids=ascii,
)  # fmt: skip
def test_every_value_comes_back_as_it_was(store: Store, value: Json) -> None:
    store.commit(Create(Record(ANN, {"value": value}, entry=IndexEntry("accounts", "ann"))))
    for found in (kept(store), store.page("accounts").records[0].data, store.scan().records[0].data):
        assert found == {"value": value}
        assert repr(found) == repr({"value": value})  # 1 == True, and the order of names


def test_data_may_be_empty(store: Store) -> None:
    store.commit(Create(Record(ANN, {})))
    assert kept(store) == {}


def test_tuples_and_frozen_mappings_come_back_as_lists_and_dicts(store: Store) -> None:
    store.commit(Create(Record(ANN, MappingProxyType({"links": ("a", MappingProxyType({"b": ()}))}))))
    assert kept(store) == {"links": ["a", {"b": []}]}


@pytest.mark.parametrize("expires_at", [None, 4_000_000_000, 2**53])
def test_the_expiry_comes_back(store: Store, expires_at: int | None) -> None:
    store.commit(Create(Record(ANN, {}, expires_at=expires_at)))
    assert store.get(ANN)[ANN].expires_at == expires_at


def test_versions_may_grow_large(store: Store) -> None:
    store.commit(Create(record()))
    for version in range(2, 60):
        store.commit(Replace(record(version=version)))
    assert store.get(ANN)[ANN].version == 59


def test_what_is_handed_out_is_the_callers_own(store: Store) -> None:
    store.commit(Create(record(links=["a"])))
    found = store.get(ANN)[ANN]
    assert isinstance(found.data, dict)
    found.data["links"].append("b")
    assert kept(store) == {"links": ["a"]}
