"""Registering, and taking a registration back that nobody has approved yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for

from byline.accounts import registration as registering
from byline.accounts.sessions import AccountSession
from byline.authors import deletion
from byline.web import forms, identity
from byline.web.access import BEFORE_APPROVAL, EVERYBODY, open_to
from byline.web.clients import client
from byline.web.context import ports
from byline.web.language import current_language
from byline.web.pages import Form
from byline.web.render import render_page
from byline.web.waiting_pages import full_page

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue


bp = Blueprint("registration", __name__)


def _form(form: Form) -> Response:
    return full_page(form) or render_page("registration/register.html", form.status, form=form)


@bp.route("/register", methods=["GET", "POST"])
@open_to(EVERYBODY, form=_form, for_strangers=True)
def register() -> ResponseReturnValue:
    """Create an account: the form, and the pending registration it makes."""
    visit = identity.visit()
    if request.method != "POST":
        return redirect(url_for("own_page.edit"), 303) if visit else _form(Form())
    wanted = forms.registration()
    entry = registering.register(
        ports(),
        visit,
        address=wanted.address,
        name=wanted.name,
        password=wanted.password,
        client=client(),
        language=current_language(),
    )
    identity.begin_session(entry)
    return redirect(url_for("own_page.edit"), 303)


@bp.route("/account/delete", methods=["GET", "POST"])
@open_to(BEFORE_APPROVAL)
def delete() -> ResponseReturnValue:
    """Delete a registration that nobody has approved yet."""
    visit = identity.me()
    owner = visit.account if isinstance(visit, AccountSession) else visit.registration
    if request.method != "POST":
        return render_page("registration/deleting.html", address=owner.address)
    if isinstance(visit, AccountSession):
        deletion.delete_waiting(ports(), visit)
    else:
        registering.delete_registration(ports(), visit)
    identity.forget_session()
    return render_page("registration/ended.html", why="deleted")
