"""The link that a start prints while there is no publisher."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for

from byline.accounts import publishers
from byline.errors import DeadLink
from byline.messages import notices
from byline.web import forms, identity
from byline.web.access import EVERYBODY, open_to
from byline.web.answers import dead_link
from byline.web.clients import client
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.language import current_language
from byline.web.pages import Form
from byline.web.render import render_page

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

bp = Blueprint("first_publisher", __name__)


def _form(form: Form, token: str) -> Response:  # noqa: ARG001 - the address's
    return render_page("publisher/first.html", form.status, form=form)


@bp.route("/publisher/first/<token>", methods=["GET", "POST"])
@open_to(EVERYBODY, form=_form, for_strangers=True, link=publishers.FIRST)
def become(token: str) -> ResponseReturnValue:
    """Become the first publisher."""
    try:
        publishers.read_first_link(ports(), token)
        if request.method != "POST":
            return _form(Form(), token)
        wanted = forms.registration()
        entry = publishers.become_first(
            ports(),
            identity.visit(),
            token,
            address=wanted.address,
            name=wanted.name,
            password=wanted.password,
            client=client(),
            language=current_language(),
        )
    except DeadLink as fault:
        return dead_link("first", fault.why)
    identity.begin_session(entry)
    flash(notices.FIRST_PUBLISHER)
    return redirect(url_for("publisher.queue"), 303)
