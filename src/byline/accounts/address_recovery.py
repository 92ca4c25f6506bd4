"""A lost mailbox, without a help desk: a publisher names the person's new address, and after 72 hours its owner takes
over.

The publisher knows the person. For three days the address before, every session and every publisher can stop it; then
a link goes to the new address, and the one before can still undo the change for seven days (``address_undo``). Second
factors stay: they are asked for afterwards. ``recovery`` is the waiting; here are its beginning and its end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from byline.accounts.actors import actor_of, actor_unchanged, load_account, read_actor_again
from byline.accounts.address_change_records import changes_from, changes_key
from byline.accounts.address_switch import switch, switch_keys
from byline.accounts.addresses import address_hash
from byline.accounts.credentials import load_credentials, save_ops
from byline.accounts.model import Address
from byline.accounts.policy import check_password
from byline.accounts.records import account_key, claim_key, credentials_key
from byline.accounts.recovery import FINISH, read_token, recovery_of_link, start_writes
from byline.accounts.recovery_records import Purpose, recovery_key
from byline.accounts.second_step import token_for
from byline.accounts.sessions import begin_for_account, delete_op
from byline.accounts.states import may_log_in
from byline.audit import audit_events
from byline.errors import Conflict, DeadLink, Invalid, NotAllowed, SecondStepNeeded, Unavailable
from byline.messages import events
from byline.messages.accounts import LINK_USED_JUST_NOW
from byline.messages.address_changes import ADDRESS_IS_TAKEN, ADDRESS_IS_THEIRS, ADDRESSES_LATER
from byline.messages.recoveries import NOT_CONFIRMED, NOT_READY, NOTHING_TO_RECOVER, RECOVERY_OVER
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
    from byline.store.port import Key, Record


@dataclass(frozen=True, slots=True)
class FinishLink:
    """What a link to finish opens, as one read found it."""

    account: Account
    recovery: Recovery
    credentials: Credentials
    records: Mapping[Key, Record]


def can_start(by: Actor, account: Account) -> bool:
    """Whether it is another person's account, and one that can be logged in to."""
    return account.id != by.account_id and may_log_in(account) and account.confirmed_at is not None


def start(ports: Ports, by: Actor, account_id: str, *, address: Address) -> Account:
    """Start it for another person's account. An email tells the address that it has now, with a link that stops it.

    ``Invalid`` at ``author_email`` for the address that the account has and one that has an account, and of no field
    where the account cannot be recovered, or a recovery is under way already; ``NotAllowed`` for oneself.
    """
    require(by, "accounts.address_recovery.start")
    if account_id == by.account_id:
        raise NotAllowed("No one recovers their own address.")
    if ports.store.format() < formats.PERSONAL_DATA:
        raise Unavailable(ADDRESSES_LATER)
    claim = claim_key(address_hash(address))

    def attempt(conflict: Conflict | None) -> Account:
        nonlocal by
        if conflict is not None:
            by = read_actor_again(ports, by)
        account = load_account(ports, account_id, by.prefetched)
        records = ports.store.get(recovery_key(account_id), claim)
        if address_hash(account.address) == address_hash(address):
            raise Invalid({"author_email": ADDRESS_IS_THEIRS})
        if claim in records:
            raise Invalid({"author_email": ADDRESS_IS_TAKEN})
        if account.confirmed_at is None:
            raise Invalid({"": NOT_CONFIRMED})
        if not may_log_in(account):
            raise Invalid({"": NOTHING_TO_RECOVER})
        before = records.get(recovery_key(account_id))
        ports.store.commit(
            *start_writes(ports, by, account, before, purpose=Purpose.ADDRESS, address=address),
            *audit_events(ports, by, events.ADDRESS_RECOVERY_STARTED, account_id),
            *actor_unchanged(by),
        )
        return account

    return retry_on_conflict(attempt)


def read_link(ports: Ports, token: str) -> FinishLink:
    """What a link to finish opens; ``DeadLink`` if the recovery is over, or may not be finished yet."""
    account_id, name = read_token(ports, FINISH, token)
    records = ports.store.get(account_key(account_id), recovery_key(account_id), credentials_key(account_id))
    account, recovery = recovery_of_link(ports, records, account_id, name)
    if recovery.purpose is not Purpose.ADDRESS:
        raise DeadLink(RECOVERY_OVER)
    if not recovery.is_ready(ports.clock.now()):
        raise DeadLink(NOT_READY)
    return FinishLink(account, recovery, load_credentials(ports, account, records), records)


def finish(ports: Ports, by: AnySession | None, link: FinishLink, *, new: str, client: Client) -> NewSession:
    """Give the account its new address and a new password, by a link as ``read_link`` read it on this request.

    Every session, device and link of the account is dead, and this browser is logged in; or ``SecondStepNeeded``.
    ``Invalid`` at ``new_password``, ``DeadLink`` if it was just used, or the address has an account by now.
    """
    require(by, "accounts.address_recovery.finish")
    before, address = link.account, Address(link.recovery.address)
    has_factor = link.credentials.has_second_factor
    check_password(new, ports.site, field="new_password", name=before.name, address=address, has_factor=has_factor)
    with ports.hash_queue.turn(first=True):
        hashed = ports.hasher.hash(new)
    records = ports.store.get(*switch_keys(before, address))
    changes = changes_from(before.id, records.get(changes_key(before.id)), ports.clock.now())
    account, writes = switch(
        ports, before, link.credentials, changes, records, address=address, change_id=link.recovery.id
    )
    changed = replace(link.credentials, password_hash=hashed)
    entry = None if has_factor else begin_for_account(ports, account, remember=False, device=client.name)
    try:
        ports.store.commit(
            *save_ops(ports, account, changed),
            *writes,
            Delete(recovery_key(before.id), link.recovery.version),
            *audit_events(ports, actor_of(account), events.ADDRESS_RECOVERED, account.id),
            *(entry.writes if entry else ()),
            *([delete_op(by.session)] if by else []),
        )
    except Conflict as conflict:
        if by and not (conflict.keys - {delete_op(by.session).key}):
            raise
        raise DeadLink(LINK_USED_JUST_NOW) from conflict
    if entry is None:
        raise SecondStepNeeded(token_for(ports, account, replace(changed, version=changed.version + 1), remember=False))
    return entry
