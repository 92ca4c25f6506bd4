"""The page that asks for a proof of late, and that carries on what it was asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import redirect, request, session, url_for

from byline.accounts import reauthentication
from byline.accounts.model import Role
from byline.messages.second_factors import FACTOR_DUE, OWN_FACTOR_DUE
from byline.web import form_recovery, identity
from byline.web.access import rule_at
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.forms import single
from byline.web.pages import Form
from byline.web.passkey_forms import site_for_passkeys, with_questions
from byline.web.redirects import SAFE_METHODS, inside
from byline.web.render import render_page

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue


def verify_page(form: Form, *, next_: str = "/", kept: tuple[tuple[str, str], ...] = ()) -> Response:
    """The form; ``kept`` is what rides through it, as through a login."""
    asks_for_code = reauthentication.asks_for_code(ports(), identity.account_session())
    return with_questions(
        render_page(
            "account/verify.html",
            form.status,
            passkey_site=site_for_passkeys(),
            form=form,
            asks_for_code=asks_for_code,
            next="" if next_ == "/" else next_,
            kept=kept,
            decision=bool(kept) and rule_at(json.loads(dict(kept)["kept"])["path"])[0].decision,
        )
    )


def second_step_page(form: Form, *, next_: str = "/", kept: tuple[tuple[str, str], ...] = ()) -> Response:
    """The form for the code that a login asks for after the password."""
    shown = "" if next_ == "/" else next_
    return with_questions(
        render_page(
            "login/verify.html", form.status, form=form, next=shown, kept=kept, passkey_site=site_for_passkeys()
        )
    )


def ask_for_second_step(token: str) -> ResponseReturnValue:
    """Remember the first step of a login in this browser's cookie, and ask for the second."""
    session["second"] = token
    next_, kept = inside(single("next") or "/"), form_recovery.recovered()
    if kept:
        return second_step_page(Form(), next_=next_, kept=kept)
    return redirect(url_for("login.verify", next=None if next_ == "/" else next_), 303)


def ask_for_factor() -> ResponseReturnValue:
    """Lead whoever must have a second factor by now to where it is set up."""
    flash(FACTOR_DUE if identity.account_session().account.role is Role.PUBLISHER else OWN_FACTOR_DUE)
    return redirect(url_for("factors.overview"), 302)


def ask_for_proof() -> ResponseReturnValue:
    """What becomes of a request whose last proof is too old: a page is opened afterwards, a form rides along."""
    if request.method in SAFE_METHODS:
        return redirect(url_for("security.verify", next=request.full_path.rstrip("?")), 302)
    return verify_page(Form(status=403), kept=form_recovery.sealed(identity.account_session().account.id))
