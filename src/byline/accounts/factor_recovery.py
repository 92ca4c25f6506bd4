"""Lost second factors, without a help desk: a publisher starts, the mailbox's owner finishes after 72 hours.

The publisher knows the person, the mailbox is theirs, and for three days every email, session and remaining factor can
stop it: whoever has the mailbox alone gets nothing, and who fooled a publisher has to wait while the owner is told.
``recovery`` is the waiting; here are its beginning and its end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from byline.accounts.actors import actor_of, actor_unchanged, load_account, read_actor_again
from byline.accounts.authenticator_records import authenticator_key, setup_key
from byline.accounts.bounces import delete_undeliverable_ops, without_bounce
from byline.accounts.credential_history import history_keys, history_ops
from byline.accounts.credentials import load_credentials, save_ops, unchanged
from byline.accounts.factor_reset import HOURS, notices_to_publishers
from byline.accounts.model import Role
from byline.accounts.passkey_records import delete_ops, passkeys_key
from byline.accounts.policy import check_password
from byline.accounts.records import account_key, credentials_key
from byline.accounts.recovery import FINISH, read_token, recovery_of_link, start_writes
from byline.accounts.recovery_records import Purpose, recovery_key
from byline.accounts.sessions import begin_for_account, delete_op
from byline.accounts.states import Event, may_log_in, move
from byline.audit import audit_events
from byline.errors import Conflict, DeadLink, Invalid, NotAllowed, Unavailable
from byline.jobs.model import enqueue
from byline.jobs.payloads import SendSecurityNotice
from byline.messages import events, security_notices
from byline.messages.accounts import LINK_USED_JUST_NOW
from byline.messages.recoveries import (
    NOT_CONFIRMED,
    NOT_READY,
    NOTHING_TO_RECOVER,
    RECOVERIES_LATER,
    RECOVERY_OVER,
)
from byline.permissions import require
from byline.store import formats
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Delete

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.accounts.clients import Client
    from byline.accounts.model import Account, Credentials
    from byline.accounts.recovery_records import Recovery
    from byline.accounts.sessions import AnySession, NewSession
    from byline.audit import Actor
    from byline.ports import Ports
    from byline.store.port import Key, Record, Write


@dataclass(frozen=True, slots=True)
class FinishLink:
    """What a link to finish opens, as one read found it: ``records``; ``deletes`` is every one of a factor."""

    account: Account
    recovery: Recovery
    credentials: Credentials
    deletes: tuple[Write, ...]
    records: Mapping[Key, Record]


def keys(account_id: str) -> tuple[Key, ...]:
    """What starting reads besides the account."""
    return credentials_key(account_id), recovery_key(account_id)


def can_start(ports: Ports, by: Actor, account: Account) -> bool:
    """Whether an account has second factors that someone else may lose for it, out of what was read with the actor."""
    if account.id == by.account_id or not may_log_in(account) or account.confirmed_at is None:
        return False
    return load_credentials(ports, account, by.prefetched).has_second_factor


def start(ports: Ports, by: Actor, account_id: str) -> Account:
    """Start it for another person's account. Emails tell them at once, and other publishers where it is a publisher's.

    ``Invalid`` where nothing can be recovered, or a recovery is under way already; ``NotAllowed`` for oneself.
    """
    require(by, "accounts.factor_recovery.start")
    if account_id == by.account_id:
        raise NotAllowed("No one recovers their own second factors.")
    if ports.store.format() < formats.PERSONAL_DATA:
        raise Unavailable(RECOVERIES_LATER)

    def attempt(conflict: Conflict | None) -> Account:
        nonlocal by
        if conflict is not None:
            by = read_actor_again(ports, by)
        account = load_account(ports, account_id, by.prefetched)
        found = {key: by.prefetched[key] for key in keys(account_id) if key in by.prefetched}
        if len(found) < len(keys(account_id)):
            found = {**dict.fromkeys(keys(account_id)), **ports.store.get(*keys(account_id))}
        credentials = load_credentials(ports, account, found)
        if account.confirmed_at is None:
            raise Invalid({"": NOT_CONFIRMED})
        if not may_log_in(account) or not credentials.has_second_factor:
            raise Invalid({"": NOTHING_TO_RECOVER})
        writes = start_writes(ports, by, account, found[recovery_key(account_id)], purpose=Purpose.FACTORS)
        told = security_notices.PUBLISHER_RECOVERY
        ports.store.commit(
            *writes,
            unchanged(credentials),
            *(notices_to_publishers(ports, account, told) if account.role is Role.PUBLISHER else ()),
            *audit_events(ports, by, events.RECOVERY_STARTED, account_id),
            *actor_unchanged(by),
        )
        return account

    return retry_on_conflict(attempt)


def read_link(ports: Ports, token: str) -> FinishLink:
    """What a link to finish opens, in one read; ``DeadLink`` if the recovery is over, or may not be finished yet."""
    account_id, name = read_token(ports, FINISH, token)
    of_factors = setup_key(account_id), *history_keys(account_id)
    records = ports.store.get(account_key(account_id), *keys(account_id), *of_factors)
    account, recovery = recovery_of_link(ports, records, account_id, name)
    if recovery.purpose is not Purpose.FACTORS:
        raise DeadLink(RECOVERY_OVER)
    if not recovery.is_ready(ports.clock.now()):
        raise DeadLink(NOT_READY)
    return FinishLink(
        account, recovery, load_credentials(ports, account, records), _deletes(records, account_id), records
    )


def finish(ports: Ports, by: AnySession | None, link: FinishLink, *, new: str, client: Client) -> NewSession:
    """Delete all second factors and set a new password, by a link as ``read_link`` read it on this request.

    One commit: every session, device and link of the account is dead, and this browser is logged in. Whoever must have
    a second factor has 24 hours to set one up. ``Invalid`` at ``new_password``, ``DeadLink`` if it was just used.
    """
    require(by, "accounts.factor_recovery.finish")
    before, now = link.account, ports.clock.now()
    check_password(new, ports.site, field="new_password", name=before.name, address=before.address)
    with ports.hash_queue.turn(first=True):
        hashed = ports.hasher.hash(new)
    must = before.role is Role.PUBLISHER or before.factor_due_at is not None
    account = replace(
        without_bounce(move(before, Event.FACTORS_RECOVERED, by=before.id, at=now)),  # the email arrived
        factor_due_at=now + timedelta(hours=HOURS) if must else None,
    )
    without = replace(link.credentials, password_hash=hashed, has_authenticator=False, recovery_codes=(), passkeys=())
    entry = begin_for_account(ports, account, remember=False, device=client.name)
    told = security_notices.PUBLISHER_RECOVERED
    try:
        ports.store.commit(
            *save_ops(ports, account, without),
            *history_ops(ports, link.credentials, link.records),
            *link.deletes,
            *delete_undeliverable_ops(before),
            Delete(recovery_key(before.id), link.recovery.version),
            enqueue(ports, SendSecurityNotice(account.id, now, security_notices.FACTORS_RECOVERED)),
            *(notices_to_publishers(ports, account, told) if account.role is Role.PUBLISHER else ()),
            *audit_events(ports, actor_of(account), events.RECOVERY_FINISHED, account.id),
            *entry.writes,
            *([delete_op(by.session)] if by else []),
        )
    except Conflict as conflict:
        if by and not (conflict.keys - {delete_op(by.session).key}):
            raise
        raise DeadLink(LINK_USED_JUST_NOW) from conflict
    return entry


def _deletes(records: Mapping[Key, Record], account_id: str) -> tuple[Write, ...]:
    single = (records.get(authenticator_key(account_id)), records.get(setup_key(account_id)))
    return (
        *(Delete(record.key, record.version) for record in single if record),
        *delete_ops(records.get(passkeys_key(account_id))),
    )
