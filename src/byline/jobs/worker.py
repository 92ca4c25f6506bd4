"""Run due jobs; retry with back-off; move failures to the dead letters.

Several workers may run side by side: a job is leased by moving its due time in a commit. A worker that dies loses its
lease to the next one that starts on the same machine, or after a minute, and the job runs again; every handler is safe
to repeat. Jobs that are quick are leased together, and deleted together when they are done: an import leaves thousands
of them, and a commit waits for the disk.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeAlias

from byline.errors import Conflict, Rejected, Unavailable
from byline.jobs.kinds import JobKind
from byline.jobs.model import DEAD_LETTERS, DUE, from_record, key, to_record
from byline.store.port import MOST_LIMIT, Delete, Replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from byline.jobs.model import Job
    from byline.jobs.payloads import Payload
    from byline.ports import Ports
    from byline.store.port import Record

Handler: TypeAlias = "Callable[[Ports, Job[Any]], None]"
Handlers: TypeAlias = Mapping[JobKind, Handler]

LEASE_SECONDS = 60
_QUICK = frozenset({JobKind.PUBLISH, JobKind.UPDATE_SEARCH})
"""Kinds that write derived files and records only: done twice, nobody notices. Emails are leased one by one."""
_MOST_TOGETHER = 25
_SIDE_BY_SIDE = JobKind.PUBLISH
"""The kind that runs in several threads: it mostly waits for a disk or for Amazon, and it starts over where it meets
another. Search entries of authors with names alike name one another, so one must see what the one before wrote.
"""
_THREADS = 4
MAX_TRIES = 12
FIRST_WAIT_SECONDS = 5
LONGEST_WAIT_SECONDS = 6 * 3600
"""Waits grow fourfold: 5 s, 20 s, 80 s … 6 h; twelve tries take about a day and a half."""

REJECTED_KEPT_SECONDS = 30 * 24 * 3600
"""How long a rejected email is kept. Anyone can cause one by registering with a made-up address."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeliveryStats:
    """What one round did, and when the next job is due (``None``: none is known)."""

    done: int = 0
    retried: int = 0
    dead_letters: int = 0
    next_due_at: datetime | None = None

    def __add__(self, later: DeliveryStats) -> DeliveryStats:
        """What this round and a later one did; when the next job is due, the later one knows."""
        return DeliveryStats(
            self.done + later.done,
            self.retried + later.retried,
            self.dead_letters + later.dead_letters,
            later.next_due_at,
        )


@dataclass(frozen=True, slots=True)
class WaitingJob:
    """For how long a job has waited, and the fault that its last try met ("": none was made)."""

    seconds: float = 0.0
    last_fault: str = ""


def run_due_jobs(ports: Ports, handlers: Handlers, *, limit: int = 25) -> DeliveryStats:
    """Carry out up to ``limit`` jobs that are due. Raises ``Unavailable`` only if the store itself is gone."""
    tally = DeliveryStats()
    page = ports.store.page(DUE, limit=limit)
    jobs = [job for job in map(_known, page.records) if job is not None]
    now = ports.clock.now()
    for together in _groups([job for job in jobs if job.due_at <= now]):
        tally = _lease(ports, handlers, together, tally)
    waiting = next((job for job in jobs if job.due_at > now), None)
    if waiting is not None:
        return replace(tally, next_due_at=waiting.due_at)
    return replace(tally, next_due_at=ports.clock.now()) if page.next else tally


def run_job(ports: Ports, handlers: Handlers, job_id: str) -> DeliveryStats:
    """Carry out one job that was just promised, found by its key since the index may lag; nothing if it is gone or
    not due yet. Raises ``Unavailable`` only if the store itself is gone.
    """
    record = ports.store.one(key(job_id))
    if record is None or record.entry is None or record.entry.index != DUE:
        return DeliveryStats()
    job = _known(record)
    if job is None:
        return DeliveryStats()
    if job.due_at > ports.clock.now():
        return DeliveryStats(next_due_at=job.due_at)
    return _lease(ports, handlers, [job], DeliveryStats())


def release_left_jobs(ports: Ports) -> int:
    """Make the jobs due that processes of this machine had leased when they ended; how many there were.

    To be called when a worker starts. A lease lasts a minute, so these jobs are among the first.
    """
    count = 0
    longest = ports.clock.now() + timedelta(seconds=LEASE_SECONDS)
    for record in ports.store.page(DUE, limit=MOST_LIMIT).records:
        job = _known(record)
        if job is None or job.due_at > longest or not ports.processes.has_ended(job.leased_by):
            continue
        due = replace(job, due_at=ports.clock.now(), leased_by="", version=job.version + 1)
        with suppress(Conflict):  # another worker did the same
            ports.store.commit(Replace(to_record(due)))
            count += 1
    return count


def oldest_waiting(ports: Ports) -> WaitingJob:
    """The job that has waited for longest since its first try was due.

    One that was put off is due in the future, and waits all the same. Of an unknown kind its place in the index tells.
    """
    now = ports.clock.now()
    waiting = [WaitingJob()]
    for record in ports.store.page(DUE, limit=MOST_LIMIT).records:
        if record.entry is None:
            continue
        job = _known(record)
        due_at = datetime.fromisoformat(record.entry.sort.partition("/")[0])
        put_off = sum(map(_wait_seconds, range(1, job.tries + 1))) if job else 0
        waiting.append(WaitingJob((now - due_at).total_seconds() + put_off, job.last_fault if job else ""))
    return max(waiting, key=lambda each: each.seconds)


def count_waiting(ports: Ports) -> tuple[int, bool]:
    """How many jobs wait, and whether there are more than were counted."""
    page = ports.store.page(DUE, limit=MOST_LIMIT)
    return len(page.records), page.next is not None


def dead_letters(ports: Ports, *, limit: int = 50) -> tuple[Job[Payload], ...]:
    """The dead letters, oldest first: ``byline check`` shows them."""
    return tuple(job for job in map(_known, ports.store.page(DEAD_LETTERS, limit=limit).records) if job is not None)


def retry_dead_letters(ports: Ports) -> int:
    """Make every dead letter due now, with its full number of attempts; returns how many there were."""
    count = 0
    for job in dead_letters(ports, limit=500):
        due = replace(job, due_at=ports.clock.now(), tries=0, last_fault="", version=job.version + 1)
        with suppress(Conflict):  # it was taken up at the same moment
            ports.store.commit(Replace(to_record(due)))
            count += 1
    return count


def _known(record: Record) -> Job[Payload] | None:
    """The job in a record, or ``None`` for a kind that only a newer version knows: after an upgrade was rolled back it
    waits for that version, and blocks no other job.
    """
    try:
        return from_record(record)
    except ValueError:
        _log.error("job %s is of a kind that this version does not know", record.key.id)
        return None


def _groups(jobs: Sequence[Job[Payload]]) -> Iterator[Sequence[Job[Payload]]]:
    """Jobs in their order, those that are leased together in one group."""
    for is_quick, some in groupby(jobs, key=lambda job: job.kind in _QUICK):
        group = list(some)
        size = _MOST_TOGETHER if is_quick else 1
        yield from (group[at : at + size] for at in range(0, len(group), size))


def _lease(ports: Ports, handlers: Handlers, jobs: Sequence[Job[Payload]], tally: DeliveryStats) -> DeliveryStats:
    """Lease jobs that are due and carry them out."""
    until = ports.clock.now() + timedelta(seconds=LEASE_SECONDS)
    by = ports.processes.own_name()
    leased = [replace(job, tries=job.tries + 1, due_at=until, leased_by=by, version=job.version + 1) for job in jobs]
    try:
        ports.store.commit(*(Replace(to_record(job)) for job in leased))
    except Conflict:
        if len(jobs) > 1:
            for job in jobs:
                tally = _lease(ports, handlers, [job], tally)
        return tally  # another worker has it, or the index still shows one that is done
    # A handler sees when this try was due, not when the lease ends.
    begun = [replace(job, due_at=old.due_at, leased_by="") for job, old in zip(leased, jobs, strict=True)]
    return _run(ports, handlers, begun, until, tally)


def _run(
    ports: Ports, handlers: Handlers, jobs: Sequence[Job[Payload]], until: datetime, tally: DeliveryStats
) -> DeliveryStats:
    """Run the handlers of jobs that are leased ``until`` then."""
    done: list[Job[Payload]] = []
    for job, fault in _outcomes(ports, handlers, jobs, until):
        if fault is None:
            done.append(job)
        else:
            tally = _retry_later(ports, job, fault, tally)
    _commit_outcomes(ports, {job: Delete(key(job.id), job.version) for job in done})
    return replace(tally, done=tally.done + len(done))


def _outcomes(
    ports: Ports, handlers: Handlers, jobs: Sequence[Job[Payload]], until: datetime
) -> list[tuple[Job[Payload], Exception | None]]:
    """Run jobs; with each that was begun in time, the fault that it met. Those that are left are taken up again."""

    def outcome(job: Job[Payload]) -> tuple[Job[Payload], Exception | None] | None:
        if ports.clock.now() >= until:
            return None
        try:
            handlers[job.kind](ports, job)
        except Exception as fault:  # noqa: BLE001 - whatever a handler meets, the other jobs go on and this one is kept
            return job, fault
        return job, None

    side_by_side = [job for job in jobs if job.kind is _SIDE_BY_SIDE]
    outcomes = [outcome(job) for job in jobs if job.kind is not _SIDE_BY_SIDE]
    if len(side_by_side) > 1 and _THREADS > 1:
        with ThreadPoolExecutor(_THREADS) as pool:
            outcomes += pool.map(outcome, side_by_side)
    else:
        outcomes += [outcome(job) for job in side_by_side]
    return [each for each in outcomes if each is not None]


def _retry_later(ports: Ports, job: Job[Payload], fault: Exception, tally: DeliveryStats) -> DeliveryStats:
    # The class, and a service's code: a fault's words may hold an address.
    code = fault.code if isinstance(fault, Unavailable) else ""
    name = f"{type(fault).__name__} ({code})" if code else type(fault).__name__
    now = ports.clock.now()
    if isinstance(fault, Rejected) or job.tries >= MAX_TRIES:
        _log.error("job %s (%s) given up after %d tries: %s", job.id, job.kind, job.tries, name)
        lost = replace(job, last_fault=name, due_at=now, version=job.version + 1)
        until = int(now.timestamp()) + REJECTED_KEPT_SECONDS if isinstance(fault, Rejected) else None
        _commit_outcomes(ports, {job: Replace(to_record(lost, index=DEAD_LETTERS, expires_at=until))})
        return replace(tally, dead_letters=tally.dead_letters + 1)
    wait = _wait_seconds(job.tries)
    _log.warning("job %s (%s) put off for %d s: %s", job.id, job.kind, wait, name)
    later = replace(job, last_fault=name, due_at=now + timedelta(seconds=wait), version=job.version + 1)
    _commit_outcomes(ports, {job: Replace(to_record(later))})
    return replace(tally, retried=tally.retried + 1)


def _wait_seconds(tries: int) -> int:
    """How long a job waits after so many tries, from 1."""
    return min(FIRST_WAIT_SECONDS * int(4 ** (tries - 1)), LONGEST_WAIT_SECONDS)


def _commit_outcomes(ports: Ports, writes: Mapping[Job[Payload], Delete | Replace]) -> None:
    try:
        ports.store.commit(*writes.values())
    except Conflict:
        for job, write in writes.items():
            if len(writes) > 1:
                _commit_outcomes(ports, {job: write})
            else:
                _log.info("job %s (%s) was taken over: it took longer than its lease", job.id, job.kind)
