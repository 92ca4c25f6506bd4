"""Second factors of one's own account: an authenticator app, and recovery codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, redirect, request, url_for
from werkzeug.exceptions import NotFound

from byline.accounts import second_factors
from byline.messages import second_factors as messages
from byline.web import form_recovery, identity, passkey_forms
from byline.web.access import ACCOUNT, open_to, own_factors
from byline.web.clients import client
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.forms import single
from byline.web.pages import Form
from byline.web.recovery_codes_page import codes_page
from byline.web.render import render_page

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = Blueprint("factors", __name__)


@bp.get("/account/security")
@open_to(ACCOUNT, extra_keys=own_factors)
def overview() -> ResponseReturnValue:
    """What a login asks for besides the password."""
    return passkey_forms.with_questions(
        render_page(
            "account/security.html",
            passkeys=passkey_forms.own_passkeys(),
            factors=second_factors.read(ports(), identity.account_session()),
            owner=form_recovery.owner_of("factors"),
        )
    )


@bp.post("/account/security/authenticator/begin")
@open_to(ACCOUNT, extra_keys=own_factors, decision=True)
def begin() -> ResponseReturnValue:
    """Begin to set up an app."""
    second_factors.begin_setup(ports(), identity.account_session())
    return redirect(url_for("factors.authenticator"), 303)


def _setup_form(form: Form) -> Response:
    setup = second_factors.load_setup(ports(), identity.account_session())
    if setup is None:
        flash(messages.SETUP_OVER)
        return current_app.make_response(redirect(url_for("factors.overview"), 303))
    return render_page(
        "account/authenticator.html",
        form.status,
        form=form,
        setup=setup,
        owner=form_recovery.owner_of("factors"),
    )


@bp.route("/account/security/authenticator", methods=["GET", "POST"])
@open_to(ACCOUNT, extra_keys=own_factors, form=_setup_form)
def authenticator() -> ResponseReturnValue:
    """The QR code of the setup, and the code of the app that finishes it."""
    if request.method != "POST":
        return _setup_form(Form())
    entry, codes = second_factors.finish_setup(
        ports(), identity.account_session(), single("code"), device_secret=client().device_secret
    )
    if codes:
        return codes_page(entry, codes, with_factor="app")
    identity.begin_session(entry)
    flash(messages.AUTHENTICATOR_ADDED)
    return redirect(url_for("factors.overview"), 303)


@bp.get("/account/security/authenticator.svg")
@open_to(ACCOUNT, extra_keys=own_factors)
def qr_code() -> ResponseReturnValue:
    """The QR code that the app reads, drawn here: no one else sees the seed."""
    setup = second_factors.load_setup(ports(), identity.account_session())
    if setup is None:
        raise NotFound
    import io  # noqa: PLC0415 - one page needs them

    import segno  # noqa: PLC0415

    drawn = io.BytesIO()
    # Black on white in both themes: many apps read no light code on a dark ground.
    segno.make(setup.address, error="m").save(drawn, kind="svg", scale=5, border=4, dark="#000", light="#fff")
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


def _remove_form(form: Form) -> Response:
    needs_password = second_factors.is_last_factor(ports(), identity.account_session())
    return render_page("account/authenticator_remove.html", form.status, form=form, needs_password=needs_password)


@bp.route("/account/security/authenticator/remove", methods=["GET", "POST"])
@open_to(ACCOUNT, extra_keys=own_factors, form=_remove_form)
def remove() -> ResponseReturnValue:
    """Remove the app."""
    if request.method != "POST":
        return _remove_form(Form())
    entry = second_factors.remove_authenticator(
        ports(),
        identity.account_session(),
        password=single("author_password"),
        device_secret=client().device_secret,
    )
    identity.begin_session(entry)
    flash(messages.AUTHENTICATOR_REMOVED)
    return redirect(url_for("factors.overview"), 303)


@bp.post("/account/security/recovery-codes")
@open_to(ACCOUNT, extra_keys=own_factors)
def renew_codes() -> ResponseReturnValue:
    """Make ten new recovery codes, shown this once."""
    entry, codes = second_factors.renew_recovery_codes(
        ports(), identity.account_session(), device_secret=client().device_secret
    )
    return codes_page(entry, codes)
