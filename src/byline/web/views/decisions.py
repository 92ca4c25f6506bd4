"""The publisher's decisions, each a button: approve, decline with a note, suspend, reinstate, undo; clear a bounce."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, session, url_for

from byline.accounts import bounces
from byline.accounts.model import State
from byline.accounts.notes import MOST_NOTE, check_note
from byline.accounts.states import Event
from byline.authors import decisions
from byline.errors import AlreadyDecided
from byline.messages import notices
from byline.web import form_recovery, identity
from byline.web.access import CONSOLE, author_in_address, author_with_draft, open_to
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.forms import single
from byline.web.pages import Form
from byline.web.render import UNDO, render_page
from byline.web.views.page_editor import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response
    from flask.typing import ResponseReturnValue

    from byline.accounts.model import Account
    from byline.audit import Actor
    from byline.messages.message import Message
    from byline.ports import Ports


bp = Blueprint("decisions", __name__, url_prefix="/publisher/authors/<account_id>")


@dataclass(frozen=True, slots=True)
class EmailPreview:
    """An email before it is sent, for ``publisher/decline.html``."""

    subject: str
    text: str
    language: str


def _decline_form(form: Form, account_id: str) -> Response:
    return _declining(account_id, form, "")


@bp.post("/approve")
@open_to(CONSOLE, extra_keys=author_with_draft, decision=True)
def approve(account_id: str) -> ResponseReturnValue:
    """Let an author in."""
    return _decide(account_id, decisions.approve, notices.AuthorApproved, to=url_for("publisher.queue"))


@bp.route("/decline", methods=["GET", "POST"])
@open_to(CONSOLE, extra_keys=author_in_address, form=_decline_form, decision=True)
def decline(account_id: str) -> ResponseReturnValue:
    """Turn an author down, with a note that goes into the email; a look at the email first."""
    if request.method != "POST":
        return _declining(account_id, Form(), "")
    note = single("note")
    checked = check_note(note)
    if single("preview"):
        return _declining(account_id, Form({"note": note}), checked)
    act = partial(decisions.decline, note=note)
    return _decide(account_id, act, notices.AuthorDeclined, to=url_for("publisher.queue"))


@bp.route("/suspend", methods=["GET", "POST"])
@open_to(CONSOLE, extra_keys=author_in_address, decision=True)
def suspend(account_id: str) -> ResponseReturnValue:
    """Close an account and take its page down; the page asks whether really."""
    if request.method != "POST":
        return _really(account_id, "suspend")
    return _decide(account_id, decisions.suspend, notices.AuthorSuspended, to=_at(account_id))


@bp.route("/restore", methods=["GET", "POST"])
@open_to(CONSOLE, extra_keys=author_in_address, decision=True)
def reinstate(account_id: str) -> ResponseReturnValue:
    """Open a suspended account again."""
    if request.method != "POST":
        return _really(account_id, "restore")
    return _decide(account_id, decisions.reinstate, notices.AuthorReinstated, to=_at(account_id))


@bp.post("/undo")
@open_to(CONSOLE, extra_keys=author_in_address, decision=True)
def undo(account_id: str) -> ResponseReturnValue:
    """Take a decision back while its email is not out."""
    try:
        back = decisions.undo(ports(), identity.me().actor, account_id)
    except AlreadyDecided:
        flash(notices.TooLateToUndo(_author(account_id).name))
        return redirect(_at(account_id), 303)
    again = notices.WaitingAgain if back.state is State.WAITING else notices.DeclinedAgain
    flash(again(back.name))
    return redirect(url_for("publisher.queue"), 303)


@bp.post("/letters")
@open_to(CONSOLE, extra_keys=author_in_address, decision=True)
def clear_bounce(account_id: str) -> ResponseReturnValue:
    """Take off an account the mark that emails do not arrive."""
    bounces.clear_bounce(ports(), identity.me().actor, account_id)
    flash(notices.DeliveredAgain(_author(account_id).name))
    return redirect(_at(account_id), 303)


def _decide(
    account_id: str, act: Callable[[Ports, Actor, str], Account], done: Callable[[str], Message], *, to: str
) -> ResponseReturnValue:
    """Decide, and go on; where a colleague was faster, the author's page says so."""
    try:
        decided = act(ports(), identity.me().actor, account_id)
    except AlreadyDecided as fault:
        form_recovery.keep_copy()
        name, state = _author(account_id).name, notices.STATES[fault.state]
        if fault.by and fault.at:
            flash(notices.DecidedBefore(name, fault.by, fault.at, state))
        else:
            flash(notices.DecidedBeforeBySomeone(name, state))
        return redirect(_at(account_id), 303)
    flash(done(decided.name))
    if decisions.can_undo(decided, ports().clock.now()):
        session[UNDO] = account_id
    return redirect(to, 303)


def _declining(account_id: str, form: Form, note: str) -> Response:
    from byline.authors import author_emails  # noqa: PLC0415 - other pages need none of these

    account = _author(account_id)
    email = author_emails.decision_email(ports(), replace(account, note=note), Event.DECLINED)
    return render_page(
        "publisher/decline.html",
        form.status,
        author=Person.of(account),
        owner=form_recovery.owner_of(account.id),
        form=form,
        note_max=MOST_NOTE,
        preview=EmailPreview(email.subject, email.text, email.language),
    )


def _really(account_id: str, act: str) -> ResponseReturnValue:
    author = Person.of(_author(account_id))
    return render_page("publisher/suspend.html", act=act, author=author, owner_of=form_recovery.owner_of)


def _author(account_id: str) -> Account:
    return decisions.load_author(ports(), identity.me().actor, account_id)


def _at(account_id: str) -> str:
    return url_for("author.overview", account_id=account_id)
