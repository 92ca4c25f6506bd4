"""Inviting authors, one or hundreds: first a look at what would become of each, then ten in a commit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from byline.accounts.actors import actor_unchanged, read_actor_again
from byline.accounts.addresses import address_hash, normalise
from byline.accounts.invitation_records import invitation_from, invitation_key
from byline.accounts.invitations import MOST_INVITEES, invitation_writes
from byline.accounts.model import Address, Invitation, Role
from byline.accounts.notes import check_note
from byline.accounts.pending_registrations import kept_language
from byline.accounts.records import claim_key
from byline.audit import audit_events
from byline.errors import Conflict, Invalid, Unavailable
from byline.jobs.model import enqueue
from byline.jobs.payloads import CountInvitations
from byline.messages import events
from byline.messages import invitations as said
from byline.messages.accounts import EMAIL_MISSING
from byline.messages.catalogue import LANGUAGES
from byline.messages.outages import INVITATIONS_LATER
from byline.permissions import require
from byline.profiles import biography, names, slugs
from byline.store import formats
from byline.store.conflicts import retry_on_conflict
from byline.store.port import MOST_KEYS, Check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from byline.audit import Actor
    from byline.authors.invitees import Invitee
    from byline.messages.message import Message
    from byline.ports import Ports
    from byline.store.port import Key, Record, Write

_A_COMMIT = 10
_SECONDS_BETWEEN_EMAILS = 1


class InvitationOutcome(StrEnum):
    """What becomes of a row of a list of people to invite."""

    NEW = "new"
    HERE = "here"
    INVITED = "invited"
    DUPLICATE = "duplicate"
    FAULTY = "faulty"


@dataclass(frozen=True, slots=True)
class InvitationStep:
    """What becomes of a row: the invitation where there is one to send, and the one ``before`` that it replaces.

    ``why`` says why none is sent, or what is left out of it; ``faults`` what is wrong with the row's name and email.
    """

    invitee: Invitee
    outcome: InvitationOutcome
    invitation: Invitation | None = None
    before: Invitation | None = None
    why: Message | None = None
    faults: tuple[tuple[str, Message], ...] = ()


def plan(ports: Ports, by: Actor, invitees: Sequence[Invitee]) -> tuple[InvitationStep, ...]:
    """What would become of people to invite as authors, in their order. Only reads.

    ``Invalid`` at ``people`` for more than five hundred, ``Unavailable`` while an older program may come back.
    """
    require(by, "authors.invitations.plan")
    if ports.store.format() < formats.DESK:
        raise Unavailable(INVITATIONS_LATER)
    if len(invitees) > MOST_INVITEES:
        raise Invalid({"people": said.TooManyInvitees(len(invitees), MOST_INVITEES)})
    steps = _once_each([_first_step(ports, by, invitee) for invitee in invitees])
    known = _read(ports, [key for step in steps for key in _keys(step)])
    return tuple(_as_it_stands(ports, step, known) for step in steps)


def invite(
    ports: Ports, by: Actor, invitees: Sequence[Invitee], *, note: str = "", language: str = ""
) -> tuple[InvitationStep, ...]:
    """Invite people as authors, ten in a commit, their emails a second apart; the steps as they went.

    Rows that are not ``NEW`` are left out. ``note`` stands in every email; ``language`` is that of the emails, "" for
    the site's. Killed on the way it can be called again: who is invited already is left out.
    """
    require(by, "authors.invitations.invite")
    note, language = check_note(note), kept_language(ports, language if language in LANGUAGES else "")
    steps = list(plan(ports, by, invitees))
    new = [number for number, step in enumerate(steps) if step.outcome is InvitationOutcome.NEW]
    now = ports.clock.now()
    for place, number in enumerate(new):
        invited_at = now + timedelta(milliseconds=place)
        steps[number] = _with(steps[number], note=note, language=language, invited_at=invited_at)
    for start in range(0, len(new), _A_COMMIT):
        some = new[start : start + _A_COMMIT]
        by, went = _invite_some(ports, by, [steps[number] for number in some], now)
        for number, step in zip(some, went, strict=True):
            steps[number] = step
    return tuple(steps)


def _with(step: InvitationStep, **values: Any) -> InvitationStep:
    """A step with other values in its invitation."""
    return replace(step, invitation=replace(step.invitation, **values)) if step.invitation else step


def _invite_some(
    ports: Ports, by: Actor, steps: list[InvitationStep], began_at: datetime
) -> tuple[Actor, list[InvitationStep]]:
    """Invite those of some steps that are new, in one commit; the actor as they are then, and how the steps went."""

    def attempt(conflict: Conflict | None) -> list[InvitationStep]:
        nonlocal by, steps
        if conflict is not None:
            by = read_actor_again(ports, by)
            known = _read(ports, [key for step in steps for key in _keys(step)])
            steps = [_as_it_stands(ports, step, known) for step in steps]
        writes: list[Write] = []
        at = began_at
        new = [step for step in steps if step.outcome is InvitationOutcome.NEW]
        for step in new:
            if step.invitation is None:
                continue
            place = (step.invitation.invited_at - began_at) // timedelta(milliseconds=1)
            at = began_at + timedelta(seconds=place * _SECONDS_BETWEEN_EMAILS)
            writes += [Check(_keys(step)[0], None), *invitation_writes(ports, step.invitation, step.before, due_at=at)]
        if new:
            event = audit_events(ports, by, events.INVITED, by.account_id, count=len(new))
            # Due with the last email of these ten: by then the index has them.
            count = enqueue(ports, CountInvitations(), due_at=at)
            ports.store.commit(*writes, *event, count, *actor_unchanged(by))
        return steps

    went = retry_on_conflict(attempt)
    return by, went


def _first_step(ports: Ports, by: Actor, invitee: Invitee) -> InvitationStep:
    """What becomes of a row by what it says itself. Without a biography, sort name or page address that cannot be used
    it is invited all the same.
    """
    faults: dict[str, Message] = {}

    def tried(field: str, make: Callable[[str], str], text: str) -> str:
        try:
            return make(text) if text else ""
        except Invalid as fault:
            why = next(iter(fault.faults.values()))
            faults[field] = said.EMAIL_OF_INVITEE_MISSING if why is EMAIL_MISSING else why
            return ""

    name = tried("name", names.clean_name, invitee.name.strip())
    address = tried("email", normalise, invitee.email.strip() or " ")
    if faults:
        why = next(iter(faults.values()))
        return InvitationStep(invitee, InvitationOutcome.FAULTY, why=why, faults=tuple(faults.items()))
    invitation = Invitation(
        Address(address),
        name,
        Role.AUTHOR,
        ports.clock.now(),
        invited_by=by.account_id,
        sort_name=tried("sort_name", names.clean_name, invitee.sort_name.strip()),
        page_address=tried("page_address", slugs.valid, invitee.page_address.strip()),
        biography=tried("biography", _usable_biography, invitee.biography),
    )
    left_out = [said.WITHOUT[field](why) for field, why in faults.items()]
    return InvitationStep(invitee, InvitationOutcome.NEW, invitation, why=left_out[0] if left_out else None)


def _usable_biography(text: str) -> str:
    biography.from_form(text, "markdown")
    return text.replace("\r\n", "\n").strip()


def _once_each(steps: Iterable[InvitationStep]) -> list[InvitationStep]:
    """Leave out rows with the mailbox of one before them."""
    first: dict[str, int] = {}
    once = []
    for step in steps:
        if step.invitation is not None:
            number = first.setdefault(address_hash(step.invitation.address), step.invitee.number)
            if number != step.invitee.number:
                why = said.SameMailboxAsRow(number)
                step = replace(step, outcome=InvitationOutcome.DUPLICATE, why=why)  # noqa: PLW2901 - as it is now
        once.append(step)
    return once


def _keys(step: InvitationStep) -> tuple[Key, ...]:
    """What says how an address stands: its claim and its invitation."""
    if step.invitation is None:
        return ()
    address_key = address_hash(step.invitation.address)
    return claim_key(address_key), invitation_key(address_key)


def _as_it_stands(ports: Ports, step: InvitationStep, known: dict[Key, Record]) -> InvitationStep:
    """A step that was to be new, by what the store says of its address."""
    if step.outcome is not InvitationOutcome.NEW:
        return step
    claim, own_key = _keys(step)
    if claim in known:
        return replace(step, outcome=InvitationOutcome.HERE, why=said.HAS_ACCOUNT)
    before = invitation_from(known[own_key]) if own_key in known else None
    is_open = before is not None and not before.is_revoked and before.accepted_at is None
    if before is not None and is_open and ports.clock.now() < before.ends_at:
        why = said.INVITED_AS_PUBLISHER if before.role is Role.PUBLISHER else said.InvitedOn(before.invited_at)
        return replace(step, outcome=InvitationOutcome.INVITED, why=why)
    return replace(step, before=before)


def _read(ports: Ports, keys: Sequence[Key]) -> dict[Key, Record]:
    found: dict[Key, Record] = {}
    for start in range(0, len(keys), MOST_KEYS):
        found |= ports.store.get(*keys[start : start + MOST_KEYS])
    return found
