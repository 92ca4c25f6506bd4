"""Handing a page over: inviting the author of a page that the press keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import NotFound

from byline.accounts.notes import MOST_NOTE
from byline.authors import handover, pages
from byline.messages import managed_pages as messages
from byline.messages.catalogue import LANGUAGES
from byline.web import form_recovery, identity
from byline.web.access import CONSOLE, open_to, page_in_address
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.forms import single
from byline.web.pages import Form
from byline.web.render import render_page
from byline.web.views.page_editor import Person

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

bp = Blueprint("handover", __name__)


def _form(form: Form, account_id: str) -> Response:
    page = pages.load_for(ports(), identity.me().actor, account_id)
    if not page.author.is_managed:
        raise NotFound
    return render_page(
        "publisher/handover.html",
        form.status,
        form=form,
        author=Person.of(page.author),
        owner=form_recovery.owner_of(page.author.id),
        languages=LANGUAGES,
        note_max=MOST_NOTE,
    )


@bp.route("/publisher/authors/<account_id>/invite", methods=["GET", "POST"])
@open_to(CONSOLE, extra_keys=page_in_address, form=_form)
def invite(account_id: str) -> ResponseReturnValue:
    """Invite an author to take over the page that the press keeps for them."""
    if request.method != "POST":
        return _form(Form(), account_id)
    by, email = identity.me().actor, single("author_email")
    invited = handover.invite(ports(), by, account_id, email=email, note=single("note"), language=single("language"))
    flash(messages.HandoverOffered(invited.address, invited.name))
    return redirect(url_for("author.overview", account_id=account_id), 303)
