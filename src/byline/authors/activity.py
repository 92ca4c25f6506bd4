"""What happened on the whole site, newest first, for publishers: a slice takes two reads, the index and the names.

Each event has a copy in an index by time, written in the same commit (``audit.audit_events``); the events of one author
stand together in an index of their own. What neither index can narrow is left out of at most a few hundred events at a
time, so a list that is narrowed may have fewer than a full page, and goes on from where it stopped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from byline.accounts.actors import is_id
from byline.accounts.bounces import MAIL_SYSTEM
from byline.accounts.records import account_from, account_key
from byline.audit import ACTIVITY, EVENTS, OPERATOR
from byline.authors import named
from byline.authors.event_records import FIRST, LAST, cursor, details_of, happened_at, has_expired, place_in, sort_of
from byline.messages import events
from byline.permissions import require
from byline.profiles.records import from_record as profile_from
from byline.profiles.records import key as profile_key
from byline.security_events import SECURITY, SECURITY_ACTIVITY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from byline.audit import Actor
    from byline.messages.message import Message
    from byline.ports import Ports
    from byline.store.port import Record

A_SLICE: Final = 40
"""Each is about an account or a page, and a hundred records are read at once: those of twenty who act besides."""
_MOST_LOOKED_AT: Final = 400
KINDS: Final[Mapping[str, frozenset[str]]] = {
    "pages": frozenset({events.SAVED, events.VERSION_RESTORED, events.REDIRECT_ENDED, events.STILL_RIGHT}),
    "reviews": frozenset(
        {
            events.REVIEW_SUBMITTED,
            events.REVIEW_WITHDRAWN,
            events.REVIEW_PUBLISHED,
            events.REVIEW_EDITED,
            events.REVIEW_CHANGE_WANTED,
            events.REVIEW_REJECTED,
        }
    ),
    "accounts": frozenset(
        {
            events.OPENED,
            events.APPROVED,
            events.DECLINED,
            events.SUSPENDED,
            events.REINSTATED,
            events.DECISION_UNDONE,
            events.QUESTION_ASKED,
            events.QUESTION_ANSWERED,
            events.REMINDED,
            events.IMPORTED,
            events.DELETED,
        }
    ),
    "invitations": frozenset(
        {
            events.INVITED,
            events.INVITATION_ACCEPTED,
            events.INVITATION_REMINDED,
            events.INVITATION_RENEWED,
            events.INVITATION_REVOKED,
        }
    ),
}
"""What narrows the list by kind; ``OTHER`` is all the rest."""
OTHER: Final = "other"
LOGINS: Final = "logins"
"""The kind that has indexes of its own, since it would fill the others: logins, failed ones, sessions that ended."""
_NO_ACCOUNTS: Final = {OPERATOR.account_id, MAIL_SYSTEM.account_id}


@dataclass(frozen=True, slots=True)
class Filter:
    """What narrows the list: whom the events are about, who acted, of which kind, and from which day until which.

    The days are in UTC, both included; ``None`` and "" narrow nothing.
    """

    about: str = ""
    by: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """One event: what, when, who did it, and whom it is about. A name is "" where there is none.

    ``version`` is the number of the version that a save made, else 0.
    """

    message: Message
    at: datetime
    by_id: str
    by: str | Message
    about_id: str
    about: str
    version: int


@dataclass(frozen=True, slots=True)
class Slice:
    """Events, newest first, the name of the person they are narrowed to, and what leads to newer and older ones ("":
    there are none).

    ``back_to`` is when the last event was that was looked at, where fewer than a full slice were found in it.
    """

    happenings: tuple[Happening, ...]
    person: str = ""
    newer: str = ""
    older: str = ""
    back_to: datetime | None = None


def read(ports: Ports, by: Actor, wanted: Filter, *, after: str = "", before: str = "") -> Slice:
    """A slice of what happened; ``after`` leads to older events, ``before`` to newer ones.

    ``ValueError`` for a cursor that is none of this list.
    """
    require(by, "authors.activity.read")
    index, low, high = _bounds(wanted)
    place, is_back = place_in(before or after, low, high), bool(before)
    between = (place, high) if is_back else (low, place or high)
    limit = _MOST_LOOKED_AT if wanted.kind or wanted.by else A_SLICE + 2
    page = ports.store.page(index, between=between, descending=not is_back, limit=limit)
    now = ports.clock.now().timestamp()
    looked_at = [record for record in page.records if sort_of(record) != place and not has_expired(record, now)]
    fitting = [record for record in looked_at if _fits(wanted, record)]
    shown, is_full = fitting[:A_SLICE], len(fitting) > A_SLICE
    end = (shown if is_full else looked_at)[-1:]
    onward = cursor(sort_of(end[0])) if end and (is_full or page.next) else ""
    if is_back:
        shown = shown[::-1]
        return _slice(ports, by, wanted, shown, newer=onward, older=cursor(sort_of(shown[-1]) if shown else place))
    newer = cursor(sort_of(shown[0]) if shown else place) if place else ""
    back_to = happened_at(end[0]) if onward and not is_full else None
    return replace(_slice(ports, by, wanted, shown, newer=newer, older=onward), back_to=back_to)


def _bounds(wanted: Filter) -> tuple[str, str, str]:
    """The index to read, and between which texts."""
    by_person, by_time = (SECURITY, SECURITY_ACTIVITY) if wanted.kind == LOGINS else (EVENTS, ACTIVITY)
    index, prefix = (by_person, f"{wanted.about}/") if wanted.about else (by_time, "")
    low = prefix + (wanted.since.isoformat() if wanted.since else "")
    high = prefix + ((wanted.until + timedelta(days=1)).isoformat() if wanted.until else LAST)
    return index, low or FIRST, high


def _fits(wanted: Filter, record: Record) -> bool:
    if wanted.by and str(record.data["by"]) != wanted.by:
        return False
    if wanted.kind in {"", LOGINS}:
        return True
    code = events.message(str(record.data["what"]), details_of(record)).code
    known = KINDS.get(wanted.kind)
    return code in known if known is not None else not any(code in codes for codes in KINDS.values())


def _slice(ports: Ports, by: Actor, wanted: Filter, records: Sequence[Record], *, newer: str, older: str) -> Slice:
    """Events with the names of whom they are about and who acted: one read, if there are others than who looks.

    Whom an event is about has an account, or is a page that the press keeps; who acts has an account.
    """
    person = wanted.about or wanted.by
    names: dict[str, str] = {by.account_id: by.name}
    about, acting = ({str(record.data[field]) for record in records} for field in ("about", "by"))
    accounts, pages = (
        {each for each in ids - names.keys() - _NO_ACCOUNTS if is_id(each)}
        for ids in (about | acting | {person}, about | {wanted.about})
    )
    found = named.read_all(ports, [*map(account_key, accounts), *map(profile_key, pages)])
    for key, record in found.items():
        is_account = key.kind == account_key(key.id).kind
        names[key.id] = account_from(record).name if is_account else profile_from(record).content.name
    return Slice(tuple(_happening(record, names) for record in records), names.get(person, ""), newer, older)


def _happening(record: Record, names: Mapping[str, str]) -> Happening:
    data, details = record.data, details_of(record)
    by_id, about_id, version = str(data["by"]), str(data["about"]), details.get("version")
    by: str | Message = events.THE_OPERATOR if by_id == OPERATOR.account_id else names.get(by_id, "")
    return Happening(
        events.message(str(data["what"]), details),
        happened_at(record),
        by_id if by_id in names else "",
        by or str(data.get("by_name", "")),
        about_id if about_id in names else "",
        names.get(about_id, ""),
        version if isinstance(version, int) else 0,
    )
