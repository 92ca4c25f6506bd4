"""Whether letters arrive: an account whose letters come back is marked, publishers are told, and the mark goes again.

A mark shows, and changes nothing else: letters are promised and tried as before, so that no stranger can tell a marked
address from another. It shows to publishers, and to whoever is logged in to the account. A registration that nobody
confirmed never shows one: how soon its letter comes back would tell whether that address had letters before. Of an
address without an account only that and when is kept, for thirty days, without the address.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from byline.accounts.addresses import place_of
from byline.accounts.model import Account, Address, State
from byline.accounts.records import (
    ASTRAY,
    MARKED,
    account_from,
    account_key,
    account_record,
    astray_record,
    claim_key,
    claimed_by,
    marked_key,
    marked_record,
)
from byline.audit import Actor, noted
from byline.errors import Conflict, NotAllowed, Unavailable
from byline.outbox.model import Job, JobKind, promise
from byline.store.port import Create, Delete, Replace

if TYPE_CHECKING:
    from datetime import datetime

    from byline.ports import Ports

ASTRAY_IS_KEPT_SECONDS = 30 * 24 * 3600
POST = Actor("post", "")
"""Who brings letters back."""
_ROUNDS = 5
_NOBODY = "nobody"
"""The account that is read where an address has none, so that the reads are equal."""


class Cause(StrEnum):
    """Why letters to an address do not arrive; as the account's history calls it."""

    CAME_BACK = "letter came back"
    SPAM = "letter marked as spam"


def does_not_arrive(ports: Ports, address: str, cause: Cause) -> str:
    """Mark an address to which letters do not arrive, and promise the publishers a letter about it.

    Once for each account and cause until the mark goes; told again, nothing happens. Answers in words for the log, with
    the account's id and never the address.
    """
    place = place_of(Address(address))
    for _ in range(_ROUNDS):
        now = ports.clock.now()
        claim = ports.store.get(claim_key(place)).get(claim_key(place))
        account = _account(ports, claimed_by(claim) or _NOBODY)
        if account is None or account.state is State.DELETED:
            return _astray(ports, place, cause, now)
        marked = _marked(account, cause, now)
        if marked == account:
            return f"{cause}: account {account.id}, as before"
        details = {"account": account.id}
        try:
            ports.store.commit(
                Replace(account_record(replace(marked, version=account.version + 1))),
                *([] if account.is_marked else [Create(marked_record(account, now))]),
                promise(Job(ports.chance.identifier(), JobKind.UNDELIVERED_LETTER, details, now)),
                noted(ports, POST, cause.value, account.id),
            )
        except Conflict:
            continue
        return f"{cause}: account {account.id}"
    raise Unavailable("The account was changed again and again.")


def arrives_again(ports: Ports, by: Actor, account: Account) -> None:
    """Take the mark off an account, because a publisher says so; nothing, if it has none any more."""
    if not by.is_publisher:
        raise NotAllowed
    if not account.is_marked:
        return
    try:
        ports.store.commit(
            Replace(account_record(replace(unmarked(account), version=account.version + 1))),
            *mark_taken_off(account),
            noted(ports, by, "letters arrive again", account.id),
        )
    except Conflict as conflict:
        raise Unavailable("The account was changed at the same moment.") from conflict


def astray(ports: Ports, *, limit: int = 50) -> int:
    """How many addresses without an account letters came back from in the last thirty days; at most ``limit``."""
    now = ports.clock.now().timestamp()
    found = ports.store.page(MARKED, prefix=ASTRAY, limit=limit).records
    return sum(record.expires_at is not None and now < record.expires_at for record in found)


def unmarked(account: Account) -> Account:
    """The account without its mark: a letter's link was followed, so letters arrive. Commit ``mark_taken_off`` too."""
    return replace(account, came_back_at=None, spam_at=None)


def mark_taken_off(account: Account) -> tuple[Delete, ...]:
    """What goes with the mark of an account, which is given as it was before."""
    return (Delete(marked_key(account.id), 1),) if account.is_marked else ()


def _marked(account: Account, cause: Cause, now: datetime) -> Account:
    if cause is Cause.SPAM:
        return replace(account, spam_at=account.spam_at or now)
    return replace(account, came_back_at=account.came_back_at or now)


def _astray(ports: Ports, place: str, cause: Cause, now: datetime) -> str:
    record = astray_record(place, now, expires_at=int(now.timestamp()) + ASTRAY_IS_KEPT_SECONDS)
    try:
        ports.store.commit(Create(record))
    except Conflict:
        return f"{cause}: no account, as before"
    return f"{cause}: no account"


def _account(ports: Ports, account_id: str) -> Account | None:
    record = ports.store.get(account_key(account_id)).get(account_key(account_id))
    return account_from(record) if record else None
