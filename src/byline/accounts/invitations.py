"""Invitations: links that open an account with a role, and the account they open."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from byline.accounts.account_links import link_for_address
from byline.accounts.actors import actor_of
from byline.accounts.addresses import address_hash
from byline.accounts.model import Account, Address, Invitation, Role, State
from byline.accounts.new_accounts import account_writes, new_account
from byline.accounts.records import (
    INVITATIONS,
    claim_key,
    invitation_from,
    invitation_key,
    invitation_record,
)
from byline.jobs.model import enqueue
from byline.jobs.payloads import SendInvitation
from byline.permissions import require
from byline.store.port import MOST_KEYS, Create, Replace

if TYPE_CHECKING:
    from datetime import datetime

    from byline.accounts.account_links import AccountLink
    from byline.audit import Actor
    from byline.ports import Ports
    from byline.store.port import Write

INVITATION_SECONDS = 30 * 24 * 3600


def invitation_writes(ports: Ports, address: Address, name: str, role: Role) -> tuple[Write, ...]:
    """The writes that invite an address: the email, and the record by which the invitation can be ended."""
    before = _find(ports, address)
    invitation = Invitation(address, name, role, ports.clock.now())
    if before is not None:
        invitation = replace(invitation, revocations=before.revocations, version=before.version + 1)
    return _save_op(invitation), enqueue(ports, SendInvitation(address, name, role.value))


def revoke(ports: Ports, by: Actor, address: Address) -> bool:
    """End every invitation of an address: no link of one works any more. Whether one is known.

    It works for one that is not, too: programs before format 3 kept none.
    """
    require(by, "accounts.invitations.revoke")
    before = _find(ports, address)
    now = ports.clock.now()
    last = before or Invitation(address, "", Role.PUBLISHER, now, version=0)
    ended = replace(last, is_revoked=True, revocations=last.revocations + 1, invited_at=now, version=last.version + 1)
    ports.store.commit(_save_op(ended))
    return before is not None and not before.is_revoked


def open_invitations(ports: Ports, by: Actor) -> list[Invitation]:
    """The invitations that can still be accepted, oldest first."""
    require(by, "accounts.invitations.open_invitations")
    page = ports.store.page(INVITATIONS, limit=MOST_KEYS)
    claims = ports.store.get(*(claim_key(record.key.id) for record in page.records)) if page.records else {}
    found = (invitation_from(record) for record in page.records if claim_key(record.key.id) not in claims)
    since = ports.clock.now() - timedelta(seconds=INVITATION_SECONDS)
    return [invitation for invitation in found if not invitation.is_revoked and invitation.invited_at > since]


def invitation_link(ports: Ports, about: SendInvitation, *, asked_at: datetime) -> str | None:
    """The link of an invitation's email; ``None`` if the invitation was ended before it went out."""
    invitation = _find(ports, Address(about.address))
    if invitation is not None and invitation.is_revoked:
        return None
    return link_for_address(
        ports,
        about.address,
        asked_at=asked_at,
        role=Role(about.role),
        name=about.name,
        seconds=INVITATION_SECONDS,
        revocations=invitation.revocations if invitation else 0,
    )


def open_account(
    ports: Ports, link: AccountLink, *, name: str, password_hash: str
) -> tuple[Account, tuple[Write, ...]]:
    """The account that a link opens for an address that has none, and the writes that open it.

    The link confirms the mailbox. A publisher is vouched for by the invitation; an author waits.
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


def _find(ports: Ports, address: Address) -> Invitation | None:
    record = ports.store.one(invitation_key(address_hash(address)))
    return invitation_from(record) if record else None


def _save_op(invitation: Invitation) -> Write:
    """The write that saves an invitation for as long as any of its links could work; an email may be late."""
    until = invitation.invited_at + timedelta(seconds=2 * INVITATION_SECONDS)
    operation = Create if invitation.version == 1 else Replace
    key = address_hash(invitation.address)
    return operation(invitation_record(key, invitation, expires_at=int(until.timestamp())))
