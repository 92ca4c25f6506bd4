"""Accepting an invitation: it opens the account, and gives an author a page with what the invitation says of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from byline.accounts.actors import actor_of, find_account
from byline.accounts.invitation_links import read_link
from byline.accounts.invitation_records import save_op
from byline.accounts.model import Account, Invitation, Role, State
from byline.accounts.new_accounts import account_writes, new_account
from byline.accounts.policy import check_password
from byline.accounts.sessions import begin_for_account, delete_op
from byline.audit import OPERATOR, audit_events
from byline.authors import handover, new_pages
from byline.errors import Unavailable
from byline.jobs.model import enqueue
from byline.jobs.payloads import CountInvitations
from byline.messages import events
from byline.permissions import require
from byline.profiles.model import Draft, ProfileId, Slug
from byline.profiles.records import draft_record
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Create

if TYPE_CHECKING:
    from byline.accounts.clients import Client
    from byline.accounts.invitation_links import InvitationLink
    from byline.accounts.sessions import AnySession, NewSession
    from byline.errors import Conflict
    from byline.ports import Ports
    from byline.store.port import Write


def accept(
    ports: Ports, by: AnySession | None, link: InvitationLink, *, name: str, password: str, client: Client
) -> NewSession:
    """Accept an invitation, as ``read_link`` read its link on this request: open the account, and for an author a page.

    ``by`` is this browser's session so far; it ends, and the one of the account begins. The link has proven the
    mailbox, and the invitation is the approval. What the invitation says of the author goes into the page, a biography
    as its draft; one that names a page which the press keeps hands that over. ``DeadLink`` with the reason if it was
    revoked, accepted or overtaken, also in this moment.
    """
    require(by, "authors.acceptance.accept")
    check_password(password, ports.site, field="new_password", name=name, address=link.invitation.address)
    with ports.hash_queue.turn(first=True):
        hashed = ports.hasher.hash(password)
    inviter = find_account(ports, link.invitation.invited_by)
    slug_for = new_pages.choosing_slug(ports, _wanted_slug(link.invitation))

    def attempt(conflict: Conflict | None) -> NewSession:
        nonlocal link
        if conflict is not None:
            if by and not conflict.keys - {delete_op(by.session).key}:
                raise Unavailable from conflict
            link = read_link(ports, link.token)
        invitation = link.invitation
        account = _account(ports, invitation, name, inviter)
        writes: list[Write] = []
        event = events.INVITATION_ACCEPTED
        if account.role is Role.AUTHOR:
            handed_over = handover.take_over(ports, account, invitation)
            account, writes = handed_over or _new_page(ports, account, invitation, slug_for(name, conflict))
            if handed_over:
                event = events.HANDED_OVER
        entry = begin_for_account(ports, account, remember=False, device=client.name)
        actor = actor_of(account)
        accepted = replace(
            invitation, accepted_at=ports.clock.now(), account=account.id, version=invitation.version + 1
        )
        ports.store.commit(
            *account_writes(
                ports, account, actor, password_hash=hashed, is_first=account.role is Role.PUBLISHER and link.is_first
            ),
            *writes,
            save_op(accepted),
            enqueue(ports, CountInvitations()),
            *audit_events(ports, actor, event, account.id),
            *entry.writes,
            *([delete_op(by.session)] if by else []),
        )
        return entry

    return retry_on_conflict(attempt)


def _account(ports: Ports, invitation: Invitation, name: str, inviter: Account | None) -> Account:
    account = new_account(
        ports, invitation.address, name, role=invitation.role, state=State.ACTIVE, language=invitation.language
    )
    operator = OPERATOR.name if invitation.invited_by == OPERATOR.account_id else ""
    return replace(account, decided_at=invitation.invited_at, decided_by=inviter.name if inviter else operator)


def _new_page(ports: Ports, account: Account, invitation: Invitation, slug: Slug) -> new_pages.Changed:
    profile_id = ProfileId(ports.random.identifier())
    sort_name = _sort_name(invitation, account.name)
    account, writes = new_pages.with_page(ports, account, slug, profile_id, sort_name=sort_name)
    return account, [*writes, *_draft(ports, account, invitation, profile_id)]


def _wanted_slug(invitation: Invitation) -> Slug | None:
    return Slug(invitation.page_address) if invitation.page_address else None


def _sort_name(invitation: Invitation, name: str) -> str:
    """The sort name of the invitation, for the name that it was made for."""
    return invitation.sort_name if name == invitation.name else ""


def _draft(ports: Ports, account: Account, invitation: Invitation, profile_id: ProfileId) -> list[Write]:
    """The draft that a biography in the invitation becomes."""
    if not invitation.biography:
        return []
    draft = Draft(
        owner=account.id,
        mark=ports.random.identifier(),
        profile_id=profile_id,
        base=0,
        fields=(("author_bio", invitation.biography), ("bio_format", "markdown")),
        saved_by=invitation.invited_by,
        saved_at=invitation.invited_at,
    )
    return [Create(draft_record(draft))]
