"""Accounts as actors: what an account may act as, and the account that an actor or an id stands for."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from byline.accounts.model import Role, State
from byline.accounts.records import account_from, account_key
from byline.audit import Actor, ActorKind
from byline.errors import NotAllowed, NotFound
from byline.store.port import Check

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.accounts.model import Account
    from byline.ports import Ports
    from byline.proofs import Proof
    from byline.store.port import Key, Record

_MAX_ID_LENGTH = 64
_NOTHING: Mapping[Key, Record | None] = MappingProxyType({})
_NO_PROOFS: Mapping[Proof, int] = MappingProxyType({})


def is_id(text: str) -> bool:
    """Whether a text from an address can be the id of an account; no other may be looked up."""
    return 0 < len(text) <= _MAX_ID_LENGTH


def actor_kind(account: Account) -> ActorKind:
    """What an account acts as; ``NOBODY`` if it may not act at all."""
    if account.state is State.WAITING:
        return ActorKind.AWAITING_APPROVAL
    if account.state is not State.ACTIVE:
        return ActorKind.NOBODY
    return ActorKind.PUBLISHER if account.role is Role.PUBLISHER else ActorKind.AUTHOR


def reduced(kind: ActorKind) -> ActorKind:
    """What a kind of actor may do whose second factor is overdue: one step less."""
    return {ActorKind.PUBLISHER: ActorKind.AUTHOR, ActorKind.AUTHOR: ActorKind.AWAITING_APPROVAL}.get(kind, kind)


def actor_of(
    account: Account,
    prefetched: Mapping[Key, Record | None] = _NOTHING,
    proof_ages: Mapping[Proof, int] = _NO_PROOFS,
) -> Actor:
    """The account as an actor, with what was read together with it, and the ages of what its session has proven."""
    return Actor(account.id, account.name, actor_kind(account), account.version, proof_ages, prefetched)


def actor_unchanged(by: Actor, *, replaced: str = "") -> tuple[Check, ...]:
    """The condition of every publisher's commit: their account is as it was read, so that one who is being suspended
    decides nothing. ``replaced`` is the account that the commit writes itself. The operator has no account.
    """
    if by.kind is not ActorKind.PUBLISHER or by.account_id == replaced:
        return ()
    return (Check(account_key(by.account_id), by.version),)


def read_actor_again(ports: Ports, by: Actor) -> Actor:
    """The actor as they are now, after a conflict; ``NotAllowed`` if they may act as what they were no more."""
    if by.kind in {ActorKind.OPERATOR, ActorKind.MAIL_SYSTEM}:
        return by
    now = actor_of(load_account(ports, by.account_id), proof_ages=by.proof_ages)
    if now.kind is not by.kind:
        raise NotAllowed
    return now


def load_account(ports: Ports, account_id: str, prefetched: Mapping[Key, Record | None] = _NOTHING) -> Account:
    """An account by its id, deleted ones too: what was read already, or one read. ``NotFound`` if there is none."""
    account = find_account(ports, account_id, prefetched)
    if account is None:
        raise NotFound
    return account


def find_account(ports: Ports, account_id: str, prefetched: Mapping[Key, Record | None] = _NOTHING) -> Account | None:
    """The same, with ``None`` if there is none."""
    if not is_id(account_id):
        return None
    key = account_key(account_id)
    record = prefetched[key] if key in prefetched else ports.store.one(key)
    return account_from(record) if record else None
