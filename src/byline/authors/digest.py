"""The weekly email to publishers: who published, registered, waits and was invited. None where nothing happened.

It leaves on Monday morning, in UTC, and counts the seven days before. Each publisher can switch theirs off, in the
console or by the link at its foot.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from byline.accounts.account_emails import send_email
from byline.accounts.actors import find_account
from byline.accounts.model import Role, State
from byline.accounts.records import account_from, account_key
from byline.audit import ACTIVITY, OPERATOR
from byline.authors import listing
from byline.errors import Conflict, DeadLink, Rejected
from byline.jobs.model import enqueue
from byline.jobs.payloads import SendDigest
from byline.messages import events
from byline.permissions import require
from byline.store import formats
from byline.store.conflicts import retry_on_conflict
from byline.store.port import MOST_KEYS, MOST_LIMIT, Key, Record, write_over

if TYPE_CHECKING:
    from collections.abc import Iterator

    from byline.accounts.model import Account
    from byline.audit import Actor
    from byline.jobs.model import Job
    from byline.permissions import HasKind
    from byline.ports import Ports
    from byline.store.port import Cursor

_A_WEEK: Final = timedelta(days=7)
_HOUR: Final = 7
_LINK_FOR: Final = timedelta(days=90)
_MOST_NAMES: Final = 10
_MOST_SLICES: Final = 20
_PURPOSE: Final = "digest"
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


def key(account_id: str) -> Key:
    """The record that says that a publisher wants no weekly email."""
    return Key("digest", account_id)


def is_on(ports: Ports, by: Actor) -> bool:
    """Whether a publisher gets the weekly email: what was read with them, or one read."""
    wanted = key(by.account_id)
    return _is_on(by.prefetched[wanted] if wanted in by.prefetched else ports.store.one(wanted))


def switch(ports: Ports, by: Actor, *, on: bool) -> None:
    """Switch one's own weekly email on or off."""
    require(by, "authors.digest.switch")
    _save(ports, by.account_id, on=on)


def read_link(ports: Ports, token: str) -> bool:
    """Whether the email that a link ends still comes; ``DeadLink`` for a link that is none."""
    return _is_on(ports.store.one(key(_publisher_of(ports, token).id)))


def switch_off(ports: Ports, by: HasKind | None, token: str) -> None:
    """Switch the weekly email off by the link at its foot."""
    require(by, "authors.digest.switch_off")
    _save(ports, _publisher_of(ports, token).id, on=False)


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
            send_email(ports, own, "digest", publisher, off_url=off_link(ports, publisher, until), **values)
        except Rejected as fault:
            refused.append(fault)
    if refused and len(refused) == len(readers):
        raise refused[0]


def off_link(ports: Ports, publisher: Account, sent_at: datetime) -> str:
    """The link by which a publisher switches the weekly email off."""
    token = ports.signer.make(_PURPOSE, {"a": publisher.id}, expires_at=sent_at + _LINK_FOR)
    return f"{ports.site.url}/digest/{token}"


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
    keys = [key(account.id) for account in publishers]
    found: dict[Key, Record] = {}
    for start in range(0, len(keys), MOST_KEYS):
        found |= ports.store.get(*keys[start : start + MOST_KEYS])
    return [account for account in publishers if _is_on(found.get(key(account.id)))]


def _publisher_of(ports: Ports, token: str) -> Account:
    claims = ports.signer.read(_PURPOSE, token, now=ports.clock.now())
    account = find_account(ports, claims.fields["a"])
    if account is None or account.role is not Role.PUBLISHER:
        raise DeadLink
    return account


def _is_on(record: Record | None) -> bool:
    return record is None or record.data.get("off") is not True


def _save(ports: Ports, account_id: str, *, on: bool) -> None:
    def attempt(_: Conflict | None) -> None:
        before = ports.store.one(key(account_id))
        if _is_on(before) is not on:
            ports.store.commit(write_over(before, Record(key(account_id), {"off": not on})))

    retry_on_conflict(attempt)
