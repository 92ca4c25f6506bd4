"""Another email address for one's own account, and the link that takes the change back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for

from byline.accounts import address_change, address_undo
from byline.errors import DeadLink, NotAllowed
from byline.messages import address_changes as messages
from byline.messages import notices
from byline.web import forms, identity
from byline.web.access import ACCOUNT, EVERYBODY, open_to, own_address_change
from byline.web.answers import dead_link
from byline.web.clients import client
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.forms import single
from byline.web.pages import Form
from byline.web.render import render_page

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

bp = Blueprint("address_change", __name__)


def _form(form: Form) -> Response:
    pending = address_change.pending(ports(), identity.account_session())
    return render_page("account/email.html", form.status, form=form, pending=pending)


@bp.route("/account/email", methods=["GET", "POST"])
@open_to(ACCOUNT, extra_keys=own_address_change, form=_form, on_grid=True)
def change() -> ResponseReturnValue:
    """Ask for another address (``author_email``), type its code (``intent=confirm``), or let it be (``cancel``)."""
    if request.method != "POST":
        return _form(Form())
    by, intent = identity.account_session(), single("intent")
    if intent == "cancel":
        flash(messages.CHANGE_CANCELLED if address_change.cancel(ports(), by) else messages.NO_CHANGE_WAITS)
        return redirect(url_for("address_change.change"), 303)
    if intent == "confirm":
        try:
            entry = address_change.confirm_by_code(ports(), by, single("code"), client=client())
        except DeadLink:
            flash(messages.NO_CHANGE_WAITS)
            return redirect(url_for("address_change.change"), 303)
        identity.begin_session(entry)
        flash(messages.ADDRESS_CHANGED)
        return redirect(url_for("account.overview"), 303)
    address_change.request(ports(), by, address=forms.address(), client=client())
    flash(notices.EMAIL_ON_ITS_WAY)
    return redirect(url_for("address_change.change"), 303)


def _link_page(form: Form, token: str) -> Response:
    address = address_change.named_address(ports(), identity.account_session(), token)
    return render_page("account/email_confirm.html", form.status, form=form, address=address)


@bp.route("/account/email/<token>", methods=["GET", "POST"])
@open_to(ACCOUNT, extra_keys=own_address_change, form=_link_page)
def confirm(token: str) -> ResponseReturnValue:
    """The page behind the email's link, for who is logged in to the account; opening it changes nothing."""
    try:
        if request.method != "POST":
            return _link_page(Form(), token)
        entry = address_change.confirm(ports(), identity.account_session(), token, client=client())
    except DeadLink as fault:
        return dead_link("address", fault.why)
    except NotAllowed:
        return render_page("account/email_of_another.html", 403)
    identity.begin_session(entry)
    flash(messages.ADDRESS_CHANGED)
    return redirect(url_for("account.overview"), 303)


def _undo_page(form: Form, token: str) -> Response:
    undo = address_undo.read(ports(), token)
    return render_page(
        "account/email_undo.html",
        form.status,
        form=form,
        is_completed=undo.is_completed,
        address=undo.address,
        until=undo.until,
    )


@bp.route("/undo/<token>", methods=["GET", "POST"])
@open_to(EVERYBODY, form=_undo_page, for_strangers=True, link=address_undo.PURPOSE)
def undo(token: str) -> ResponseReturnValue:
    """The page behind the link that takes a change back; opening it changes nothing."""
    try:
        if request.method != "POST":
            return _undo_page(Form(), token)
        undone = address_undo.undo(ports(), identity.visit(), token)
    except DeadLink as fault:
        return dead_link("undo", fault.why)
    return render_page(
        "account/email_undone.html",
        is_completed=undone.is_completed,
        address=undone.address,
        until=undone.until,
    )
