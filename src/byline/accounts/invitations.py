"""Invitations: links that open an account with a role, how each stands, and the account that an old link opens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from byline.accounts.actors import actor_of, actor_unchanged, read_actor_again
from byline.accounts.addresses import address_hash
from byline.accounts.invitation_records import (
    AUTHOR_INVITATIONS,
    PUBLISHER_INVITATIONS,
    UNANSWERED,
    invitation_from,
    invitation_key,
    save_op,
)
from byline.accounts.model import Account, Address, Invitation, Role, State
from byline.accounts.new_accounts import account_writes, new_account
from byline.accounts.records import claim_key, unmatched_bounce_key
from byline.audit import audit_events
from byline.errors import NotFound
from byline.jobs.model import enqueue
from byline.jobs.payloads import CountInvitations, SendInvitation
from byline.messages import events
from byline.permissions import require
from byline.store import formats
from byline.store.conflicts import retry_on_conflict
from byline.store.port import MOST_KEYS, Cursor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from byline.accounts.account_links import AccountLink
    from byline.audit import Actor
    from byline.errors import Conflict
    from byline.ports import Ports
    from byline.store.port import Key, Record, Write

A_PAGE = 50
MOST_INVITEES = 500
"""People who are invited at once."""
_TOGETHER = timedelta(seconds=1)
"""The invitations that were made at once begin a millisecond apart, the last to be sent at last."""
_REMINDED_EVERY = timedelta(days=1)


class InvitationState(StrEnum):
    """How an invitation stands."""

    OPEN = "invited"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REGISTERED = "registered"
    """The address has an account that was opened in another way."""


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation in a list: how it stands, whether its email came back, and whether a reminder may be sent now."""

    invitation: Invitation
    state: InvitationState
    is_undeliverable: bool
    can_remind: bool


@dataclass(frozen=True, slots=True)
class InvitationRows:
    """A slice of the list of invitations and where the next one begins.

    ``sent`` of the ``sending`` invitations that were made together last are on their way; 0 where all are.
    """

    rows: tuple[InvitationRow, ...]
    next: Cursor | None = None
    sent: int = 0
    sending: int = 0


def invitation_writes(
    ports: Ports, invitation: Invitation, before: Invitation | None, *, due_at: datetime | None = None
) -> tuple[Write, ...]:
    """The writes that invite: the email, at ``due_at``, and the record, which takes the place of the one ``before``."""
    if before is not None:
        invitation = replace(invitation, revocations=before.revocations, version=before.version + 1)
    return save_op(invitation), enqueue(ports, _email(invitation), due_at=due_at)


def revoke(ports: Ports, by: Actor, address: Address) -> bool:
    """End every invitation of an address: no link of one works any more. Whether one was open.

    It works for one that is not known, too: programs before format 3 kept none. One that was accepted stays accepted.
    """
    require(by, "accounts.invitations.revoke")

    def attempt(conflict: Conflict | None) -> bool:
        nonlocal by
        by = read_actor_again(ports, by) if conflict else by
        before = find(ports, address)
        if before is not None and before.accepted_at is not None:
            return False
        now = ports.clock.now()
        last = before or Invitation(address, "", Role.PUBLISHER, now, version=0)
        ended = replace(
            last, is_revoked=True, revocations=last.revocations + 1, invited_at=now, version=last.version + 1
        )
        event = audit_events(ports, by, events.INVITATION_REVOKED, by.account_id)
        # Before ``formats.DESK`` no author is invited, and an older program could not carry out the job.
        count = [enqueue(ports, CountInvitations())] if ports.store.format() >= formats.DESK else []
        ports.store.commit(save_op(ended), *event, *count, *actor_unchanged(by))
        return before is not None and not before.is_revoked

    return retry_on_conflict(attempt)


def remind(ports: Ports, by: Actor, address: Address) -> Invitation | None:
    """Send the email of an open invitation once more, with the same end; once a day at most, else ``None``."""
    require(by, "accounts.invitations.remind")

    def reminded(before: Invitation, now: datetime) -> tuple[Invitation, SendInvitation] | None:
        if not _can_remind(before, now):
            return None
        after = replace(before, reminded_at=now, version=before.version + 1)
        return after, replace(_email(after), is_reminder=True)

    return _change(ports, by, address, events.INVITATION_REMINDED, reminded)


def renew(ports: Ports, by: Actor, address: Address) -> Invitation | None:
    """Send a new link for another thirty days: earlier ones end. ``None`` where the invitation was accepted."""
    require(by, "accounts.invitations.renew")

    def renewed(before: Invitation, now: datetime) -> tuple[Invitation, SendInvitation]:
        after = replace(
            before,
            invited_at=now,
            revocations=before.revocations + 1,
            is_revoked=False,
            sent_at=None,
            reminded_at=None,
            version=before.version + 1,
        )
        return after, _email(after)

    return _change(ports, by, address, events.INVITATION_RENEWED, renewed)


def list_invitations(ports: Ports, by: Actor, *, after: str = "", limit: int = A_PAGE) -> InvitationRows:
    """The invitations of authors, the unanswered ones first, the last invited first. Two reads, and one more while the
    last of them are being sent.

    ``ValueError`` for an ``after`` that no ``InvitationRows.next`` said.
    """
    require(by, "accounts.invitations.list_invitations")
    page = ports.store.page(AUTHOR_INVITATIONS, after=Cursor(after) if after else None, limit=limit, descending=True)
    rows = tuple(_rows(ports, page.records))
    last = next((row.invitation for row in rows if row.state is InvitationState.OPEN), None)
    if after or last is None or last.sent_at is not None:
        return InvitationRows(rows, page.next)
    batch = ports.store.page(AUTHOR_INVITATIONS, prefix=UNANSWERED, limit=MOST_INVITEES, descending=True).records
    together = [each for each in map(invitation_from, batch) if last.invited_at - each.invited_at < _TOGETHER]
    sent = sum(each.sent_at is not None for each in together)
    return InvitationRows(rows, page.next, sent, len(together))


def list_publisher_invitations(ports: Ports, by: Actor) -> list[InvitationRow]:
    """The invitations of publishers that were not accepted nor revoked, oldest first. Two reads."""
    require(by, "accounts.invitations.list_publisher_invitations")
    rows = _rows(ports, ports.store.page(PUBLISHER_INVITATIONS, limit=MOST_KEYS).records)
    return [row for row in rows if row.state in {InvitationState.OPEN, InvitationState.EXPIRED}]


def open_invitations(ports: Ports, by: Actor) -> list[Invitation]:
    """The invitations of publishers that can still be accepted, oldest first."""
    require(by, "accounts.invitations.open_invitations")
    rows = _rows(ports, ports.store.page(PUBLISHER_INVITATIONS, limit=MOST_KEYS).records)
    return [row.invitation for row in rows if row.state is InvitationState.OPEN]


def find(ports: Ports, address: Address) -> Invitation | None:
    """The invitation of an address, however it stands."""
    record = ports.store.one(invitation_key(address_hash(address)))
    return invitation_from(record) if record else None


def note_sent(ports: Ports, address: Address) -> None:
    """Note that the email of an invitation went out, where the store's format has a place for that."""

    def attempt(_: Conflict | None) -> None:
        invitation = find(ports, address)
        if ports.store.format() >= formats.DESK and invitation is not None and invitation.sent_at is None:
            sent = replace(invitation, sent_at=ports.clock.now(), version=invitation.version + 1)
            ports.store.commit(save_op(sent))

    retry_on_conflict(attempt)


def open_account(
    ports: Ports, link: AccountLink, *, name: str, password_hash: str
) -> tuple[Account, tuple[Write, ...]]:
    """The account that a reset link opens for an address that has none, and the writes that open it.

    The link confirms the mailbox. A publisher is vouched for by the invitation, whose links led here before format 5;
    an author waits.
    """
    is_invited = link.role is Role.PUBLISHER
    state = State.ACTIVE if is_invited else State.WAITING
    account = new_account(ports, link.address, name, role=link.role, state=state)
    writes = account_writes(
        ports,
        account,
        actor_of(account),
        password_hash=password_hash,
        is_first=is_invited and link.first_publisher,
    )
    return account, writes if link.unrevoked is None else (*writes, link.unrevoked)


def _change(
    ports: Ports,
    by: Actor,
    address: Address,
    event: str,
    plan: Callable[[Invitation, datetime], tuple[Invitation, SendInvitation] | None],
) -> Invitation | None:
    """Commit what ``plan`` makes of an invitation, and its email. ``NotFound`` if there is none."""

    def attempt(conflict: Conflict | None) -> Invitation | None:
        nonlocal by
        by = read_actor_again(ports, by) if conflict else by
        before = find(ports, address)
        if before is None:
            raise NotFound
        planned = None if before.accepted_at else plan(before, ports.clock.now())
        if planned is None:
            return None
        after, email = planned
        ports.store.commit(
            save_op(after),
            enqueue(ports, email),
            *([enqueue(ports, CountInvitations())] if ports.store.format() >= formats.DESK else []),
            *audit_events(ports, by, event, by.account_id),
            *actor_unchanged(by),
        )
        return after

    return retry_on_conflict(attempt)


def _email(invitation: Invitation) -> SendInvitation:
    return SendInvitation(invitation.address, invitation.name, invitation.role.value)


def _rows(ports: Ports, records: Iterable[Record]) -> list[InvitationRow]:
    """How each invitation of a slice stands; one read for all of them."""
    found = [(record.key.id, invitation_from(record)) for record in records]
    keys = [key for address_key, _ in found for key in (claim_key(address_key), unmatched_bounce_key(address_key))]
    known: dict[Key, Record] = {}
    for start in range(0, len(keys), MOST_KEYS):
        known |= ports.store.get(*keys[start : start + MOST_KEYS])
    now = ports.clock.now()
    rows = []
    for address_key, invitation in found:
        state = _state(invitation, now, has_account=claim_key(address_key) in known)
        can_remind = state is InvitationState.OPEN and _can_remind(invitation, now)
        rows.append(InvitationRow(invitation, state, unmatched_bounce_key(address_key) in known, can_remind))
    return rows


def _state(invitation: Invitation, now: datetime, *, has_account: bool) -> InvitationState:
    if invitation.accepted_at is not None:
        return InvitationState.ACCEPTED
    if has_account:
        return InvitationState.REGISTERED
    if invitation.is_revoked:
        return InvitationState.REVOKED
    return InvitationState.OPEN if now < invitation.ends_at else InvitationState.EXPIRED


def _can_remind(invitation: Invitation, now: datetime) -> bool:
    last = invitation.reminded_at or invitation.sent_at
    return not invitation.is_revoked and last is not None and last + _REMINDED_EVERY <= now < invitation.ends_at
