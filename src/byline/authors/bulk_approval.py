"""Approve many who wait at once, and take that back: one outcome told for each that could not be approved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from byline.accounts.actors import actor_unchanged, is_id
from byline.accounts.model import State
from byline.accounts.records import account_from, account_key, account_record
from byline.authors import decisions
from byline.authors.author_page import draft_keys
from byline.errors import AlreadyDecided, Conflict, NotFound, Unavailable
from byline.permissions import require
from byline.store.port import MOST_KEYS, Check, Delete, Replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from byline.accounts.model import Account
    from byline.audit import Actor
    from byline.ports import Ports
    from byline.store.port import Key, Write

TOGETHER: Final = 10
"""Accounts in one commit."""
MOST: Final = 100
"""Accounts in one call: a page of the queue has fifty."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An account that was not approved: by then it was in another ``state``, or (""), it has to be tried again.

    ``by`` is who decided, "" where that is not known.
    """

    name: str
    state: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who was approved, and who was not."""

    approved: tuple[Account, ...] = ()
    refused: tuple[Refused, ...] = ()

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(self.approved + other.approved, self.refused + other.refused)


def approve_many(ports: Ports, by: Actor, account_ids: Iterable[str]) -> Outcome:
    """Let authors in, each as ``decisions.approve`` does; an id that is no account's is passed over.

    Where a colleague decides at the same moment, one of the two wins for each account.
    """
    require(by, "authors.bulk_approval.approve_many")
    ids = [each for each in dict.fromkeys(account_ids) if is_id(each)][:MOST]
    outcome = Outcome()
    for start in range(0, len(ids), TOGETHER):
        outcome += _approve_together(ports, by.without_prefetched(), ids[start : start + TOGETHER])
    return outcome


def undo_many(ports: Ports, by: Actor, account_ids: Iterable[str]) -> tuple[int, int]:
    """Take approvals back, each as ``decisions.undo`` does: how many wait again, and for how many it was too late.

    An id that is no account's is passed over.
    """
    require(by, "authors.bulk_approval.undo_many")
    waiting = late = 0
    for account_id in [each for each in dict.fromkeys(account_ids) if is_id(each)][:MOST]:
        try:
            decisions.undo(ports, by.without_prefetched(), account_id)
        except AlreadyDecided:
            late += 1
        except NotFound:
            continue
        else:
            waiting += 1
    return waiting, late


def _approve_together(ports: Ports, by: Actor, ids: Sequence[str]) -> Outcome:
    keys = [key for each in ids for key in (account_key(each), *draft_keys(each))]
    found = ports.store.get(*keys)
    knowing = replace(by, prefetched={key: found.get(key) for key in keys})
    approved: list[Account] = []
    refused: list[Refused] = []
    alone: list[str] = []
    writes: list[Write] = []
    taken: set[Key] = set()
    for account_id in ids:
        record = found.get(account_key(account_id))
        account = account_from(record) if record else None
        if account is None or account.state is State.DELETED:
            continue
        if account.state is not State.WAITING:  # who was declined meanwhile is not approved by an old page
            refused.append(Refused(account.name, account.state.value, account.decided_by))
            continue
        decided, more = decisions.plan_approval(ports, knowing, account)
        own = [Replace(account_record(decided)), *more]
        keys_of_own = {_key_of(write) for write in own}
        if keys_of_own & taken or len(writes) + len(own) >= MOST_KEYS:  # two people of one name want one page address
            alone.append(account_id)
            continue
        approved.append(decided)
        writes += own
        taken |= keys_of_own
    try:
        if writes:
            ports.store.commit(*writes, *actor_unchanged(by))
    except Conflict:
        return Outcome((), tuple(refused)) + _one_by_one(ports, by, [*(each.id for each in approved), *alone])
    return Outcome(tuple(approved), tuple(refused)) + _one_by_one(ports, by, alone)


def _one_by_one(ports: Ports, by: Actor, ids: Iterable[str]) -> Outcome:
    """Approve each as it is now, on the condition that it still waits."""
    outcome = Outcome()
    for account_id in ids:
        record = ports.store.one(account_key(account_id))
        account = account_from(record) if record else None
        if account is None or account.state is State.DELETED:
            continue
        refused = Refused(account.name, account.state.value, account.decided_by)
        if account.state is State.WAITING:
            try:
                seen = replace(by, prefetched={account_key(account_id): record})
                outcome += Outcome((decisions.approve(ports, seen, account_id),))
                continue
            except AlreadyDecided as fault:
                refused = Refused(account.name, fault.state, fault.by)
            except Unavailable:
                refused = Refused(account.name)
        outcome += Outcome((), (refused,))
    return outcome


def _key_of(write: Write) -> Key:
    return write.key if isinstance(write, Delete | Check) else write.record.key
