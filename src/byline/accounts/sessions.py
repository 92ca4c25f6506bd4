"""Sessions: begun at a login, ended by deletion or by a raised generation. ``recognition`` finds whose a request is."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from byline.accounts.actors import actor_kind, actor_of, reduced
from byline.accounts.addresses import address_hash
from byline.accounts.devices import continued, device_id, known_device, new_device
from byline.accounts.model import Account, Device, GivenProof, PendingRegistration, Role, Session
from byline.accounts.records import (
    device_key,
    device_record,
    session_from,
    session_key,
    session_record,
)
from byline.accounts.session_cookies import registration_subject, session_id
from byline.accounts.session_events import logged_out
from byline.audit import Actor, ActorKind
from byline.permissions import require
from byline.proofs import Proof, has_second_factor
from byline.store import formats
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Create, Delete, Key, Record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from byline.errors import Conflict
    from byline.ports import Ports
    from byline.store.port import Write

REMEMBERED_SECONDS = 30 * 24 * 3600
OVERALL_SECONDS = 24 * 3600
IDLE_SECONDS = 2 * 3600
PUBLISHER_IDLE_SECONDS = 3600
"""Idle and overall limits: NIST SP 800-63B-4, 2.1.3 and 2.2.3. "Remember me" stretches idleness up to the overall limit
of one factor; a publisher's session is never stretched."""
REGISTRATION_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that was just begun, and the name that the browser must bring back (it holds the secret).

    One of an account comes with a known device, and the secret for its cookie. ``is_recovery_waiting``: someone said
    that the second factors are lost of whoever has just logged in with one. ``offers_passkey``: a page is to offer one.
    """

    session: Session
    cookie: str
    device: Device | None = None
    device_secret: str = ""
    is_recovery_waiting: bool = False
    offers_passkey: bool = False

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
    read_at: datetime

    @property
    def actor(self) -> Actor:
        """The account as an actor."""
        return replace(actor_of(self.account, self.prefetched, self.proof_ages), kind=self.kind)

    @property
    def proof_ages(self) -> dict[Proof, int]:
        """The seconds since each of its proofs was given, as of when it was read."""
        now = int(self.read_at.timestamp())
        return {given.proof: now - given.at for given in proofs_of(self.session)}

    @property
    def kind(self) -> ActorKind:
        """What it acts as: what the account does, or less while a second factor is overdue."""
        kind = actor_kind(self.account)
        return reduced(kind) if self.is_factor_overdue else kind

    @property
    def factor_due_at(self) -> datetime | None:
        """From when on a second factor is asked of this session; ``None`` if none is, or it holds one."""
        due_at = self.account.factor_due_at
        return None if due_at is None or has_second_factor(self) else due_at

    @property
    def is_factor_overdue(self) -> bool:
        """Whether it may do less, until a second factor is set up."""
        due_at = self.factor_due_at
        return due_at is not None and self.read_at >= due_at


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
    def proof_ages(self) -> Mapping[Proof, int]:
        """None: whoever registered has proven nothing yet."""
        return {}

    @property
    def kind(self) -> ActorKind:
        """What it acts as."""
        return ActorKind.UNCONFIRMED


AnySession: TypeAlias = AccountSession | RegistrationSession


def proofs_of(session: Session) -> tuple[GivenProof, ...]:
    """What a session was proven with; the password alone for one of before format 6."""
    return session.proofs or (GivenProof(Proof.PASSWORD, int(session.proven_at.timestamp())),)


def given_proofs(ports: Ports, *proofs: Proof) -> tuple[GivenProof, ...]:
    """Proofs that were given just now."""
    now = int(ports.clock.now().timestamp())
    return tuple(GivenProof(proof, now) for proof in proofs)


def with_proof(ports: Ports, session: Session, proof: Proof) -> tuple[GivenProof, ...]:
    """A session's proofs with one that was given just now; the others are as old as they were."""
    others = (given for given in proofs_of(session) if given.proof is not proof)
    return (*others, *given_proofs(ports, proof))


def begin_for_account(
    ports: Ports, account: Account, *, remember: bool, device: str, proofs: tuple[GivenProof, ...] = ()
) -> NewSession:
    """Make a session and a known device for an account; the caller commits the session's ``writes``.

    ``proofs`` are what was proven and when: nothing stands for the password, given or chosen just now.
    """
    given = proofs or given_proofs(ports, Proof.PASSWORD)
    begun = _begin_for_account(ports, account, remember=remember, device=device, proofs=given)
    known, secret = new_device(ports, account, user_agent=device)
    return replace(begun, device=known, device_secret=secret)


def begin_again(
    ports: Ports, by: AccountSession, moved: Account, *, device_secret: str, proofs: tuple[GivenProof, ...]
) -> NewSession:
    """Make a session for the same browser, of the account as it has ``moved`` on; the caller commits its ``writes``.

    The known device, whose cookie holds ``device_secret``, is another one then, under the name that it had: one read.
    """
    entry = begin_for_account(ports, moved, remember=by.session.remembered, device=by.session.device, proofs=proofs)
    address_key = address_hash(by.account.address)
    records = ports.store.get(device_key(address_key, device_id(device_secret))) if device_secret else {}
    before = known_device(records, address_key, device_secret, by.account, ports)
    return replace(entry, device=continued(entry.device, before))


def renewed(ports: Ports, by: AccountSession, proof: Proof) -> NewSession:
    """A session in the place of one that has just given another proof, in the same browser (ASVS 7.2.4).

    The caller commits its ``writes``, and the end of the session of before.
    """
    proofs = with_proof(ports, by.session, proof)
    return _begin_for_account(
        ports, by.account, remember=by.session.remembered, device=by.session.device, proofs=proofs
    )


def _begin_for_account(
    ports: Ports, account: Account, *, remember: bool, device: str, proofs: tuple[GivenProof, ...]
) -> NewSession:
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
        proofs=proofs if ports.store.format() >= formats.FACTORS else (),
    )


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


def read_again(ports: Ports, current: AnySession) -> AnySession | None:
    """The session as it is now, after a conflict; ``None`` if it has ended meanwhile."""
    key = session_key(current.session.id)
    record = ports.store.one(key)
    return replace(current, session=session_from(record)) if record else None


def log_out(ports: Ports, by: AnySession) -> None:
    """End this session: its record goes, so that a copy of the cookie is worth nothing (ASVS 7.4.1)."""
    require(by, "accounts.sessions.log_out")
    current: AnySession | None = by

    def attempt(conflict: Conflict | None) -> None:
        nonlocal current
        if conflict is not None:
            current = read_again(ports, by)
        if current is not None:
            event = logged_out(ports, by.actor, user_agent=by.session.device) if isinstance(by, AccountSession) else ()
            ports.store.commit(delete_op(current.session), *event)

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
    proofs: tuple[GivenProof, ...] = (),
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
        proofs=proofs,
    )
    return NewSession(session, cookie)
