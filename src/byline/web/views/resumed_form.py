"""The editor after a log-in that a text rode through."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import redirect, url_for

from byline.accounts.session_cookies import author_keys
from byline.accounts.sessions import AccountSession, recognise
from byline.errors import NotAllowed, NotFound
from byline.messages import notices
from byline.web import identity
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.views import form_recovery, page_editor
from byline.web.views.page_editor import PageEditor

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from byline.accounts.sessions import NewSession


def resume(begun: NewSession, kept: tuple[tuple[str, str], ...]) -> ResponseReturnValue:
    """After a log-in that a text rode through: the editor with it for whoever wrote it, a sentence for anybody else."""
    fields = dict(kept)
    text = json.loads(fields["kept"])
    editor_id = begun.session.subject.partition(".")[2]
    editor = _editor_after_login(begun, str(text["author"])) if fields["kept_for"] == editor_id else None
    if editor is None:
        flash(notices.TEXT_OF_ANOTHER_ACCOUNT)
        return redirect(url_for("own_page.edit"), 303)
    return page_editor.edit_again(editor, *form_recovery.text_from(text))


def _editor_after_login(begun: NewSession, author_id: str) -> PageEditor | None:
    """The editor for the session that was just begun; ``None`` if this page is not theirs to edit."""
    visit = recognise(ports(), begun.cookie, lambda _: author_keys(author_id))
    if not isinstance(visit, AccountSession):
        return None
    identity.visit_begins(visit)
    by = visit.actor
    try:
        return PageEditor.own(by) if author_id == by.account_id else PageEditor.of_author(by, author_id)
    except (NotAllowed, NotFound):
        return None
