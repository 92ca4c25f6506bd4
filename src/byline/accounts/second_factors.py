"""Second factors of one's own account: an authenticator app, and recovery codes for when it is not at hand.

Each change ends all other sessions and links of the account, is told by email, and asks for a proof of late
(``permissions.py``). What an account has is said in its credentials; the app's seed is in a record of its own,
encrypted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from byline.accounts import recovery_codes, seeds, totp
from byline.accounts.authenticator_records import (
    Authenticator,
    authenticator_from,
    authenticator_key,
    authenticator_record,
    setup_from,
    setup_key,
    setup_record,
)
from byline.accounts.credential_history import history_key
from byline.accounts.credentials import load_credentials
from byline.accounts.factor_changes import check_password_alone, commit_change
from byline.accounts.passkey_records import passkeys_key
from byline.accounts.rate_limits import Counter, old_password_counter, second_step_counter
from byline.accounts.records import credentials_key
from byline.encryption import UnreadableSecret
from byline.errors import Conflict, Invalid, NotFound, TooMany, Unavailable
from byline.messages import events, security_notices
from byline.messages.second_factors import CODE_MISSING, CODE_WRONG_AT_SETUP, FACTORS_LATER, SETUP_OVER
from byline.permissions import require
from byline.proofs import Proof
from byline.store import formats
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Delete, write_over

if TYPE_CHECKING:
    from byline.accounts.sessions import AccountSession, NewSession
    from byline.messages.message import Message
    from byline.ports import Ports
    from byline.store.port import Key, Write

SETUP_SECONDS: Final = 1800


@dataclass(frozen=True, slots=True)
class Factors:
    """What an account has: ``authenticator``, and how many ``recovery_codes`` are left.

    ``is_app_over``: the app's codes cannot be checked, as a backup was restored under another secret key.
    """

    authenticator: Authenticator | None
    recovery_codes: int
    is_app_over: bool = False


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
        history_key(account_id),
    )


def read(ports: Ports, by: AccountSession) -> Factors:
    """What one's own account has, out of what was read with the session."""
    require(by, "accounts.second_factors.read")
    credentials = load_credentials(ports, by.account, by.prefetched)
    record = by.prefetched.get(authenticator_key(by.account.id))
    found = authenticator_from(record) if record and credentials.has_authenticator else None
    is_over = found is not None and not seeds.is_readable(ports.signer, found.sealed)
    return Factors(found, len(credentials.recovery_codes), is_over)


def begin_setup(ports: Ports, by: AccountSession) -> None:
    """Make a seed for an app; nothing is asked for until a code of it was given. Another one begun before is over."""
    require(by, "accounts.second_factors.begin_setup")
    if ports.store.format() < formats.FACTORS:
        raise Unavailable(FACTORS_LATER)
    sealed = seeds.encrypt(ports, ports.random.token(totp.SEED_BYTES), by.account.id)

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


def finish_setup(
    ports: Ports, by: AccountSession, code: str, *, device_secret: str = ""
) -> tuple[NewSession, tuple[str, ...]]:
    """Add the app, given a code of it; the session that goes on, and new recovery codes (none if there are some).

    ``Invalid`` at ``code``, also where no setup is under way. Wrong codes are counted: ``TooMany``.
    """
    require(by, "accounts.second_factors.finish_setup")
    seed, now = _seed_of_setup(ports, by), ports.clock.now()
    if seed is None:
        raise Invalid({"code": SETUP_OVER})
    typed = code.replace(" ", "")
    step = totp.matching_step(seed, typed, now, after=0)
    if step is None:
        raise _counted_fault(ports, by, {"code": CODE_WRONG_AT_SETUP if typed else CODE_MISSING})
    sealed = seeds.encrypt(ports, seed, by.account.id)
    added = Authenticator(by.account.id, sealed, step, now)
    setup, before = by.prefetched.get(setup_key(by.account.id)), by.prefetched.get(authenticator_key(by.account.id))
    writes: list[Write] = [write_over(before, authenticator_record(added))]
    if setup is not None:
        writes.append(Delete(setup.key, setup.version))
    credentials = load_credentials(ports, by.account, by.prefetched)
    codes = () if credentials.recovery_codes else recovery_codes.new_codes(ports.random)
    entry = commit_change(
        ports,
        by,
        replace(
            credentials,
            has_authenticator=True,
            recovery_codes=(*credentials.recovery_codes, *recovery_codes.hashes_of(by.account.id, codes)),
        ),
        event=events.AUTHENTICATOR_ADDED,
        notice=(security_notices.FACTOR_ADDED, security_notices.TOTP),
        writes=writes,
        gained=Proof.TOTP,
        device_secret=device_secret,
    )
    return entry, codes


def is_last_factor(ports: Ports, by: AccountSession) -> bool:
    """Whether the app is the one second factor of one's own account."""
    require(by, "accounts.second_factors.read")
    credentials = load_credentials(ports, by.account, by.prefetched)
    return credentials.has_authenticator and not credentials.passkeys


def remove_authenticator(ports: Ports, by: AccountSession, *, password: str, device_secret: str = "") -> NewSession:
    """Remove the app. ``NotFound`` where there is none.

    For the last second factor the password is asked for, and must be one that will do alone: ``Invalid`` at
    ``author_password``, ``TooMany``.
    """
    require(by, "accounts.second_factors.remove_authenticator")
    record = by.prefetched.get(authenticator_key(by.account.id))
    credentials = load_credentials(ports, by.account, by.prefetched)
    if record is None or not credentials.has_authenticator:
        raise NotFound
    writes: list[Write] = [Delete(record.key, record.version)]
    if is_last_factor(ports, by):
        writes.append(check_password_alone(ports, by, password))
    return commit_change(
        ports,
        by,
        replace(credentials, has_authenticator=False),
        event=events.AUTHENTICATOR_REMOVED,
        notice=(security_notices.FACTOR_REMOVED, security_notices.TOTP),
        writes=writes,
        device_secret=device_secret,
    )


def renew_recovery_codes(
    ports: Ports, by: AccountSession, *, device_secret: str = ""
) -> tuple[NewSession, tuple[str, ...]]:
    """Make ten new recovery codes; those before are not accepted any more. ``NotFound`` without a second factor."""
    require(by, "accounts.second_factors.renew_recovery_codes")
    credentials = load_credentials(ports, by.account, by.prefetched)
    if not credentials.has_second_factor:
        raise NotFound
    codes = recovery_codes.new_codes(ports.random)
    entry = commit_change(
        ports,
        by,
        replace(credentials, recovery_codes=recovery_codes.hashes_of(by.account.id, codes)),
        event=events.RECOVERY_CODES_MADE,
        notice=(security_notices.RECOVERY_CODES_MADE, ""),
        device_secret=device_secret,
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
        return seeds.decrypt(ports, setup.sealed, by.account.id)
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
