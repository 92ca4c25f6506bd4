"""The link that stops or undoes a change of an account's email address, for the owner of the address before.

The change may be a thief's, who has changed everything else, too. So the link puts back address, password and
second factors as they were seven days before the change, and ends all sessions and links. It lets no one in: that takes
the password or a factor of before, or, where there was no factor, 72 hours of waiting.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from byline.accounts.actors import actor_of
from byline.accounts.address_change_records import (
    UNDO_SECONDS,
    AddressChanges,
    CompletedChange,
    PendingChange,
    changes_key,
    changes_record,
    prefetched_changes,
)
from byline.accounts.addresses import address_hash
from byline.accounts.bounces import delete_undeliverable_ops, without_bounce
from byline.accounts.credential_history import (
    WINDOW_SECONDS,
    earliest_since,
    history_key,
    history_keys,
    is_as_now,
    restore_ops,
)
from byline.accounts.credentials import load_credentials, save_ops
from byline.accounts.model import AccountId, State
from byline.accounts.records import account_from, account_key, claim_key, claim_record, credentials_key
from byline.accounts.states import Event, move
from byline.audit import audit_events
from byline.errors import Conflict, DeadLink
from byline.jobs.model import enqueue
from byline.jobs.payloads import SendAddressChange, SendSecurityNotice, UpdateSearch
from byline.messages import events, security_notices
from byline.messages.address_changes import ADDRESS_HAS_ACCOUNT, CHANGE_IS_OVER
from byline.permissions import require
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Check, Create, Delete, write_op

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from byline.accounts.credential_history import Snapshot
    from byline.accounts.model import Account, Address, Credentials
    from byline.accounts.sessions import AnySession
    from byline.ports import Ports
    from byline.store.port import Key, Record, Write

PURPOSE: Final = "undo"
NO_RESET_SECONDS: Final = 72 * 3600
"""How long no password can be chosen by email at an address that was put back: its mailbox may be the thief's."""

Change: TypeAlias = PendingChange | CompletedChange


@dataclass(frozen=True, slots=True)
class Undo:
    """What a link can do: put ``account`` back as it was before ``change``, with the ``snapshot``."""

    account: Account
    change: Change
    credentials: Credentials
    snapshot: Snapshot | None
    changes: AddressChanges
    records: Mapping[Key, Record]

    @property
    def is_completed(self) -> bool:
        """Whether the address was changed, and not only asked for."""
        return isinstance(self.change, CompletedChange)

    @property
    def address(self) -> Address:
        """The address that the account has afterwards."""
        return self.change.address if isinstance(self.change, CompletedChange) else self.account.address

    @property
    def until(self) -> datetime | None:
        """Until when password and factors were as they are put back; ``None`` if they have not changed since."""
        if self.snapshot is None or is_as_now(self.snapshot, self.credentials, self.records):
            return None
        return self.snapshot.until


def link_for(ports: Ports, account_id: AccountId, change: Change) -> str:
    """The link for the owner of the address before. It works as long as the change waits or can be undone."""
    token = ports.signer.make(
        PURPOSE, {"a": account_id, "i": change.id}, expires_at=change.ends_at + timedelta(seconds=UNDO_SECONDS)
    )
    return f"{ports.site.url}/undo/{token}"


def read(ports: Ports, token: str) -> Undo:
    """What a link can do, in one read; ``DeadLink`` if it is over. Looking changes nothing."""
    now = ports.clock.now()
    claims = ports.signer.read(PURPOSE, token, now=now)
    account_id = AccountId(claims.fields["a"])
    keys = account_key(account_id), changes_key(account_id), credentials_key(account_id)
    records = ports.store.get(*keys, *history_keys(account_id))
    record = records.get(account_key(account_id))
    account = account_from(record) if record else None
    changes = prefetched_changes(account_id, records, now)
    every: list[Change] = [*changes.completed, *([changes.pending] if changes.pending else [])]
    change = next((each for each in every if each.id == claims.fields["i"]), None)
    if account is None or account.state is State.DELETED or change is None:
        raise DeadLink(CHANGE_IS_OVER)
    changed_at = change.changed_at if isinstance(change, CompletedChange) else change.asked_at
    since = changed_at - timedelta(seconds=WINDOW_SECONDS)
    snapshot = earliest_since(records.get(history_key(account_id)), since)
    return Undo(account, change, load_credentials(ports, account, records), snapshot, changes, records)


def undo(ports: Ports, by: AnySession | None, token: str) -> Undo:
    """Put the account back: its address, its password and its second factors; every session and link of it ends.

    What was undone, as it was read. ``DeadLink`` if it is over, or if the address has another account by now.
    """
    require(by, "accounts.address_undo.undo")

    def attempt(_: Conflict | None) -> Undo:
        found = read(ports, token)
        ports.store.commit(*_writes(ports, found))
        return found

    return retry_on_conflict(attempt)


def _writes(ports: Ports, found: Undo) -> tuple[Write, ...]:
    account, now = found.account, ports.clock.now()
    restored: Credentials = found.credentials
    factors: tuple[Write, ...] = ()
    if found.snapshot is not None:
        restored, factors = restore_ops(found.snapshot, found.credentials, found.records, address=found.address)
    moved = replace(move(account, Event.ADDRESS_RESTORED, by=account.id, at=now), address=found.address)
    if found.is_completed:
        moved = without_bounce(moved)
        if not restored.has_second_factor:
            moved = replace(moved, no_reset_until=now + timedelta(seconds=NO_RESET_SECONDS))
    code = events.ADDRESS_RESTORED if found.is_completed else events.ADDRESS_CHANGE_STOPPED
    notice = security_notices.ADDRESS_RESTORED if found.is_completed else security_notices.ADDRESS_CHANGE_STOPPED
    earlier = tuple(each for each in found.changes.completed if _is_before(each, found.change))
    left = replace(found.changes, pending=None, completed=earlier)
    return (
        *save_ops(ports, moved, restored),
        *factors,
        *(_claim_writes(ports, account, found.address) if found.is_completed else ()),
        write_op(changes_record(left)),
        *(delete_undeliverable_ops(account) if found.is_completed else ()),
        *(enqueue(ports, SendAddressChange(account.id, found.change.id, each)) for each in _lost_addresses(found)),
        enqueue(ports, UpdateSearch(account.id)),
        enqueue(ports, SendSecurityNotice(account.id, now, notice)),
        *audit_events(ports, actor_of(account), code, account.id),
    )


def _claim_writes(ports: Ports, account: Account, address: Address) -> tuple[Write, ...]:
    old, new = address_hash(account.address), address_hash(address)
    records = ports.store.get(claim_key(old), claim_key(new))
    if old == new:  # it was changed back already
        return (Check(claim_key(old), records[claim_key(old)].version),)
    if claim_key(new) in records:
        raise DeadLink(ADDRESS_HAS_ACCOUNT)
    if claim_key(old) not in records:
        raise Conflict([claim_key(old)])
    return Delete(claim_key(old), records[claim_key(old)].version), Create(claim_record(new, account.id))


def _lost_addresses(found: Undo) -> tuple[Address, ...]:
    """The addresses that the account had in between: their owners are told."""
    later = [each.address for each in found.changes.completed if not _is_before(each, found.change)]
    now = [found.account.address] if found.is_completed else []
    return tuple(dict.fromkeys(each for each in (*later, *now) if each != found.address))


def _is_before(each: CompletedChange, change: Change) -> bool:
    return isinstance(change, PendingChange) or each.changed_at < change.changed_at
