"""One's own page: there is no author's id in any of these addresses, so there is none to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for

from byline.errors import FactorOverdue
from byline.messages import notices
from byline.site import newest
from byline.web import identity
from byline.web.access import EVERYBODY, OWN_DRAFT, OWN_PAGE, Who, open_to, own_draft, review_policy
from byline.web.answers import not_yet_allowed
from byline.web.context import web_context
from byline.web.flash import flash
from byline.web.form_recovery import sent_form
from byline.web.render import render_page
from byline.web.views import editor_page, page_editor, page_history, page_intents
from byline.web.views.page_editor import PageEditor

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

    from byline.web.pages import Form

bp = Blueprint("own_page", __name__)


def _form(form: Form) -> Response:
    if identity.who(identity.visit()) is Who.UNCONFIRMED:
        return not_yet_allowed(403)
    return editor_page.edit(_draft_editor(), form)


@bp.route("/", methods=["GET", "POST"])
@open_to(EVERYBODY, extra_keys=own_draft, upload=True, form=_form)
def edit() -> ResponseReturnValue:
    """The author's own page; before the approval its draft, with what they wait for; the start page for nobody."""
    posted = request.method == "POST"
    who = identity.who(identity.visit())
    if who is Who.NOBODY:
        return redirect(url_for("login.log_in"), 302) if posted else _start()
    if who is Who.UNCONFIRMED:
        return not_yet_allowed(403 if posted else 200)
    if identity.account_session().is_factor_overdue and (who is Who.WAITING or _has_no_profile()):
        raise FactorOverdue  # an author, or a publisher without a page, who has to set one up first
    if who is Who.PUBLISHER and _has_no_profile():
        return redirect(url_for("publisher.queue"), 303)
    editor = _draft_editor()
    if who is Who.WAITING and posted and page_intents.asks_to_publish():
        return editor_page.edit(editor, sent_form(status=403))
    return page_intents.answer(editor) if posted else editor_page.edit(editor)


@bp.get("/preview")
@open_to(OWN_DRAFT, extra_keys=own_draft)
def preview() -> ResponseReturnValue:
    """One's own page as readers would see it once the draft is published; ``pane``: in a frame beside the editor."""
    return page_intents.preview(_draft_editor(), in_frame="pane" in request.args)


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
@open_to(OWN_PAGE, extra_keys=review_policy)
def restore(number: int) -> ResponseReturnValue:
    """Make it the live one again."""
    return page_history.restore(_editor(), number)


@bp.post("/history/address")
@open_to(OWN_PAGE)
def end_redirect() -> ResponseReturnValue:
    """Let an old address of one's own page lead nowhere."""
    return page_history.end_redirect(_editor())


@bp.get("/photo/<name>")
@open_to(OWN_DRAFT, extra_keys=own_draft)
def photo(name: str) -> ResponseReturnValue:
    """One's own photo, as the editor shows it."""
    return page_editor.photo(_draft_editor(), name)


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
    return _named(PageEditor.own(identity.account_session().actor))


def _draft_editor() -> PageEditor:
    return _named(PageEditor.own_draft(identity.account_session().actor))


def _named(editor: PageEditor) -> PageEditor:
    if editor.author.profile_id is not None:
        identity.add_profile_to_cookie(editor.profile.id)
    return editor
