"""How a site with many authors divides its lists: into parts, each a stretch of the alphabet within one letter.

A part is one page of its letter, one JSON file and one sitemap. Parts split and merge like the leaves of a B-tree, so
that one change of one author changes a few parts, however many there are. Everything here is pure.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, Final

from byline.profiles import collation
from byline.store.port import Key, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from byline.store.port import Json

MOST_IN_A_PART: Final = 160
"""Authors in a part; with more it is divided. Its files are written whole, so more would make each edit dearer."""
_FEWEST = 40
"""With fewer authors a part joins a neighbour, if the two fit into one that is not full."""
_USUAL = 110
"""Authors in a part when many are divided at once: not full, so that the next author does not split it."""

KEY = Key("site", "index-parts")
"""The record of the parts; there is none on a small site."""


@dataclass(frozen=True, slots=True)
class Part:
    """The authors whose ``sort`` is ``start`` or above, and below the next part's start or the next letter.

    ``number`` is in the addresses of its files, and is never used again. ``start`` is as short as tells it from the
    authors before; that of a letter's first part is one character. ``unsettled_at`` (epoch seconds) is when it was last
    written while the index might not have shown everything yet; 0 if the index has been read again since.
    """

    number: int
    start: str
    count: int = 0
    unsettled_at: int = 0

    @property
    def is_first(self) -> bool:
        """Whether its page is the letter's own."""
        return len(self.start) == 1

    @property
    def letter(self) -> str:
        """The id of its letter, as in addresses."""
        return collation.heading(self.start)[0]

    @property
    def title(self) -> str:
        """What readers see of its letter."""
        return collation.heading(self.start)[1]

    @property
    def label(self) -> str:
        """The letter, or where in it the part begins: "S", "Sch"."""
        return self.title if self.is_first else collation.label(self.start)

    @property
    def place(self) -> tuple[int, str]:
        """What others say of it."""
        return self.number, self.start


@dataclass(frozen=True, slots=True)
class Layout:
    """All parts, in order. ``pending`` are the numbers of those whose files must be written because parts around them
    came or went, and ``removed`` those whose files must be deleted: a run that dies leaves them to the next.
    """

    parts: tuple[Part, ...] = ()
    next_number: int = 1
    pending: tuple[int, ...] = ()
    removed: tuple[Part, ...] = ()
    version: int = 0

    @property
    def count(self) -> int:
        """All authors."""
        return sum(part.count for part in self.parts)

    def letters(self) -> list[tuple[Part, ...]]:
        """The parts of each letter."""
        return [tuple(parts) for _, parts in groupby(self.parts, key=lambda part: part.start[0])]

    def covering(self, sort: str) -> Part | None:
        """The part that an author with this ``sort`` belongs to, ``None`` if their letter has none."""
        at = bisect_right(self.parts, sort, key=lambda part: part.start) - 1
        return self.parts[at] if at >= 0 and self.parts[at].start[0] == sort[0] else None

    def bounds(self, part: Part) -> tuple[str, str]:
        """Between which texts the part's ``sort`` values are, the second excluded."""
        at = bisect_right(self.parts, part.start, key=lambda each: each.start)
        following = [each.start for each in self.parts[at : at + 1]]
        return part.start, min(*following, _after_letter(part.start)) if following else _after_letter(part.start)

    def frames(self) -> dict[int, Frame]:
        """What the page of each part says of others."""
        before = (None, *self.parts)
        after = (*self.parts[1:], None)
        siblings = {parts[0].number: parts for parts in self.letters() if len(parts) > 1}
        return {
            part.number: Frame(part, previous, following, siblings.get(part.number, ()))
            for previous, part, following in zip(before, self.parts, after, strict=False)
        }


@dataclass(frozen=True, slots=True)
class Frame:
    """A part, those before and after it, and on a letter's first page all parts of the letter, if there are several."""

    part: Part
    previous: Part | None
    following: Part | None
    siblings: tuple[Part, ...]

    @property
    def shown(self) -> tuple[object, ...]:
        """What of it is on the page."""
        near = (each and each.place for each in (self.previous, self.part, self.following))
        return *near, *(each.place for each in self.siblings)


def _after_letter(start: str) -> str:
    """The first text that is not of the letter of ``start``; never a surrogate, which no engine stores."""
    following = chr(ord(start[0]) + 1)
    return "\ue000" if following == "\ud800" else following


def may_divide(layout: Layout, part: Part, changes: int) -> bool:
    """Whether so many authors who came or went may split a part, merge or end it."""
    is_alone = sum(each.start[0] == part.start[0] for each in layout.parts) == 1
    return part.count + changes > MOST_IN_A_PART or part.count - changes < (1 if is_alone else _FEWEST)


def arrange(layout: Layout, sorts: Mapping[int, Sequence[str]], strays: Iterable[str] = ()) -> Layout:
    """The parts when ``sorts`` is in those with these numbers, in order, and ``strays`` are in letters without a part.

    Parts that are as they were keep their numbers, and of two that merge the first one does. ``pending`` and
    ``removed`` are added to.
    """
    strays = sorted(strays)
    new = [(Part(0, first), list(each)) for first, each in groupby(strays, key=lambda sort: sort[0])]
    known = [(part, sorts.get(part.number)) for part in layout.parts]
    numbers = iter(range(layout.next_number, layout.next_number + len(strays) + sum(map(len, sorts.values())) + 1))
    parts: list[Part] = []
    for part, inside in sorted([*known, *new], key=lambda each: each[0].start):
        if inside is None:
            parts.append(part)
        else:
            parts += _divided(part, inside, numbers)
    parts = _merged(parts, {*sorts, *(part.number for part in parts if part.number >= layout.next_number)})
    arranged = replace(layout, parts=tuple(parts), next_number=next(numbers))
    return _with_work(layout, arranged)


def _divided(part: Part, sorts: Sequence[str], numbers: Iterator[int]) -> Iterator[Part]:
    """A part, or several if it is too large; the first one keeps number and start."""
    pieces = 1 if len(sorts) <= MOST_IN_A_PART else -(-len(sorts) // _USUAL)
    cuts = [0, *(_cut(sorts, len(sorts) * at // pieces, len(sorts) // pieces // 5) for at in range(1, pieces))]
    for begin, end in pairwise([*cuts, len(sorts)]):
        count = end - begin
        if begin:
            yield Part(next(numbers), _separator(sorts[begin - 1], sorts[begin]), count)
        else:
            yield replace(part, number=part.number or next(numbers), count=count)


def _cut(sorts: Sequence[str], ideal: int, leeway: int) -> int:
    """Where to divide: near the ideal place, where the start of what follows is shortest."""

    def length_and_distance(at: int) -> tuple[int, int]:
        return len(_separator(sorts[at - 1], sorts[at])), abs(at - ideal)

    return min(range(ideal - leeway, ideal + leeway + 1), key=length_and_distance)


def _separator(before: str, after: str) -> str:
    """The shortest beginning of ``after`` that is above ``before``."""
    same = next(at for at, (one, other) in enumerate(zip(f"{before}\0", after, strict=False)) if one != other)
    return after[: same + 1]


def _merged(parts: Sequence[Part], touched: set[int]) -> list[Part]:
    """The parts with those joined that have become small, and without letters that nobody has."""
    kept: list[Part] = []
    for part in parts:
        before = kept[-1] if kept else None
        if before and before.start[0] == part.start[0] and touched & {before.number, part.number}:
            smaller, both = min(before.count, part.count), before.count + part.count
            if smaller == 0 or (smaller < _FEWEST and both <= _USUAL):
                kept[-1] = replace(before, count=both)
                touched = touched | {before.number}
                continue
        kept.append(part)
    return [part for part in kept if part.count or part.number not in touched]


def _with_work(before: Layout, after: Layout) -> Layout:
    """A layout with what must be written and deleted, if it was another one before.

    New parts come first, and the first of a letter after its others, so that no page leads to one that is not there.
    """
    frames, old = after.frames(), before.frames()
    bounds = {part.number: before.bounds(part) for part in before.parts}
    new = sorted((number for number in frames if number not in old), key=lambda number: frames[number].part.is_first)
    other = [
        number
        for number, frame in frames.items()
        if number in old and (frame.shown != old[number].shown or after.bounds(frame.part) != bounds[number])
    ]
    removed = tuple(part for part in before.parts if part.number not in frames)
    pending = [number for number in dict.fromkeys((*new, *other, *before.pending)) if number in frames]
    return replace(after, pending=tuple(pending), removed=(*before.removed, *removed))


def to_record(layout: Layout) -> Record:
    """A layout as the record's next version."""
    data: dict[str, Json] = {
        "parts": [[part.number, part.start, part.count, part.unsettled_at] for part in layout.parts],
        "next": layout.next_number,
        "pending": list(layout.pending),
        "removed": [[part.number, part.start] for part in layout.removed],
    }
    return Record(KEY, data, version=layout.version + 1)


def from_record(record: Record) -> Layout:
    """The layout in a record."""
    data: Mapping[str, Any] = record.data
    return Layout(
        parts=tuple(Part(*part) for part in data["parts"]),
        next_number=data["next"],
        pending=tuple(data["pending"]),
        removed=tuple(Part(*part) for part in data["removed"]),
        version=record.version,
    )
