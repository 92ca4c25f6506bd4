"""Sessions: begun at a log-in, recognised on every request in one read, ended by deletion or by a raised generation.

A session's cookie names what the request will need (session, account and profile, or session and proposal), so that one
read fetches all of it. What the cookie claims is believed only where the records agree.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from byline.accounts.actors import actor_of, is_id
from byline.accounts.model import Account, PendingRegistration, RegistrationState, Role, Session
from byline.accounts.records import (
    account_from,
    account_key,
    claim_key,
    counter_key,
    registration_from,
    session_from,
    session_key,
    session_record,
    slot_key,
)
from byline.accounts.states import may_log_in
from byline.audit import Actor, ActorKind
from byline.errors import Conflict
from byline.store.port import Delete, Key, Record, Replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from byline.ports import Ports

REMEMBERED_SECONDS = 30 * 24 * 3600
OVERALL_SECONDS = 24 * 3600
IDLE_SECONDS = 2 * 3600
PUBLISHER_IDLE_SECONDS = 3600
"""Idle and overall limits: NIST SP 800-63B-4, 2.1.3 and 2.2.3. "Remember me" stretches idleness up to the overall limit
of one factor; a publisher's session is never stretched."""
SEEN_SECONDS = 300
"""A page view writes "last seen" at most this often, else reading would cost a commit."""
REGISTRATION_SECONDS = 7 * 24 * 3600
CODES_COUNTER = "codes"
"""The name of the counter of wrong codes of an address."""


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that was just begun, and the name that the browser must bring back (it holds the secret)."""

    session: Session
    cookie: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A recognised browser: its session and either its account or its proposal, and what was read beside them."""

    cookie: str
    session: Session
    account: Account | None
    pending: PendingRegistration | None
    prefetched: Mapping[Key, Record]

    @property
    def actor(self) -> Actor:
        """Who acts on this visit."""
        if self.account is None:
            return Actor(self.session.subject, "", ActorKind.UNCONFIRMED)
        return actor_of(self.account, self.prefetched)


@dataclass(frozen=True, slots=True)
class ExpiredSession:
    """A browser whose session is no more; ``address`` is what its log-in may fill in."""

    address: str = ""
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """What a cookie says it is: an account (with its profile) or a proposal in its slot."""

    kind: Literal["account", "proposal"]
    address_key: str
    slot: int
    id: str
    profile_id: str

    @property
    def keys(self) -> tuple[Key, ...]:
        """The records that a page for this subject needs besides its session."""
        if self.kind == "account":
            profile = (Key("profile", self.profile_id),) if self.profile_id else ()
            return (account_key(self.id), *profile)
        return (
            slot_key(self.address_key, self.slot),
            claim_key(self.address_key),
            counter_key(CODES_COUNTER, self.address_key),
        )


def author_keys(author_id: str) -> tuple[Key, ...]:
    """What a page about an author needs besides the visitor's session, for ``also`` of ``recognise``."""
    return (account_key(author_id),) if is_id(author_id) else ()


def begin_for_account(ports: Ports, account: Account, *, remember: bool, device: str) -> NewSession:
    """Make a session for an account; the caller commits ``session_record(entry.session)``."""
    publisher = account.role is Role.PUBLISHER
    overall = REMEMBERED_SECONDS if remember and not publisher else OVERALL_SECONDS
    idle = PUBLISHER_IDLE_SECONDS if publisher else overall if remember else IDLE_SECONDS
    return _begin(
        ports,
        subject=f"a.{account.id}",
        rest=account.profile_id or "-",
        generation=account.generation,
        overall_seconds=overall,
        idle_seconds=idle,
        remember=remember and not publisher,
        device=device,
    )


def begin_for_registration(ports: Ports, pending: PendingRegistration, *, device: str) -> NewSession:
    """Make a session for a proposal: it lives as long as the proposal does."""
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


def registration_subject(pending: PendingRegistration) -> str:
    """How a session names its proposal."""
    return f"p.{pending.address_key}.{pending.slot}.{pending.id}"


def with_profile(entry_cookie: str, profile_id: str) -> str:
    """The cookie of the same session, naming another profile."""
    kind, account_id, _, secret = entry_cookie.split(".")
    return f"{kind}.{account_id}.{profile_id}.{secret}"


def subject_of(cookie: str) -> Subject | None:
    """What a cookie says it is, ``None`` if it says nothing intelligible. Nothing is proven by it."""
    parts = cookie.split(".")
    match parts:
        case ["a", account_id, profile_id, _] if account_id and profile_id:
            return Subject("account", "", 0, account_id, "" if profile_id == "-" else profile_id)
        case ["p", address_key, slot, proposal_id, "-", _] if (
            address_key and slot.isascii() and slot.isdigit() and proposal_id
        ):
            return Subject("proposal", address_key, int(slot[:3]), proposal_id, "")
        case _:
            return None


def recognise(
    ports: Ports, cookie: str, also: Callable[[Subject], tuple[Key, ...]] | None = None
) -> Visit | ExpiredSession:
    """Who this browser is, in one read; ``also`` names further records that the page will need.

    Writes only to note "last seen", at most every five minutes.
    """
    subject = subject_of(cookie)
    if subject is None:
        return ExpiredSession()
    key = session_key(_id_of(cookie))
    records = dict(ports.store.get(key, *subject.keys, *(also(subject) if also else ())))
    found = records.pop(key, None)
    now = ports.clock.now()
    visit: Visit | ExpiredSession
    if subject.kind == "account":
        visit = _account_visit(cookie, subject, found, records)
    else:
        visit = _registration_visit(cookie, subject, found, records)
    if isinstance(visit, Visit) and is_expired(visit.session, now):
        address = visit.account.address if visit.account else visit.pending.address if visit.pending else ""
        return ExpiredSession(address, pending=visit.pending is not None)
    if isinstance(visit, Visit) and now - visit.session.seen_at >= timedelta(seconds=SEEN_SECONDS):
        seen = replace(visit.session, seen_at=now, version=visit.session.version + 1)
        try:
            ports.store.commit(Replace(session_record(seen)))
        except Conflict:
            return visit  # another request of the same browser noted it
        return replace(visit, session=seen)
    return visit


def read_again(ports: Ports, visit: Visit) -> Visit | None:
    """The visit with its session as it is now, after a conflict; ``None`` if that has ended meanwhile."""
    key = session_key(visit.session.id)
    record = ports.store.get(key).get(key)
    return replace(visit, session=session_from(record)) if record else None


def is_expired(session: Session, now: datetime) -> bool:
    """Whether a session's time is over: its own clock decides, never the engine's sweeper."""
    return now >= session.expires_at or now >= session.seen_at + timedelta(seconds=session.idle_seconds)


def log_out(ports: Ports, visit: Visit) -> None:
    """End this session: the record goes, so a copy of the cookie is worth nothing (ASVS 7.4.1)."""
    session = visit.session
    for _ in range(3):
        try:
            ports.store.commit(delete_op(session))
        except Conflict:
            record = ports.store.get(session_key(session.id)).get(session_key(session.id))
            if record is None:
                return
            session = session_from(record)
        else:
            return


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
        id=_id_of(cookie),
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


def _id_of(cookie: str) -> str:
    secret = cookie.rpartition(".")[2]
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()).rstrip(b"=").decode()


def _account_visit(
    cookie: str, subject: Subject, found: Record | None, records: dict[Key, Record]
) -> Visit | ExpiredSession:
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
    return Visit(cookie, session, account, None, records)


def _registration_visit(
    cookie: str, subject: Subject, found: Record | None, records: dict[Key, Record]
) -> Visit | ExpiredSession:
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
    return Visit(cookie, session, None, pending, records)
