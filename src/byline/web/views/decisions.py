"""The publisher's decisions, each a button: approve, decline with a note, suspend, reinstate, undo; clear a bounce."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, session, url_for

from byline.accounts import bounces
from byline.accounts.model import State
from byline.accounts.states import Event
from byline.authors import decisions
from byline.errors import AlreadyDecided, Invalid
from byline.messages import notices
from byline.web import identity
from byline.web.access import CONSOLE, author_in_address, open_to
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.forms import single
from byline.web.pages import Form
from byline.web.render import UNDO, render_page
from byline.web.views.author import the_account
from byline.web.views.page_editor import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from byline.accounts.model import Account
    from byline.messages.message import Message


bp = Blueprint("decisions", __name__, url_prefix="/publisher/authors/<account_id>")


@dataclass(frozen=True, slots=True)
class EmailPreview:
    """An email before it is sent, for ``publisher/decline.html``."""

    subject: str
    text: str
    language: str


@bp.post("/approve")
@open_to(CONSOLE, also=author_in_address)
def approve(account_id: str) -> ResponseReturnValue:
    """Let an author in."""
    account = the_account(account_id)
    return _decide(
        account,
        notices.AuthorApproved(account.name),
        lambda: decisions.approve(ports(), identity.me().actor, account_id),
        to=url_for("publisher.queue"),
    )


@bp.route("/decline", methods=["GET", "POST"])
@open_to(CONSOLE, also=author_in_address)
def decline(account_id: str) -> ResponseReturnValue:
    """Turn an author down, with a note that goes into the email; a look at the email first."""
    account = the_account(account_id)
    if request.method != "POST":
        return _declining(account, 200, Form(), "")
    note = single("note")
    try:
        checked = decisions.check_note(note)
    except Invalid as fault:
        return _declining(account, 422, Form({"note": note}, fault.faults), "")
    if single("preview"):
        return _declining(account, 200, Form({"note": note}), checked)
    return _decide(
        account,
        notices.AuthorDeclined(account.name),
        lambda: decisions.decline(ports(), identity.me().actor, account_id, note=note),
        to=url_for("publisher.queue"),
    )


@bp.route("/suspend", methods=["GET", "POST"])
@open_to(CONSOLE, also=author_in_address)
def suspend(account_id: str) -> ResponseReturnValue:
    """Close an account and take its page down; the page asks whether really."""
    account = the_account(account_id)
    if request.method != "POST":
        return _really(account, "suspend")
    by = identity.me().actor
    return _decide(
        account,
        notices.AuthorSuspended(account.name),
        lambda: decisions.suspend(ports(), by, account_id),
        to=_at(account),
    )


@bp.route("/restore", methods=["GET", "POST"])
@open_to(CONSOLE, also=author_in_address)
def reinstate(account_id: str) -> ResponseReturnValue:
    """Open a suspended account again."""
    account = the_account(account_id)
    if request.method != "POST":
        return _really(account, "restore")
    by = identity.me().actor
    return _decide(
        account,
        notices.AuthorReinstated(account.name),
        lambda: decisions.reinstate(ports(), by, account_id),
        to=_at(account),
    )


@bp.post("/undo")
@open_to(CONSOLE, also=author_in_address)
def undo(account_id: str) -> ResponseReturnValue:
    """Take a decision back while its email is not out."""
    account = the_account(account_id)
    try:
        back = decisions.undo(ports(), identity.me().actor, account_id)
    except AlreadyDecided:
        flash(notices.TooLateToUndo(account.name))
        return redirect(_at(account), 303)
    again = notices.WaitingAgain if back.state is State.WAITING else notices.DeclinedAgain
    flash(again(account.name))
    return redirect(url_for("publisher.queue"), 303)


@bp.post("/letters")
@open_to(CONSOLE, also=author_in_address)
def clear_bounce(account_id: str) -> ResponseReturnValue:
    """Take off an account the mark that emails do not arrive."""
    account = the_account(account_id)
    bounces.clear_bounce(ports(), identity.me().actor, account_id)
    flash(notices.DeliveredAgain(account.name))
    return redirect(_at(account), 303)


def _decide(account: Account, done: Message, act: Callable[[], Account], *, to: str) -> ResponseReturnValue:
    try:
        decided = act()
    except AlreadyDecided as fault:
        state = notices.STATES[fault.state]
        if fault.by and fault.at:
            flash(notices.DecidedBefore(account.name, fault.by, fault.at, state))
        else:
            flash(notices.DecidedBeforeBySomeone(account.name, state))
        return redirect(_at(account), 303)
    flash(done)
    if decisions.can_undo(decided, ports().clock.now()):
        session[UNDO] = account.id
    return redirect(to, 303)


def _declining(account: Account, status: int, form: Form, note: str) -> ResponseReturnValue:
    from byline.authors import author_emails  # noqa: PLC0415 - other pages need none of these

    email = author_emails.decision_email(ports(), replace(account, note=note), Event.DECLINED)
    return render_page(
        "publisher/decline.html",
        status,
        author=Person.of(account),
        form=form,
        note_max=decisions.MOST_NOTE,
        preview=EmailPreview(email.subject, email.text, email.language),
    )


def _really(account: Account, act: str) -> ResponseReturnValue:
    return render_page("publisher/suspend.html", act=act, author=Person.of(account))


def _at(account: Account) -> str:
    return url_for("author.overview", account_id=account.id)
