"""Invitations: links that open an account with a role, and the account they open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.accounts.account_links import link_for_address
from byline.accounts.actors import actor_of
from byline.accounts.model import Account, Role, State
from byline.accounts.new_accounts import account_writes, new_account

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
    is_invited = link.role is Role.PUBLISHER
    state = State.ACTIVE if is_invited else State.WAITING
    account = new_account(ports, link.address, name, role=link.role, state=state)
    return account, account_writes(
        ports,
        account,
        actor_of(account),
        password_hash=password_hash,
        is_first=is_invited and link.first_publisher,
    )
