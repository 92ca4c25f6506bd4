"""Changing a password, and choosing a new one by mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, session, url_for

from byline.accounts import account_links
from byline.accounts import password as passwords
from byline.accounts.model import Role
from byline.errors import Barred, DeadLink, Invalid, TooMany
from byline.messages import notices
from byline.messages.accounts import Wait
from byline.profiles import names
from byline.web import forms, identity
from byline.web.access import EVERYBODY, OWN_PAGE, open_to, own_password
from byline.web.answers import barred, dead_link, minutes, too_many
from byline.web.clients import client
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.forms import single
from byline.web.pages import Form
from byline.web.render import render_page

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from byline.accounts.account_links import AccountLink


bp = Blueprint("password", __name__)


@bp.route("/change_password", methods=["GET", "POST"])
@open_to(OWN_PAGE, also=own_password)
def change() -> ResponseReturnValue:
    """Change one's own password."""
    if request.method != "POST":
        return render_page("password/change.html", form=Form())
    try:
        entry = passwords.change(
            ports(), identity.account_session(), old=single("old_password"), new=single("new_password")
        )
    except Invalid as fault:
        return render_page("password/change.html", 422, form=Form({}, fault.faults))
    identity.enter(entry)
    flash(notices.PASSWORD_CHANGED)
    return redirect(url_for("account.overview"), 303)


@bp.route("/reset", methods=["GET", "POST"])
@open_to(EVERYBODY)
def request_reset() -> ResponseReturnValue:
    """Ask for the email; the answer is the same whoever the address belongs to."""
    if request.method != "POST":
        if "sent" in request.args and session.get("sent"):
            return render_page("password/reset_sent.html", address=session["sent"])
        account = identity.account()
        address = account.address if account else session.get("address", "")
        return render_page("password/reset_request.html", form=Form({"author_email": address}))
    try:
        address = forms.address()
        passwords.request_reset(ports(), identity.visit(), address, client=client())
    except Invalid as fault:
        return render_page("password/reset_request.html", 422, form=Form(forms.typed("author_email"), fault.faults))
    except TooMany as fault:
        form = Form(forms.typed("author_email"), {"": Wait(minutes(fault))})
        return too_many(fault, render_page("password/reset_request.html", 429, form=form))
    session["sent"] = address
    return redirect(f"{url_for('password.request_reset')}?sent", 303)


@bp.route("/reset/<token>", methods=["GET", "POST"])
@open_to(EVERYBODY)
def reset(token: str) -> ResponseReturnValue:
    """The page behind the email's link; opening it changes nothing."""
    try:
        way = account_links.read_link(ports(), token)
        mode = "reset" if way.known else "invitation" if way.role is Role.PUBLISHER else "open"
        if request.method != "POST":
            return render_page("password/reset.html", form=Form(), mode=mode, address=way.address)
        return _choose(way, mode)
    except DeadLink as fault:
        return dead_link("reset", fault.why)


def _choose(way: AccountLink, mode: str) -> ResponseReturnValue:
    try:
        name = names.clean_name(single("author_name")) if mode == "open" else way.name
        entry = passwords.reset(ports(), identity.visit(), way, new=single("new_password"), name=name, client=client())
    except Invalid as fault:
        form = Form(forms.typed("author_name"), fault.faults)
        return render_page("password/reset.html", 422, form=form, mode=mode, address=way.address)
    except TooMany as fault:
        form = Form(forms.typed("author_name"), {"": Wait(minutes(fault))})
        return too_many(fault, render_page("password/reset.html", 429, form=form, mode=mode, address=way.address))
    except Barred as fault:
        return barred(fault)
    identity.enter(entry)
    flash(notices.PASSWORD_SET)
    return redirect(url_for("own_page.edit"), 303)
