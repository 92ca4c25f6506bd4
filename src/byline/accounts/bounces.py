"""Bounces and complaints: an account whose emails bounce is marked, publishers are told, and the mark is cleared again.

A mark is shown and changes nothing else: emails are enqueued and tried as before, so that no stranger can tell a marked
address from another. Publishers see it, and the person who is logged in to the account. A pending registration never
shows one: the time until its email bounces would reveal whether the address had emails before. For an address without
an account only the fact and the time are stored, for thirty days, under the hash of the address.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from byline.accounts.actors import actor_unchanged, find_account, load_account, read_actor_again
from byline.accounts.addresses import address_hash
from byline.accounts.model import Account, Address, State
from byline.accounts.records import (
    UNDELIVERABLE,
    UNMATCHED_BOUNCE,
    account_record,
    claim_key,
    claiming_account,
    undeliverable_key,
    undeliverable_record,
    unmatched_bounce_record,
)
from byline.accounts.timing_decoys import NO_ACCOUNT_ID
from byline.audit import Actor, ActorKind, audit_events
from byline.errors import Conflict
from byline.jobs.model import enqueue
from byline.jobs.payloads import SendUndelivered, UpdateSearch
from byline.messages import events
from byline.permissions import require
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Create, Delete, Replace

if TYPE_CHECKING:
    from datetime import datetime

    from byline.ports import Ports

UNMATCHED_BOUNCE_KEPT_SECONDS = 30 * 24 * 3600
MAIL_SYSTEM = Actor("post", "", ActorKind.MAIL_SYSTEM)
"""The actor that reports bounces."""


class BounceKind(StrEnum):
    """Why emails to an address are not delivered, in words for the log."""

    BOUNCE = "letter came back"
    COMPLAINT = "letter marked as spam"


_EVENTS = {BounceKind.BOUNCE: events.EMAIL_BOUNCED, BounceKind.COMPLAINT: events.EMAIL_MARKED_AS_SPAM}


def record_bounce(ports: Ports, by: Actor, address: str, cause: BounceKind) -> str:
    """Mark an address to which emails do not arrive, and enqueue an email to the publishers about it.

    Once for each account and cause until the mark is cleared; a repeated report changes nothing. Returns words for the
    log, with the account's id and never the address.
    """
    require(by, "accounts.bounces.record_bounce")
    address_key = address_hash(Address(address))

    def attempt(_: Conflict | None) -> str:
        now = ports.clock.now()
        claim = ports.store.one(claim_key(address_key))
        account = find_account(ports, claiming_account(claim) or NO_ACCOUNT_ID)
        if account is None or account.state is State.DELETED:
            return _record_unmatched(ports, address_key, cause, now)
        marked = _with_bounce(account, cause, now)
        if marked == account:
            return f"{cause}: account {account.id}, as before"
        ports.store.commit(
            Replace(account_record(replace(marked, version=account.version + 1))),
            *([] if account.is_undeliverable else [Create(undeliverable_record(account, now))]),
            enqueue(ports, SendUndelivered(account.id)),
            enqueue(ports, UpdateSearch(account.id)),
            *audit_events(ports, by, _EVENTS[cause], account.id),
        )
        return f"{cause}: account {account.id}"

    return retry_on_conflict(attempt)


def clear_bounce(ports: Ports, by: Actor, account_id: str) -> None:
    """Take the mark off an account, because a publisher says so; nothing, if it has none any more."""
    require(by, "accounts.bounces.clear_bounce")
    account = load_account(ports, account_id, by.prefetched)

    def attempt(conflict: Conflict | None) -> None:
        nonlocal by, account
        if conflict is not None:
            by, account = read_actor_again(ports, by), load_account(ports, account_id)
        if not account.is_undeliverable:
            return
        ports.store.commit(
            Replace(account_record(replace(without_bounce(account), version=account.version + 1))),
            *delete_undeliverable_ops(account),
            enqueue(ports, UpdateSearch(account.id)),
            *audit_events(ports, by, events.EMAILS_DELIVERED_AGAIN, account.id),
            *actor_unchanged(by, replaced=account.id),
        )

    retry_on_conflict(attempt)


def count_unmatched_bounces(ports: Ports, *, limit: int = 50) -> int:
    """The number of addresses without an account whose emails bounced in the last thirty days; at most ``limit``."""
    now = ports.clock.now().timestamp()
    found = ports.store.page(UNDELIVERABLE, prefix=UNMATCHED_BOUNCE, limit=limit).records
    return sum(record.expires_at is not None and now < record.expires_at for record in found)


def without_bounce(account: Account) -> Account:
    """The account without its mark. Commit ``delete_undeliverable_ops`` too."""
    return replace(account, bounced_at=None, complained_at=None)


def delete_undeliverable_ops(account: Account) -> tuple[Delete, ...]:
    """The writes that clear an account's mark; ``account`` is given as it was before."""
    return (Delete(undeliverable_key(account.id), 1),) if account.is_undeliverable else ()


def _with_bounce(account: Account, cause: BounceKind, now: datetime) -> Account:
    if cause is BounceKind.COMPLAINT:
        return replace(account, complained_at=account.complained_at or now)
    return replace(account, bounced_at=account.bounced_at or now)


def _record_unmatched(ports: Ports, address_key: str, cause: BounceKind, now: datetime) -> str:
    record = unmatched_bounce_record(address_key, now, expires_at=int(now.timestamp()) + UNMATCHED_BOUNCE_KEPT_SECONDS)
    try:
        ports.store.commit(Create(record))
    except Conflict:
        return f"{cause}: no account, as before"
    return f"{cause}: no account"
