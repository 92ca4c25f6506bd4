"""Confirming an email address: by the link, by the code, and the ways to another email."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for

from byline.accounts import confirmation, publishers
from byline.accounts import login as logging_in
from byline.accounts import registration as registering
from byline.accounts.sessions import AccountSession, RegistrationSession
from byline.errors import DeadLink, NotAllowed, TooMany, WrongCredentials
from byline.messages import notices
from byline.messages.accounts import ALREADY_CONFIRMED, REGISTERED_PASSWORD_WRONG, WaitOrUseLink
from byline.web import forms, identity
from byline.web.access import EVERYBODY, SEND_AGAIN, TO_CONFIRM, open_to
from byline.web.answers import dead_link
from byline.web.clients import client
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.forms import single
from byline.web.pages import Form
from byline.web.render import render_page
from byline.web.waiting_pages import full_page, unconfirmed_page

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

    from byline.accounts.model import PendingRegistration
    from byline.links import Claims

bp = Blueprint("confirmation", __name__)


def _link_form(form: Form, token: str) -> Response:
    if isinstance(form.cause, WrongCredentials):
        form = form.with_faults({"author_password": REGISTERED_PASSWORD_WRONG})
    return _behind_link("login", _named(confirmation.read_link(ports(), token)).address, form)


def _code_form(form: Form) -> Response:
    if isinstance(form.cause, TooMany):
        form = form.with_faults({"code": WaitOrUseLink(form.cause.minutes)})
    return unconfirmed_page(form)


def _address_form(form: Form) -> Response:
    return full_page(form) or unconfirmed_page(form)


@bp.route("/confirm/<token>", methods=["GET", "POST"])
@open_to(EVERYBODY, form=_link_form, for_strangers=True)
def link(token: str) -> ResponseReturnValue:
    """The page behind the link in the email. Opening it acts only in a browser of exactly the registration it names."""
    if publishers.is_mailbox_link(ports(), token):
        return _mailbox(token)
    try:
        return _confirm(confirmation.read_link(ports(), token))
    except DeadLink as fault:
        visit = identity.visit()
        if identity.account() is not None:
            return _already(fault)
        return dead_link("confirm", fault.why, again=visit is not None)


@bp.post("/confirm")
@open_to(TO_CONFIRM, form=_code_form)
def code() -> ResponseReturnValue:
    """The six digits, typed into the browser that registered."""
    by = identity.registration_session()
    identity.begin_session(confirmation.confirm_by_code(ports(), by, single("code"), client=client()))
    flash(notices.EMAIL_CONFIRMED)
    return redirect(url_for("own_page.edit"), 303)


@bp.post("/confirm/again")
@open_to(SEND_AGAIN, form=_address_form, on_grid=True)
def send_again() -> ResponseReturnValue:
    """Send link and code again."""
    visit = identity.me()
    if isinstance(visit, AccountSession):  # the first publisher, whose mailbox is not proven yet
        if publishers.send_mailbox_email(ports(), visit, client=client()):
            flash(notices.EMAIL_ON_ITS_WAY)
        return redirect(url_for("publisher.queue"), 303)
    registering.send_again(ports(), visit, client=client())
    flash(notices.EMAIL_ON_ITS_WAY)
    return redirect(url_for("own_page.edit"), 303)


@bp.post("/confirm/address")
@open_to(TO_CONFIRM, form=_address_form, on_grid=True)
def use_other_address() -> ResponseReturnValue:
    """Use another address instead."""
    address = forms.address()
    by = identity.registration_session()
    entry = registering.use_another_address(ports(), by, address=address, client=client())
    identity.begin_session(entry)
    flash(notices.EMAIL_ON_ITS_WAY)
    return redirect(url_for("own_page.edit"), 303)


def _confirm(link: Claims) -> ResponseReturnValue:
    visit = identity.visit()
    if isinstance(visit, RegistrationSession):
        pending = visit.registration
        if not confirmation.is_link_of(link, pending):
            return _behind_link("other", _named(link).address)
        if request.method == "HEAD":
            return _behind_link("button", pending.address)
        identity.begin_session(confirmation.confirm(ports(), visit))
        flash(notices.EMAIL_CONFIRMED)
        return redirect(url_for("own_page.edit"), 303)
    if visit is not None:
        return _behind_link("foreign", _named(link).address)
    if request.method != "POST":
        return _behind_link("login", _named(link).address)
    return _log_in_and_confirm(link)


def _log_in_and_confirm(link: Claims) -> ResponseReturnValue:
    entry = logging_in.log_in(
        ports(),
        None,
        address=_named(link).address,
        password=single("author_password"),
        remember=False,
        client=client(),
        link=link,
    )
    identity.begin_session(entry)
    flash(notices.EMAIL_CONFIRMED)
    return redirect(url_for("own_page.edit"), 303)


def _named(link: Claims) -> PendingRegistration:
    return logging_in.linked_registration(ports(), link)


def _behind_link(mode: str, address: str, form: Form | None = None) -> Response:
    shown = form or Form()
    return render_page("registration/confirm.html", shown.status, mode=mode, address=address, form=shown)


def _already(fault: DeadLink) -> ResponseReturnValue:
    account = identity.account_session().account
    if fault.why == ALREADY_CONFIRMED:
        return _behind_link("already", account.address)
    return dead_link("confirm", fault.why)


def _mailbox(token: str) -> ResponseReturnValue:
    visit = identity.visit()
    if visit is None:
        flash(notices.LOG_IN_THEN_OPEN_LINK)
        return redirect(url_for("login.log_in"), 303)
    if request.method == "HEAD":  # looked at, not opened
        return redirect(url_for("own_page.edit"), 303)
    try:
        publishers.prove_mailbox(ports(), identity.account_session(), token)
    except NotAllowed:
        account = identity.account()
        return _behind_link("foreign", account.address if account else "")
    except DeadLink as fault:
        return _already(fault)
    flash(notices.EMAIL_CONFIRMED)
    return redirect(url_for("own_page.edit"), 303)
