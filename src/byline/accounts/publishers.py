"""Becoming a publisher: by the one-time link of a new site, or by the operator's command."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from byline.accounts import invitations
from byline.accounts.actors import actor_of, actor_unchanged, load_account, read_actor_again
from byline.accounts.addresses import address_hash
from byline.accounts.bounces import delete_undeliverable_ops, without_bounce
from byline.accounts.model import Account, AccountId, Invitation, Role, State
from byline.accounts.new_accounts import account_writes, new_account
from byline.accounts.notes import check_note
from byline.accounts.pending_registrations import kept_language
from byline.accounts.policy import check_password
from byline.accounts.rate_limits import REGISTER, count_for_network, refuse_network_if_full
from byline.accounts.records import (
    FIRST_PUBLISHER,
    PUBLISHERS,
    account_from,
    account_key,
    account_record,
    claim_key,
    claiming_account,
    publisher_key,
    publisher_record,
)
from byline.accounts.sessions import AccountSession, AnySession, NewSession, begin_for_account, delete_op
from byline.accounts.states import Event, move
from byline.audit import Actor, audit_events
from byline.errors import Conflict, DeadLink, Invalid, NotAllowed, NotFound
from byline.jobs.model import enqueue
from byline.jobs.payloads import Publish, SendMailboxLink, UpdateSearch
from byline.messages import events
from byline.messages.accounts import (
    ALREADY_CONFIRMED,
    NAME_OF_PUBLISHER_MISSING,
    PUBLISHER_EXISTS,
    PasswordStays,
    PromoteInstead,
    SuspendedCannotBePublisher,
)
from byline.permissions import require
from byline.store import formats
from byline.store.conflicts import retry_on_conflict
from byline.store.port import MOST_KEYS, Check, Create, Record, Replace

if TYPE_CHECKING:
    from datetime import datetime

    from byline.accounts.clients import Client
    from byline.accounts.model import Address
    from byline.ports import Ports
    from byline.store.port import Write

FIRST_SECONDS = 24 * 3600
FIRST = "first-publisher"
MAILBOX = "confirm-account"


def first_link(ports: Ports) -> str | None:
    """The link that makes the first publisher, for 24 hours; ``None`` once there is one. Print it, never log it."""
    if ports.store.get(FIRST_PUBLISHER):
        return None
    token = ports.signer.make(FIRST, {}, expires_at=ports.clock.now() + timedelta(seconds=FIRST_SECONDS))
    return f"{ports.site.url}/publisher/first/{token}"


def read_first_link(ports: Ports, token: str) -> None:
    """``DeadLink`` unless the link is ours, young enough, and there is no publisher yet."""
    ports.signer.read(FIRST, token, now=ports.clock.now())
    if ports.store.get(FIRST_PUBLISHER):
        raise DeadLink(PUBLISHER_EXISTS)


def become_first(
    ports: Ports,
    by: AnySession | None,
    token: str,
    *,
    address: Address,
    name: str,
    password: str,
    client: Client,
    language: str = "",
) -> NewSession:
    """Open the first publisher's account; the console is the proof, the mailbox is confirmed afterwards.

    ``by`` is this browser's session so far; it ends.
    """
    require(by, "accounts.publishers.become_first")
    read_first_link(ports, token)
    check_password(password, ports.site, field="author_password", name=name, address=address)
    with ports.hash_queue.turn(first=True):
        hashed = ports.hasher.hash(password)
    account = replace(_new_publisher(ports, address, name, kept_language(ports, language)), confirmed_at=None)
    entry = begin_for_account(ports, account, remember=False, device=client.name)
    address_key = claim_key(address_hash(address))
    try:
        ports.store.commit(
            *account_writes(ports, account, actor_of(account), password_hash=hashed, is_first=True),
            *entry.writes,
            _mailbox_email(ports, account),
            *([delete_op(by.session)] if by else []),
        )
    except Conflict as conflict:
        if FIRST_PUBLISHER in conflict.keys:
            raise DeadLink(PUBLISHER_EXISTS) from conflict
        if address_key in conflict.keys:
            raise Invalid({"author_email": PromoteInstead(address)}) from conflict
        raise
    return entry


def add(ports: Ports, by: Actor, *, address: Address, name: str, password: str | None) -> str:
    """Make a person a publisher; says what happened: ``added``, ``invited``, ``promoted``, or
    ``already`` if nothing had to.

    ``Invalid`` for a password that will not do or one given for an account that exists, and where a new account has no
    name.
    """
    require(by, "accounts.publishers.add")
    address_key = address_hash(address)
    records = ports.store.get(claim_key(address_key), FIRST_PUBLISHER)
    account_id = claiming_account(records.get(claim_key(address_key)))
    if account_id is not None:
        if password is not None:
            raise Invalid({"password": PasswordStays(address)})
        return _promote(ports, by, account_id)
    if not name:
        raise Invalid({"name": NAME_OF_PUBLISHER_MISSING})
    if password is None:
        ports.store.commit(*_invitation(ports, by, address, name))
        return "invited"
    check_password(password, ports.site, field="password", name=name, address=address)
    account, hashed = _new_publisher(ports, address, name), ports.hasher.hash(password)
    is_first = FIRST_PUBLISHER not in records
    ports.store.commit(*account_writes(ports, account, by, password_hash=hashed, is_first=is_first))
    return "added"


def invite(ports: Ports, by: Actor, *, address: Address, name: str, note: str = "") -> AccountId | None:
    """Invite a person as a publisher; the note stands in the email. For an address with an account nothing is sent: it
    is the one to appoint.
    """
    require(by, "accounts.publishers.invite")
    note = check_note(note)

    def attempt(conflict: Conflict | None) -> AccountId | None:
        nonlocal by
        by = read_actor_again(ports, by) if conflict else by
        claim = claim_key(address_hash(address))
        account_id = claiming_account(ports.store.one(claim))
        if account_id is None:
            event = audit_events(ports, by, events.INVITED, by.account_id, count=1)
            writes = (*_invitation(ports, by, address, name, note), *event)
            ports.store.commit(*writes, Check(claim, None), *actor_unchanged(by))
        return account_id

    return retry_on_conflict(attempt)


def appoint(ports: Ports, by: Actor, account_id: str) -> None:
    """Make a publisher of a person with an account: their sessions end, their page stays. ``Invalid`` for a suspended
    one.
    """
    require(by, "accounts.publishers.appoint")
    _promote(ports, by, load_account(ports, account_id, by.prefetched).id)


def mailbox_link(ports: Ports, account: Account, *, asked_at: datetime) -> str:
    """The link by which a publisher made at the console confirms the mailbox."""
    token = ports.signer.make(
        MAILBOX,
        {"a": account.id},
        fingerprint=f"{account.address} unproven",
        expires_at=asked_at + timedelta(days=3),
    )
    return f"{ports.site.url}/confirm/{token}"


def is_mailbox_link(ports: Ports, token: str) -> bool:
    """Whether a link confirms the mailbox of an account, and not a registration."""
    try:
        ports.signer.read(MAILBOX, token, now=ports.clock.now())
    except DeadLink:
        return False
    return True


def send_mailbox_email(ports: Ports, by: AccountSession, *, client: Client) -> bool:
    """Send the link for confirming the mailbox once more; whether one is sent: none is after it was confirmed."""
    require(by, "accounts.publishers.send_mailbox_email")
    if by.account.confirmed_at is not None:
        return False
    refuse_network_if_full(ports, REGISTER, client)
    ports.store.commit(_mailbox_email(ports, by.account))
    count_for_network(ports, REGISTER, client)
    return True


def prove_mailbox(ports: Ports, by: AccountSession, token: str) -> None:
    """Confirm the mailbox of the account that is logged in; ``DeadLink`` if the link is another's or was used."""
    require(by, "accounts.publishers.prove_mailbox")
    claims = ports.signer.read(MAILBOX, token, now=ports.clock.now())
    account = by.account
    if claims.fields["a"] != account.id:
        raise NotAllowed
    if account.confirmed_at is not None or not claims.matches(f"{account.address} unproven"):
        raise DeadLink(ALREADY_CONFIRMED)
    now = ports.clock.now()
    proven = replace(without_bounce(move(account, Event.MAILBOX_PROVEN, by=account.id, at=now)), confirmed_at=now)
    ports.store.commit(
        Replace(account_record(proven)),
        *delete_undeliverable_ops(account),
        *audit_events(ports, by.actor, events.MAILBOX_CONFIRMED, account.id),
    )


def is_publisher(account: Account) -> bool:
    """Whether an account can act as a publisher now."""
    return account.role is Role.PUBLISHER and account.state is State.ACTIVE


def other_publisher_unchanged(ports: Ports, account_id: str) -> Check:
    """The condition under which a publisher may lose their powers: another one who is active stays as they are.

    ``NotAllowed`` if there is no other. The index only names who to look at; the accounts themselves are read.
    """
    others = [record.key.id for record in ports.store.page(PUBLISHERS, limit=MOST_KEYS).records]
    keys = [account_key(other) for other in others if other != account_id]
    for record in (ports.store.get(*keys) if keys else {}).values():
        if is_publisher(account_from(record)):
            return Check(record.key, record.version)
    raise NotAllowed("This is the last active publisher; make somebody else one first.")


def _invitation(ports: Ports, by: Actor, address: Address, name: str, note: str = "") -> tuple[Write, ...]:
    """The writes that invite a publisher; before ``formats.DESK`` without what an older program would drop."""
    before = invitations.find(ports, address)
    invitation = Invitation(address, name, Role.PUBLISHER, ports.clock.now())
    if ports.store.format() >= formats.DESK:
        invitation = replace(invitation, invited_by=by.account_id, note=note)
    return invitations.invitation_writes(ports, invitation, before)


def _promote(ports: Ports, by: Actor, account_id: AccountId) -> str:
    def attempt(conflict: Conflict | None) -> str:
        nonlocal by
        by = read_actor_again(ports, by) if conflict else by
        return _promote_once(ports, by, account_id)

    return retry_on_conflict(attempt)


def _promote_once(ports: Ports, by: Actor, account_id: AccountId) -> str:
    records = ports.store.get(account_key(account_id), publisher_key(account_id), FIRST_PUBLISHER)
    if account_key(account_id) not in records:
        raise NotFound
    account = account_from(records[account_key(account_id)])
    is_first = FIRST_PUBLISHER not in records
    if account.state is State.SUSPENDED:
        raise Invalid({"author_email": SuspendedCannotBePublisher(account.address)})
    if not is_first and is_publisher(account):
        return "already"
    if account.id == by.account_id:  # who was removed in this moment does not appoint themselves
        raise NotAllowed
    now = ports.clock.now()
    made = replace(move(account, Event.MADE_PUBLISHER, by=by.account_id, at=now), role=Role.PUBLISHER)
    writes: list[Write] = [Replace(account_record(made)), *audit_events(ports, by, events.MADE_PUBLISHER, account.id)]
    if publisher_key(account_id) not in records:
        writes.append(Create(publisher_record(made)))
    if is_first:
        writes.append(Create(Record(FIRST_PUBLISHER, {"account": account.id})))
    if account.state is not State.ACTIVE:
        writes.append(enqueue(ports, UpdateSearch(account.id)))
        if account.profile_id:  # a page of before an approval was taken back
            writes.append(enqueue(ports, Publish(account.profile_id)))
    ports.store.commit(*writes, *actor_unchanged(by))
    return "promoted"


def _mailbox_email(ports: Ports, account: Account) -> Create:
    return enqueue(ports, SendMailboxLink(account.id))


def _new_publisher(ports: Ports, address: Address, name: str, language: str = "") -> Account:
    return new_account(ports, address, name, role=Role.PUBLISHER, state=State.ACTIVE, language=language)
