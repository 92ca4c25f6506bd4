"""The publisher's decisions, each a button: approve, decline with a note, suspend, restore, undo; letters arrive."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

from flask import redirect, request, session

from byline.accounts import bounces
from byline.accounts.model import State
from byline.accounts.states import Event
from byline.authors import decisions
from byline.errors import AlreadyDecided, Invalid
from byline.messages import notices
from byline.web import identity
from byline.web.context import ports
from byline.web.pages import Form
from byline.web.protection import single
from byline.web.render import flash, render_page
from byline.web.views.console import the_account

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.typing import ResponseReturnValue

    from byline.accounts.model import Account
    from byline.messages.message import Message


def set_up(app: Flask) -> None:
    """The routes of these buttons."""
    at = "/publisher/authors/<account_id>"
    app.add_url_rule(f"{at}/approve", "approve", approve, methods=["POST"])
    app.add_url_rule(f"{at}/decline", "decline", decline, methods=["GET", "POST"])
    app.add_url_rule(f"{at}/suspend", "suspend", suspend, methods=["GET", "POST"])
    app.add_url_rule(f"{at}/restore", "restore", reinstate, methods=["GET", "POST"])
    app.add_url_rule(f"{at}/undo", "undo", undo, methods=["POST"])
    app.add_url_rule(f"{at}/letters", "letters_arrive", letters_arrive, methods=["POST"])


def approve(account_id: str) -> ResponseReturnValue:
    """Let an author in."""
    account = the_account(account_id)
    return _decide(
        account,
        notices.AuthorApproved(account.name),
        lambda: decisions.approve(ports(), identity.me().actor, account_id),
        to="/publisher",
    )


def decline(account_id: str) -> ResponseReturnValue:
    """Turn an author down, with a note that goes into the letter; a look at the letter first."""
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
        to="/publisher",
    )


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


def undo(account_id: str) -> ResponseReturnValue:
    """Take a decision back while its letter is not out."""
    account = the_account(account_id)
    try:
        back = decisions.undo(ports(), identity.me().actor, account_id)
    except AlreadyDecided:
        flash(notices.TooLateToUndo(account.name))
        return redirect(_at(account), 303)
    again = notices.WaitingAgain if back.state is State.WAITING else notices.DeclinedAgain
    flash(again(account.name))
    return redirect("/publisher", 303)


def letters_arrive(account_id: str) -> ResponseReturnValue:
    """Take off an account the mark that letters do not arrive."""
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
        session["undo"] = account.id
    return redirect(to, 303)


def _declining(account: Account, status: int, form: Form, note: str) -> ResponseReturnValue:
    from byline.authors import author_emails  # noqa: PLC0415 - other pages need none of these
    from byline.mail.email_parts import render_parts  # noqa: PLC0415

    letter = author_emails.decision(ports(), replace(account, note=note), Event.DECLINED)
    return render_page(
        "publisher/decline.html",
        status,
        author=_author(account),
        form=form,
        note_max=decisions.MOST_NOTE,
        preview=SimpleNamespace(subject=letter.subject, text=render_parts(letter)[0], language="en"),
    )


def _really(account: Account, act: str) -> ResponseReturnValue:
    return render_page("publisher/suspend.html", act=act, author=_author(account))


def _author(account: Account) -> SimpleNamespace:
    return SimpleNamespace(id=account.id, name=account.name, email=account.address)


def _at(account: Account) -> str:
    return f"/publisher/authors/{account.id}"
