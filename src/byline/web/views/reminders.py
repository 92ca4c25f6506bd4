"""Reminding authors who have no page: a page says how many, a button sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for

from byline.authors import reminders
from byline.messages.questions import NO_ONE_REMINDED, Reminded
from byline.web import form_recovery, identity
from byline.web.access import CONSOLE, open_to
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.render import render_page

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = Blueprint("reminders", __name__)


@bp.route("/publisher/authors/remind", methods=["GET", "POST"])
@open_to(CONSOLE, decision=True)
def remind() -> ResponseReturnValue:
    """Say who gets an email; sent, the button sends it."""
    by = identity.me().actor
    if request.method != "POST":
        found = reminders.read(ports(), by)
        owner = form_recovery.owner_of("reminders")
        return render_page("publisher/remind.html", count=len(found.due), recent=found.recent, owner=owner)
    count = reminders.remind(ports(), by)
    flash(Reminded(count) if count else NO_ONE_REMINDED)
    return redirect(url_for("publisher.authors", page="none"), 303)
