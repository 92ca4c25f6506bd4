"""Whose session a request brings: recognised in one read.

A session's cookie names what the request will need (session, account and profile, or session and registration), so that
one read fetches all of it. What the cookie claims is believed only where the records agree.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from byline.accounts.model import RegistrationState
from byline.accounts.records import (
    account_from,
    account_key,
    registration_from,
    session_from,
    session_key,
    session_record,
    slot_key,
)
from byline.accounts.session_cookies import registration_subject, session_id, subject_of
from byline.accounts.sessions import AccountSession, AnySession, RegistrationSession
from byline.accounts.states import may_log_in
from byline.errors import Conflict, Unavailable
from byline.store.port import Replace

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from byline.accounts.model import Session
    from byline.accounts.session_cookies import Subject
    from byline.ports import Ports
    from byline.store.port import Key, Record

SEEN_SECONDS = 300
"""A page view writes "last seen" at most this often, else reading would cost a commit."""


@dataclass(frozen=True, slots=True)
class ExpiredSession:
    """A browser whose session has ended; ``address`` is what its login form may show."""

    address: str = ""
    pending: bool = False


def recognise(
    ports: Ports, cookie: str, extra_keys: Callable[[Subject], tuple[Key, ...]] | None = None
) -> AnySession | ExpiredSession:
    """Who this browser is, in one read; ``extra_keys`` names further records that the page will need.

    Writes only to note "last seen", at most every five minutes.
    """
    subject = subject_of(cookie)
    if subject is None:
        return ExpiredSession()
    key = session_key(session_id(cookie))
    extra = extra_keys(subject) if extra_keys else ()
    records: dict[Key, Record | None] = {**dict.fromkeys(extra), **ports.store.get(key, *subject.keys, *extra)}
    found = records.pop(key, None)
    now = ports.clock.now()
    current: AnySession | ExpiredSession
    if subject.kind == "account":
        current = _account_session(cookie, subject, found, records, now)
    else:
        current = _registration_session(cookie, subject, found, records)
    if not isinstance(current, ExpiredSession) and is_expired(current.session, now):
        current = _expired(current)
    if not isinstance(current, ExpiredSession) and now - current.session.seen_at >= timedelta(seconds=SEEN_SECONDS):
        seen = replace(current.session, seen_at=now, version=current.session.version + 1)
        try:
            ports.store.commit(Replace(session_record(seen)))
        except (Conflict, Unavailable):
            return current  # another request noted it; or the disk is full, and pages can be read all the same
        return replace(current, session=seen)
    return current


def _expired(current: AnySession) -> ExpiredSession:
    if isinstance(current, AccountSession):
        return ExpiredSession(current.account.address)
    return ExpiredSession(current.registration.address, pending=True)


def is_expired(session: Session, now: datetime) -> bool:
    """Whether a session's time is over: its own clock decides, never the engine's sweeper."""
    return now >= session.expires_at or now >= session.seen_at + timedelta(seconds=session.idle_seconds)


def _account_session(
    cookie: str, subject: Subject, found: Record | None, records: dict[Key, Record | None], now: datetime
) -> AnySession | ExpiredSession:
    record = records.get(account_key(subject.id))
    account = account_from(record) if record else None
    if account is None or found is None:
        # The address of an account may be filled in only for the browser that proves it held a session: it does not.
        return ExpiredSession()
    session = session_from(found)
    if session.subject != f"a.{account.id}":
        return ExpiredSession()
    if session.generation != account.generation or not may_log_in(account):
        return ExpiredSession(account.address)
    return AccountSession(cookie, session, account, records, now)


def _registration_session(
    cookie: str, subject: Subject, found: Record | None, records: dict[Key, Record | None]
) -> AnySession | ExpiredSession:
    record = records.pop(slot_key(subject.address_key, subject.slot), None)
    pending = registration_from(record) if record else None
    if found is None or pending is None or pending.id != subject.id:
        return ExpiredSession(pending=True)
    session = session_from(found)
    if session.subject != registration_subject(pending):
        return ExpiredSession()
    if pending.state is RegistrationState.CONFIRMED:
        return ExpiredSession(pending.address)
    if pending.state is RegistrationState.WITHDRAWN:  # deleted, or taken to another address, in another browser
        return ExpiredSession(pending=True)
    return RegistrationSession(cookie, session, pending, records)
