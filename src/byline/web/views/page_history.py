"""The versions of a page: listed, compared, restored; one's own, or an author's for a publisher."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import redirect

from byline.authors import pages
from byline.errors import Stale
from byline.messages import notices
from byline.messages import pages as page_messages
from byline.web import forms, page_form
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.language import current_language
from byline.web.render import render_page
from byline.web.version_differences import differences
from byline.web.views import page_intents

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Response
    from flask.typing import ResponseReturnValue

    from byline.messages.message import Message
    from byline.profiles.model import Version
    from byline.web.views.page_editor import PageEditor


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version as the templates name it; ``by`` is a name, ``changed`` says what differs from the one before."""

    number: int
    at: datetime
    by: str
    live: bool = False
    changed: Message | None = None


def history(editor: PageEditor) -> Response:
    """The versions, newest first."""
    versions = pages.history(ports(), editor.page)
    shown = [
        VersionRow(
            version.number,
            version.at,
            editor.name_of(version.by),
            live=version.number == editor.profile.number,
            changed=_changed(version, versions[n + 1] if n + 1 < len(versions) else None),
        )
        for n, version in enumerate(versions)
    ]
    return render_page(
        "profile/history.html",
        for_author=editor.for_author,
        url=editor.url,
        seen=editor.profile.number,
        versions=shown,
        old_slugs=editor.profile.old_slugs,
        authors_url=f"{ports().site.url}/authors/",
    )


def compare(editor: PageEditor, number: int) -> Response:
    """One version beside the live one."""
    version = pages.version(ports(), editor.page, number)
    live = pages.live_version(editor.page)
    return render_page(
        "profile/compare.html",
        for_author=editor.for_author,
        url=editor.url,
        version=VersionRow(version.number, version.at, editor.name_of(version.by)),
        live=VersionRow(live.number, live.at, editor.name_of(live.by), live=True),
        differences=differences(version.content, live.content, current_language()),
        seen=live.number,
    )


def restore(editor: PageEditor, number: int) -> ResponseReturnValue:
    """Make an earlier version the live one again."""
    try:
        saved = editor.restore(number, seen=page_form.seen())
    except Stale:
        flash(notices.SAVED_IN_BETWEEN)
        return redirect(editor.url("history"), 303)
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


def _changed(version: Version, before: Version | None) -> Message | None:
    if before is None:
        return None
    one, two = before.content, version.content
    fields = (
        (page_messages.NAME, one.name != two.name),
        (page_messages.SORT_NAME, one.sort_name != two.sort_name),
        (page_messages.BIOGRAPHY, one.bio != two.bio),
        (page_messages.SUMMARY, one.summary != two.summary),
        (page_messages.BOOKS, one.books != two.books),
        (page_messages.LINKS, one.links != two.links),
        (page_messages.PHOTO, one.photo != two.photo),
    )
    changed = tuple(field for field, differs in fields if differs)
    return page_messages.Changed(changed) if changed else page_messages.ONLY_ADDRESS_CHANGED
