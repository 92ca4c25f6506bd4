"""The links in the emails of invitations: they open an account, and are bound to the invitation as it was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.accounts.account_links import fingerprint_of_invitation, link_for_address
from byline.accounts.addresses import address_hash
from byline.accounts.invitation_records import invitation_from, invitation_key
from byline.accounts.model import INVITATION_SECONDS, Address, Invitation, Role
from byline.accounts.records import FIRST_PUBLISHER, claim_key
from byline.errors import DeadLink
from byline.messages.accounts import ACCOUNT_EXISTS, INVITATION_ACCEPTED, INVITATION_RENEWED, LINK_EXPIRED, LINK_REVOKED
from byline.store import formats

if TYPE_CHECKING:
    from datetime import datetime

    from byline.jobs.payloads import SendInvitation
    from byline.ports import Ports
    from byline.settings import Site

PURPOSE = "invitation"


@dataclass(frozen=True, slots=True)
class InvitationLink:
    """What a link accepts: an invitation that is open. ``is_first``: there is no publisher yet."""

    token: str
    invitation: Invitation
    is_first: bool


def link_for(ports: Ports, invitation: Invitation) -> str:
    """The link by which an invitation is accepted, until it ends or gets a new one."""
    token = ports.signer.make(
        PURPOSE,
        {"m": invitation.address},
        fingerprint=fingerprint_of_invitation(invitation.revocations),
        expires_at=invitation.ends_at,
    )
    return f"{ports.site.url}/invitation/{token}"


def page_url(site: Site, invitation: Invitation) -> str:
    """Where readers see the page that an invitation hands over; "" if there is none, or it was not published."""
    return f"{site.url}/authors/{invitation.page_address}/" if invitation.profile and invitation.page_address else ""


def link_before_desk(ports: Ports, about: SendInvitation, invitation: Invitation | None, *, asked_at: datetime) -> str:
    """The link that invites a publisher in words that a program before ``formats.DESK`` reads, too."""
    return link_for_address(
        ports,
        about.address,
        asked_at=asked_at,
        role=Role(about.role),
        name=about.name,
        seconds=INVITATION_SECONDS,
        revocations=invitation.revocations if invitation else 0,
    )


def has_own_links(ports: Ports, invitation: Invitation | None) -> bool:
    """Whether the links of an invitation are those of ``link_for``: its record is there, and no older program runs."""
    return invitation is not None and ports.store.format() >= formats.DESK


def read_link(ports: Ports, token: str) -> InvitationLink:
    """What a link accepts, in one read; ``DeadLink`` with the reason if it does not any more. Looking changes nothing.

    Whoever has the link has read the mailbox, so that the reason may say that the address has an account.
    """
    claims = ports.signer.read(PURPOSE, token, now=ports.clock.now())
    address_key = address_hash(Address(claims.fields["m"]))
    claim, own_key = claim_key(address_key), invitation_key(address_key)
    records = ports.store.get(claim, own_key, FIRST_PUBLISHER)
    invitation = invitation_from(records[own_key]) if own_key in records else None
    if invitation is not None and invitation.accepted_at is not None:
        raise DeadLink(INVITATION_ACCEPTED)
    if claim in records:
        raise DeadLink(ACCOUNT_EXISTS)
    if invitation is None or invitation.is_revoked:
        raise DeadLink(LINK_REVOKED)
    if not claims.matches(fingerprint_of_invitation(invitation.revocations)):
        raise DeadLink(INVITATION_RENEWED)
    if ports.clock.now() >= invitation.ends_at:
        raise DeadLink(LINK_EXPIRED)
    return InvitationLink(token, invitation, is_first=FIRST_PUBLISHER not in records)
