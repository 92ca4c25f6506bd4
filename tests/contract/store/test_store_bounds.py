"""Both engines refuse the same, before anything is sent: SQLite too what only DynamoDB could not hold."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
from tests.contract.store.records import ANN, BEN, kept, record

from byline.store.port import (
    MOST_BYTES_COMMIT,
    MOST_BYTES_KEY,
    MOST_BYTES_RECORD,
    MOST_BYTES_SORT,
    MOST_LIMIT,
    Check,
    Create,
    Delete,
    IndexEntry,
    Key,
    Record,
    Replace,
)

if TYPE_CHECKING:
    from byline.store.port import Json, Store, Write

HALF = "\ud83d"
UMLAUTS = MOST_BYTES_KEY // 2


def nested(depth: int) -> Json:
    """Data that is so many containers deep."""
    value: dict[str, Json] = {}
    for _ in range(depth - 1):
        value = {"in": value}
    return value


def kilobytes(number: int, size: int) -> Record:
    return record(Key("text", f"{number:03}"), text="x" * size)


@pytest.mark.parametrize(
    "key",
    [
        Key("account", ""),
        Key("account", HALF),
        Key("account", "a" + HALF + "b"),
        Key("account", "x" * MOST_BYTES_KEY),
        Key("account", "ü" * UMLAUTS),
        Key("", "ann"),
        Key("#", "ann"),
        Key("acc#ount", "ann"),
        Key("Account", "ann"),
        Key("account ", "ann"),
        Key("account\n", "ann"),
        Key("äccount", "ann"),
        Key("2nd", "ann"),
        Key("a/b", "ann"),
        Key("a" * MOST_BYTES_KEY, "ann"),
    ],
    ids=lambda key: ascii(key)[:40],
)
def test_a_key_out_of_bounds_is_refused_everywhere(store: Store, key: Key) -> None:
    for refused in (
        store.get,
        lambda key: store.commit(Check(key, None)),
        lambda key: store.commit(Create(record(key))),
    ):
        with pytest.raises(ValueError, match=r"id|kind|key"):
            refused(key)


@pytest.mark.parametrize(
    "entry",
    [
        IndexEntry("", "ann"),
        IndexEntry("accounts", ""),
        IndexEntry(HALF, "ann"),
        IndexEntry("accounts", HALF),
        IndexEntry("x" * (MOST_BYTES_KEY + 1), "ann"),
        IndexEntry("accounts", "x" * (MOST_BYTES_SORT + 1)),
        IndexEntry("accounts", "雪" * (MOST_BYTES_SORT // 3 + 1)),
    ],
    ids=lambda entry: ascii(entry)[:40],
)
def test_an_entry_out_of_bounds_is_refused(store: Store, entry: IndexEntry) -> None:
    with pytest.raises(ValueError, match=r"index|sort"):
        store.commit(Create(Record(ANN, {}, entry=entry)))


@pytest.mark.parametrize(
    "value",
    [
        1.5, 1.0, 0.0, math.nan, math.inf, -math.inf, 2**63, -(2**63) - 1, 10**40, HALF, "a" + HALF, b"b", [b"b"],
        bytearray(b"b"), memoryview(b"b"), {1, 2}, object(), iter([1]), 1j, {1: "a"}, {None: "a"}, {True: "a"},
        {("a",): "a"}, {HALF: "a"}, {"a": [{"b": 1.5}]}, nested(30),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_a_value_that_an_engine_would_change_is_refused(store: Store, value: Any) -> None:
    with pytest.raises(ValueError, match="the data"):
        store.commit(Create(record(value=value)))
    assert store.scan().records == ()


def test_a_value_that_holds_itself_is_refused(store: Store) -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(ValueError, match="nested"):
        store.commit(Create(record(value=value)))


@pytest.mark.parametrize("data", [None, [], "text", 1], ids=repr)
def test_data_that_is_no_mapping_is_refused(store: Store, data: Any) -> None:
    with pytest.raises(ValueError, match="mapping"):
        store.commit(Create(Record(ANN, data)))


@pytest.mark.parametrize(
    "write",
    [
        Create(record(version=0)),
        Create(record(version=2)),
        Create(record(version=-1)),
        Replace(record(version=1)),
        Replace(record(version=0)),
        Replace(record(version=2**63)),
        Delete(ANN, 0),
        Delete(ANN, -1),
        Delete(ANN, 2**63),
        Check(ANN, 0),
        Check(ANN, -1),
        Create(Record(ANN, {}, version=True)),
        Delete(ANN, "1"),  # type: ignore[arg-type]
        Delete(ANN, None),  # type: ignore[arg-type]
        Delete(ANN, 1.0),  # type: ignore[arg-type]
    ],
    ids=lambda write: f"{type(write).__name__}-{write}"[-40:],
)
def test_a_version_that_cannot_be_is_refused(store: Store, write: Write) -> None:
    with pytest.raises(ValueError, match="version"):
        store.commit(write)


@pytest.mark.parametrize("expires_at", [-1, 2**63, 1.5, True, "soon"], ids=repr)
def test_an_expiry_that_is_no_moment_is_refused(store: Store, expires_at: Any) -> None:
    with pytest.raises(ValueError, match="expiry"):
        store.commit(Create(Record(ANN, {}, expires_at=expires_at)))


@pytest.mark.parametrize(
    "second", [Create(record()), Replace(record(version=2)), Delete(ANN, 1), Check(ANN, None)], ids=repr
)
def test_a_key_twice_in_a_commit_is_refused(store: Store, second: Write) -> None:
    for writes in ((Check(ANN, None), Create(record(BEN)), second), (second, Create(record(BEN)), Create(record()))):
        with pytest.raises(ValueError, match="twice"):
            store.commit(*writes)
    assert store.scan().records == ()


def test_the_largest_keys_and_entries_are_stored(store: Store) -> None:
    key = Key("account", "ü" * ((MOST_BYTES_KEY - len("account#")) // 2))
    written = Record(key, {}, entry=IndexEntry("雪" * (MOST_BYTES_KEY // 3), "😀" * (MOST_BYTES_SORT // 4)))
    store.commit(Create(written))
    assert store.get(key) == {key: written}
    assert written.entry is not None
    assert store.page(written.entry.index, prefix=written.entry.sort).records == (written,)


@pytest.mark.parametrize("character", ["x", "ü", "雪", "😀", '"', "\\", "\x00"], ids=ascii)
def test_the_largest_record_is_stored_and_a_larger_one_refused(store: Store, character: str) -> None:
    size = len(character.encode()) if character >= "#" and character != "\\" else 6 if character == "\x00" else 2
    most = (MOST_BYTES_RECORD - 100) // size
    store.commit(Create(record(text=character * most, sort="ann")))
    assert kept(store) == {"text": character * most}
    with pytest.raises(ValueError, match="at most 400000"):
        store.commit(Replace(record(version=2, text=character * (most + 100), sort="ann")))


def test_the_largest_commit_is_carried_out_and_a_larger_one_refused(store: Store) -> None:
    size = MOST_BYTES_COMMIT // 100 - 100
    store.commit(*(Create(kilobytes(number, size)) for number in range(100)))
    assert len(store.get(*(Key("text", f"{number:03}") for number in range(100)))) == 100
    with pytest.raises(ValueError, match="at most 4000000"):
        store.commit(*(Create(kilobytes(number, size + 100)) for number in range(100, 200)))


def test_more_than_a_hundred_at_once_are_refused(store: Store) -> None:
    keys = [Key("job", str(number)) for number in range(101)]
    with pytest.raises(ValueError, match="101 writes"):
        store.commit(*(Create(record(key)) for key in keys))
    with pytest.raises(ValueError, match="101 keys"):
        store.get(*keys)


@pytest.mark.parametrize("limit", [0, -1, MOST_LIMIT + 1])
def test_a_limit_out_of_bounds_is_refused(store: Store, limit: int) -> None:
    with pytest.raises(ValueError, match="page of"):
        store.page("accounts", limit=limit)
    with pytest.raises(ValueError, match="page of"):
        store.scan(limit=limit)


def test_the_largest_limit_is_answered(store: Store) -> None:
    store.commit(Create(record(sort="ann")))
    assert len(store.page("accounts", limit=MOST_LIMIT).records) == 1
    assert len(store.scan(limit=MOST_LIMIT).records) == 1


@pytest.mark.parametrize(
    ("index", "prefix"),
    [("", ""), (HALF, ""), ("accounts", HALF), ("x" * 1001, ""), ("accounts", "x" * 1001)],
    ids=ascii,
)
def test_a_page_of_an_impossible_index_or_prefix_is_refused(store: Store, index: str, prefix: str) -> None:
    with pytest.raises(ValueError, match=r"index|prefix"):
        store.page(index, prefix=prefix)


def test_nothing_of_a_refused_commit_is_written(store: Store) -> None:
    with pytest.raises(ValueError, match="float"):
        store.commit(Create(record(ANN)), Create(record(BEN, value=1.5)))  # type: ignore[arg-type]
    assert store.scan().records == ()


def test_a_refusal_does_not_repeat_what_was_written(store: Store) -> None:
    with pytest.raises(ValueError, match="float") as refused:
        store.commit(Create(record(Key("claim", "ann@example.org"), secret="hush", value=1.5)))  # type: ignore[arg-type]
    assert "hush" not in str(refused.value)
    assert "ann@" not in str(refused.value)
