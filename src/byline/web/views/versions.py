"""The versions of a page: listed, compared, restored; one's own, or an author's for a publisher."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from flask import redirect

from byline.authors import pages
from byline.errors import Stale
from byline.messages import notices
from byline.messages import pages as page_messages
from byline.web import forms
from byline.web.context import ports
from byline.web.language import current_language
from byline.web.render import flash, render_page
from byline.web.version_differences import differences
from byline.web.views import editor

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

    from byline.messages.message import Message
    from byline.profiles.model import Version
    from byline.web.views.editor import PageEditor


def history(desk: PageEditor) -> Response:
    """The versions, newest first."""
    versions = pages.history(ports(), desk.page)
    shown = [
        SimpleNamespace(
            number=version.number,
            at=version.at,
            by=desk.name_of(version.by),
            live=version.number == desk.profile.number,
            changed=_changed(version, versions[n + 1] if n + 1 < len(versions) else None),
        )
        for n, version in enumerate(versions)
    ]
    return render_page(
        "profile/history.html",
        **desk.context(),
        base=f"{desk.base}/history",
        back=desk.action,
        seen=desk.profile.number,
        versions=shown,
        after=None,
    )


def compared(desk: PageEditor, number: int) -> Response:
    """One version beside the live one."""
    version = pages.version(ports(), desk.page, number)
    live = pages.live_version(desk.page)
    return render_page(
        "profile/compare.html",
        **desk.context(),
        base=f"{desk.base}/history",
        version=SimpleNamespace(number=version.number, at=version.at, by=desk.name_of(version.by)),
        live=SimpleNamespace(number=live.number, at=live.at, by=desk.name_of(live.by)),
        differences=differences(version.content, live.content, current_language()),
        seen=live.number,
    )


def restore(desk: PageEditor, number: int) -> ResponseReturnValue:
    """Make an earlier version the live one again."""
    try:
        saved = desk.restore(number, seen=forms.seen())
    except Stale:
        flash(notices.SAVED_IN_BETWEEN)
        return redirect(f"{desk.base}/history", 303)
    flash(notices.VersionIsRestored(number, saved.number, editor.published(saved)))
    return redirect(f"{desk.base}/history", 303)


def _changed(version: Version, before: Version | None) -> Message | None:
    if before is None:
        return None
    one, two = before.content, version.content
    fields = (
        (page_messages.NAME, one.name != two.name),
        (page_messages.SORT_NAME, one.sort_name != two.sort_name),
        (page_messages.BIOGRAPHY, one.bio != two.bio),
        (page_messages.LINKS, one.links != two.links),
        (page_messages.PHOTO, one.photo != two.photo),
    )
    changed = tuple(field for field, differs in fields if differs)
    return page_messages.Changed(changed) if changed else page_messages.ONLY_ADDRESS_CHANGED
