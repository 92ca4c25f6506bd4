"""Invitations: links that open an account with a role, and the account they open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.accounts.account_links import link_for_address
from byline.accounts.actors import actor_of
from byline.accounts.confirmation import account_writes
from byline.accounts.model import Account, AccountId, Role, State
from byline.accounts.records import FIRST_PUBLISHER, publisher_record
from byline.store.port import Create, Record

if TYPE_CHECKING:
    from datetime import datetime

    from byline.accounts.account_links import AccountLink
    from byline.jobs.payloads import SendInvitation
    from byline.ports import Ports
    from byline.store.port import Write

INVITATION_SECONDS = 30 * 24 * 3600


def invitation_link(ports: Ports, invitation: SendInvitation, *, asked_at: datetime) -> str:
    """The link of an invitation's email."""
    return link_for_address(
        ports,
        invitation.address,
        asked_at=asked_at,
        role=Role(invitation.role),
        name=invitation.name,
        seconds=INVITATION_SECONDS,
    )


def open_account(
    ports: Ports, link: AccountLink, *, name: str, password_hash: str
) -> tuple[Account, tuple[Write, ...]]:
    """The account that a link opens for an address that has none, and the writes that open it.

    The link confirms the mailbox. A publisher is vouched for by the invitation; an author waits.
    """
    now = ports.clock.now()
    is_invited = link.role is Role.PUBLISHER
    account = Account(
        id=AccountId(ports.random.identifier()),
        address=link.address,
        name=name,
        state=State.ACTIVE if is_invited else State.WAITING,
        role=link.role,
        password_hash=password_hash,
        created_at=now,
        confirmed_at=now,
    )
    writes = account_writes(ports, account, actor_of(account))
    if is_invited:
        writes = (*writes, Create(publisher_record(account)))
        if link.first_publisher:
            writes = (*writes, Create(Record(FIRST_PUBLISHER, {"account": account.id})))
    return account, writes
