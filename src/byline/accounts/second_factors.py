"""Second factors of one's own account: an authenticator app, and recovery codes for when it is not at hand.

Each change ends all other sessions and links of the account, is told by email, and asks for a proof of late
(``permissions.py``). What an account has is said in its credentials; the app's seed is in a record of its own,
encrypted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from byline.accounts import recovery_codes, totp
from byline.accounts.authenticator_records import (
    Authenticator,
    authenticator_from,
    authenticator_key,
    authenticator_record,
    setup_from,
    setup_key,
    setup_record,
)
from byline.accounts.credentials import load_credentials, save_ops
from byline.accounts.passkey_records import passkeys_key
from byline.accounts.password import old_password_tries
from byline.accounts.policy import check_password, is_too_long
from byline.accounts.rate_limits import Counter, old_password_counter, second_step_counter
from byline.accounts.records import credentials_key
from byline.accounts.second_step import SEED
from byline.accounts.sessions import AccountSession, begin_for_account, delete_op, given_proofs, proofs_of
from byline.accounts.states import Event, move
from byline.audit import audit_events
from byline.errors import Conflict, Invalid, NotFound, TooMany, Unavailable
from byline.jobs.model import enqueue
from byline.jobs.payloads import SendSecurityNotice
from byline.messages import events, security_notices
from byline.messages.accounts import OLD_PASSWORD_MISSING, OLD_PASSWORD_WRONG
from byline.messages.browsers import code_of
from byline.messages.outages import CHANGED_MEANWHILE
from byline.messages.second_factors import CODE_MISSING, CODE_WRONG_AT_SETUP, FACTORS_LATER, SETUP_OVER
from byline.permissions import require
from byline.proofs import SECOND_FACTORS, Proof
from byline.sealing import UnreadableSecret, seal, unseal
from byline.store import formats
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Delete, write_over

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from byline.accounts.model import Credentials
    from byline.accounts.sessions import NewSession
    from byline.messages.message import Message
    from byline.ports import Ports
    from byline.store.port import Key, Write

SETUP_SECONDS: Final = 1800


@dataclass(frozen=True, slots=True)
class Factors:
    """What an account has: ``authenticator``, and how many ``recovery_codes`` are left."""

    authenticator: Authenticator | None
    recovery_codes: int


@dataclass(frozen=True, slots=True)
class Setup:
    """What an app is set up with: the seed as a person types it, and the address that the QR code says."""

    key: str
    address: str


def keys(account_id: str) -> tuple[Key, ...]:
    """What the pages about an account's factors read besides the account."""
    return (
        credentials_key(account_id),
        authenticator_key(account_id),
        setup_key(account_id),
        old_password_counter(account_id),
        second_step_counter(account_id),
        passkeys_key(account_id),
    )


def read(ports: Ports, by: AccountSession) -> Factors:
    """What one's own account has, out of what was read with the session."""
    require(by, "accounts.second_factors.read")
    credentials = load_credentials(ports, by.account, by.prefetched)
    record = by.prefetched.get(authenticator_key(by.account.id))
    found = authenticator_from(record) if record and credentials.has_authenticator else None
    return Factors(found, len(credentials.recovery_codes))


def begin_setup(ports: Ports, by: AccountSession) -> None:
    """Make a seed for an app; nothing is asked for until a code of it was given. Another one begun before is over."""
    require(by, "accounts.second_factors.begin_setup")
    if ports.store.format() < formats.FACTORS:
        raise Unavailable(FACTORS_LATER)
    sealed = seal(ports.signer, ports.random, SEED, ports.random.token(totp.SEED_BYTES), about=by.account.id)

    def attempt(conflict: Conflict | None) -> None:
        key = setup_key(by.account.id)
        before = by.prefetched.get(key) if conflict is None else ports.store.one(key)
        until = ports.clock.now() + timedelta(seconds=SETUP_SECONDS)
        ports.store.commit(write_over(before, setup_record(by.account.id, sealed, until)))

    retry_on_conflict(attempt)


def load_setup(ports: Ports, by: AccountSession) -> Setup | None:
    """What the app is set up with; ``None`` if nothing was begun in the last half hour."""
    require(by, "accounts.second_factors.load_setup")
    seed = _seed_of_setup(ports, by)
    if seed is None:
        return None
    address = totp.setup_address(seed, issuer=ports.site.name, account=by.account.address)
    return Setup(totp.setup_key(seed), address)


def finish_setup(ports: Ports, by: AccountSession, code: str) -> tuple[NewSession, tuple[str, ...]]:
    """Add the app, given a code of it; the session that goes on, and new recovery codes (none if there are some).

    ``Invalid`` at ``code``; ``NotFound`` where no setup is under way. Wrong codes are counted: ``TooMany``.
    """
    require(by, "accounts.second_factors.finish_setup")
    seed, now = _seed_of_setup(ports, by), ports.clock.now()
    if seed is None:
        raise Invalid({"code": SETUP_OVER})
    typed = code.replace(" ", "")
    step = totp.matching_step(seed, typed, now, after=0)
    if step is None:
        raise _counted_fault(ports, by, {"code": CODE_WRONG_AT_SETUP if typed else CODE_MISSING})
    sealed = seal(ports.signer, ports.random, SEED, seed, about=by.account.id)
    added = Authenticator(by.account.id, sealed, step, now)
    setup, before = by.prefetched.get(setup_key(by.account.id)), by.prefetched.get(authenticator_key(by.account.id))
    writes: list[Write] = [write_over(before, authenticator_record(added))]
    if setup is not None:
        writes.append(Delete(setup.key, setup.version))
    codes = recovery_codes.new_codes(ports.random)

    def change(credentials: Credentials) -> Credentials:
        hashes = credentials.recovery_codes or tuple(recovery_codes.hash_of(by.account.id, each) for each in codes)
        return replace(credentials, has_authenticator=True, recovery_codes=hashes)

    had = load_credentials(ports, by.account, by.prefetched).recovery_codes
    entry = _change(
        ports,
        by,
        change,
        event=events.AUTHENTICATOR_ADDED,
        notice=security_notices.FACTOR_ADDED,
        writes=writes,
        gained=Proof.TOTP,
    )
    return entry, () if had else codes


def remove_authenticator(ports: Ports, by: AccountSession, *, password: str) -> NewSession:
    """Remove the app and, with it, the recovery codes where no other factor is left.

    The password is asked for and must be one that will do alone: it is the only factor then. ``Invalid`` at
    ``author_password``, ``TooMany``, ``NotFound`` where there is no app.
    """
    require(by, "accounts.second_factors.remove_authenticator")
    account, record = by.account, by.prefetched.get(authenticator_key(by.account.id))
    credentials = load_credentials(ports, account, by.prefetched)
    if record is None or not credentials.has_authenticator:
        raise NotFound
    counted = old_password_tries(ports, by.prefetched.get(old_password_counter(account.id)), account)
    with ports.hash_queue.turn(first=True):
        right = ports.hasher.verify(credentials.password_hash, "" if is_too_long(password) else password)
    if not right:
        ports.store.commit(counted.increment())
        raise Invalid({"author_password": OLD_PASSWORD_WRONG if password else OLD_PASSWORD_MISSING})
    check_password(password, ports.site, field="author_password", name=account.name, address=account.address)

    def change(credentials: Credentials) -> Credentials:
        without = replace(credentials, has_authenticator=False)
        return without if without.has_second_factor else replace(without, recovery_codes=())

    is_last = not replace(credentials, has_authenticator=False).has_second_factor
    return _change(
        ports,
        by,
        change,
        event=events.AUTHENTICATOR_REMOVED,
        notice=security_notices.FACTOR_REMOVED,
        writes=(Delete(record.key, record.version), counted.unchanged()),
        lost=SECOND_FACTORS if is_last else frozenset(),
    )


def renew_recovery_codes(ports: Ports, by: AccountSession) -> tuple[NewSession, tuple[str, ...]]:
    """Make ten new recovery codes; those before are not accepted any more. ``NotFound`` without a second factor."""
    require(by, "accounts.second_factors.renew_recovery_codes")
    if not load_credentials(ports, by.account, by.prefetched).has_second_factor:
        raise NotFound
    codes = recovery_codes.new_codes(ports.random)
    hashes = tuple(recovery_codes.hash_of(by.account.id, each) for each in codes)
    entry = _change(
        ports,
        by,
        lambda credentials: replace(credentials, recovery_codes=hashes),
        event=events.RECOVERY_CODES_MADE,
        notice=security_notices.RECOVERY_CODES_MADE,
    )
    return entry, codes


def _seed_of_setup(ports: Ports, by: AccountSession) -> bytes | None:
    record = by.prefetched.get(setup_key(by.account.id))
    if record is None:
        return None
    setup = setup_from(record)
    if ports.clock.now() >= setup.until:
        return None
    try:
        return unseal(ports.signer, SEED, setup.sealed, about=by.account.id)
    except UnreadableSecret:
        return None


def _counted_fault(ports: Ports, by: AccountSession, faults: dict[str, Message]) -> Invalid:
    """Count a wrong code; the fault to raise."""
    key = second_step_counter(by.account.id)
    now = ports.clock.now()

    def attempt(conflict: Conflict | None) -> None:
        record = by.prefetched.get(key) if conflict is None else ports.store.one(key)
        counted = Counter.read(record, key, ports.site.limits.second_step, now)
        if ports.site.throttle:
            counted.refuse_if_full(now)
        ports.store.commit(counted.increment())

    retry_on_conflict(attempt, otherwise=TooMany(1))
    return Invalid(faults)


def _change(
    ports: Ports,
    by: AccountSession,
    change: Callable[[Credentials], Credentials],
    *,
    event: str,
    notice: str,
    writes: Sequence[Write] = (),
    gained: Proof | None = None,
    lost: frozenset[Proof] = frozenset(),
) -> NewSession:
    """Commit a change of the factors: all other sessions and links end, this browser goes on with a new session."""
    now = ports.clock.now()
    credentials = load_credentials(ports, by.account, by.prefetched)
    moved = move(by.account, Event.FACTORS_CHANGED, by=by.account.id, at=now)
    kept = tuple(given for given in proofs_of(by.session) if given.proof not in lost)
    entry = begin_for_account(
        ports,
        moved,
        remember=by.session.remembered,
        device=by.session.device,
        proofs=(*kept, *given_proofs(ports, *([gained] if gained else []))),
    )
    detail = security_notices.TOTP if notice in {security_notices.FACTOR_ADDED, security_notices.FACTOR_REMOVED} else ""
    try:
        ports.store.commit(
            *save_ops(ports, moved, change(credentials)),
            *writes,
            *entry.writes,
            delete_op(by.session),
            enqueue(ports, SendSecurityNotice(moved.id, now, notice, detail, code_of(by.session.device))),
            *audit_events(ports, by.actor, event, moved.id),
        )
    except Conflict as conflict:
        raise Unavailable(CHANGED_MEANWHILE) from conflict
    return entry
