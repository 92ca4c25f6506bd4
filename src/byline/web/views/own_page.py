"""One's own page: there is no author's id in any of these addresses, so there is none to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for

from byline.messages import notices
from byline.site import newest
from byline.web import identity
from byline.web.access import EVERYBODY, OWN_PAGE, Who, open_to
from byline.web.answers import not_yet_allowed
from byline.web.context import web_context
from byline.web.flash import flash
from byline.web.render import render_page
from byline.web.views import page_editor, page_history
from byline.web.views.page_editor import PageEditor

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

    from byline.web.pages import Form

bp = Blueprint("own_page", __name__)


def _form(form: Form) -> Response:
    if identity.who(identity.visit()) in {Who.UNCONFIRMED, Who.WAITING}:
        return not_yet_allowed(403)
    return page_editor.edit(_editor(), form)


@bp.route("/", methods=["GET", "POST"])
@open_to(EVERYBODY, upload=True, form=_form)
def edit() -> ResponseReturnValue:
    """The author's own page; what people wait for who may not edit yet; the start page for nobody."""
    posted = request.method == "POST"
    who = identity.who(identity.visit())
    if who is Who.NOBODY:
        return redirect(url_for("login.log_in"), 302) if posted else _start()
    if who in {Who.UNCONFIRMED, Who.WAITING}:
        return not_yet_allowed(403 if posted else 200)
    if who is Who.PUBLISHER and _has_no_profile():
        return redirect(url_for("publisher.queue"), 303)
    editor = _editor()
    return page_editor.save(editor) if posted else page_editor.edit(editor)


@bp.get("/history")
@open_to(OWN_PAGE)
def history() -> ResponseReturnValue:
    """The versions of one's own page."""
    return page_history.history(_editor())


@bp.get("/history/<int:number>")
@open_to(OWN_PAGE)
def version(number: int) -> ResponseReturnValue:
    """One of them, beside the live one."""
    return page_history.compare(_editor(), number)


@bp.post("/history/<int:number>/restore")
@open_to(OWN_PAGE)
def restore(number: int) -> ResponseReturnValue:
    """Make it the live one again."""
    return page_history.restore(_editor(), number)


@bp.post("/history/address")
@open_to(OWN_PAGE)
def end_redirect() -> ResponseReturnValue:
    """Let an old address of one's own page lead nowhere."""
    return page_history.end_redirect(_editor())


@bp.get("/photo/<name>")
@open_to(OWN_PAGE)
def photo(name: str) -> ResponseReturnValue:
    """One's own photo, as the editor shows it."""
    return page_editor.photo(_editor(), name)


def _start() -> ResponseReturnValue:
    expired = identity.ended()
    if expired is None:
        return render_page("start.html", newest=newest.faces(web_context().ports))
    if expired.pending:
        flash(notices.REGISTRATION_ENDED)
        return redirect(url_for("registration.register"), 302)
    identity.flash_that_it_ended()
    return redirect(url_for("login.log_in"), 302)


def _has_no_profile() -> bool:
    return identity.account_session().account.profile_id is None


def _editor() -> PageEditor:
    editor = PageEditor.own(identity.account_session().actor)
    identity.now_with_profile(editor.profile.id)
    return editor
