"""Passwords: changing one's own, asking for a reset, choosing a new one by the link of a letter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from byline.accounts.addresses import place_of
from byline.accounts.arriving import mark_taken_off, unmarked
from byline.accounts.confirmation import opening
from byline.accounts.model import Account, AccountId, Address, Role, State
from byline.accounts.policy import check_password, is_too_long
from byline.accounts.records import (
    FIRST_PUBLISHER,
    account_from,
    account_key,
    account_record,
    claim_key,
    counter_key,
    publisher_record,
    session_record,
)
from byline.accounts.sessions import Entry, Visit, begin_for_account, ended
from byline.accounts.states import Event, may_log_in, move
from byline.accounts.throttle import OLD_PASSWORD, RESET, Counted
from byline.audit import Actor, noted
from byline.errors import Barred, Conflict, DeadLink, Invalid, NotAllowed, TooMany, Unavailable
from byline.outbox.model import Job, JobKind, promise
from byline.store.port import Create, Record, Replace

if TYPE_CHECKING:
    from byline.links import Claims
    from byline.ports import Ports
    from byline.store.port import Key, Write

LINK_SECONDS = 3600
INVITATION_SECONDS = 30 * 24 * 3600
PURPOSE = "reset"
NOBODY_YET = "no account"
"""The fingerprint of an address without an account: a stranger's new proposal does not kill the link."""
_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Way:
    """What a reset link opens: an account, or an address that has none yet (then a name is asked for)."""

    claims: Claims
    address: Address
    account: Account | None
    role: Role
    name: str
    first_publisher: bool = False


def old_password_counter(account_id: str) -> Key:
    """The counter of wrong old passwords: read beside the account by the page that changes one."""
    return counter_key(OLD_PASSWORD.what, account_id)


def change(ports: Ports, visit: Visit, *, old: str, new: str) -> Entry:
    """Change one's own password: every other session ends, this browser's is renewed, and a letter tells the owner.

    One read (the visit's) and one commit. ``Invalid`` at ``old_password`` or ``new_password``, ``TooMany``.
    """
    account = visit.account
    if account is None:
        raise NotAllowed
    key = old_password_counter(account.id)
    counted = Counted.read(visit.beside.get(key), OLD_PASSWORD, account.id, ports.clock.now())
    if ports.site.throttle:
        counted.refuse_if_full(ports.clock.now())
    right = ports.hasher.verify(account.password_hash, "" if is_too_long(old) else old)
    for _ in range(_ROUNDS):
        try:
            if not right:
                ports.store.commit(counted.one_more())
                raise Invalid({"old_password": "This is not your password" if old else "Enter your password"})
            return _changed(ports, visit, account, new, counted)
        except Conflict as conflict:
            if key not in conflict.keys:
                raise Unavailable("Your account was changed at the same moment.") from conflict
            # Guesses side by side: none is answered before it is counted, not even the right one.
            now = ports.clock.now()
            counted = Counted.read(ports.store.get(key).get(key), OLD_PASSWORD, account.id, now)
            if ports.site.throttle:
                counted.refuse_if_full(now)
    raise TooMany(1)


def request_reset(ports: Ports, address: Address) -> None:
    """Promise a letter with a link; the same reads, writes and job whether the address has anything or not."""
    place = place_of(address)
    for _ in range(_ROUNDS):
        now = ports.clock.now()
        key = counter_key(RESET.what, place)
        counted = Counted.read(ports.store.get(key).get(key), RESET, place, now)
        if ports.site.throttle:
            counted.refuse_if_full(now)
        job = Job(ports.chance.identifier(), JobKind.RESET_LETTER, {"place": place, "address": address}, now)
        try:
            ports.store.commit(counted.one_more(), promise(job))
        except Conflict:
            continue
        return
    raise TooMany(1)


def link_for_account(ports: Ports, account: Account, *, asked_at: Job) -> str:
    """The reset link of an account: dead with the first change of password, address or generation."""
    token = ports.signer.make(
        PURPOSE,
        {"a": account.id},
        fingerprint=_fingerprint(ports, account),
        expires_at=asked_at.due_at + timedelta(seconds=LINK_SECONDS),
    )
    return f"{ports.site.url}/reset/{token}"


def link_for_address(
    ports: Ports, address: str, *, asked_at: Job, role: Role = Role.AUTHOR, name: str = "", seconds: int = LINK_SECONDS
) -> str:
    """The link that opens an account for an address that has none: after a reset, or by an invitation."""
    token = ports.signer.make(
        PURPOSE,
        {"m": address, "r": role.value, "n": name},
        fingerprint=NOBODY_YET,
        expires_at=asked_at.due_at + timedelta(seconds=seconds),
    )
    return f"{ports.site.url}/reset/{token}"


def read_link(ports: Ports, token: str) -> Way:
    """What a reset link opens, in one read; ``DeadLink`` if its state is gone. Looking changes nothing."""
    claims = ports.signer.read(PURPOSE, token, now=ports.clock.now())
    return _way(ports, claims)


def reset(ports: Ports, way: Way, *, new: str, name: str, device: str, held: Visit | None = None) -> Entry:
    """Choose a new password by a letter's link, as ``read_link`` read it on this request: one commit, every other
    session and link dead.

    Opens an account where there was none yet (``name`` is asked for anew and nothing of any proposal survives).
    ``Barred`` if the account may not log in: its password is changed all the same.
    """
    check_password(
        new, ports.site, field="new_password", name=way.account.name if way.account else name, address=way.address
    )
    hashed = ports.hasher.hash(new)
    now = ports.clock.now()
    writes: tuple[Write, ...]
    if way.account is None:
        account = _opened(ports, way, name, hashed)
        actor = Actor(account.id, account.name)
        writes = opening(ports, account, actor)
        if account.role is Role.PUBLISHER:
            writes = (*writes, Create(publisher_record(account)))
            if way.first_publisher:
                writes = (*writes, Create(Record(FIRST_PUBLISHER, {"account": account.id})))
    else:
        account = replace(
            unmarked(move(way.account, Event.PASSWORD_RESET, by=way.account.id, at=now)),  # the letter arrived
            password_hash=hashed,
            confirmed_at=way.account.confirmed_at or now,
        )
        actor = Actor(account.id, account.name)
        writes = (
            Replace(account_record(account)),
            *mark_taken_off(way.account),
            _told(ports, account),
            noted(ports, actor, "password reset", account.id),
        )
    entry = begin_for_account(ports, account, remember=False, device=device) if may_log_in(account) else None
    try:
        ports.store.commit(
            *writes,
            *([Create(session_record(entry.session))] if entry else []),
            *([ended(held.session)] if held else []),
        )
    except Conflict as conflict:
        if held and not (conflict.keys - {ended(held.session).key}):
            raise Unavailable("Your session was changed at the same moment.") from conflict
        raise DeadLink("It was used at the same moment.") from conflict
    if entry is None:
        raise Barred(account.state.value, account.note)
    return entry


def _changed(ports: Ports, visit: Visit, account: Account, new: str, counted: Counted) -> Entry:
    """Change the password for whoever knew the old one; ``Conflict`` if somebody guessed in between."""
    try:
        check_password(new, ports.site, field="new_password", name=account.name, address=account.address)
    except Invalid:
        ports.store.commit(counted.unmoved())  # that the old one was right is an answer too
        raise
    changed = replace(
        move(account, Event.PASSWORD_CHANGED, by=account.id, at=ports.clock.now()),
        password_hash=ports.hasher.hash(new),
    )
    entry = begin_for_account(ports, changed, remember=visit.session.remembered, device=visit.session.device)
    ports.store.commit(
        Replace(account_record(changed)),
        Create(session_record(entry.session)),
        ended(visit.session),
        counted.unmoved(),
        _told(ports, changed),
        noted(ports, visit.actor, "password changed", account.id),
    )
    return entry


def _way(ports: Ports, claims: Claims) -> Way:
    fields = claims.fields
    if "a" in fields:
        key = account_key(fields["a"])
        record = ports.store.get(key).get(key)
        account = account_from(record) if record else None
        if account is None or not claims.suits(_fingerprint(ports, account)) or account.state is State.DELETED:
            raise DeadLink("It was used, or your password was changed since.")
        return Way(claims, account.address, account, account.role, account.name)
    address = Address(fields["m"])
    place = place_of(address)
    records = ports.store.get(claim_key(place), FIRST_PUBLISHER)
    if claim_key(place) in records:
        raise DeadLink("The address has an account by now: log in, or choose a new password by mail.")
    return Way(claims, address, None, Role(fields["r"]), fields["n"], first_publisher=FIRST_PUBLISHER not in records)


def _opened(ports: Ports, way: Way, name: str, hashed: str) -> Account:
    now = ports.clock.now()
    vouched = way.role is Role.PUBLISHER
    return Account(
        id=AccountId(ports.chance.identifier()),
        address=way.address,
        name=name,
        state=State.ACTIVE if vouched else State.WAITING,
        role=way.role,
        password_hash=hashed,
        created_at=now,
        confirmed_at=now,
    )


def _fingerprint(ports: Ports, account: Account) -> str:
    return ports.signer.mac(
        "fingerprint", account.id, account.password_hash or "", str(account.generation), account.address
    )


def _told(ports: Ports, account: Account) -> Create:
    now = ports.clock.now()
    details = {"account": account.id, "at": now.isoformat()}
    return promise(Job(ports.chance.identifier(), JobKind.PASSWORD_CHANGED_LETTER, details, now))
