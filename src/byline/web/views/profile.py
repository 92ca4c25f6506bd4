"""One's own page: there is no author's id in any of these addresses, so there is none to change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import redirect, request

from byline.accounts.session_cookies import author_keys
from byline.accounts.sessions import AccountSession, recognise
from byline.errors import NotAllowed, NotFound
from byline.messages import notices
from byline.web import identity
from byline.web.access import Who
from byline.web.answers import gated
from byline.web.context import ports
from byline.web.protection import check_token
from byline.web.render import flash, render_page
from byline.web.views import editor, form_recovery, versions

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from byline.accounts.sessions import NewSession


def set_up(app: Flask) -> None:
    """The routes of this page."""
    app.add_url_rule("/", "home", home, methods=["GET", "POST"])
    app.add_url_rule("/history", "history", history, methods=["GET"])
    app.add_url_rule("/history/<int:number>", "history_version", history_version, methods=["GET"])
    app.add_url_rule("/history/<int:number>/restore", "history_restore", history_restore, methods=["POST"])
    app.add_url_rule("/photo/<name>", "own_photo", own_photo, methods=["GET"])


def home() -> ResponseReturnValue:
    """The author's own page; what the gated wait for; the start page for nobody."""
    visit = identity.visit()
    posted = request.method == "POST"
    who = identity.who(visit)
    if who is Who.NOBODY:
        return _text_without_session() if posted else _start()
    if posted:
        form_recovery.check_whose()
    if who in {Who.UNCONFIRMED, Who.WAITING}:
        return gated(403 if posted else 200)
    if who is Who.PUBLISHER and _has_no_profile():
        return redirect("/publisher", 303)
    desk = _desk()
    return editor.save(desk) if posted else editor.edit(desk)


def history() -> ResponseReturnValue:
    """The versions of one's own page."""
    return versions.history(_desk())


def history_version(number: int) -> ResponseReturnValue:
    """One of them, beside the live one."""
    return versions.compared(_desk(), number)


def history_restore(number: int) -> ResponseReturnValue:
    """Make it the live one again."""
    return versions.restore(_desk(), number)


def own_photo(name: str) -> ResponseReturnValue:
    """One's own photo, as the editor shows it."""
    return editor.photo(_desk(), name)


def resume(entry: NewSession, kept: tuple[tuple[str, str], ...]) -> ResponseReturnValue:
    """After a log-in that a text rode through: the editor with it for whoever wrote it, a sentence for anybody else."""
    fields = dict(kept)
    editor_id = entry.session.subject.partition(".")[2]
    text = json.loads(fields["kept"])
    author_id = str(text["author"])
    desk = _desk_of(entry, author_id) if fields["kept_for"] == editor_id else None
    if desk is None:
        flash(notices.TEXT_OF_ANOTHER_ACCOUNT)
        return redirect("/", 303)
    return editor.edit_again(desk, *form_recovery.text_from(text))


def _desk_of(entry: NewSession, author_id: str) -> editor.PageEditor | None:
    """The editor for the session that was just begun; ``None`` if this page is not theirs to edit."""
    visit = recognise(ports(), entry.cookie, lambda _: author_keys(author_id))
    if not isinstance(visit, AccountSession):
        return None
    identity.visit_begins(visit)
    by = visit.actor
    try:
        return editor.PageEditor.own(by) if author_id == by.account_id else editor.PageEditor.of_author(by, author_id)
    except (NotAllowed, NotFound):
        return None


def _start() -> ResponseReturnValue:
    gone = identity.ended()
    if gone is None:
        return render_page("start.html")
    if gone.pending:
        flash(notices.REGISTRATION_ENDED)
        return redirect("/register", 302)
    identity.say_that_it_ended()
    return redirect("/login", 302)


def _text_without_session() -> ResponseReturnValue:
    """A form that outlived its session: the text goes along through the log-in and is not lost."""
    page = form_recovery.text_without_session()
    if page is None:
        check_token()
        return redirect("/login", 302)
    return page


def _has_no_profile() -> bool:
    return identity.account_session().account.profile_id is None


def _desk() -> editor.PageEditor:
    desk = editor.PageEditor.own(identity.me().actor)
    identity.now_with_profile(desk.profile.id)
    return desk
