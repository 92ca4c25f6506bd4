"""Passkeys: logging in with one, and adding, naming and removing one's own.

A script asks the browser (``static/passkeys.js``) and sends its answer in the form that it found, so that what rides
along with a login rides along here, too.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import Blueprint, Response, redirect, request, session, url_for

from byline.accounts import passkey_login, passkeys
from byline.accounts.passkey_questions import CHALLENGE_SECONDS
from byline.errors import Invalid, NotFound
from byline.messages import passkeys as messages
from byline.web import form_recovery, identity
from byline.web.access import EVERYBODY, OWN_PAGE, open_to, own_factors
from byline.web.clients import client
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.forms import single
from byline.web.login_form import form_page
from byline.web.pages import Form
from byline.web.passkey_forms import own_passkeys, with_questions
from byline.web.proof_pages import verify_page
from byline.web.recovery_codes_page import codes_page
from byline.web.redirects import inside
from byline.web.render import render_page

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from byline.accounts.passkey_questions import Question

bp = Blueprint("passkeys", __name__)

ASKED = "passkey"
"""Under which ``session`` keeps the challenge of a question, the account's name for it, until when, and whether the
browser may answer by itself."""


def _login_form(form: Form) -> Response:
    kept, next_ = form_recovery.recovered(), inside(single("next") or "/")
    unknown = "passkey" in form.faults
    faults = tuple(form.faults.values())
    shown = form.with_faults({"": faults[0]}) if faults else form
    if identity.account() is not None:
        return verify_page(shown, next_=next_, kept=kept)
    return form_page(shown, next_=next_, kept=kept, unknown_passkey=_id_in_answer() if unknown else "")


@bp.post("/passkeys/login/begin")
@open_to(EVERYBODY)
def begin_login() -> ResponseReturnValue:
    """What the browser is to ask its devices; the answer names no one."""
    return _asked(passkey_login.ask_to_log_in(ports()))


@bp.post("/passkeys/login/finish")
@open_to(EVERYBODY, form=_login_form, for_strangers=True)
def finish_login() -> ResponseReturnValue:
    """Log in by a device's answer; or prove again who one is, in a session of the same account."""
    kept, next_ = form_recovery.recovered(), inside(single("next") or "/")
    challenge, _, _ = _question()
    entry = passkey_login.log_in(ports(), identity.visit(), answer=_answer(), challenge=challenge, client=client())
    identity.begin_session(entry)
    return form_recovery.go_on(entry, kept, next_)


@bp.post("/passkeys/register/begin")
@open_to(OWN_PAGE, extra_keys=own_factors)
def begin_adding() -> ResponseReturnValue:
    """What the browser is to ask for a new passkey of one's own account."""
    conditional = bool(single("conditional"))
    return _asked(passkeys.ask_to_add(ports(), identity.account_session(), conditional=conditional), conditional)


@bp.post("/passkeys/register/finish")
@open_to(OWN_PAGE, extra_keys=own_factors)
def finish_adding() -> ResponseReturnValue:
    """Add the passkey that a device has made."""
    challenge, handle, conditional = _question()
    try:
        entry, codes = passkeys.add(
            ports(),
            identity.account_session(),
            answer=_answer(),
            challenge=challenge,
            handle=handle,
            name=single("name"),
            conditional=conditional,
            device_secret=client().device_secret,
        )
    except Invalid as fault:
        flash(*fault.faults.values())
        return redirect(url_for("factors.overview"), 303)
    if codes:
        return codes_page(entry, codes, with_factor="passkey")
    identity.begin_session(entry)
    flash(messages.PASSKEY_ADDED)
    return redirect(url_for("factors.overview"), 303)


@bp.get("/passkeys/offer")
@open_to(OWN_PAGE, extra_keys=own_factors)
def offer() -> ResponseReturnValue:
    """Offer a passkey to who has just logged in with the password; then on to what they came for."""
    own, next_ = own_passkeys(), inside(request.args.get("next", "/"))
    if own is None or own.rows:
        return redirect(next_, 303)
    return with_questions(render_page("account/passkey_offer.html", next=next_))


@bp.post("/passkeys/<name>/rename")
@open_to(OWN_PAGE, extra_keys=own_factors)
def rename(name: str) -> ResponseReturnValue:
    """Give one of one's own passkeys another name."""
    try:
        passkeys.rename(ports(), identity.account_session(), name, single("passkey_name"))
        flash(messages.PASSKEY_RENAMED)
    except Invalid as fault:
        flash(*fault.faults.values())
    return redirect(url_for("factors.overview"), 303)


def _remove_form(form: Form, name: str) -> Response:
    own = passkeys.read(ports(), identity.account_session())
    found = own.named(name)
    if found is None:
        raise NotFound
    return render_page(
        "account/passkey_remove.html",
        form.status,
        form=form,
        name=found.name,
        needs_password=passkeys.is_last_factor(ports(), identity.account_session()),
    )


@bp.route("/passkeys/<name>/remove", methods=["GET", "POST"])
@open_to(OWN_PAGE, extra_keys=own_factors, form=_remove_form)
def remove(name: str) -> ResponseReturnValue:
    """Remove one of one's own passkeys."""
    if request.method != "POST":
        return _remove_form(Form(), name)
    entry = passkeys.remove(
        ports(),
        identity.account_session(),
        name,
        password=single("author_password"),
        device_secret=client().device_secret,
    )
    identity.begin_session(entry)
    flash(messages.PASSKEY_REMOVED)
    return redirect(url_for("factors.overview"), 303)


@bp.get("/.well-known/passkey-endpoints")
@open_to(EVERYBODY)
def well_known() -> ResponseReturnValue:
    """Where password managers lead to add and to manage passkeys (W3C, Passkey Endpoints Well-Known URL)."""
    at = f"{ports().site.url}{url_for('factors.overview')}"
    return Response(json.dumps({"enroll": at, "manage": at}), mimetype="application/json")


def _asked(question: Question, conditional: bool = False) -> Response:  # noqa: FBT001, FBT002 - as it is kept
    until = int(ports().clock.now().timestamp()) + CHALLENGE_SECONDS
    session[ASKED] = [question.challenge, question.handle, until, conditional]
    return Response(json.dumps(question.options), mimetype="application/json")


def _question() -> tuple[str, str, bool]:
    """The challenge that this browser was given last, the account's name for devices, and whether the browser could
    make a passkey by itself; ``Invalid`` without one.
    """
    challenge, handle, until, conditional = session.pop(ASKED, None) or ("", "", 0, False)
    if ports().clock.now().timestamp() >= until:
        raise Invalid({"": messages.PASSKEY_REFUSED})
    return challenge, handle, conditional


def _answer() -> object:
    try:
        return json.loads(single("answer"))
    except (ValueError, RecursionError) as fault:
        raise Invalid({"": messages.PASSKEY_REFUSED}) from fault


def _id_in_answer() -> str:
    answer = _answer()
    found = answer.get("id") if isinstance(answer, dict) else None
    return found if isinstance(found, str) else ""
