"""Changing a password, and choosing a new one by mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, session, url_for

from byline.accounts import account_links
from byline.accounts import password as passwords
from byline.accounts.model import Role
from byline.accounts.policy import least_characters
from byline.errors import DeadLink
from byline.messages import notices
from byline.web import forms, identity
from byline.web.access import EVERYBODY, OWN_PAGE, open_to, own_password
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

    from byline.accounts.account_links import AccountLink


bp = Blueprint("password", __name__)


def _change_form(form: Form) -> Response:
    least = passwords.least_characters_of(ports(), identity.account_session())
    return render_page("password/change.html", form.status, form=form, password_min=least)


def _request_form(form: Form) -> Response:
    return render_page("password/reset_request.html", form.status, form=form)


def _reset_form(form: Form, token: str) -> Response:
    way = account_links.read_link(ports(), token)
    has_factor = way.known is not None and way.known.credentials.has_second_factor
    least = least_characters(ports().site, has_factor=has_factor)
    return render_page(
        "password/reset.html", form.status, form=form, mode=_mode(way), address=way.address, password_min=least
    )


@bp.route("/change_password", methods=["GET", "POST"])
@open_to(OWN_PAGE, extra_keys=own_password, form=_change_form)
def change() -> ResponseReturnValue:
    """Change one's own password."""
    if request.method != "POST":
        return _change_form(Form())
    entry = passwords.change(
        ports(),
        identity.account_session(),
        old=single("old_password"),
        new=single("new_password"),
        device_secret=client().device_secret,
    )
    identity.begin_session(entry)
    flash(notices.PASSWORD_CHANGED)
    return redirect(url_for("account.overview"), 303)


@bp.get("/.well-known/change-password")
@open_to(EVERYBODY)
def well_known() -> ResponseReturnValue:
    """Where password managers look for the form (W3C, A Well-Known URL for Changing Passwords)."""
    return redirect(url_for("password.change"), 303)


@bp.route("/reset", methods=["GET", "POST"])
@open_to(EVERYBODY, form=_request_form, for_strangers=True)
def request_reset() -> ResponseReturnValue:
    """Ask for the email; the answer is the same whoever the address belongs to."""
    if request.method != "POST":
        if "sent" in request.args and session.get("sent"):
            return render_page("password/reset_sent.html")
        account = identity.account()
        return _request_form(Form({"author_email": account.address if account else identity.ended_address()}))
    if "forgot_password" in request.form:  # the button of the login form brings the address along
        return _request_form(Form({"author_email": single("author_email")}))
    address = forms.address()
    passwords.request_reset(ports(), identity.visit(), address, client=client())
    session["sent"] = True
    return redirect(f"{url_for('password.request_reset')}?sent", 303)


@bp.route("/reset/<token>", methods=["GET", "POST"])
@open_to(EVERYBODY, form=_reset_form, for_strangers=True, link=account_links.PURPOSE)
def reset(token: str) -> ResponseReturnValue:
    """The page behind the email's link; opening it changes nothing."""
    try:
        if request.method != "POST":
            return _reset_form(Form(), token)
        return _choose(account_links.read_link(ports(), token))
    except DeadLink as fault:
        return dead_link("reset", fault.why)


def _mode(way: AccountLink) -> str:
    return "reset" if way.known else "invitation" if way.role is Role.PUBLISHER else "open"


def _choose(way: AccountLink) -> ResponseReturnValue:
    name, new = forms.name_and_password() if _mode(way) == "open" else (way.name, single("new_password"))
    entry = passwords.reset(ports(), identity.visit(), way, new=new, name=name, client=client())
    identity.begin_session(entry)
    flash(notices.PASSWORD_SET)
    return redirect(url_for("own_page.edit"), 303)
