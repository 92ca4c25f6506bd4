"""What every change of an account's email address does, whichever proof it rests on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from byline.accounts.address_change_records import AddressChanges, CompletedChange, changes_key, changes_record
from byline.accounts.addresses import address_hash
from byline.accounts.bounces import delete_undeliverable_ops, without_bounce
from byline.accounts.credential_history import history_keys, history_ops
from byline.accounts.records import claim_key, claim_record
from byline.accounts.states import Event, move
from byline.errors import DeadLink
from byline.jobs.model import enqueue
from byline.jobs.payloads import SendAddressChange, SendSecurityNotice, UpdateSearch
from byline.messages import security_notices
from byline.messages.accounts import LINK_REPLACED
from byline.store.port import Delete, write_op

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.accounts.model import Account, Address, Credentials
    from byline.ports import Ports
    from byline.store.port import Key, Record, Write


def switch_keys(account: Account, address: Address) -> tuple[Key, ...]:
    """What a change reads: the claims of both addresses, the changes before it, and the history of credentials."""
    claims = claim_key(address_hash(account.address)), claim_key(address_hash(address))
    return (*claims, changes_key(account.id), *history_keys(account.id))


def switch(
    ports: Ports,
    account: Account,
    credentials: Credentials,
    changes: AddressChanges,
    records: Mapping[Key, Record | None],
    *,
    address: Address,
    change_id: str,
    device: str = "",
) -> tuple[Account, tuple[Write, ...]]:
    """The account under another address, and what is to be committed with it: all sessions, links and devices end, and
    the owner of the address before gets a link that undoes it. ``records`` has those of ``switch_keys``.

    The caller saves the account. ``DeadLink`` if the address has an account.
    """
    old, new = claim_key(address_hash(account.address)), claim_key(address_hash(address))
    claim = records.get(old)
    if records.get(new) is not None or claim is None:
        raise DeadLink(LINK_REPLACED)
    now = ports.clock.now()
    moved = move(account, Event.ADDRESS_CHANGED, by=account.id, at=now)
    moved = replace(without_bounce(moved), address=address, confirmed_at=now)
    done = CompletedChange(change_id, account.address, now, account.language)
    notice = SendSecurityNotice(account.id, now, security_notices.ADDRESS_CHANGED, device=device)
    return moved, (
        *history_ops(ports, credentials, records),
        Delete(old, claim.version),
        write_op(claim_record(address_hash(address), account.id)),
        write_op(changes_record(replace(changes, pending=None, completed=(*changes.completed, done)))),
        *delete_undeliverable_ops(account),
        enqueue(ports, UpdateSearch(account.id)),
        enqueue(ports, SendAddressChange(account.id, change_id)),
        enqueue(ports, notice),
    )
