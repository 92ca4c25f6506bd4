"""The link that a start prints while there is no publisher."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for

from byline.accounts import publishers
from byline.errors import DeadLink, Invalid, TooMany
from byline.messages import notices
from byline.messages.accounts import Wait
from byline.web import forms, identity
from byline.web.access import EVERYBODY, open_to
from byline.web.answers import dead_link, minutes, too_many
from byline.web.clients import client
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.language import current_language
from byline.web.pages import Form
from byline.web.render import render_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from byline.messages.message import Message

bp = Blueprint("first_publisher", __name__)


@bp.route("/publisher/first/<token>", methods=["GET", "POST"])
@open_to(EVERYBODY)
def become(token: str) -> ResponseReturnValue:
    """Become the first publisher."""
    try:
        publishers.read_first_link(ports(), token)
        if request.method != "POST":
            return render_page("publisher/first.html", form=Form())
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
    except Invalid as fault:
        return render_page("publisher/first.html", 422, form=_form(fault.faults))
    except TooMany as fault:
        return too_many(fault, render_page("publisher/first.html", 429, form=_form({"": Wait(minutes(fault))})))
    identity.enter(entry)
    flash(notices.FIRST_PUBLISHER)
    return redirect(url_for("publisher.queue"), 303)


def _form(faults: Mapping[str, Message]) -> Form:
    return Form(forms.typed("author_name", "author_email"), faults)
