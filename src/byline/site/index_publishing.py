"""The files that all authors share, written by one run at a time and never by a request.

The index of the published may lag behind. So a run reads its own job's entry by key besides, and every change
promises one more run a minute or two later. A file that says the same as before is not written again: an edit costs
the index, its JSON, the sitemap and the author's letter (a new or ended letter: every letter's page, once).
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from byline.errors import Conflict, Unavailable
from byline.jobs.model import enqueue
from byline.jobs.payloads import PublishIndex
from byline.site import addresses, entries, index_pages
from byline.site.rendering import stylesheet
from byline.site.writing import write_if_changed
from byline.store.port import Create, Key, Record, Replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from byline.jobs.model import Job
    from byline.ports import Ports
    from byline.profiles.model import ProfileId

LEASE = Key("lease", "site")
"""The record of the run that may write the shared files now; a run that died is overtaken when its time is over."""

_LEASE_LIFE = timedelta(minutes=2)
_MINUTE_SECONDS = 60
_ENTRIES_A_PAGE = 500


def publish_index(ports: Ports, _job: Job[PublishIndex]) -> None:
    """Carry out a PUBLISH_SHARED job; ``Unavailable`` if somebody else is at it, so that it is tried again."""
    write_index(ports)


def write_index(ports: Ports, *changed: ProfileId) -> None:
    """Write the index, the letters, the JSON index and the sitemap, and delete those that are no more.

    The entries of ``changed`` are read by their keys, since the index may not tell yet what became of them.
    ``Unavailable`` if somebody else is writing, or if this run took longer than its lease lasts.
    """
    with _lease(ports) as until:
        files = index_pages.index_files(ports.site, _listed(ports, changed))
        write_if_changed(ports.files, stylesheet())
        for file in files:
            _still_ours(ports, until)
            write_if_changed(ports.files, file)
        written = {file.path for file in files}
        for prefix in (addresses.LETTERS, addresses.SITEMAP_PARTS):
            for path in [path for path in ports.files.paths(prefix) if path not in written]:
                _still_ours(ports, until)
                ports.files.delete(path)


def later_run(ports: Ports) -> Create:
    """The write that enqueues writing the shared files again when the index has caught up, in one to two minutes.

    Its id is made of the minute it is due, so that all edits of a minute share one job, and none joins a job that may
    have begun to read already.
    """
    minute = int(ports.clock.now().timestamp()) // _MINUTE_SECONDS + 2
    due_at = datetime.fromtimestamp(minute * _MINUTE_SECONDS, UTC)
    return enqueue(ports, PublishIndex(), due_at=due_at, job_id=f"publish-shared-{minute}")


def _listed(ports: Ports, changed: Sequence[ProfileId]) -> list[entries.Published]:
    found: dict[str, Record] = {}
    page = ports.store.page(entries.PUBLISHED, limit=_ENTRIES_A_PAGE)
    while True:
        found.update({record.key.id: record for record in page.records})
        if page.next is None:
            break
        page = ports.store.page(entries.PUBLISHED, after=page.next, limit=_ENTRIES_A_PAGE)
    if changed:
        # Read last and under the lease: no other run can have known more and written before this one.
        fresh = ports.store.get(*(entries.key(profile_id) for profile_id in changed))
        for profile_id in changed:
            found.pop(profile_id, None)
        found.update({key.id: record for key, record in fresh.items()})
    return [entries.from_record(record) for record in found.values()]


@contextmanager
def _lease(ports: Ports) -> Iterator[datetime]:
    """Hold the lease; yields when it ends. ``Unavailable`` if another run holds it."""
    current = ports.store.one(LEASE)
    now = ports.clock.now()
    if current and datetime.fromisoformat(str(current.data["until"])) > now:
        raise Unavailable("the shared pages are being written by another run")
    until = now + _LEASE_LIFE
    record = Record(LEASE, {"until": until.isoformat()}, version=current.version + 1 if current else 1)
    try:
        ports.store.commit(Replace(record) if current else Create(record))
    except Conflict as conflict:
        raise Unavailable("the shared pages are being written by another run") from conflict
    try:
        yield until
    finally:
        _give_back(ports, record)


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
