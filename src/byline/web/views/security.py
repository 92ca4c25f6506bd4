"""The safety of one's own account: its sessions, and proving again who one is before a grave act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for

from byline.accounts import reauthentication, session_list
from byline.messages import browsers
from byline.messages import sessions as notices
from byline.web import form_recovery, identity
from byline.web.access import ACCOUNT, open_to, own_factors, own_recovery
from byline.web.clients import client
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.forms import single
from byline.web.pages import Form
from byline.web.proof_pages import verify_page
from byline.web.redirects import inside
from byline.web.render import render_page

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Response
    from flask.typing import ResponseReturnValue

    from byline.messages.message import Message

bp = Blueprint("security", __name__)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A row of ``account/sessions.html``."""

    id: str
    device: Message
    begun_at: datetime
    seen_at: datetime
    remembered: bool
    is_this: bool


@bp.get("/account/sessions")
@open_to(ACCOUNT, extra_keys=own_recovery)
def sessions() -> ResponseReturnValue:
    """Where one is logged in."""
    rows = [
        SessionRow(
            each.session.id,
            browsers.in_words(browsers.code_of(each.session.device)),
            each.session.created_at,
            each.session.seen_at,
            each.session.remembered,
            each.is_this,
        )
        for each in session_list.read(ports(), identity.account_session())
    ]
    owner = form_recovery.owner_of("sessions")
    return render_page("account/sessions.html", rows=rows, now=ports().clock.now(), owner=owner)


@bp.post("/account/sessions/end")
@open_to(ACCOUNT, decision=True)
def end_session() -> ResponseReturnValue:
    """Log out one other device."""
    ended = session_list.end(ports(), identity.account_session(), single("session"))
    flash(notices.SESSION_ENDED if ended else notices.NO_SUCH_SESSION)
    return redirect(url_for("security.sessions"), 303)


@bp.post("/account/sessions/end-others")
@open_to(ACCOUNT, decision=True)
def end_others() -> ResponseReturnValue:
    """Log out all other devices."""
    entry = session_list.end_others(ports(), identity.account_session(), device_secret=client().device_secret)
    identity.begin_session(entry)
    flash(notices.SESSIONS_ENDED)
    return redirect(url_for("security.sessions"), 303)


def _form(form: Form) -> Response:
    return verify_page(form, next_=inside(single("next") or "/"), kept=form_recovery.recovered())


@bp.route("/account/verify", methods=["GET", "POST"])
@open_to(ACCOUNT, extra_keys=own_factors, form=_form)
def verify() -> ResponseReturnValue:
    """Prove again who one is; then on to what was asked for, or with what was being done."""
    if request.method != "POST":
        return verify_page(Form(), next_=inside(request.args.get("next", "/")))
    kept, next_ = form_recovery.recovered(), inside(single("next") or "/")
    by = identity.account_session()
    if reauthentication.asks_for_code(ports(), by):
        entry = reauthentication.prove_by_code(ports(), by, single("code"))
    else:
        entry = reauthentication.prove(ports(), by, password=single("author_password"))
    identity.begin_session(entry)
    return form_recovery.go_on(entry, kept, next_)
