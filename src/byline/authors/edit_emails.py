"""When an author hears of edits on their behalf: one email an hour at most, after the hour of the first edit.

The job's id is made of the author and the hour, so further edits of that hour find it and add nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from byline.jobs import model
from byline.jobs.payloads import SendEdited

if TYPE_CHECKING:
    from byline.accounts.model import AccountId
    from byline.audit import Actor
    from byline.ports import Ports
    from byline.store.port import Create, Key

_AN_HOUR: Final = timedelta(hours=1)
_COMMITTED_WITHIN: Final = timedelta(minutes=1)
"""A save at the end of an hour may be committed a moment later. Were the email out by then, its job would be gone, and
the save would enqueue a second one.
"""


def job_id(author_id: AccountId | str, at: datetime) -> str:
    """The id of the job that tells an author of the edits of an hour."""
    return f"edited-{author_id}-{at.astimezone(UTC):%Y%m%dT%H}"


def job_key(author_id: AccountId | str, at: datetime) -> Key:
    """The key of that job's record, which is there from the first edit of the hour until the email is sent."""
    return model.key(job_id(author_id, at))


def enqueue(ports: Ports, by: Actor, author_id: AccountId | str, at: datetime) -> Create:
    """The write that enqueues it, for the commit of the first edit of the hour."""
    hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    about = SendEdited(author_id, by.name, at)
    return model.enqueue(ports, about, due_at=hour + _AN_HOUR + _COMMITTED_WITHIN, job_id=job_id(author_id, at))
