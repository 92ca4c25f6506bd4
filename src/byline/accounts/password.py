"""Passwords: changing one's own, asking for a reset, choosing a new one by the link of an email."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from byline.accounts import invitations
from byline.accounts.actors import actor_of
from byline.accounts.addresses import address_hash
from byline.accounts.bounces import delete_undeliverable_ops, without_bounce
from byline.accounts.credential_history import history_keys, history_ops, read_history
from byline.accounts.credentials import load_credentials, save_ops
from byline.accounts.policy import check_password, is_too_long, least_characters
from byline.accounts.rate_limits import (
    RESET,
    Counter,
    count_for_network,
    old_password_counter,
    refuse_network_if_full,
    reset_counter,
)
from byline.accounts.records import credentials_key
from byline.accounts.second_step import token_for
from byline.accounts.sessions import (
    AccountSession,
    AnySession,
    NewSession,
    begin_again,
    begin_for_account,
    delete_op,
    with_proof,
)
from byline.accounts.states import Event, may_log_in, move
from byline.audit import audit_events
from byline.errors import Barred, Conflict, DeadLink, Invalid, SecondStepNeeded, TooMany, Unavailable
from byline.jobs.model import enqueue
from byline.jobs.payloads import SendPasswordChanged, SendReset
from byline.messages import events
from byline.messages.accounts import (
    LINK_USED_JUST_NOW,
    OLD_PASSWORD_MISSING,
    OLD_PASSWORD_WRONG,
)
from byline.messages.outages import CHANGED_MEANWHILE
from byline.permissions import require
from byline.proofs import Proof
from byline.store.conflicts import retry_on_conflict

if TYPE_CHECKING:
    from byline.accounts.account_links import AccountLink
    from byline.accounts.clients import Client
    from byline.accounts.model import Account, Address, Credentials
    from byline.messages.message import Message
    from byline.ports import Ports
    from byline.store.port import Key, Record, Write


def password_keys(account_id: str) -> tuple[Key, ...]:
    """What ``change`` needs besides the account: the credentials with what they were before, and the counter of wrong
    old passwords.
    """
    return (credentials_key(account_id), old_password_counter(account_id), *history_keys(account_id))


def least_characters_of(ports: Ports, by: AccountSession) -> int:
    """How long a new password of one's own must be: less beside a second factor."""
    credentials = load_credentials(ports, by.account, by.prefetched)
    return least_characters(ports.site, has_factor=credentials.has_second_factor)


def change(ports: Ports, by: AccountSession, *, old: str, new: str, device_secret: str = "") -> NewSession:
    """Change one's own password: every other session ends, this browser's is renewed, and an email tells the owner.

    ``device_secret`` is this browser's, whose name stays: one read besides the session's, and one commit. ``Invalid``
    at ``old_password`` and ``new_password``, each named if it is at fault, and ``TooMany``.
    """
    require(by, "accounts.password.change")
    account = by.account
    key = old_password_counter(account.id)
    credentials = load_credentials(ports, account, by.prefetched)
    counted = old_password_tries(ports, by.prefetched.get(key), account)
    with ports.hash_queue.turn(first=True):
        right = ports.hasher.verify(credentials.password_hash, "" if is_too_long(old) else old)
    faults: dict[str, Message] = {}
    if not right:
        faults["old_password"] = OLD_PASSWORD_WRONG if old else OLD_PASSWORD_MISSING
    try:
        check_password(
            new,
            ports.site,
            field="new_password",
            name=account.name,
            address=account.address,
            has_factor=credentials.has_second_factor,
        )
    except Invalid as fault:
        faults |= fault.faults

    def attempt(conflict: Conflict | None) -> NewSession:
        nonlocal counted
        if conflict is not None:
            if key not in conflict.keys:
                raise Unavailable(CHANGED_MEANWHILE) from conflict
            # Parallel guesses: none is answered before it is counted, not even the right one.
            counted = old_password_tries(ports, ports.store.one(key), account)
        if faults:  # that the old one was right is an answer too: it holds only if no attempt was counted in between
            ports.store.commit(counted.unchanged() if right else counted.increment())
            raise Invalid(faults)
        return _change_once(ports, by, credentials, new, counted, device_secret=device_secret)

    return retry_on_conflict(attempt, otherwise=TooMany(1))


def request_reset(ports: Ports, by: AnySession | None, address: Address, *, client: Client) -> None:
    """Enqueue an email with a link; the same reads, writes and job whether the address has anything or not."""
    require(by, "accounts.password.request_reset")
    refuse_network_if_full(ports, RESET, client)
    address_key = address_hash(address)
    key = reset_counter(address_key)

    def attempt(_: Conflict | None) -> None:
        now = ports.clock.now()
        counted = Counter.read(ports.store.one(key), key, ports.site.limits.reset, now)
        if ports.site.throttle:
            counted.refuse_if_full(now)
        ports.store.commit(counted.increment(), enqueue(ports, SendReset(address_key, address)))

    retry_on_conflict(attempt, otherwise=TooMany(1))
    count_for_network(ports, RESET, client)


def reset(ports: Ports, by: AnySession | None, link: AccountLink, *, new: str, name: str, client: Client) -> NewSession:
    """Choose a new password by an email's link, as ``read_link`` read it on this request: one commit, every other
    session and link dead.

    Opens an account where there was none yet (``name`` is asked for again; nothing of a pending registration is kept).
    ``Barred`` if the account may not log in: its password is changed all the same.
    """
    require(by, "accounts.password.reset")
    before = link.known.account if link.known else None
    check_password(
        new,
        ports.site,
        field="new_password",
        name=before.name if before else name,
        address=link.address,
        has_factor=link.known is not None and link.known.credentials.has_second_factor,
    )
    with ports.hash_queue.turn(first=True):
        hashed = ports.hasher.hash(new)
    now = ports.clock.now()
    writes: tuple[Write, ...]
    if link.known is None:
        account, writes = invitations.open_account(ports, link, name=name, password_hash=hashed)
    else:
        before = link.known.account
        account = replace(
            without_bounce(move(before, Event.PASSWORD_RESET, by=before.id, at=now)),  # the email arrived
            confirmed_at=before.confirmed_at or now,
        )
        actor = actor_of(account)
        writes = (
            *save_ops(ports, account, replace(link.known.credentials, password_hash=hashed)),
            *history_ops(ports, link.known.credentials, link.known.records),
            *delete_undeliverable_ops(before),
            enqueue(ports, SendPasswordChanged(account.id, now)),
            *audit_events(ports, actor, events.PASSWORD_RESET, account.id),
        )
    # A reset changes the password only: a second factor is asked for as before (ASVS 6.4.3).
    is_asked = link.known is not None and link.known.credentials.has_second_factor
    begins = may_log_in(account) and not is_asked
    entry = begin_for_account(ports, account, remember=False, device=client.name) if begins else None
    try:
        ports.store.commit(
            *writes,
            *([*entry.writes] if entry else []),
            *([delete_op(by.session)] if by else []),
        )
    except Conflict as conflict:
        if by and not (conflict.keys - {delete_op(by.session).key}):
            raise
        raise DeadLink(LINK_USED_JUST_NOW) from conflict
    if entry is not None:
        return entry
    if may_log_in(account) and link.known is not None:
        # The commit has moved the credentials on by one.
        changed_now = replace(link.known.credentials, version=link.known.credentials.version + 1)
        raise SecondStepNeeded(token_for(ports, account, changed_now, remember=False))
    raise Barred(account.state.value, account.note)


def _change_once(
    ports: Ports, by: AccountSession, credentials: Credentials, new: str, counted: Counter, *, device_secret: str
) -> NewSession:
    """Change the password, given the old one; ``Conflict`` if an attempt was counted in between."""
    account = by.account
    with ports.hash_queue.turn(first=True):
        hashed = ports.hasher.hash(new)
    changed = move(account, Event.PASSWORD_CHANGED, by=account.id, at=ports.clock.now())
    before, credentials = credentials, replace(credentials, password_hash=hashed)
    proofs = with_proof(ports, by.session, Proof.PASSWORD)
    entry = begin_again(ports, by, changed, device_secret=device_secret, proofs=proofs)
    ports.store.commit(
        *save_ops(ports, changed, credentials),
        *history_ops(ports, before, read_history(ports, account.id, by.prefetched)),
        *entry.writes,
        delete_op(by.session),
        counted.unchanged(),
        enqueue(ports, SendPasswordChanged(changed.id, ports.clock.now())),
        *audit_events(ports, by.actor, events.PASSWORD_CHANGED, account.id),
    )
    return entry


def old_password_tries(ports: Ports, record: Record | None, account: Account) -> Counter:
    """The counter of wrong old passwords; ``TooMany`` if it is full."""
    now = ports.clock.now()
    counted = Counter.read(record, old_password_counter(account.id), ports.site.limits.old_password, now)
    if ports.site.throttle:
        counted.refuse_if_full(now)
    return counted
