"""Logging in: always two reads, two hashes and one commit, whatever the address has.

The second hash is that of the newest pending registration: a person who registers with a known address and logs in with
the password they just chose must get back to the waiting page, exactly as for an unknown address.

While imported hashes may be left in the store, every login also checks one of each scheme: otherwise timing would
reveal who was imported.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from byline.accounts import second_step
from byline.accounts.actors import actor_of
from byline.accounts.addresses import address_hash
from byline.accounts.confirmation import confirm_registration
from byline.accounts.credentials import AccountWithCredentials, can_move, find_with_credentials, save_ops, unchanged
from byline.accounts.device_notices import jobs_of_new_device
from byline.accounts.devices import continued, device_counter, device_keys, known_device
from byline.accounts.legacy_hash_records import LEGACY_HASHES, legacy_hashes_from
from byline.accounts.model import AddressHash, PendingRegistration, RegistrationState
from byline.accounts.passkey_offer import with_offer
from byline.accounts.pending_registrations import AddressStatus, load_address_status, read_address_status
from byline.accounts.policy import is_too_long
from byline.accounts.rate_limits import LOGIN, Counter, count_for_network, login_counter, refuse_network_if_full
from byline.accounts.records import account_record, claim_key, device_key, session_key, slot_keys
from byline.accounts.required_factors import POLICY, FactorPolicy, policy_in, with_duty
from byline.accounts.session_events import logged_in
from byline.accounts.sessions import (
    AnySession,
    NewSession,
    begin_for_account,
    begin_for_registration,
    delete_op,
    read_again,
)
from byline.accounts.states import may_log_in
from byline.errors import Barred, Conflict, DeadLink, SecondStepNeeded, TooMany, WrongCredentials
from byline.hashing import Verdict
from byline.messages import browsers
from byline.messages.accounts import ALREADY_CONFIRMED, LINK_EXPIRED_OR_REPLACED, LINK_REPLACED
from byline.messages.security_events import LOGIN_FAILED
from byline.permissions import require
from byline.security_events import FailedLogins, failed_login_keys
from byline.store import formats
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Delete, Replace

if TYPE_CHECKING:
    from byline.accounts.clients import Client
    from byline.accounts.model import Account, Address, Device
    from byline.links import Claims
    from byline.ports import Ports
    from byline.store.port import Write


_Outcome: TypeAlias = NewSession | SecondStepNeeded | WrongCredentials | Barred


@dataclass(frozen=True, slots=True)
class _Guess:
    """What one read of an address gives a login to decide on."""

    have: AddressStatus
    known: AccountWithCredentials | None
    pending: PendingRegistration | None
    device: Device | None
    counted: Counter
    failed: FailedLogins
    policy: FactorPolicy

    def with_duty(self, ports: Ports) -> Account:
        """The account as the login leaves it: from when on a second factor is asked of it."""
        assert self.known is not None  # noqa: S101 - its password was right
        if ports.store.format() < formats.FACTORS:
            return self.known.account
        has_factor = self.known.credentials.has_second_factor
        return with_duty(self.known.account, self.policy, ports.clock.now(), has_factor=has_factor)

    @property
    def hashes(self) -> tuple[str | None, str | None]:
        """What the password is checked against: the account's, and the registration's until it is confirmed."""
        of_account = self.known.credentials.password_hash if self.known else None
        is_pending = self.pending is not None and self.pending.state is RegistrationState.PENDING
        return of_account, self.pending.password_hash if self.pending and is_pending else None


def log_in(
    ports: Ports,
    by: AnySession | None,
    *,
    address: Address,
    password: str,
    remember: bool,
    client: Client,
    link: Claims | None = None,
) -> NewSession:
    """Begin a session for whom address and password fit: the account, or else the newest pending registration.

    With ``link`` (a confirm link's claims) the registration is the one it names, and the right password confirms it in
    the same commit. ``by`` is this browser's session so far; it ends.
    Raises ``WrongCredentials``, ``Barred`` (the right password of a declined or suspended account), ``TooMany``, and
    ``SecondStepNeeded`` after the right password of an account with a second factor.
    """
    require(by, "accounts.login.log_in")
    if link is None and not client.device_secret:
        refuse_network_if_full(ports, LOGIN, client)
    address_key = address_hash(address)
    guess, current = _read(ports, address_key, link, client), by
    is_stranger = link is None and guess.device is None
    if is_stranger and client.device_secret:  # another account's device, or one that is not known any more
        refuse_network_if_full(ports, LOGIN, client)
    checked = "" if is_too_long(password) else password
    schemes = ports.legacy_hashes.schemes(ports.clock.now())
    account_hash, registration_hash = guess.hashes
    with ports.hash_queue.turn(first=not is_stranger):
        of_account = ports.hasher.verify(account_hash, checked, schemes=schemes)
        of_registration = ports.hasher.verify(registration_hash, checked)

    # Count the attempt in the commit, before answering, so that parallel guesses cannot skip the counter: who finds it
    # changed reads again and may be refused, the right password included.
    def attempt(conflict: Conflict | None) -> _Outcome:
        nonlocal guess, current
        if conflict is not None:
            if current and session_key(current.session.id) in conflict.keys:
                current = read_again(ports, current)
            guess = _read(ports, address_key, link, client, like=guess)
        if link is not None and of_registration and guess.pending:
            return confirm_registration(ports, guess.pending, by=current, device=client.name, unchanged=guess.counted)
        writes, outcome = _outcome(
            ports, guess, of_account, of_registration, password, remember=remember, client=client
        )
        ends = [delete_op(current.session)] if current and isinstance(outcome, NewSession) else []
        ports.store.commit(*writes, *ends)
        return outcome

    outcome = retry_on_conflict(attempt, otherwise=TooMany(1))
    if isinstance(outcome, WrongCredentials):
        count_for_network(ports, LOGIN, client)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def linked_registration(ports: Ports, link: Claims) -> PendingRegistration:
    """The registration that a confirmation link names; ``DeadLink`` if it has ended or was confirmed."""
    address_key = AddressHash(link.fields["p"])
    have = load_address_status(ports, address_key)
    for pending in have.pending_registrations:
        if pending.id == link.fields["i"]:
            if pending.state is RegistrationState.CONFIRMED:
                raise DeadLink(ALREADY_CONFIRMED)
            if pending.state is RegistrationState.WITHDRAWN or have.account_id is not None:
                raise DeadLink(LINK_REPLACED)
            return pending
    raise DeadLink(LINK_EXPIRED_OR_REPLACED)


def _read(
    ports: Ports, address_key: AddressHash, link: Claims | None, client: Client, like: _Guess | None = None
) -> _Guess:
    """Two reads: claim, slots, counters and device; then account and credentials, or those that are never there.


    What is read depends on the browser and on what was typed, never on whether the address has an account.
    ``like`` keeps whom the hashes were computed for: what was written in between is read anew, never a second guess.
    """
    now = ports.clock.now()
    extra_keys = (LEGACY_HASHES,) if ports.legacy_hashes.is_stale(now) else ()
    # With a link only those who can read the mailbox guess, so strangers do not use up its attempts.
    counter, limit = login_counter(link.fields["i"] if link else address_key), ports.site.limits.login
    devices = device_keys(address_key, client.device_secret)
    extra_keys = (*extra_keys, POLICY, *failed_login_keys(address_key, now))
    records = ports.store.get(claim_key(address_key), *slot_keys(address_key), counter, *devices, *extra_keys)
    if LEGACY_HASHES in extra_keys:
        ports.legacy_hashes.update(*legacy_hashes_from(records.get(LEGACY_HASHES)), now)
    have = read_address_status(records, address_key, now)
    known = find_with_credentials(ports, have.account_id)
    pending = have.newest
    if link is not None:
        # Once the address has an account, the link confirms nothing, and the registration's password opens nothing.
        named = (
            p for p in have.pending_registrations if p.id == link.fields["i"] and p.state is RegistrationState.PENDING
        )
        pending = next(named, None) if have.account_id is None else None
    device = known_device(records, address_key, client.device_secret, known.account if known else None, ports)
    if device is not None:
        counter, limit = device_counter(client.device_secret), ports.site.limits.login_device
    counted = Counter.read(records.get(counter), counter, limit, now)
    guess = _Guess(
        have,
        known,
        pending,
        device,
        counted,
        FailedLogins.read(records, address_key, now),
        policy_in(records.get(POLICY)),
    )
    if like is not None and like.hashes != guess.hashes:
        raise TooMany(1)  # a password changed under our eyes: the person tries again
    if ports.site.throttle:
        counted.refuse_if_full(now)
    return guess


def _outcome(
    ports: Ports,
    guess: _Guess,
    of_account: Verdict,
    of_registration: Verdict,
    password: str,
    *,
    remember: bool,
    client: Client,
) -> tuple[tuple[Write, ...], _Outcome]:
    """What to commit and what to answer; where both passwords fit, the account wins."""
    known, pending = guess.known, guess.pending
    if of_account and known is not None:
        account, credentials = known.account, known.credentials
        if not may_log_in(account):
            return (guess.counted.unchanged(),), Barred(account.state.value, account.note)
        # Without the condition, a password that is changed between the two records' reading would open a new session.
        writes: tuple[Write, ...] = (unchanged(credentials),)
        after = replace(guess.with_duty(ports), version=account.version + 1)
        if of_account is Verdict.REHASH or can_move(ports, credentials):
            if of_account is Verdict.REHASH:
                credentials = replace(credentials, password_hash=ports.hasher.hash(password))
            account, writes = after, save_ops(ports, after, credentials)
            credentials = replace(credentials, version=credentials.version + 1)
        elif after.factor_due_at != account.factor_due_at:
            account, writes = after, (*writes, Replace(account_record(after)))
        if credentials.has_second_factor:
            token = second_step.token_for(ports, account, credentials, remember=remember)
            return (guess.counted.unchanged(), *writes), SecondStepNeeded(token)
        entry = begin_for_account(ports, account, remember=remember, device=client.name)
        if guess.device is not None:  # the new session has a new one
            entry = replace(entry, device=continued(entry.device, guess.device))
            writes = (*writes, Delete(device_key(guess.device.address_key, guess.device.id), guess.device.version))
        entry = with_offer(ports, entry, account, client)
        is_new = guess.device is None and bool(entry.session.proofs)
        jobs = jobs_of_new_device(ports, account, user_agent=client.name) if is_new else ()
        event = logged_in(
            ports,
            actor_of(account),
            user_agent=client.name,
            months=guess.failed.months,
            is_known=guess.device is not None,
        )
        return (guess.counted.unchanged(), *writes, *entry.writes, *jobs, *event), entry
    if of_registration and pending is not None:
        entry = begin_for_registration(ports, pending, device=client.name)
        return (guess.counted.unchanged(), *entry.writes), entry
    failed = guess.failed.one_more(
        ports,
        LOGIN_FAILED,
        known.account.id if known else "",
        decoy_until=guess.counted.ends_at(),
        device=browsers.code_of(client.name),
        stops=guess.counted.fills_up,
    )
    return (guess.counted.increment(), *failed), WrongCredentials()
