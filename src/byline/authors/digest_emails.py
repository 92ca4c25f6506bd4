"""The weekly email to publishers: who published, registered, waits and was invited. None where nothing happened.

It leaves on Monday morning, in UTC, and counts the seven days before.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from byline.accounts.account_emails import send_email
from byline.accounts.model import State
from byline.accounts.records import account_from, account_key
from byline.audit import ACTIVITY, OPERATOR
from byline.authors import digest, listing
from byline.errors import Conflict, Rejected
from byline.jobs.model import enqueue
from byline.jobs.payloads import SendDigest
from byline.messages import events
from byline.store import formats
from byline.store.port import MOST_KEYS, MOST_LIMIT, Key, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from byline.accounts.model import Account
    from byline.jobs.model import Job
    from byline.ports import Ports
    from byline.store.port import Cursor

_A_WEEK: Final = timedelta(days=7)
_HOUR: Final = 7
_MOST_NAMES: Final = 10
_MOST_SLICES: Final = 20
_PUBLISHED: Final = {events.SAVED, events.VERSION_RESTORED, events.REVIEW_PUBLISHED, events.REVIEW_EDITED}


@dataclass(frozen=True, slots=True)
class Week:
    """What happened in a week: accounts by id, in the order of their first event, and how many were invited."""

    published: tuple[str, ...]
    registered: tuple[str, ...]
    invited: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.published or self.registered or self.invited)


def enqueue_next(ports: Ports) -> None:
    """Enqueue the next Monday's email, if it is not enqueued yet. The worker calls it each day."""
    if ports.store.format() < formats.DESK:
        return
    now = ports.clock.now().astimezone(UTC)
    monday = (now - timedelta(days=now.weekday())).replace(hour=_HOUR, minute=0, second=0, microsecond=0)
    due_at = monday if monday > now else monday + _A_WEEK
    with suppress(Conflict):  # it is there
        ports.store.commit(enqueue(ports, SendDigest(due_at), due_at=due_at, job_id=f"digest-{due_at:%Y-%m-%d}"))


def send_digest_email(ports: Ports, job: Job[SendDigest]) -> None:
    """Tell the publishers of the week before."""
    until = job.payload.until
    week = _week(ports, until - _A_WEEK, until)
    if week.is_empty:
        return
    waiting = listing.waiting(ports, OPERATOR)
    since = (until - _A_WEEK).date().isoformat()
    values: dict[str, Any] = {
        "url": f"{ports.site.url}/publisher/activity?since={since}",
        "since": until - _A_WEEK,
        "published": len(week.published),
        "published_names": _names(ports, week.published),
        "registered": len(week.registered),
        "registered_names": _names(ports, week.registered),
        "invited": week.invited,
        "waiting": len(waiting.rows),
    }
    refused: list[Rejected] = []
    readers = _readers(ports)
    for publisher in readers:
        own = replace(job, id=f"{job.id}-{publisher.id}")
        try:
            send_email(ports, own, "digest", publisher, off_url=digest.off_link(ports, publisher, until), **values)
        except Rejected as fault:
            refused.append(fault)
    if refused and len(refused) == len(readers):
        raise refused[0]


def _week(ports: Ports, since: datetime, until: datetime) -> Week:
    published: dict[str, None] = {}
    registered: dict[str, None] = {}
    invited = 0
    for record in _events(ports, since, until):
        details = record.data["details"]
        code = events.message(str(record.data["what"]), details if isinstance(details, dict) else {}).code
        about = str(record.data["about"])
        if code in _PUBLISHED:
            published[about] = None
        elif code == events.OPENED:
            registered[about] = None
        elif code == events.INVITED and isinstance(details, dict):
            count = details.get("count")
            invited += count if isinstance(count, int) else 1
    return Week(tuple(published), tuple(registered), invited)


def _events(ports: Ports, since: datetime, until: datetime) -> Iterator[Record]:
    between = (since.isoformat(timespec="milliseconds"), until.isoformat(timespec="milliseconds"))
    after: Cursor | None = None
    for _ in range(_MOST_SLICES):
        page = ports.store.page(ACTIVITY, between=between, after=after, limit=MOST_LIMIT)
        yield from page.records
        after = page.next
        if after is None:
            return


def _names(ports: Ports, account_ids: tuple[str, ...]) -> str:
    """The first few names, as a list of words; more are only counted."""
    keys = [*map(account_key, account_ids[:_MOST_NAMES])]
    found = ports.store.get(*keys) if keys else {}
    names = [account_from(found[each]).name for each in keys if each in found]
    return ", ".join(names) + (" …" if len(account_ids) > _MOST_NAMES else "")


def _readers(ports: Ports) -> list[Account]:
    publishers = [
        account
        for account in listing.publishers(ports, OPERATOR)
        if account.state is State.ACTIVE and not account.is_undeliverable
    ]
    keys = [digest.key(account.id) for account in publishers]
    found: dict[Key, Record] = {}
    for start in range(0, len(keys), MOST_KEYS):
        found |= ports.store.get(*keys[start : start + MOST_KEYS])
    return [account for account in publishers if digest.is_wanted(found.get(digest.key(account.id)))]
