"""The versions of a page: listed, compared, restored; one's own, or an author's for a publisher."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, request

from byline.authors import pages
from byline.errors import DraftStale, Stale
from byline.messages import notices
from byline.messages import reviews as review_messages
from byline.web import forms, identity, page_form
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.language import current_language
from byline.web.render import render_page
from byline.web.version_differences import differences
from byline.web.version_rows import VersionRow, version_rows
from byline.web.views import page_intents

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

    from byline.web.views.page_editor import PageEditor


_MOST_DIGITS = 9


def history(editor: PageEditor) -> Response:
    """The versions, newest first."""
    own = identity.me().actor.account_id
    versions = pages.history(ports(), editor.page)
    return render_page(
        "profile/history.html",
        for_author=editor.for_author,
        url=editor.url,
        seen=editor.profile.number,
        versions=version_rows(
            versions,
            editor.profile.number,
            lambda by: "" if by == own else editor.name_of(by),
            lambda name: editor.url("photo", name=name),
        ),
        now=ports().clock.now(),
        old_slugs=editor.profile.old_slugs,
        authors_url=f"{ports().site.url}/authors/",
    )


def compare(editor: PageEditor, number: int) -> Response:
    """One version beside the live one, or beside the one that the query names."""
    version, live = pages.version(ports(), editor.page, number), pages.live_version(editor.page)
    to = request.args.get("to", "")
    is_named = to.isascii() and to.isdigit() and len(to) <= _MOST_DIGITS and int(to) != live.number
    other = pages.version(ports(), editor.page, int(to)) if is_named else live
    return render_page(
        "profile/compare.html",
        for_author=editor.for_author,
        url=editor.url,
        version=VersionRow(version.number, version.at, editor.name_of(version.by)),
        live=VersionRow(other.number, other.at, editor.name_of(other.by), live=other is live),
        differences=differences(version.content, other.content, current_language()),
        seen=live.number,
    )


def restore(editor: PageEditor, number: int) -> ResponseReturnValue:
    """Make an earlier version the live one again."""
    try:
        saved = editor.restore(number, seen=page_form.seen())
    except (Stale, DraftStale):
        flash(notices.SAVED_IN_BETWEEN)
        return redirect(editor.url("history"), 303)
    if page_intents.was_submitted(editor, saved):
        flash(review_messages.SUBMITTED)
        return redirect(editor.url("edit"), 303)
    if saved.number == editor.profile.number == page_form.seen():
        flash(notices.VersionSaysTheSame(number))
    else:
        flash(notices.VersionIsRestored(number, saved.number, page_intents.published(saved)))
    return redirect(editor.url("history"), 303)


def end_redirect(editor: PageEditor) -> ResponseReturnValue:
    """Let an old address of the page lead nowhere."""
    slug = forms.single("slug")
    editor.end_redirect(slug)
    flash(notices.RedirectEnded(slug))
    return redirect(editor.url("history"), 303)
