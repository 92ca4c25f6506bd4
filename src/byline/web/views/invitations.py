"""The console's invitations: inviting authors after a look at the list, and how each invitation stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import BadRequest

from byline.accounts import invitations as sent_invitations
from byline.accounts.invitations import InvitationState
from byline.accounts.notes import MOST_NOTE, check_note
from byline.authors import invitations
from byline.authors.invitations import InvitationOutcome
from byline.messages import notices
from byline.messages.catalogue import LANGUAGES
from byline.web import form_recovery, forms, identity, invitation_form
from byline.web.access import CONSOLE, open_to
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.forms import single
from byline.web.pages import Form
from byline.web.render import render_page

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from flask import Response
    from flask.typing import ResponseReturnValue

    from byline.accounts.invitations import InvitationRow
    from byline.authors.invitations import InvitationStep
    from byline.messages.message import Message
    from byline.web.invitation_form import SentList

bp = Blueprint("invitations", __name__)


@dataclass(frozen=True, slots=True)
class ShownInvitation:
    """A row of ``publisher/invitations.html``; ``at`` is when it came to stand as it does."""

    name: str
    email: str
    state: str
    at: datetime
    is_sent: bool
    reminded_at: datetime | None
    undelivered: bool
    can_remind: bool
    account_id: str


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row of ``publisher/invitations_preview.html``; ``faults`` are its fields that are at fault."""

    number: int
    name: str
    email: str
    outcome: str
    why: Message | None
    faults: Mapping[str, Message]
    sort_name: str
    page_address: str
    has_biography: bool


def _form(form: Form) -> Response:
    return _overview(form)


@bp.route("/publisher/invitations", methods=["GET", "POST"])
@open_to(CONSOLE, upload=True, form=_form)
def overview() -> ResponseReturnValue:
    """Who is invited; and invite authors: a look at the list first, and nothing is sent before ``intent`` says so."""
    if request.method != "POST":
        return _overview(Form())
    intent = single("intent")
    if intent == "change":
        return _overview(form_recovery.sent_form())
    listed, note, language = invitation_form.sent_list(), check_note(single("note")), single("language")
    by = identity.me().actor
    if intent != "send" or listed.corrected:
        steps = invitations.plan(ports(), by, listed.people)
        still_faulty = any(step.faults and step.invitee.number in listed.corrected for step in steps)
        if intent != "send" or still_faulty:
            return _preview(listed, steps, note, language, status=422 if still_faulty else 200)
    went = invitations.invite(ports(), by, listed.people, note=note, language=language)
    new = sum(step.outcome is InvitationOutcome.NEW for step in went)
    flash(notices.InvitationsSent(new) if new else notices.NO_ONE_INVITED)
    return redirect(url_for("invitations.overview"), 303)


@bp.post("/publisher/invitations/remind")
@open_to(CONSOLE, decision=True)
def remind() -> ResponseReturnValue:
    """Send the email of an open invitation once more."""
    done = sent_invitations.remind(ports(), identity.me().actor, forms.address())
    return _back(notices.InvitationReminded(done.name or done.address) if done else notices.REMINDED_BEFORE)


@bp.post("/publisher/invitations/renew")
@open_to(CONSOLE, decision=True)
def renew() -> ResponseReturnValue:
    """Send a new link, for an invitation that is open, expired or revoked."""
    done = sent_invitations.renew(ports(), identity.me().actor, forms.address())
    return _back(notices.InvitationRenewed(done.name or done.address) if done else notices.INVITATION_WAS_ACCEPTED)


@bp.post("/publisher/invitations/revoke")
@open_to(CONSOLE, decision=True)
def revoke() -> ResponseReturnValue:
    """End an invitation."""
    address = forms.address()
    done = sent_invitations.revoke(ports(), identity.me().actor, address)
    return _back(notices.InvitationRevoked(address) if done else notices.NOT_REVOKED)


def _back(notice: Message) -> ResponseReturnValue:
    flash(notice)
    return redirect(url_for("team.overview" if single("to") == "team" else "invitations.overview"), 303)


def _overview(form: Form) -> Response:
    try:
        listed = sent_invitations.list_invitations(ports(), identity.me().actor, after=request.args.get("after", ""))
    except ValueError as fault:
        raise BadRequest from fault
    return render_page(
        "publisher/invitations.html",
        form.status,
        form=form,
        owner=form_recovery.owner_of("invitations"),
        invitations=[shown(row) for row in listed.rows],
        after=listed.next,
        sent=listed.sent,
        sending=listed.sending,
        languages=LANGUAGES,
        note_max=MOST_NOTE,
        people_max=sent_invitations.MOST_INVITEES,
        owner_of=form_recovery.owner_of,
    )


def _preview(listed: SentList, steps: tuple[InvitationStep, ...], note: str, language: str, *, status: int) -> Response:
    rows = [_previewed(step) for step in steps]
    counts = Counter(row.outcome for row in rows)
    is_refused = status != HTTPStatus.OK
    faults = {f"row_{name}-{row.number}": why for row in rows if is_refused for name, why in row.faults.items()}
    return render_page(
        "publisher/invitations_preview.html",
        status,
        form=Form(
            {"people": listed.text, "note": note, "language": language, "copy": single("copy")}, faults, status=status
        ),
        owner=form_recovery.owner_of("invitations"),
        faulty=[row for row in rows if row.outcome == InvitationOutcome.FAULTY],
        left_out=[row for row in rows if row.outcome not in {InvitationOutcome.FAULTY, InvitationOutcome.NEW}],
        new=[row for row in rows if row.outcome == InvitationOutcome.NEW],
        counts=counts,
    )


def shown(row: InvitationRow) -> ShownInvitation:
    """An invitation as the lists of the console show it."""
    invitation = row.invitation
    at = {InvitationState.ACCEPTED: invitation.accepted_at, InvitationState.EXPIRED: invitation.ends_at}
    return ShownInvitation(
        name=invitation.name,
        email=invitation.address,
        state=row.state.value,
        at=at.get(row.state) or invitation.invited_at,
        is_sent=invitation.sent_at is not None,
        reminded_at=invitation.reminded_at,
        undelivered=row.is_undeliverable,
        can_remind=row.can_remind,
        account_id=invitation.account,
    )


def _previewed(step: InvitationStep) -> PreviewRow:
    invitation, invitee = step.invitation, step.invitee
    return PreviewRow(
        number=invitee.number,
        name=invitation.name if invitation else invitee.name,
        email=invitation.address if invitation else invitee.email,
        outcome=step.outcome.value,
        why=step.why,
        faults=dict(step.faults),
        sort_name=invitation.sort_name if invitation else "",
        page_address=invitation.page_address if invitation else "",
        has_biography=invitation is not None and bool(invitation.biography),
    )
