"""Logging in and out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, session, url_for

from byline.accounts import addresses, recovery_codes, second_step, sessions
from byline.accounts import login as logging_in
from byline.errors import DeadLink, Invalid, WrongCredentials
from byline.messages import notices
from byline.messages.second_factors import LOG_IN_AGAIN, RecoveryCodesLeft
from byline.web import form_recovery, identity
from byline.web.access import EVERYBODY, open_to, retention
from byline.web.clients import client
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.forms import single
from byline.web.login_form import form_page
from byline.web.pages import Form
from byline.web.proof_pages import second_step_page
from byline.web.redirects import inside
from byline.web.render import render_page

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

    from byline.accounts.sessions import AnySession, NewSession


bp = Blueprint("login", __name__)


def _form(form: Form) -> Response:
    return form_page(form, next_=inside(single("next") or "/"), kept=form_recovery.recovered())


@bp.route("/login", methods=["GET", "POST"])
@open_to(EVERYBODY, form=_form, for_strangers=True)
def log_in() -> ResponseReturnValue:
    """Log in: the form, and the session it begins."""
    visit = identity.visit()
    if request.method != "POST":
        if visit is not None:
            return redirect(url_for("own_page.edit"), 303)
        return form_page(next_=inside(request.args.get("next", "/")))
    kept = form_recovery.recovered()
    next_ = inside(single("next") or "/")
    entry = _log_in(visit, offers=not kept)
    identity.begin_session(entry)
    if entry.offers_passkey:
        return redirect(url_for("passkeys.offer", next=None if next_ == "/" else next_), 303)
    return form_recovery.go_on(entry, kept, next_)


def _verify_form(form: Form) -> Response:
    return second_step_page(form, next_=inside(single("next") or "/"), kept=form_recovery.recovered())


@bp.route("/login/verify", methods=["GET", "POST"])
@open_to(EVERYBODY, form=_verify_form, for_strangers=True)
def verify() -> ResponseReturnValue:
    """The second step of a login: a code."""
    visit, token = identity.visit(), session.get("second")
    if not token:
        return redirect(url_for("login.log_in"), 303)
    if request.method != "POST":
        return second_step_page(Form(), next_=inside(request.args.get("next", "/")))
    kept, next_ = form_recovery.recovered(), inside(single("next") or "/")
    try:
        entry, left = second_step.prove(ports(), visit, token, code=single("code"), client=client())
    except DeadLink:
        session.pop("second")
        flash(LOG_IN_AGAIN)
        return redirect(url_for("login.log_in", next=None if next_ == "/" else next_), 303)
    identity.begin_session(entry)
    if left is not None and left <= recovery_codes.FEW:
        flash(RecoveryCodesLeft(left))
    return form_recovery.go_on(entry, kept, next_)


@bp.route("/logout", methods=["GET", "POST"])
@open_to(EVERYBODY, extra_keys=retention)
def log_out() -> ResponseReturnValue:
    """Log out; a GET shows the button, since a link may be opened by anything."""
    visit = identity.visit()
    if request.method != "POST":
        return render_page("login/logout.html")
    if visit is not None:
        sessions.log_out(ports(), visit)
    identity.forget_session()
    flash(notices.LOGGED_OUT)
    answer = redirect(url_for("own_page.edit"), 303)
    # Never "cookies": that would take the sentence with it, and other cookies of the host (ASVS 14.3.1).
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def _log_in(by: AnySession | None, *, offers: bool) -> NewSession:
    """The session; ``offers``: a page may stand between the login and what the person came for."""
    try:
        address = addresses.normalise(single("author_email"))
    except Invalid as fault:  # said in the same words, so that nobody learns which addresses are well formed here
        raise WrongCredentials from fault
    return logging_in.log_in(
        ports(),
        by,
        address=address,
        password=single("author_password"),
        remember=bool(single("remember_me")),
        client=replace(client(), makes_passkeys=offers and bool(single("makes_passkeys"))),
    )
