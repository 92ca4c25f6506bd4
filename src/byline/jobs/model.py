"""A job: what was promised, to be carried out after the answer. Never the words of a letter, never a link."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - the codec reads the types
from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - as above
from enum import StrEnum
from typing import Any, Final

from byline.store.codec import Codec
from byline.store.port import Create, IndexEntry, Key, Record

DUE = "jobs"
"""The index of jobs to do, by when they are due."""
DEAD_LETTERS = "jobs-given-up"
"""The index of jobs that were given up, by when."""


class JobKind(StrEnum):
    """What a job does; each kind has one handler (``wiring.handlers``)."""

    REGISTRATION_EMAIL = "registration-letter"
    RESET_EMAIL = "reset-letter"
    PASSWORD_CHANGED_EMAIL = "password-changed-letter"  # noqa: S105 - a kind of job
    WAITING_EMAIL = "waiting-letter"
    DECISION_EMAIL = "decision-letter"
    EDITED_EMAIL = "edited-letter"
    INVITATION_EMAIL = "invitation-letter"
    UNDELIVERED_EMAIL = "undelivered-letter"
    UPDATE_SEARCH = "find"
    PUBLISH = "publish"
    PUBLISH_INDEX = "publish-shared"
    REPUBLISH = "republish"
    DELETE_VERSIONS = "forget-versions"


@dataclass(frozen=True, slots=True)
class Job:
    """One promise: its kind, whom or what it is about, and when it is due. ``tries`` counts those begun; ``request``
    is what the logs call the request that made the promise, where requests have names.
    """

    id: str
    kind: JobKind
    details: Mapping[str, Any]
    due_at: datetime
    tries: int = 0
    last_fault: str = ""
    request: str = ""
    version: int = field(default=1, compare=False)


_CODEC: Final = Codec(Job, optional=("request",))


def key(job_id: str) -> Key:
    """The key of a job's record."""
    return Key("job", job_id)


def enqueue(job: Job) -> Create:
    """The write that makes the promise; it belongs into the commit of its cause."""
    return Create(to_record(job))


def to_record(job: Job, *, index: str = DUE, expires_at: int | None = None) -> Record:
    """A job as a record, standing in ``index`` by its due time."""
    return Record(
        key(job.id),
        _CODEC.to_data(job),
        version=job.version,
        entry=IndexEntry(index, f"{job.due_at.isoformat(timespec='milliseconds')}/{job.id}"),
        expires_at=expires_at,
    )


def from_record(record: Record) -> Job:
    """The job in a record."""
    return _CODEC.from_data(record.data, id=record.key.id, version=record.version)
