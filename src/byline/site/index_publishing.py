"""The files that list authors, written by one run at a time and never by a request.

Whatever changes an author's entry leaves a ``Change`` and enqueues a run. A run does all changes that are there, so a
batch of saves costs one; it reads and writes the parts (``index_parts``) that these authors are in, and deletes the
changes at the end. If it dies, the next run finds them again.

The index of the published may lag behind. So a run reads the entries that changed by their keys besides, and reads the
same parts once more one to two minutes later. A file that says the same as before is not written again.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from byline.errors import Conflict, Unavailable
from byline.jobs.model import enqueue
from byline.jobs.upkeep_payloads import PublishIndex
from byline.press.branding import reread
from byline.site import addresses, index_entries, index_pages, index_parts, newest
from byline.site.writing import write_if_changed, write_style
from byline.store.port import Create, Key, Record, Replace, write_over

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from byline.files.port import File
    from byline.jobs.model import Job
    from byline.ports import Ports
    from byline.site.entries import Published
    from byline.site.index_entries import Changes
    from byline.site.index_parts import Layout

LEASE = Key("lease", "site")
"""The record of the run that may write the shared files now. A run whose process has ended on this machine is overtaken
at once, one that died elsewhere when its time is over."""

_LEASE_LIFE = timedelta(minutes=2)
_MINUTE_SECONDS = 60
_NEXT_RUN_SECONDS = 10
_OF_PARTS = (addresses.LETTERS, addresses.JSON_PARTS, addresses.SITEMAP_PARTS)


def publish_index(ports: Ports, job: Job[PublishIndex]) -> None:
    """Carry out a PUBLISH_INDEX job; ``Unavailable`` if somebody else is at it, so that it is tried again."""
    write_index(ports, job.payload.change)


def write_index(ports: Ports, change_id: str = "", *, everything: bool = False) -> None:
    """Bring the files that list authors up to date, and delete those that are no more.

    Changes of the last minute are left to a later run, unless one of them is named by ``change_id``, which is read by
    its key, or ``everything`` is wanted: then all files are written, and those that no record tells of are deleted.
    ``Unavailable`` if somebody else is writing, or if this run took longer than its lease lasts.
    """
    is_recent = bool(change_id) or everything
    with _lease(ports) as until:
        ports = reread(ports)
        layout = index_entries.read_layout(ports)
        changes = index_entries.read_changes(ports, change_id, recent=is_recent)
        write_style(ports.files, ports.site.branding)
        small_site = None
        if layout is None or everything:
            small_site = index_entries.all_of_a_small_site(ports, changes)
            if small_site is None:
                layout = index_entries.lay_out(ports, layout, changes)
        else:
            layout = _arranged(ports, layout, changes)
        if layout is not None and small_site is None:
            layout = _write_large_site(ports, until, layout, changes, is_recent=is_recent)
            if everything:
                kept = {path for part in layout.parts for path in index_pages.part_paths(part)}
                _delete_others(ports, until, {*kept, addresses.sitemap_part(0)}, _OF_PARTS)
            if layout.count <= index_pages.MOST_AUTHORS_IN_A_FILE:
                small_site = index_entries.all_of_a_small_site(ports, changes)
        if small_site is not None:
            _write_small_site(ports, until, layout, small_site, everything=everything)
        _write_newest(ports, until, changes, small_site)
        index_entries.delete_changes(ports, changes)
        if is_recent and (changes.changes or layout is not None):
            _enqueue(ports, later_run(ports))


def next_run(ports: Ports, change_id: str) -> Create:
    """The write that enqueues writing the shared files because of a change, behind the jobs that are due already.

    All who ask within ten seconds share one job, as long as it has not run.
    """
    number = int(ports.clock.now().timestamp()) // _NEXT_RUN_SECONDS
    return enqueue(ports, PublishIndex(change_id), job_id=f"publish-shared-next-{number}")


def later_run(ports: Ports) -> Create:
    """The write that enqueues writing the shared files again when the index has caught up, in one to two minutes.

    Its id is made of the minute it is due, so that all edits of a minute share one job, and none joins a job that may
    have begun to read already.
    """
    minute = int(ports.clock.now().timestamp()) // _MINUTE_SECONDS + 2
    due_at = datetime.fromtimestamp(minute * _MINUTE_SECONDS, UTC)
    return enqueue(ports, PublishIndex(), due_at=due_at, job_id=f"publish-shared-{minute}")


def _enqueue(ports: Ports, job: Create) -> None:
    try:
        ports.store.commit(job)
    except Conflict:
        return  # it is there already


def _write_small_site(
    ports: Ports, until: datetime, layout: Layout | None, published: Sequence[Published], *, everything: bool
) -> None:
    files = index_pages.small_site_files(ports.site, published)
    _write(ports, until, files)
    was_large = layout is not None or everything
    _delete_others(ports, until, {file.path for file in files}, _OF_PARTS if was_large else (addresses.LETTERS,))
    if layout is not None:
        index_entries.delete_layout(ports, layout)


def _write_large_site(ports: Ports, until: datetime, layout: Layout, changes: Changes, *, is_recent: bool) -> Layout:
    """Write the parts that changed, then what leads to them; then delete what nothing leads to any more."""
    now = ports.clock.now()
    settled_at = int((now - index_entries.INDEX_CATCHES_UP).timestamp())
    settling = [part.number for part in layout.parts if 0 < part.unsettled_at <= settled_at]
    shown = [part.number for part in map(layout.covering, changes.places(for_readers=True)) if part]
    edited = [part.number for part in map(layout.covering, changes.places()) if part]
    numbers = dict.fromkeys((*layout.pending, *shown, *settling, *edited))
    if not numbers and not layout.removed:
        return layout
    unsettled_at = int(now.timestamp()) if is_recent else settled_at
    frames = layout.frames()
    with_pages = {*layout.pending, *shown, *settling}
    parts = {part.number: part for part in layout.parts}
    for number in numbers:
        found = index_entries.in_part(ports, layout, parts[number], changes)
        files = index_pages.part_files(ports.site, frames[number], found, with_page=number in with_pages)
        _write(ports, until, files)
        since = max(unsettled_at, parts[number].unsettled_at)
        parts[number] = replace(parts[number], count=len(found), unsettled_at=since if since > settled_at else 0)
    removed = [path for part in layout.removed for path in index_pages.part_paths(part)]
    was_rearranged, counts = bool(layout.pending or layout.removed), [part.count for part in layout.parts]
    layout = replace(layout, parts=tuple(parts.values()), pending=(), removed=())
    if was_rearranged or counts != [part.count for part in layout.parts]:
        _write(ports, until, index_pages.head_files(ports.site, layout))
    _delete(ports, until, removed)
    return index_entries.write_layout(ports, layout)


def _write_newest(ports: Ports, until: datetime, changes: Changes, small_site: Sequence[Published] | None) -> None:
    if small_site is not None:
        _write(ports, until, [newest.newest_file(ports.site, small_site)])
    elif changes.changes:
        before = ports.files.get(addresses.NEWEST)
        _write(ports, until, [newest.newest_file(ports.site, changes.published, before, changes.profile_ids)])


def _arranged(ports: Ports, layout: Layout, changes: Changes) -> Layout:
    """The parts as the changes divide them, stored before any file is written."""
    moves = Counter(part.number if part else 0 for part in map(layout.covering, changes.moves))
    sorts = {
        part.number: [entry.sort for entry in index_entries.in_part(ports, layout, part, changes)]
        for part in layout.parts
        if (moves[part.number] or not part.count) and index_parts.may_divide(layout, part, moves[part.number])
    }
    strays = [entry.sort for entry in changes.published if layout.covering(entry.sort) is None]
    if not sorts and not strays:
        return layout
    arranged = index_parts.arrange(layout, sorts, strays)
    return layout if arranged == layout else index_entries.write_layout(ports, arranged)


def _write(ports: Ports, until: datetime, files: Iterable[File]) -> None:
    for file in files:
        _still_ours(ports, until)
        write_if_changed(ports.files, file)


def _delete_others(ports: Ports, until: datetime, kept: set[str], prefixes: Sequence[str]) -> None:
    """Delete the files with these prefixes that are not kept."""
    _delete(ports, until, [path for prefix in prefixes for path in ports.files.paths(prefix) if path not in kept])


def _delete(ports: Ports, until: datetime, paths: Iterable[str]) -> None:
    for path in paths:
        _still_ours(ports, until)
        ports.files.delete(path)


@contextmanager
def _lease(ports: Ports) -> Iterator[datetime]:
    """Hold the lease; yields when it ends. ``Unavailable`` if another run holds it."""
    current = ports.store.one(LEASE)
    now = ports.clock.now()
    if current and datetime.fromisoformat(str(current.data["until"])) > now and not _is_left(ports, current):
        raise Unavailable("the shared pages are being written by another run")
    until = now + _LEASE_LIFE
    data = {"until": until.isoformat(), "by": ports.processes.own_name()}
    taken = write_over(current, Record(LEASE, data))
    try:
        ports.store.commit(taken)
    except Conflict as conflict:
        raise Unavailable("the shared pages are being written by another run") from conflict
    try:
        yield until
    finally:
        _give_back(ports, taken.record)


def _is_left(ports: Ports, lease: Record) -> bool:
    """Whether the process that holds a lease has ended without giving it back."""
    return ports.processes.has_ended(str(lease.data.get("by", "")))


def _give_back(ports: Ports, current: Record) -> None:
    """End the lease now. The record stays, so that its version never comes again and no run ends another's lease."""
    ended = replace(current, data={"until": ports.clock.now().isoformat()}, version=current.version + 1)
    try:
        ports.store.commit(Replace(ended))
    except Conflict:
        # Its time was over and another run took it: it is theirs now.
        return


def _still_ours(ports: Ports, until: datetime) -> None:
    """A run that was held up longer than its lease lasts must not write over what its successor wrote."""
    if ports.clock.now() >= until:
        raise Unavailable("writing the shared pages took longer than the lease lasts")
