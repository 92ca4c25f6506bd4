"""Any sequence of authors who come and go leaves parts that hold each of them once, and none of which is too large."""

from __future__ import annotations

from bisect import insort
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.site import index_parts
from byline.site.index_parts import Layout, Part, arrange, from_record, may_divide, to_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST = 12
"""Authors in a part, in these tests: the rules do not depend on the number."""
NAMES = st.text("abcß村{~", min_size=1, max_size=4)
SORTS = st.builds(lambda name, number: f"{name}\t{number}", NAMES, st.integers(0, 999))
STEPS = st.lists(st.tuples(st.booleans(), st.lists(SORTS, min_size=1, max_size=3 * MOST)), max_size=12)


@pytest.fixture(autouse=True, scope="module")
def _small_parts() -> Iterable[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index_parts, "MOST_IN_A_PART", MOST)
        patch.setattr(index_parts, "_USUAL", 8)
        patch.setattr(index_parts, "_FEWEST", 3)
        yield


class Site:
    """Authors by nothing but where they stand, and the parts as runs keep them."""

    def __init__(self) -> None:
        self.sorts: list[str] = []
        self.layout = Layout()
        self.gone: set[int] = set()

    def change(self, come: Iterable[str] = (), go: Iterable[str] = ()) -> Layout:
        """One run; returns the parts with what it has to write and delete."""
        come, go = set(come) - set(self.sorts), set(go) & set(self.sorts)
        for sort in come:
            insort(self.sorts, sort)
        self.sorts = [sort for sort in self.sorts if sort not in go]
        moves: dict[int, int] = {}
        for part in map(self.layout.covering, come | go):
            if part:
                moves[part.number] = moves.get(part.number, 0) + 1
        before = self.inside(self.layout)
        read = {
            part.number: before[part.number]
            for part in self.layout.parts
            if part.number in moves and may_divide(self.layout, part, moves[part.number])
        }
        arranged = arrange(self.layout, read, [sort for sort in come if self.layout.covering(sort) is None])
        after = self.inside(arranged)
        counted = tuple(replace(part, count=len(after[part.number])) for part in arranged.parts)
        written = {*arranged.pending, *(part.number for part in map(arranged.covering, come | go) if part)}
        for part in arranged.parts:
            assert part.number in written or part.count == len(after[part.number])
        self.gone |= {part.number for part in arranged.removed}
        self.layout = replace(arranged, parts=counted, pending=(), removed=())
        return arranged

    def inside(self, layout: Layout) -> Mapping[int, list[str]]:
        """What a run would read of each part."""
        bounds = {part.number: layout.bounds(part) for part in layout.parts}
        return {number: [sort for sort in self.sorts if start <= sort < end] for number, (start, end) in bounds.items()}


def check(site: Site) -> None:
    """What holds after every run."""
    parts = site.layout.parts
    inside = site.inside(site.layout)
    assert [sort for part in parts for sort in inside[part.number]] == site.sorts
    assert all(0 < len(inside[part.number]) <= MOST for part in parts)
    assert all(part.start < other.start for part, other in pairwise(parts))
    assert {sort[0] for sort in site.sorts} == {part.start for part in parts if part.is_first}
    assert len({part.number for part in parts}) == len(parts)
    assert site.gone.isdisjoint(part.number for part in parts)
    assert from_record(to_record(site.layout)) == replace(site.layout, version=site.layout.version + 1)


@given(STEPS)
def test_each_author_is_in_one_part_and_no_part_is_too_large(steps: list[tuple[bool, list[str]]]) -> None:
    site = Site()
    for comes, sorts in steps:
        # Who goes is one of those who are there, if there is anyone.
        going = [site.sorts[crc32(sort.encode()) % len(site.sorts)] for sort in sorts if site.sorts]
        site.change(come=sorts if comes else (), go=() if comes else going)
        check(site)


@given(st.lists(SORTS, min_size=50, max_size=200, unique=True), st.data())
def test_one_author_who_comes_or_goes_touches_a_few_parts(sorts: list[str], data: st.DataObject) -> None:
    site = Site()
    site.change(come=sorts)
    check(site)
    for _ in range(3):
        sort = data.draw(SORTS)
        arranged = site.change(go=[sort]) if sort in site.sorts else site.change(come=[sort])
        check(site)
        assert len(arranged.pending) <= 5
        assert len(arranged.removed) <= 1


@given(st.lists(SORTS, max_size=120, unique=True))
def test_all_at_once_or_one_by_one_the_same_authors_are_listed(sorts: list[str]) -> None:
    at_once, one_by_one = Site(), Site()
    at_once.change(come=sorts)
    for sort in sorts:
        one_by_one.change(come=[sort])
    check(at_once)
    check(one_by_one)
    assert at_once.sorts == one_by_one.sorts


def test_nobody_is_left_and_nothing_stays() -> None:
    site = Site()
    sorts = [f"{letter}{number:03}\t1" for letter in "abc" for number in range(40)]
    site.change(come=sorts)
    site.change(go=sorts)

    assert site.layout.parts == ()


def test_five_hundred_of_one_name_are_divided_too() -> None:
    site = Site()
    site.change(come=[f"muller  hans\t{number:03}" for number in range(500)])
    check(site)


def test_a_part_keeps_its_number_when_others_split_or_merge() -> None:
    site = Site()
    site.change(come=[f"a{number:03}\t1" for number in range(60)])
    before = {part.number: part.start for part in site.layout.parts}
    site.change(come=[f"a000{number:03}\t1" for number in range(30)])
    site.change(go=[f"a{number:03}\t1" for number in range(40, 60)])

    kept = {part.number: part.start for part in site.layout.parts if part.number in before}
    assert len(kept) >= len(before) // 2
    assert kept.items() <= before.items()


def test_a_part_begins_where_few_letters_tell() -> None:
    site = Site()
    counts = {"a": 8, "e": 7, "i": 9, "m": 8, "o": 7, "t": 9, "u": 8}
    site.change(come=[f"s{second}{number:02}\t1" for second, count in counts.items() for number in range(count)])

    assert [part.start for part in site.layout.parts] == ["s", "se", "si", "sm", "so", "st", "su"]


def test_what_a_page_shows_of_others_is_written_when_it_changes() -> None:
    site = Site()
    site.change(come=[f"{letter}{number}\t1" for letter in "ace" for number in range(5)])
    a, c, e = (part.number for part in site.layout.parts)
    arranged = site.change(come=["d1\t1"])

    assert set(arranged.pending) == {c, e, arranged.next_number - 1}
    assert a not in arranged.pending


@pytest.mark.parametrize(
    ("start", "label"),
    [("s", "S"), ("sch", "Sch"), ("mac d", "Mac D"), ("muller  h", "Muller, H"), ("{or", "Þor"), ("\u3400村上", "村上"),
     ("muller  hans\tabc", "Muller, Hans"), ("~1", "1"), ("жу", "Жу"), ("\u3400", "漢字"), ("a" * 60, "A" + "a" * 19)],
)  # fmt: skip
def test_a_part_is_called_by_where_it_begins(start: str, label: str) -> None:
    assert Part(1, start).label == label


def test_authors_of_a_letter_without_a_part_are_listed_once_beside_a_part_that_is_divided() -> None:
    site = Site()
    site.change(come=[f"a{number:02}\t1" for number in range(MOST)])
    site.change(come=["a99\t1", *(f"{letter}{number}\t1" for letter in "bcß" for number in range(9))])

    check(site)
