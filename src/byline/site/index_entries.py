"""What the store holds for the files that list authors: the entries, their changes, and how a large site is divided."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain, islice
from typing import TYPE_CHECKING, Final, TypeVar

from byline.errors import Conflict, Unavailable
from byline.site import entries, index_parts
from byline.site.index_pages import MOST_AUTHORS_IN_A_FILE
from byline.site.index_parts import Layout
from byline.store.port import MOST_KEYS, Create, Delete, Replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from byline.ports import Ports
    from byline.site.entries import Change, Published
    from byline.site.index_parts import Part
    from byline.store.port import Cursor, Record

INDEX_CATCHES_UP: Final = timedelta(minutes=1)
"""After so long an index shows what was committed."""
_MOST_CHANGES = 20_000
"""Changes in one run, some ten megabytes of memory; the rest waits for the next."""
_RECORDS_A_PAGE = 500

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since the last run, and each of these authors' entries as they are now, in order."""

    changes: Sequence[Change]
    published: Sequence[Published]
    profile_ids: frozenset[str]

    def places(self, *, for_readers: bool = False) -> set[str]:
        """Every ``sort`` that one of these authors has or had, or those where something changed ``for_readers``."""
        changes = [change for change in self.changes if not (for_readers and change.is_edit)]
        ids = {change.profile_id for change in changes}
        now = {entry.sort for entry in self.published if entry.profile_id in ids}
        return now | {change.before for change in changes if change.before}

    @property
    def moves(self) -> set[str]:
        """Those that an author came to or went from."""
        return {entry.sort for entry in self.published} ^ {change.before for change in self.changes if change.before}

    def within(self, start: str, end: str) -> Sequence[Published]:
        """The entries from ``start`` on and below ``end``."""
        begin, stop = (bisect_left(self.published, bound, key=lambda entry: entry.sort) for bound in (start, end))
        return self.published[begin:stop]


def read_changes(ports: Ports, change_id: str, *, recent: bool) -> Changes:
    """The changes that the lists do not show yet: one by its key, since the index may lag; of the others those of the
    last minute only if ``recent``.
    """
    settled_at = ports.clock.now() - INDEX_CATCHES_UP
    named = ports.store.one(entries.change_key(change_id)) if change_id else None
    records = [*([named] if named else []), *islice(_pages(ports, entries.CHANGES), _MOST_CHANGES)]
    found = {record.key: entries.change_from_record(record) for record in records}
    changes = [change for change in found.values() if recent or change.at <= settled_at]
    ids = sorted({change.profile_id for change in changes})
    # Read after the changes: an entry that changes from here on leaves a change for the next run.
    now = chain.from_iterable(ports.store.get(*map(entries.key, some)).values() for some in _batches(ids))
    published = sorted(map(entries.from_record, now), key=lambda entry: entry.sort)
    return Changes(changes, published, frozenset(ids))


def delete_changes(ports: Ports, changes: Changes) -> None:
    """Delete the changes that the lists show by now."""
    for some in _batches(changes.changes):
        _commit_what_can_be(ports, [Delete(entries.change_key(change.id), 1) for change in some])


def all_of_a_small_site(ports: Ports, changes: Changes) -> Sequence[Published] | None:
    """The entries of all authors, or ``None`` if there are too many for one file."""
    page = ports.store.page(entries.PUBLISHED, limit=MOST_AUTHORS_IN_A_FILE + 1)
    found = [*map(entries.from_record, _others(page.records, changes)), *changes.published]
    return None if page.next or len(found) > MOST_AUTHORS_IN_A_FILE else found


def count_published(ports: Ports) -> int:
    """How many authors are published: counted where it is a small site, else as its parts say."""
    layout = read_layout(ports)
    if layout is not None:
        return layout.count
    return len(ports.store.page(entries.PUBLISHED, limit=MOST_AUTHORS_IN_A_FILE + 1).records)


def in_part(ports: Ports, layout: Layout, part: Part, changes: Changes) -> Sequence[Published]:
    """The entries of a part, in order."""
    start, end = layout.bounds(part)
    records = _others(_pages(ports, entries.PUBLISHED, between=(start, end)), changes)
    found = [entry for entry in map(entries.from_record, records) if entry.sort < end]
    return sorted([*found, *changes.within(start, end)], key=lambda entry: entry.sort)


def lay_out(ports: Ports, before: Layout | None, changes: Changes) -> Layout:
    """The parts of all authors, stored, every part pending; parts that were there before stay as far as they can.

    Entries of older programs are moved to where they now stand in the index.
    """
    sorts = [entry.sort for entry in changes.published]
    moved: list[Replace] = []
    for record in _others(_pages(ports, entries.PUBLISHED), changes):
        entry = entries.from_record(record)
        sorts.append(entry.sort)
        if record.entry and record.entry.sort != entry.sort:
            moved.append(Replace(entries.to_record(entry, version=record.version + 1)))
    for some in _batches(moved):
        _commit_what_can_be(ports, some)
    layout = before or Layout()
    by_part: dict[int, list[str]] = {part.number: [] for part in layout.parts}
    strays: list[str] = []
    for sort in sorted(sorts):
        part = layout.covering(sort)
        (strays if part is None else by_part[part.number]).append(sort)
    arranged = index_parts.arrange(layout, by_part, strays)
    pending = dict.fromkeys((*arranged.pending, *(part.number for part in arranged.parts)))
    return write_layout(ports, replace(arranged, pending=tuple(pending)))


def read_layout(ports: Ports) -> Layout | None:
    """How the site is divided; ``None`` for a small one."""
    record = ports.store.one(index_parts.KEY)
    return index_parts.from_record(record) if record else None


def write_layout(ports: Ports, layout: Layout) -> Layout:
    """Store a layout; returned as it was stored. ``Unavailable`` if another run did so meanwhile."""
    record = index_parts.to_record(layout)
    try:
        ports.store.commit(Replace(record) if layout.version else Create(record))
    except Conflict as conflict:
        raise Unavailable("the shared pages were written by another run") from conflict
    return replace(layout, version=record.version)


def delete_layout(ports: Ports, layout: Layout) -> None:
    """Forget how the site was divided: it is small by now."""
    _commit_what_can_be(ports, [Delete(index_parts.KEY, layout.version)])


def _pages(ports: Ports, index: str, *, between: tuple[str, str] | None = None) -> Iterator[Record]:
    """All records of an index."""
    after: Cursor | None = None
    while True:
        page = ports.store.page(index, between=between, after=after, limit=_RECORDS_A_PAGE)
        yield from page.records
        after = page.next
        if after is None:
            return


def _others(records: Iterable[Record], changes: Changes) -> Iterator[Record]:
    """The records of authors without a change: where an index lags, those with one are out of date."""
    return (record for record in records if record.key.id not in changes.profile_ids)


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[at : at + MOST_KEYS] for at in range(0, len(items), MOST_KEYS))


def _commit_what_can_be(ports: Ports, writes: Sequence[Replace] | Sequence[Delete]) -> None:
    """Commit writes that do not depend on each other, without those that somebody else was faster with."""
    try:
        ports.store.commit(*writes)
    except Conflict as conflict:
        keys = conflict.keys
        left = [each for each in writes if (each.record.key if isinstance(each, Replace) else each.key) not in keys]
        ports.store.commit(*left)
