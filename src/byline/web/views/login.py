"""Logging in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, session, url_for

from byline.accounts import addresses, sessions
from byline.accounts import login as logging_in
from byline.errors import Barred, Invalid, TooMany, WrongCredentials
from byline.hash_queue import BUSY
from byline.messages import notices
from byline.messages.accounts import CREDENTIALS_WRONG
from byline.web import identity
from byline.web.access import EVERYBODY, open_to
from byline.web.answers import barred, minutes, too_many
from byline.web.clients import client
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.forms import single
from byline.web.pages import Form
from byline.web.redirects import inside
from byline.web.render import render_page
from byline.web.views import resumed_form
from byline.web.views.form_recovery import recovered_text
from byline.web.views.login_form import form_page

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from byline.accounts.sessions import AnySession, NewSession

WRONG = {"": CREDENTIALS_WRONG}


bp = Blueprint("login", __name__)


@bp.route("/login", methods=["GET", "POST"])
@open_to(EVERYBODY)
def log_in() -> ResponseReturnValue:  # noqa: PLR0911 - one answer for each way a log-in ends
    """Log in: the form, and the session it begins."""
    visit = identity.visit()
    if request.method != "POST":
        if visit is not None:
            return redirect(url_for("own_page.edit"), 303)
        return form_page(next_=inside(request.args.get("next", "/")))
    kept = recovered_text() if "kept" in request.form else ()
    next_ = inside(single("next") or "/")
    try:
        entry = _log_in(visit)
    except (WrongCredentials, Invalid):
        return form_page(422, Form(_typed(), WRONG), next_=next_, kept=kept)
    except Barred as fault:
        return barred(fault)
    except TooMany as fault:
        page = form_page(
            429, Form(_typed(), {}), next_=next_, kept=kept, wait_minutes=minutes(fault), busy=fault.what == BUSY
        )
        return too_many(fault, page)
    identity.enter(entry)
    if kept:
        return resumed_form.resume(entry, kept)
    return redirect(next_, 303)


@bp.route("/logout", methods=["GET", "POST"])
@open_to(EVERYBODY)
def log_out() -> ResponseReturnValue:
    """Log out; a GET shows the button, since a link may be opened by anything."""
    visit = identity.visit()
    if request.method != "POST":
        return render_page("login/logout.html")
    if visit is not None:
        sessions.log_out(ports(), visit)
    identity.leave()
    flash(notices.LOGGED_OUT)
    answer = redirect(url_for("own_page.edit"), 303)
    # Never "cookies": that would take the sentence with it, and other cookies of the host (ASVS 14.3.1).
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def _log_in(by: AnySession | None) -> NewSession:
    address = addresses.normalise(single("author_email"))
    session["address"] = address  # so that nobody types it again to ask for a new password
    return logging_in.log_in(
        ports(),
        by,
        address=address,
        password=single("author_password"),
        remember=bool(single("remember_me")),
        client=client(),
    )


def _typed() -> dict[str, str]:
    return {"author_email": single("author_email"), "remember_me": single("remember_me")}
