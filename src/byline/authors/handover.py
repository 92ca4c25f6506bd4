"""Handing a page that the press keeps over to its author: an invitation that names the page.

Accepting it (``authors.acceptance``) gives the new account the page. Its id, page address, versions and draft stay. An
invitation that is revoked or ends leaves the page as it was.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from byline.accounts.actors import actor_unchanged, read_actor_again
from byline.accounts.addresses import address_hash
from byline.accounts.invitation_records import invitation_from, invitation_key
from byline.accounts.invitations import invitation_writes
from byline.accounts.model import INVITATION_SECONDS, Address
from byline.accounts.notes import check_note
from byline.accounts.pending_registrations import kept_language
from byline.accounts.records import claim_key
from byline.audit import audit_events
from byline.authors import invitations
from byline.authors.author_page import page_of
from byline.authors.invitations import InvitationOutcome
from byline.authors.invitees import Invitee
from byline.authors.managed_authors import load_author
from byline.errors import Invalid, NotFound
from byline.jobs.model import enqueue
from byline.jobs.payloads import CountInvitations, UpdateSearch
from byline.messages import events
from byline.messages.catalogue import LANGUAGES
from byline.messages.invitations import PageIsOffered
from byline.permissions import require
from byline.profiles import records as profile_records
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Check, Create, Delete, Key, Record, Replace, write_over

if TYPE_CHECKING:
    from byline.accounts.model import Account, Invitation
    from byline.audit import Actor
    from byline.authors.author_page import AuthorPage
    from byline.authors.new_pages import Changed
    from byline.errors import Conflict
    from byline.ports import Ports
    from byline.profiles.model import Profile
    from byline.store.port import Write

_ADDRESS: Final = "address"


def invite(ports: Ports, by: Actor, author_id: str, *, email: str, note: str = "", language: str = "") -> Invitation:
    """Invite an author to take over the page that the press keeps for them.

    ``note`` and ``language`` are as in ``invitations.invite``. ``Invalid`` at ``author_email`` for an address that
    cannot be invited, or while somebody else is invited to this page. ``NotFound`` if it is no page of the press.
    """
    require(by, "authors.handover.invite")
    note, language = check_note(note), kept_language(ports, language if language in LANGUAGES else "")

    def attempt(conflict: Conflict | None) -> Invitation:
        nonlocal by
        if conflict is not None:
            by = read_actor_again(ports, by).without_prefetched()
        profile = _managed_profile(ports, by, author_id)
        before = ports.store.one(handover_key(profile.id))
        offered = _open_offer(ports, before)
        if offered is not None and offered.profile == profile.id:
            raise Invalid({"author_email": PageIsOffered(offered.address)})
        [step] = invitations.plan(ports, by, [Invitee(1, profile.content.name, email)])
        if step.outcome is not InvitationOutcome.NEW or step.invitation is None:
            raise Invalid({"author_email": step.why} if step.why else {})
        invitation = replace(
            step.invitation,
            note=note,
            language=language,
            page_address=profile.slug if profile.is_published else "",
            profile=profile.id,
        )
        ports.store.commit(
            Check(claim_key(address_hash(invitation.address)), None),
            *invitation_writes(ports, invitation, step.before),
            write_over(before, _record(profile, invitation)),
            enqueue(ports, CountInvitations()),
            *audit_events(ports, by, events.HANDOVER_OFFERED, author_id),
            *actor_unchanged(by),
        )
        return invitation

    return retry_on_conflict(attempt)


def find_offer(ports: Ports, by: Actor, page: AuthorPage) -> Invitation | None:
    """The invitation by which a page can be taken over now; ``None`` if there is none.

    What was read already, and two reads at most.
    """
    key = handover_key(page.profile.id)
    invitation = _open_offer(ports, by.prefetched[key] if key in by.prefetched else ports.store.one(key))
    return invitation if invitation is not None and invitation.profile == page.profile.id else None


def take_over(ports: Ports, account: Account, invitation: Invitation) -> Changed | None:
    """An account with the page that its invitation names and the page's name, and the writes that hand it over, with
    its draft.

    ``None`` if the invitation names none, or it is not the press's any more.
    """
    if not invitation.profile:
        return None
    key, draft_key, own_key = (
        profile_records.key(invitation.profile),
        profile_records.draft_key(invitation.profile),
        handover_key(invitation.profile),
    )
    found = ports.store.get(key, draft_key, own_key)
    profile = profile_records.from_record(found[key]) if key in found else None
    if profile is None or profile.account_id is not None or profile.merged_into:
        return None
    taken = replace(profile, account_id=account.id, version=profile.version + 1)
    writes: list[Write] = [
        Replace(profile_records.to_record(taken)),
        enqueue(ports, UpdateSearch(profile.id)),  # its entries as a page of the press go
    ]
    if draft_key in found:
        draft = profile_records.draft_from(found[draft_key])
        writes += [
            Delete(draft_key, draft.version),
            Create(profile_records.draft_record(replace(draft, owner=account.id, version=1))),
        ]
    else:
        writes.append(Check(draft_key, None))
    if own_key in found:
        writes.append(Delete(own_key, found[own_key].version))
    return replace(account, profile_id=profile.id, name=profile.content.name), writes


def _managed_profile(ports: Ports, by: Actor, author_id: str) -> Profile:
    author = load_author(ports, author_id, by.prefetched)
    if not author.is_managed:
        raise NotFound
    return page_of(ports, by, author).profile


def _open_offer(ports: Ports, record: Record | None) -> Invitation | None:
    """The invitation that a record names, if it can still be accepted."""
    if record is None:
        return None
    found = ports.store.one(invitation_key(address_hash(Address(str(record.data[_ADDRESS])))))
    invitation = invitation_from(found) if found else None
    if invitation is None or invitation.is_revoked or invitation.accepted_at is not None:
        return None
    return invitation if ports.clock.now() < invitation.ends_at else None


def _record(profile: Profile, invitation: Invitation) -> Record:
    """Who was invited to a page, for as long as the invitation is kept."""
    until = int(invitation.invited_at.timestamp()) + 2 * INVITATION_SECONDS
    return Record(handover_key(profile.id), {_ADDRESS: invitation.address}, expires_at=until)


def handover_key(profile_id: str) -> Key:
    """The key of the record that says who is invited to take a page over."""
    return Key("handover", profile_id)
