"""Registering, and taking a registration back that nobody has approved yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for

from byline.accounts import registration as registering
from byline.accounts.sessions import AccountSession
from byline.authors import deletion
from byline.errors import Invalid, TooMany
from byline.messages.accounts import Wait
from byline.web import forms, identity
from byline.web.access import BEFORE_APPROVAL, EVERYBODY, open_to
from byline.web.answers import minutes, too_many
from byline.web.clients import client
from byline.web.context import ports
from byline.web.forms import single
from byline.web.language import current_language
from byline.web.pages import Form
from byline.web.render import render_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response
    from flask.typing import ResponseReturnValue

_FIELDS = ("author_name", "author_email")


bp = Blueprint("registration", __name__)


@bp.route("/register", methods=["GET", "POST"])
@open_to(EVERYBODY)
def register() -> ResponseReturnValue:
    """Create an account: the form, and the pending registration it makes."""
    visit = identity.visit()
    if request.method != "POST":
        return (
            redirect(url_for("own_page.edit"), 303) if visit else render_page("registration/register.html", form=Form())
        )
    try:
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
    except Invalid as fault:
        return render_page("registration/register.html", 422, form=Form(forms.typed(*_FIELDS), fault.faults))
    except TooMany as fault:
        form = Form(forms.typed(*_FIELDS), {"": Wait(minutes(fault))})
        return wait_page(fault, lambda: render_page("registration/register.html", 429, form=form))
    identity.enter(entry)
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
    identity.leave()
    return render_page("registration/ended.html", why="deleted")


def wait_page(fault: TooMany, form: Callable[[], Response]) -> Response:
    """The form again for whoever must wait; but where an address has its five registrations, the page about that."""
    full = fault.what == "registrations"
    return too_many(
        fault, render_page("registration/full.html", 429, address=single("author_email")) if full else form()
    )
