"""A job: work that a commit enqueues, to be done after the answer."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - the codec reads the types
from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - as above
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from byline.jobs.kinds import JobKind  # noqa: TC001 - as above
from byline.jobs.payload_codecs import details_of, read_payload
from byline.jobs.payloads import Payload
from byline.store.codec import Codec
from byline.store.port import Create, IndexEntry, Key, Record

if TYPE_CHECKING:
    from byline.ports import Ports

DUE = "jobs"
"""The index of jobs to do, by when they are due."""
DEAD_LETTERS = "jobs-given-up"
"""The index of jobs that were given up, by when."""


P_co = TypeVar("P_co", bound=Payload, covariant=True)


@dataclass(frozen=True, slots=True)
class Job(Generic[P_co]):
    """A job: what it is about, and when it is due. ``tries`` counts those begun; ``request`` is what the logs call the
    request that enqueued it, where requests have names; ``leased_by`` is the process that carries it out now.
    """

    id: str
    payload: P_co
    due_at: datetime
    tries: int = 0
    last_fault: str = ""
    request: str = ""
    leased_by: str = ""
    version: int = field(default=1, compare=False)

    @property
    def kind(self) -> JobKind:
        """What it does."""
        return self.payload.kind


@dataclass(frozen=True, slots=True)
class _Stored:
    kind: JobKind
    details: Mapping[str, Any]
    due_at: datetime
    tries: int
    last_fault: str
    request: str = ""
    leased_by: str = ""


_CODEC: Final = Codec(_Stored, outside=(), optional=("request", "leased_by"))


def key(job_id: str) -> Key:
    """The key of a job's record."""
    return Key("job", job_id)


def enqueue(ports: Ports, payload: Payload, *, due_at: datetime | None = None, job_id: str = "") -> Create:
    """The write that enqueues a job, for the commit of its cause; it is due at once unless ``due_at`` says when.

    ``job_id`` is for jobs of which there must be only one.
    """
    return Create(to_record(Job(job_id or ports.random.identifier(), payload, due_at or ports.clock.now())))


def to_record(job: Job[Payload], *, index: str = DUE, expires_at: int | None = None) -> Record:
    """A job as a record, standing in ``index`` by its due time."""
    return Record(
        key(job.id),
        _CODEC.to_data(
            _Stored(
                job.kind, details_of(job.payload), job.due_at, job.tries, job.last_fault, job.request, job.leased_by
            )
        ),
        version=job.version,
        entry=IndexEntry(index, f"{job.due_at.isoformat(timespec='milliseconds')}/{job.id}"),
        expires_at=expires_at,
    )


def from_record(record: Record) -> Job[Payload]:
    """The job in a record."""
    stored = _CODEC.from_data(record.data)
    return Job(
        record.key.id,
        read_payload(stored.kind, stored.details),
        stored.due_at,
        stored.tries,
        stored.last_fault,
        stored.request,
        stored.leased_by,
        record.version,
    )
