"""The second step of a login: a code of an authenticator app, or a recovery code, after the right password.

The first step leaves a signed token in the browser's cookie for ten minutes. It names the account as it was then: a
change of its factors, its password or its sessions ends it. Only who knows the password gets here, so wrong codes are
counted for the account, and keep no one else out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from byline.accounts import recovery_codes, seeds, totp
from byline.accounts.actors import actor_of
from byline.accounts.addresses import address_hash
from byline.accounts.authenticator_records import authenticator_from, authenticator_key, authenticator_record
from byline.accounts.credentials import load_credentials, save_ops, unchanged
from byline.accounts.device_notices import jobs_of_new_device
from byline.accounts.devices import continued, device_keys, known_device
from byline.accounts.model import AddressHash, GivenProof
from byline.accounts.rate_limits import Counter, second_step_counter
from byline.accounts.records import account_from, account_key, credentials_key, device_key
from byline.accounts.recovery_records import live_recovery_in, recovery_key
from byline.accounts.session_events import logged_in
from byline.accounts.sessions import begin_for_account, delete_op, given_proofs
from byline.accounts.states import may_log_in
from byline.encryption import UnreadableSecret
from byline.errors import Conflict, DeadLink, Invalid, TooMany
from byline.jobs.model import enqueue
from byline.jobs.payloads import SendSecurityNotice
from byline.messages import security_notices
from byline.messages.second_factors import APP_UNREADABLE, CODE_MISSING, CODE_WRONG
from byline.messages.security_events import SECOND_STEP_FAILED
from byline.permissions import require
from byline.proofs import Proof
from byline.security_events import RETENTION, months_in, security_events
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Delete, Replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.accounts.clients import Client
    from byline.accounts.model import Account, Credentials
    from byline.accounts.sessions import AnySession, NewSession
    from byline.ports import Ports
    from byline.store.port import Key, Record, Write

SECONDS: Final = 600
"""How long the first step is remembered."""
_PURPOSE: Final = "second step"
_LONGEST: Final = 64


@dataclass(frozen=True, slots=True)
class AcceptedCode:
    """A code that was right: what it proves, what its use writes, and how many recovery codes are left if it is one."""

    proof: Proof
    writes: tuple[Write, ...]
    left: int | None = None


def token_for(ports: Ports, account: Account, credentials: Credentials, *, remember: bool) -> str:
    """What the browser must bring back with the code, after the right password of an account with a second factor."""
    now = ports.clock.now()
    return ports.signer.make(
        _PURPOSE,
        {
            "a": account.id,
            "h": address_hash(account.address),
            "r": "1" if remember else "",
            "t": str(int(now.timestamp())),
        },
        fingerprint=ports.signer.mac(*_state(account, credentials)),
        expires_at=now + timedelta(seconds=SECONDS),
    )


def prove(
    ports: Ports, by: AnySession | None, token: str, *, code: str, client: Client
) -> tuple[NewSession, int | None]:
    """Begin the session that a code completes the login of; with a recovery code, how many are left.

    One read and one commit. ``DeadLink`` if the first step is over, ``Invalid`` at ``code``, ``TooMany``. ``by`` is
    this browser's session so far; it ends.
    """
    require(by, "accounts.second_step.prove")
    claims = ports.signer.read(_PURPOSE, token, now=ports.clock.now())
    account_id, address_key = claims.fields["a"], AddressHash(claims.fields["h"])
    counter = second_step_counter(account_id)
    keys = (
        account_key(account_id),
        credentials_key(account_id),
        authenticator_key(account_id),
        counter,
        RETENTION,
        recovery_key(account_id),
        *device_keys(address_key, client.device_secret),
    )

    def attempt(_: Conflict | None) -> tuple[NewSession, int | None] | Invalid:
        records, now = ports.store.get(*keys), ports.clock.now()
        record = records.get(account_key(account_id))
        if record is None:
            raise DeadLink
        account = account_from(record)
        credentials = load_credentials(ports, account, records)
        if not may_log_in(account) or not ports.signer.verifies(claims.fingerprint, *_state(account, credentials)):
            raise DeadLink
        counted = Counter.read(records.get(counter), counter, ports.site.limits.second_step, now)
        if ports.site.throttle:
            counted.refuse_if_full(now)
        accepted = check_code(ports, account, credentials, records, code)
        actor, months = actor_of(account), months_in(records.get(RETENTION))
        if accepted is None:
            failed = security_events(ports, actor, SECOND_STEP_FAILED, account.id, months=months)
            ports.store.commit(counted.increment(), *failed)
            return Invalid({"code": CODE_WRONG if code.strip() else CODE_MISSING})
        entry = begin_for_account(
            ports,
            account,
            remember=bool(claims.fields["r"]),
            device=client.name,
            proofs=(GivenProof(Proof.PASSWORD, int(claims.fields["t"])), *given_proofs(ports, accepted.proof)),
        )
        device = known_device(records, address_key, client.device_secret, account, ports)
        waits = live_recovery_in(records, account, now) is not None
        entry = replace(entry, device=continued(entry.device, device), is_recovery_waiting=waits)
        ports.store.commit(
            counted.unchanged(),
            *accepted.writes,
            *entry.writes,
            *([Delete(device_key(device.address_key, device.id), device.version)] if device else []),
            *(() if device else jobs_of_new_device(ports, account, user_agent=client.name)),
            *([delete_op(by.session)] if by else []),
            *logged_in(
                ports,
                actor,
                user_agent=client.name,
                months=months,
                is_known=device is not None,
                how=accepted.proof.value,
            ),
        )
        return entry, accepted.left

    outcome = retry_on_conflict(attempt, otherwise=TooMany(1))
    if isinstance(outcome, Invalid):
        raise outcome
    return outcome


def check_code(
    ports: Ports, account: Account, credentials: Credentials, records: Mapping[Key, Record | None], code: str
) -> AcceptedCode | None:
    """Whether a code is one that this account's app shows now and that was not used, or a recovery code; ``None`` if it
    is neither. Commit its ``writes``: they fail if the code was used in between.
    """
    typed, now = code[:_LONGEST].strip(), ports.clock.now()
    left = recovery_codes.without(credentials.recovery_codes, account.id, typed)
    if left is not None:
        notice = SendSecurityNotice(account.id, now, security_notices.RECOVERY_CODE_USED)
        writes = save_ops(
            ports, replace(account, version=account.version + 1), replace(credentials, recovery_codes=left)
        )
        return AcceptedCode(Proof.RECOVERY_CODE, (*writes, enqueue(ports, notice)), len(left))
    record = records.get(authenticator_key(account.id))
    if record is None or not credentials.has_authenticator:
        return None
    app = authenticator_from(record)
    try:
        seed = seeds.decrypt(ports, app.sealed, account.id)
    except UnreadableSecret as fault:  # a backup was restored under another secret key
        raise Invalid({"code": APP_UNREADABLE}) from fault
    step = totp.matching_step(seed, typed.replace(" ", ""), now, after=app.last_step)
    if step is None:
        return None
    sealed = app.sealed
    if not seeds.is_current(ports, sealed):
        sealed = seeds.encrypt(ports, seed, account.id)
    used = Replace(authenticator_record(replace(app, last_step=step, sealed=sealed)))
    # The factors are as they were read: one that is removed this very moment proves nothing any more.
    return AcceptedCode(Proof.TOTP, (used, unchanged(credentials)))


def _state(account: Account, credentials: Credentials) -> tuple[str, ...]:
    return "second step", account.id, str(credentials.version), str(account.generation)
