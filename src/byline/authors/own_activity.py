"""What happened to one's own account and page, newest first, with every login: for the person themselves.

Two reads, of the index of audit events and of that of security events, and one for the names of those who acted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from byline.accounts.actors import is_id
from byline.accounts.bounces import MAIL_SYSTEM
from byline.accounts.records import account_from, account_key
from byline.audit import EVENTS, OPERATOR
from byline.authors.activity import A_SLICE
from byline.authors.event_records import LAST, cursor, details_of, happened_at, has_expired, place_in, sort_of
from byline.messages import events, security_events
from byline.permissions import require
from byline.security_events import SECURITY, months_kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from byline.audit import Actor
    from byline.messages.message import Message
    from byline.ports import Ports
    from byline.store.port import Record

_ABOUT_ACCESS: Final = frozenset(
    {
        security_events.LOGGED_IN,
        security_events.LOGGED_OUT,
        security_events.DEVICE_REMOVED,
        security_events.DEVICE_RENAMED,
        security_events.SECOND_STEP_FAILED,
        events.ADDRESS_CHANGE_REQUESTED,
        events.ADDRESS_CHANGE_STOPPED,
        events.ADDRESS_CHANGED,
        events.ADDRESS_RESTORED,
        events.ADDRESS_RECOVERY_STARTED,
        events.ADDRESS_RECOVERED,
        events.AUTHENTICATOR_ADDED,
        events.AUTHENTICATOR_REMOVED,
        events.RECOVERY_CODES_MADE,
        events.SESSION_ENDED,
        events.SESSIONS_ENDED,
        events.PASSWORD_CHANGED,
        events.PASSWORD_RESET,
        events.PASSKEY_ADDED,
        events.PASSKEY_REMOVED,
        events.PASSKEY_COPIED,
        events.FACTORS_DELETED,
        events.RECOVERY_STARTED,
        events.RECOVERY_STOPPED,
        events.RECOVERY_FINISHED,
    }
)
"""What someone else may have done in a person's name."""


@dataclass(frozen=True, slots=True)
class OwnEvent:
    """One event. ``by`` is who did it, "" where it was the person or no one known; ``is_about_access``: of what someone
    else may have done in their name.
    """

    at: datetime
    message: Message
    by: str | Message
    is_about_access: bool


@dataclass(frozen=True, slots=True)
class OwnActivity:
    """A slice of them, and what leads to older ones ("": there are none). ``months``: how long logins are kept."""

    events: tuple[OwnEvent, ...]
    older: str
    months: int


def read_own(ports: Ports, by: Actor, *, after: str = "") -> OwnActivity:
    """A slice of one's own events. ``ValueError`` for a cursor that is none of this list."""
    require(by, "authors.own_activity.read_own")
    low, high = f"{by.account_id}/", f"{by.account_id}/{LAST}"
    place = place_in(after, low, high)
    now = ports.clock.now().timestamp()
    found = [
        record
        for index in (EVENTS, SECURITY)
        for record in ports.store.page(index, between=(low, place or high), descending=True, limit=A_SLICE + 2).records
        if sort_of(record) != place and not has_expired(record, now)
    ]
    found.sort(key=sort_of, reverse=True)
    shown = found[:A_SLICE]
    names = _names(ports, by, shown)
    older = cursor(sort_of(shown[-1])) if len(found) > A_SLICE else ""
    return OwnActivity(tuple(_event(record, by, names) for record in shown), older, months_kept(ports, by.prefetched))


def _names(ports: Ports, by: Actor, records: Iterable[Record]) -> dict[str, str | Message]:
    """The names of the others who acted."""
    ids = {str(record.data["by"]) for record in records} - {by.account_id, OPERATOR.account_id, MAIL_SYSTEM.account_id}
    keys = [account_key(each) for each in sorted(ids) if is_id(each)]
    found = ports.store.get(*keys) if keys else {}
    names: dict[str, str | Message] = {OPERATOR.account_id: events.THE_OPERATOR}
    return names | {record.key.id: account_from(record).name for record in found.values()}


def _event(record: Record, by: Actor, names: Mapping[str, str | Message]) -> OwnEvent:
    what, by_id = str(record.data["what"]), str(record.data["by"])
    message = events.message(what, details_of(record))
    who = "" if by_id == by.account_id else names.get(by_id) or str(record.data.get("by_name", ""))
    return OwnEvent(happened_at(record), message, who, not _ABOUT_ACCESS.isdisjoint({what, message.code}))
