from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from tests.contract.store.records import ANN, BEN, pages, record, sorts

from byline.store.port import Create, Cursor, Delete, IndexEntry, Key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from byline.store.port import Page, Store

LAST = "\U0010ffff"
# In the order of their UTF-8 bytes; by UTF-16 the emoji would come before the private and the full-width character.
ORDERED = ["!", "A", "a", "a!", "aa", "z", "~", "ß", "é", "あ", "雪", "\ue000", "\uff21", "\uffff", "😀", LAST]
PREFIXES = ["%", "_", "\\", "*", "[a]", "'", '"', "a", "é", "😀", LAST, LAST + LAST, "\ud7ff", "\x7f"]


def fill(store: Store, texts: Sequence[str], index: str = "accounts") -> None:
    """One record for each text, sorted by it."""
    found = [Create(record(Key("account", f"{index}/{n}"), sort=text, index=index)) for n, text in enumerate(texts)]
    for start in range(0, len(found), 100):
        store.commit(*found[start : start + 100])


def test_absent_records_are_left_out(store: Store) -> None:
    store.commit(Create(record(ANN)))
    assert store.get(ANN, BEN) == {ANN: record(ANN)}
    assert store.get(BEN) == {}
    assert store.get() == {}


def test_a_key_may_be_asked_for_twice(store: Store) -> None:
    store.commit(Create(record(ANN)))
    assert store.get(ANN, BEN, ANN, BEN) == {ANN: record(ANN)}
    assert store.get(*[ANN] * 200) == {ANN: record(ANN)}


def test_a_hundred_records_are_read_at_once_and_each_under_its_key(store: Store) -> None:
    written = {Key("job", str(n)): record(Key("job", str(n)), number=n) for n in range(100)}
    store.commit(*map(Create, written.values()))
    assert store.get(*written) == written
    assert list(store.get(*written)) == list(written)


def test_large_records_are_read_at_once(store: Store) -> None:
    written = {Key("text", str(n)): record(Key("text", str(n)), text=str(n) + 390_000 * "x") for n in range(50)}
    for each in written.values():
        store.commit(Create(each))
    assert store.get(*written) == written  # 19.5 MB: more than DynamoDB answers at once


def test_an_index_is_read_in_the_order_of_utf8_bytes(store: Store) -> None:
    fill(store, ORDERED[::-1])
    assert sorts(store) == sorted(ORDERED, key=str.encode) == ORDERED
    assert sorts(store, descending=True) == ORDERED[::-1]
    assert sorts(store, limit=1) == ORDERED
    assert sorts(store, limit=1, descending=True) == ORDERED[::-1]


def test_an_index_holds_its_own_records_only(store: Store) -> None:
    fill(store, ["a", "b"])
    fill(store, ["a", "c"], index="waiting")
    store.commit(Create(record(Key("note", "1"))))
    assert sorts(store) == ["a", "b"]
    assert sorts(store, "waiting") == ["a", "c"]
    assert sorts(store, "Accounts") == sorts(store, "account") == []


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("descending", [False, True])
def test_a_prefix_is_taken_as_it_is(store: Store, prefix: str, descending: bool) -> None:
    inside = [prefix, prefix + "!", prefix + "b", prefix + LAST]
    outside = ["!", "b", "É", "zz", prefix[:-1] + chr(ord(prefix[-1]) - 1) + "b"]
    if prefix[-1] not in {"\ud7ff", LAST}:
        outside.append(prefix[:-1] + chr(ord(prefix[-1]) + 1))
    if prefix != LAST + LAST:
        outside += ["\ue000", "e"]
    fill(store, inside + [text for text in outside if not text.startswith(prefix)])
    expected = sorted(inside, key=str.encode, reverse=descending)
    assert sorts(store, prefix=prefix, descending=descending) == expected
    assert sorts(store, prefix=prefix, descending=descending, limit=1) == expected


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("limit", [1, 3, 50])
def test_what_lies_between_two_texts_is_read_with_both_of_them(store: Store, limit: int, descending: bool) -> None:
    fill(store, ORDERED)
    for first, last in itertools.combinations_with_replacement(["!!", *ORDERED], 2):
        if first > last:
            continue
        expected = sorted((text for text in ORDERED if first <= text <= last), reverse=descending)
        if limit > 1 or len(expected) <= 3:  # the shortest pages are tried on the shortest ranges
            assert sorts(store, between=(first, last), limit=limit, descending=descending) == expected


def test_a_cursor_from_outside_the_bounds_is_refused(store: Store) -> None:
    fill(store, ["a", "b", "c", "d"])
    page = store.page("accounts", limit=1)
    with pytest.raises(ValueError, match="cursor"):
        store.page("accounts", between=("b", "c"), after=page.next)


@pytest.mark.parametrize("bounds", [{"between": ("b", "a")}, {"between": ("", "a")}, {"between": ("a", "a" * 1_001)}])
def test_bounds_that_no_engine_could_answer_are_refused(store: Store, bounds: dict[str, tuple[str, str]]) -> None:
    with pytest.raises(ValueError, match="bound"):
        store.page("accounts", **bounds)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="bounds"):
        store.page("accounts", prefix="a", between=("a", "b"))


def test_case_and_composition_matter(store: Store) -> None:
    fill(store, ["É", "é", "E\u0301", "e", "E"])
    assert sorts(store, prefix="é") == ["é"]
    assert sorts(store, prefix="E") == ["E", "E\u0301"]


@pytest.mark.parametrize("count", [0, 1, 4, 5, 6, 10, 11])
@pytest.mark.parametrize("descending", [False, True])
def test_paging_ends_where_the_index_does(store: Store, count: int, descending: bool) -> None:
    expected = [f"{n:03}" for n in range(count)]
    fill(store, expected)
    found = list(pages(store, limit=5, descending=descending))
    assert sorts(store, limit=5, descending=descending) == (expected[::-1] if descending else expected)
    assert [len(page.records) for page in found] == ([min(5, count - n) for n in range(0, count, 5)] or [0])


def test_a_page_within_a_prefix_ends_with_the_prefix(store: Store) -> None:
    fill(store, ["a/1", "a/2", "b/1"])
    page = store.page("accounts", prefix="a/", limit=2)
    assert (len(page.records), page.next) == (2, None)


def test_records_with_equal_sorts_are_all_read_once(store: Store) -> None:
    fill(store, ["same"] * 12 + ["tame"])
    for descending in (False, True):
        found = [each.key for page in pages(store, limit=5, descending=descending) for each in page.records]
        assert len(found) == len(set(found)) == 13


def test_pages_hold_whole_records(store: Store) -> None:
    written = record(ANN, sort="ann", name="Ann", links=["a", "b"])
    store.commit(Create(written))
    assert store.page("accounts").records == (written,)
    assert store.scan().records == (written,)


def test_large_records_fill_their_page(store: Store) -> None:
    for n in range(7):
        store.commit(Create(record(Key("text", str(n)), sort=str(n), text=390_000 * "x")))
    assert [len(page.records) for page in pages(store, limit=6)] == [6, 1]  # DynamoDB answers 1 MB at most
    assert len(store.scan(limit=6).records) == 6


@pytest.mark.parametrize("descending", [False, True])
def test_paging_goes_on_after_a_record_that_was_deleted(store: Store, descending: bool) -> None:
    fill(store, ["1", "2", "3", "4"])
    page = store.page("accounts", limit=2, descending=descending)
    for each in page.records:
        store.commit(Delete(each.key, 1))
    rest = store.page("accounts", after=page.next, descending=descending).records
    assert [each.entry.sort for each in rest if each.entry] == (["2", "1"] if descending else ["3", "4"])


def test_a_page_may_be_turned_round(store: Store) -> None:
    fill(store, ["1", "2", "3", "4"])
    page = store.page("accounts", limit=3)
    back = store.page("accounts", after=page.next, descending=True).records
    assert [each.entry.sort for each in back if each.entry] == ["2", "1"]


def test_a_cursor_may_stand_in_an_address(store: Store) -> None:
    fill(store, ["雪\x00\n&=%#😀/?", "雪雪"])
    page = store.page("accounts", prefix="雪", limit=1)
    assert page.next is not None
    assert set(page.next) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    rest = store.page("accounts", prefix="雪", after=page.next)
    assert [each.entry for each in rest.records] == [IndexEntry("accounts", "雪雪")]


def test_a_cursor_of_another_page_is_refused(store: Store) -> None:
    fill(store, ["a/1", "a/2", "b/1", "b/2"])
    page = store.page("accounts", prefix="a/", limit=1).next
    scan = store.scan(limit=1).next
    assert page
    assert scan
    refusals: tuple[Callable[[], Page], ...] = (
        lambda: store.page("waiting", after=page),
        lambda: store.page("accounts", prefix="b/", after=page),
        lambda: store.page("accounts", after=scan),
        lambda: store.scan(after=page),
    )
    for refused in refusals:
        with pytest.raises(ValueError, match="cursor"):
            refused()


@pytest.mark.parametrize(
    "cursor",
    [
        "", "x", "=", "====", "é", "\x00", "%00", "W10", "W10=", "bnVsbA", "e30", "WzFd", "W1td", "null", "a" * 100_000,
        "W1tbW1tb" * 2_000, "WyJhIiwiYiJd\n", "WyJcdWQ4MDAiLCJhIiwiYSIsImEiXQ",
        "WyJhY2NvdW50cyIsIiIsImFjY291bnQiLCJhIl0", "WyJhY2NvdW50cyIsImEiLCJhY2NvdW50IiwiIl0",
        "WyJhY2NvdW50cyIsImEiLCJBIiwiYSJd", "WyJhY2NvdW50cyIsImEiLCJhY2NvdW50IiwxXQ",
    ],
)  # fmt: skip
def test_what_is_no_cursor_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(ValueError, match=r"cursor|empty|kind"):
        store.page("accounts", after=Cursor(cursor))
    with pytest.raises(ValueError, match=r"cursor|empty|kind"):
        store.scan(after=Cursor(cursor))


def test_a_scan_reads_every_record_once(store: Store) -> None:
    expected = {Key(kind, f"{n}") for kind, n in itertools.product(["account", "job", "session"], range(50))}
    for key in expected:
        store.commit(Create(record(key, sort="a" if key.kind == "job" else None)))
    found = []
    page = store.scan(limit=30)
    while True:
        found += [each.key for each in page.records]
        assert len(page.records) == 30
        if page.next is None:
            break
        page = store.scan(limit=30, after=page.next)
    assert len(found) == 150
    assert set(found) == expected


def test_a_scan_goes_on_after_a_record_that_was_deleted(store: Store) -> None:
    fill(store, [f"{n:02}" for n in range(20)])
    page = store.scan(limit=10)
    for each in page.records:
        store.commit(Delete(each.key, 1))
    rest = store.scan(after=page.next)
    assert len(rest.records) == 10
    assert not {each.key for each in rest.records} & {each.key for each in page.records}


def test_an_empty_store_has_empty_pages(store: Store) -> None:
    for page in (store.page("accounts"), store.page("accounts", prefix="a"), store.scan()):
        assert (page.records, page.next) == ((), None)
