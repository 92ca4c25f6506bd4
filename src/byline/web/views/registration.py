"""Registering and confirming, up to the publisher's decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, request

from byline.accounts import confirmation, publishers
from byline.accounts import login as logging_in
from byline.accounts import registration as registering
from byline.accounts.sessions import AccountSession, RegistrationSession
from byline.authors import deletion
from byline.errors import Barred, DeadLink, Invalid, NotAllowed, TooMany, WrongCredentials
from byline.messages import notices
from byline.messages.accounts import ALREADY_CONFIRMED, REGISTERED_PASSWORD_WRONG, Wait, WaitOrUseLink
from byline.web import forms, identity
from byline.web.answers import barred, dead_link, minutes, too_many
from byline.web.context import ports, web_context
from byline.web.pages import Form
from byline.web.protection import single
from byline.web.render import flash, render_page
from byline.web.waiting_pages import unconfirmed_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask, Response
    from flask.typing import ResponseReturnValue

    from byline.accounts.model import PendingRegistration
    from byline.links import Claims

_FIELDS = ("author_name", "author_email")


def set_up(app: Flask) -> None:
    """The routes of this page."""
    app.add_url_rule("/register", "register", register, methods=["GET", "POST"])
    app.add_url_rule("/confirm/<token>", "confirm_link", confirm_link, methods=["GET", "POST"])
    app.add_url_rule("/confirm", "confirm_code", confirm_code, methods=["POST"])
    app.add_url_rule("/confirm/again", "confirm_again", confirm_again, methods=["POST"])
    app.add_url_rule("/confirm/address", "confirm_address", confirm_address, methods=["POST"])
    app.add_url_rule("/account/delete", "delete_registration", delete_registration, methods=["GET", "POST"])


def register() -> ResponseReturnValue:
    """Create an account: the form, and the proposal it makes."""
    visit = identity.visit()
    if request.method != "POST":
        return redirect("/", 303) if visit else render_page("registration/register.html", form=Form())
    try:
        check_rate_limit("register")
        wanted = forms.registration()
        entry = registering.register(
            ports(), visit, address=wanted.address, name=wanted.name, password=wanted.password, device=device()
        )
    except Invalid as fault:
        return render_page("registration/register.html", 422, form=Form(forms.typed(*_FIELDS), fault.faults))
    except TooMany as fault:
        form = Form(forms.typed(*_FIELDS), {"": Wait(minutes(fault))})
        return _later(fault, lambda: render_page("registration/register.html", 429, form=form))
    identity.enter(entry)
    return redirect("/", 303)


def confirm_link(token: str) -> ResponseReturnValue:
    """The page behind the link in the letter. Opening it acts only in a browser of exactly the proposal it names."""
    if publishers.is_mailbox_link(ports(), token):
        return _mailbox(token)
    try:
        link = confirmation.read_link(ports(), token)
        return _confirm(link)
    except DeadLink as fault:
        visit = identity.visit()
        if identity.account() is not None:
            return _already(fault)
        return dead_link("confirm", fault.why, again=visit is not None)


def confirm_code() -> ResponseReturnValue:
    """The six digits, typed into the browser that registered."""
    try:
        check_rate_limit("code")
        entry = confirmation.confirm_by_code(ports(), identity.registration_session(), single("code"))
    except Invalid as fault:
        return unconfirmed_page(422, Form({"code": single("code")}, fault.faults))
    except TooMany as fault:
        form = Form({"code": single("code")}, {"code": WaitOrUseLink(minutes(fault))})
        return too_many(fault, unconfirmed_page(429, form))
    identity.enter(entry)
    flash(notices.EMAIL_CONFIRMED)
    return redirect("/", 303)


def confirm_again() -> ResponseReturnValue:
    """Send link and code again."""
    visit = identity.me()
    if isinstance(visit, AccountSession):  # the first publisher, whose mailbox is not proven yet
        check_rate_limit("register")
        if publishers.send_mailbox_email(ports(), visit):
            flash(notices.EmailOnItsWay(visit.account.address))
        return redirect("/publisher", 303)
    try:
        check_rate_limit("register")
        registering.send_again(ports(), visit)
    except TooMany as fault:
        return too_many(fault, unconfirmed_page(429, Form({}, {"": Wait(minutes(fault))})))
    flash(notices.EmailOnItsWay(visit.registration.address))
    return redirect("/", 303)


def confirm_address() -> ResponseReturnValue:
    """Use another address instead."""
    try:
        check_rate_limit("register")
        address = forms.address()
        entry = registering.use_another_address(ports(), identity.registration_session(), address=address)
    except Invalid as fault:
        return unconfirmed_page(422, Form(forms.typed("author_email"), fault.faults))
    except TooMany as fault:
        form = Form(forms.typed("author_email"), {"author_email": Wait(minutes(fault))})
        return _later(fault, lambda: unconfirmed_page(429, form))
    identity.enter(entry)
    flash(notices.EmailOnItsWay(address))
    return redirect("/", 303)


def delete_registration() -> ResponseReturnValue:
    """Delete a registration that nobody has approved yet."""
    visit = identity.me()
    owner = visit.account if isinstance(visit, AccountSession) else visit.registration
    if request.method != "POST":
        return render_page("registration/deleting.html", address=owner.address)
    if isinstance(visit, AccountSession):
        deletion.delete_waiting(ports(), visit)
    else:
        registering.delete_registration(ports(), visit)
    identity.leave()
    return render_page("registration/ended.html", why="deleted")


def device() -> str:
    """What a session remembers of the browser: its own words, cut short."""
    return "".join(letter for letter in request.user_agent.string[:200] if letter >= " ")


def check_rate_limit(what: str) -> None:
    """Count a try of this kind from this network; ``TooMany`` when it had enough."""
    if ports().site.throttle:
        web_context().network_limiter.count(what, request.remote_addr or "", ports().clock.now())


def _later(fault: TooMany, form: Callable[[], Response]) -> Response:
    """The form again for whoever must wait; but where an address has its five registrations, the page about that."""
    full = fault.what == "registrations"
    return too_many(
        fault, render_page("registration/full.html", 429, address=single("author_email")) if full else form()
    )


def _confirm(link: Claims) -> ResponseReturnValue:
    visit = identity.visit()
    if isinstance(visit, RegistrationSession):
        pending = visit.registration
        if not confirmation.is_link_of(link, pending):
            return _behind_link("other", _named(link).address)
        if request.method == "HEAD":
            return _behind_link("button", pending.address)
        identity.enter(confirmation.confirm(ports(), visit))
        flash(notices.EMAIL_CONFIRMED)
        return redirect("/", 303)
    if visit is not None:
        return _behind_link("foreign", _named(link).address)
    if request.method != "POST":
        return _behind_link("login", _named(link).address)
    return _log_in_and_confirm(link)


def _log_in_and_confirm(link: Claims) -> ResponseReturnValue:
    check_rate_limit("login")
    pending = _named(link)
    try:
        entry = logging_in.log_in(
            ports(),
            None,
            address=pending.address,
            password=single("author_password"),
            remember=False,
            device=device(),
            link=link,
        )
    except WrongCredentials:
        fault = {"author_password": REGISTERED_PASSWORD_WRONG}
        return _behind_link("login", pending.address, 422, Form({}, fault))
    except Barred as fault:
        return barred(fault)
    identity.enter(entry)
    flash(notices.EMAIL_CONFIRMED)
    return redirect("/", 303)


def _named(link: Claims) -> PendingRegistration:
    return logging_in.linked_registration(ports(), link)


def _behind_link(mode: str, address: str, status: int = 200, form: Form | None = None) -> ResponseReturnValue:
    return render_page("registration/confirm.html", status, mode=mode, address=address, form=form or Form())


def _already(fault: DeadLink) -> ResponseReturnValue:
    account = identity.account_session().account
    if fault.why == ALREADY_CONFIRMED:
        return _behind_link("already", account.address)
    return dead_link("confirm", fault.why)


def _mailbox(token: str) -> ResponseReturnValue:
    visit = identity.visit()
    if visit is None:
        flash(notices.LOG_IN_THEN_OPEN_LINK)
        return redirect("/login", 303)
    if request.method == "HEAD":  # looked at, not opened
        return redirect("/", 303)
    try:
        publishers.prove_mailbox(ports(), identity.account_session(), token)
    except NotAllowed:
        account = identity.account()
        return _behind_link("foreign", account.address if account else "")
    except DeadLink as fault:
        return _already(fault)
    flash(notices.EMAIL_CONFIRMED)
    return redirect("/", 303)
