"""The yearly question: whoever has not changed their page for a year is asked by email if it is still right.

The link's page confirms it by a button, without a login: it shows what every reader may see, and changes no text. When
an author was last asked, and when they last confirmed, is in a record of its own. The worker asks each day those whose
turn it is, the longest untouched pages first, a few a minute.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from byline.accounts.actors import actor_of
from byline.accounts.model import State
from byline.accounts.records import account_from, account_key
from byline.audit import audit_events
from byline.authors import list_entries
from byline.authors.list_entries import A_YEAR, BY_CHANGE, PageState
from byline.errors import Conflict, DeadLink
from byline.jobs.model import enqueue
from byline.jobs.payloads import AskYearly, SendStillRight, UpdateSearch
from byline.messages import events
from byline.permissions import require
from byline.press import yearly_question
from byline.profiles import records as profile_records
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Cursor, Key, Record, write_over

if TYPE_CHECKING:
    from byline.accounts.model import Account
    from byline.jobs.model import Job
    from byline.permissions import Acting
    from byline.ports import Ports
    from byline.profiles.model import Profile
    from byline.store.port import Write

LINK_FOR: Final = timedelta(days=30)
A_SLICE: Final = 40
"""Authors asked in one commit, and in one minute: each is two writes."""
MOST_A_DAY: Final = 200
_PAUSE: Final = timedelta(minutes=1)
PURPOSE: Final = "still-right"


@dataclass(frozen=True, slots=True)
class Asked:
    """The page that a link is about. ``is_answered``: it was confirmed since the author was asked."""

    account: Account
    profile: Profile
    record: Record
    is_answered: bool


def key(account_id: str) -> Key:
    """The record that says when an author was last asked, and when they last confirmed."""
    return Key("still-right", account_id)


def confirmed_at(record: Record | None) -> datetime | None:
    """When the author last confirmed their page; ``None``: never."""
    return _time(record, "confirmed")


def read(ports: Ports, token: str) -> Asked:
    """What an email's link is about; ``DeadLink`` if the page is not public any more, or a later email was sent."""
    claims = ports.signer.read(PURPOSE, token, now=ports.clock.now())
    account_id, profile_id = claims.fields["a"], claims.fields["p"]
    found = ports.store.get(account_key(account_id), profile_records.key(profile_id), key(account_id))
    account_record, profile_record, record = (
        found.get(each) for each in (account_key(account_id), profile_records.key(profile_id), key(account_id))
    )
    asked_at = _time(record, "asked")
    if account_record is None or profile_record is None or record is None or asked_at is None:
        raise DeadLink
    account, profile = account_from(account_record), profile_records.from_record(profile_record)
    is_theirs = account.profile_id == profile.id and account.state is State.ACTIVE and profile.number > 0
    if not is_theirs or not ports.signer.verifies(claims.fingerprint, *_bound_to(account_id, asked_at)):
        raise DeadLink
    confirmed = confirmed_at(record)
    return Asked(account, profile, record, confirmed is not None and confirmed >= asked_at)


def confirm(ports: Ports, by: Acting | None, token: str) -> None:
    """Confirm by an email's link that a page is still right; a second time it is so already."""
    require(by, "authors.still_right.confirm")

    def attempt(_: Conflict | None) -> None:
        asked = read(ports, token)
        if asked.is_answered:
            return
        account, data = asked.account, {**asked.record.data, "confirmed": ports.clock.now().isoformat()}
        ports.store.commit(
            write_over(asked.record, Record(key(account.id), data)),
            enqueue(ports, UpdateSearch(account.id)),
            *audit_events(ports, actor_of(account), events.STILL_RIGHT, account.id),
        )

    retry_on_conflict(attempt)


def ask(ports: Ports, job: Job[AskYearly]) -> None:
    """Carry out an ASK_YEARLY job: ask a slice of the authors whose pages were not looked at for a year.

    The next slice comes a minute later, until everyone was asked or as many as one day may have.
    """
    if not yearly_question.is_on(ports):
        return
    about, now = job.payload, ports.clock.now()
    bounds = list_entries.bounds(list_entries.of_page(PageState.STALE))
    after = Cursor(about.after) if about.after else None
    page = ports.store.page(BY_CHANGE, between=bounds, after=after, limit=A_SLICE)
    account_ids = [list_entries.account_of(record) for record in page.records]
    found = ports.store.get(*map(account_key, account_ids), *map(key, account_ids)) if account_ids else {}
    writes: list[Write] = []
    asked = about.asked
    for account_id in account_ids:
        record, before = found.get(account_key(account_id)), found.get(key(account_id))
        account = account_from(record) if record else None
        if account is None or not _can_be_asked(account) or _is_recent(before, now) or asked >= MOST_A_DAY:
            continue
        asked += 1
        data = {**(before.data if before else {}), "asked": now.isoformat()}
        writes += [write_over(before, Record(key(account_id), data)), enqueue(ports, SendStillRight(account_id, now))]
    if page.next is not None and asked < MOST_A_DAY:
        following, root = AskYearly(page.next, about.number + 1, asked), job.id.partition(".")[0]
        writes.append(enqueue(ports, following, due_at=now + _PAUSE, job_id=f"{root}.{following.number}"))
    if writes:
        with suppress(Conflict):  # this slice was done before, or somebody confirmed just now: the next day will do
            ports.store.commit(*writes)


def link_for(ports: Ports, account: Account, profile: Profile, asked_at: datetime) -> str:
    """The link under which an author confirms their page."""
    token = ports.signer.make(
        PURPOSE,
        {"a": account.id, "p": profile.id},
        fingerprint=ports.signer.mac(*_bound_to(account.id, asked_at)),
        expires_at=asked_at + LINK_FOR,
    )
    return f"{ports.site.url}/still-right/{token}"


def is_stale(profile: Profile, record: Record | None, now: datetime) -> bool:
    """Whether nobody has changed or confirmed a page for a year."""
    return profile.number > 0 and max(profile.saved_at, confirmed_at(record) or profile.saved_at) <= now - A_YEAR


def _can_be_asked(account: Account) -> bool:
    return account.state is State.ACTIVE and not account.is_undeliverable


def _is_recent(record: Record | None, now: datetime) -> bool:
    asked_at = _time(record, "asked")
    return asked_at is not None and now < asked_at + A_YEAR


def _time(record: Record | None, name: str) -> datetime | None:
    text = record.data.get(name) if record else None
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def _bound_to(account_id: str, asked_at: datetime) -> tuple[str, ...]:
    """What a link is bound to, for ``Signer.mac``."""
    return "still-right", account_id, asked_at.isoformat()
