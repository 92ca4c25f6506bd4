"""Accepting an invitation: the page behind the link in its email."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for

from byline.accounts import invitation_links
from byline.accounts.invitation_links import page_url
from byline.accounts.model import Role
from byline.authors import acceptance
from byline.errors import DeadLink
from byline.messages import notices
from byline.web import forms, identity
from byline.web.access import EVERYBODY, open_to
from byline.web.answers import dead_link
from byline.web.clients import client
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.pages import Form
from byline.web.render import render_page

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

bp = Blueprint("invitation", __name__)


def _form(form: Form, token: str) -> Response:
    invitation = invitation_links.read_link(ports(), token).invitation
    return render_page(
        "invitation/accept.html",
        form.status,
        form=form,
        name=invitation.name,
        address=invitation.address,
        as_publisher=invitation.role is Role.PUBLISHER,
        has_biography=bool(invitation.biography),
        takes_over=bool(invitation.profile),
        page_url=page_url(ports().site, invitation),
        until=invitation.ends_at,
    )


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@open_to(EVERYBODY, form=_form, for_strangers=True, link=invitation_links.PURPOSE)
def accept(token: str) -> ResponseReturnValue:
    """Accept an invitation; opening the page changes nothing."""
    try:
        if request.method != "POST":
            invitation = invitation_links.read_link(ports(), token).invitation
            return _form(Form({"author_name": invitation.name}), token)
        link = invitation_links.read_link(ports(), token)
        name, new = forms.name_and_password()
        entry = acceptance.accept(ports(), identity.visit(), link, name=name, password=new, client=client())
    except DeadLink as fault:
        return dead_link("invitation", fault.why)
    identity.begin_session(entry)
    flash(notices.INVITATION_ACCEPTED)
    return redirect(url_for("own_page.edit"), 303)
