"""The weekly email to publishers: switched off by the link at its foot, or on and off in the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for

from byline.authors import digest
from byline.errors import DeadLink
from byline.messages.console import DIGEST_IS_OFF, DIGEST_IS_ON
from byline.messages.notices import BRANDING_UNCHANGED
from byline.web import identity
from byline.web.access import CONSOLE, EVERYBODY, open_to, press_settings
from byline.web.answers import dead_link
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.forms import single
from byline.web.pages import Form
from byline.web.render import render_page

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

bp = Blueprint("digest", __name__)


def _page(form: Form, token: str) -> Response:
    try:
        is_on = digest.read_link(ports(), token)
    except DeadLink as fault:
        return dead_link("digest", fault.why)
    return render_page("digest/off.html", form.status, form=form, is_on=is_on)


@bp.route("/digest/<token>", methods=["GET", "POST"])
@open_to(EVERYBODY, form=_page, for_strangers=True, link=digest.PURPOSE)
def switch_off(token: str) -> ResponseReturnValue:
    """The page behind the link at the email's foot; opening it changes nothing."""
    if request.method != "POST":
        return _page(Form(), token)
    try:
        digest.switch_off(ports(), identity.visit(), token)
    except DeadLink as fault:
        return dead_link("digest", fault.why)
    return redirect(request.path, 303)


@bp.post("/publisher/settings/digest")
@open_to(CONSOLE, extra_keys=press_settings, decision=True)
def switch() -> ResponseReturnValue:
    """Switch one's own weekly email on or off."""
    wanted = single("digest")
    if wanted in {"on", "off"}:
        digest.switch(ports(), identity.me().actor, on=wanted == "on")
        flash(DIGEST_IS_ON if wanted == "on" else DIGEST_IS_OFF)
    else:
        flash(BRANDING_UNCHANGED)
    return redirect(url_for("settings.branding"), 303)
