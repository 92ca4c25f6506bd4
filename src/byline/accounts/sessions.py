"""Sessions: begun at a login, recognised on every request in one read, ended by deletion or by a raised generation.

A session's cookie names what the request will need (session, account and profile, or session and registration), so that
one read fetches all of it. What the cookie claims is believed only where the records agree.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from byline.accounts.actors import actor_kind, actor_of
from byline.accounts.devices import new_device
from byline.accounts.model import Account, Device, PendingRegistration, RegistrationState, Role, Session
from byline.accounts.records import (
    account_from,
    account_key,
    device_record,
    registration_from,
    session_from,
    session_key,
    session_record,
    slot_key,
)
from byline.accounts.session_cookies import registration_subject, session_id, subject_of
from byline.accounts.states import may_log_in
from byline.audit import Actor, ActorKind
from byline.errors import Conflict, Unavailable
from byline.permissions import require
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Create, Delete, Key, Record, Replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from byline.accounts.session_cookies import Subject
    from byline.ports import Ports
    from byline.store.port import Write

REMEMBERED_SECONDS = 30 * 24 * 3600
OVERALL_SECONDS = 24 * 3600
IDLE_SECONDS = 2 * 3600
PUBLISHER_IDLE_SECONDS = 3600
"""Idle and overall limits: NIST SP 800-63B-4, 2.1.3 and 2.2.3. "Remember me" stretches idleness up to the overall limit
of one factor; a publisher's session is never stretched."""
SEEN_SECONDS = 300
"""A page view writes "last seen" at most this often, else reading would cost a commit."""
REGISTRATION_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that was just begun, and the name that the browser must bring back (it holds the secret).

    One of an account comes with a known device, and the secret for its cookie.
    """

    session: Session
    cookie: str
    device: Device | None = None
    device_secret: str = ""

    @property
    def writes(self) -> tuple[Write, ...]:
        """What the commit that begins the session must hold."""
        device = (Create(device_record(self.device)),) if self.device else ()
        return (Create(session_record(self.session)), *device)


@dataclass(frozen=True, slots=True)
class AccountSession:
    """A browser that is logged in to an account, and what was read together with it."""

    cookie: str
    session: Session
    account: Account
    prefetched: Mapping[Key, Record | None]

    @property
    def actor(self) -> Actor:
        """The account as an actor."""
        return actor_of(self.account, self.prefetched)

    @property
    def kind(self) -> ActorKind:
        """What it acts as."""
        return actor_kind(self.account)


@dataclass(frozen=True, slots=True)
class RegistrationSession:
    """A browser whose registration is not confirmed yet, and what was read together with it."""

    cookie: str
    session: Session
    registration: PendingRegistration
    prefetched: Mapping[Key, Record | None]

    @property
    def actor(self) -> Actor:
        """The registration as an actor."""
        return Actor(self.session.subject, "", self.kind)

    @property
    def kind(self) -> ActorKind:
        """What it acts as."""
        return ActorKind.UNCONFIRMED


AnySession: TypeAlias = AccountSession | RegistrationSession


@dataclass(frozen=True, slots=True)
class ExpiredSession:
    """A browser whose session has ended; ``address`` is what its login form may show."""

    address: str = ""
    pending: bool = False


def begin_for_account(ports: Ports, account: Account, *, remember: bool, device: str) -> NewSession:
    """Make a session and a known device for an account; the caller commits the session's ``writes``."""
    publisher = account.role is Role.PUBLISHER
    overall = REMEMBERED_SECONDS if remember and not publisher else OVERALL_SECONDS
    idle = PUBLISHER_IDLE_SECONDS if publisher else overall if remember else IDLE_SECONDS
    begun = _begin(
        ports,
        subject=f"a.{account.id}",
        rest=account.profile_id or "-",
        generation=account.generation,
        overall_seconds=overall,
        idle_seconds=idle,
        remember=remember and not publisher,
        device=device,
    )
    known, secret = new_device(ports, account)
    return replace(begun, device=known, device_secret=secret)


def begin_for_registration(ports: Ports, pending: PendingRegistration, *, device: str) -> NewSession:
    """Make a session for a pending registration: it lives as long as that does."""
    left = int((pending.expires_at - ports.clock.now()).total_seconds())
    return _begin(
        ports,
        subject=registration_subject(pending),
        rest="-",
        generation=0,
        overall_seconds=left,
        idle_seconds=left,
        remember=False,
        device=device,
    )


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
        current = _account_session(cookie, subject, found, records)
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


def read_again(ports: Ports, current: AnySession) -> AnySession | None:
    """The session as it is now, after a conflict; ``None`` if it has ended meanwhile."""
    key = session_key(current.session.id)
    record = ports.store.one(key)
    return replace(current, session=session_from(record)) if record else None


def is_expired(session: Session, now: datetime) -> bool:
    """Whether a session's time is over: its own clock decides, never the engine's sweeper."""
    return now >= session.expires_at or now >= session.seen_at + timedelta(seconds=session.idle_seconds)


def log_out(ports: Ports, by: AnySession) -> None:
    """End this session: its record goes, so that a copy of the cookie is worth nothing (ASVS 7.4.1)."""
    require(by, "accounts.sessions.log_out")
    current: AnySession | None = by

    def attempt(conflict: Conflict | None) -> None:
        nonlocal current
        if conflict is not None:
            current = read_again(ports, by)
        if current is not None:
            ports.store.commit(delete_op(current.session))

    retry_on_conflict(attempt)


def delete_op(session: Session) -> Delete:
    """The write that ends a session."""
    return Delete(session_key(session.id), session.version)


def _begin(
    ports: Ports,
    *,
    subject: str,
    rest: str,
    generation: int,
    overall_seconds: int,
    idle_seconds: int,
    remember: bool,
    device: str,
) -> NewSession:
    secret = base64.urlsafe_b64encode(ports.random.token(32)).rstrip(b"=").decode()
    cookie = f"{subject}.{rest}.{secret}"
    now = ports.clock.now()
    session = Session(
        id=session_id(cookie),
        subject=subject,
        generation=generation,
        created_at=now,
        seen_at=now,
        proven_at=now,
        expires_at=now + timedelta(seconds=overall_seconds),
        idle_seconds=idle_seconds,
        remembered=remember,
        device=device,
    )
    return NewSession(session, cookie)


def _account_session(
    cookie: str, subject: Subject, found: Record | None, records: dict[Key, Record | None]
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
    return AccountSession(cookie, session, account, records)


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
