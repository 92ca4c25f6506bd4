"""What the buttons of the editor do: publish, keep a draft, show a preview, discard the draft, withdraw a review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from byline.authors import drafts, reviews
from byline.errors import BylineError, DraftStale, Invalid, ReviewStale, Stale, Unavailable
from byline.messages import notices
from byline.messages import reviews as review_messages
from byline.profiles import editing
from byline.profiles.editing import PageChange
from byline.web import identity, page_form
from byline.web.context import ports, web_context
from byline.web.flash import flash
from byline.web.form_recovery import sent_form
from byline.web.forms import single
from byline.web.language import current_language
from byline.web.views import editor_page

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from byline.messages.message import Message
    from byline.profiles.model import Profile
    from byline.web.views.page_editor import PageEditor

PUBLISH, DRAFT, PREVIEW, DISCARD, WITHDRAW = "publish", "draft", "preview", "discard", "withdraw"


def answer(editor: PageEditor) -> ResponseReturnValue:
    """Do what the pressed button says of an editor that keeps a draft; without one, publish."""
    intent = single("intent") or PUBLISH
    if intent == PUBLISH:
        return publish(editor)
    if intent == DISCARD:
        return _discard(editor)
    if intent == WITHDRAW and not editor.on_behalf:
        return _withdraw(editor)
    if intent in {DRAFT, PREVIEW}:
        return _keep(editor, intent)
    raise BadRequest


def asks_to_publish() -> bool:
    """Whether the pressed button is the one that publishes."""
    return (single("intent") or PUBLISH) == PUBLISH


def publish(editor: PageEditor) -> ResponseReturnValue:
    """Save and publish; a refused form comes back with everything that was typed in it.

    A Word file in it is read instead, for checking: nothing is published by that alone.
    """
    document = page_form.document()
    if document is not None:
        return editor_page.filled_from(editor, document)
    try:
        saved = editor.save(page_form.page_change(), seen=page_form.seen())
    except (Stale, DraftStale) as fault:
        return editor_page.stale(editor, fault)
    except ReviewStale as fault:
        faults = {"": review_messages.OVER[fault.outcome](editor.author.name, fault.at or editor.profile.saved_at)}
        return editor_page.edit(editor, sent_form(faults=faults, status=409, cause=fault))
    except Invalid as fault:
        if (refused := _refused_with_covers(editor, fault)) is not None:
            return refused
        raise
    return _saved(editor, saved)


def _saved(editor: PageEditor, saved: Profile) -> ResponseReturnValue:
    """Say what a save led to, and go on."""
    if was_submitted(editor, saved):
        flash(review_messages.SUBMITTED)
        return redirect(editor.url("edit"), 303)
    said = published(saved)
    if editor.of_review:
        flash(review_messages.PublishedEdited(editor.author.name))
        return redirect(url_for("reviews.index"), 303)
    choice = editing.unanswered_sort_name(editor.profile, saved)
    flash(notices.SortNameOpen(said, choice) if choice else said)
    return redirect(editor.url("edit"), 303)


def was_submitted(editor: PageEditor, saved: Profile) -> bool:
    """Whether a text of one's own page was submitted for review, and not published."""
    return not editor.on_behalf and saved.is_just_submitted


def _refused_with_covers(editor: PageEditor, fault: Invalid) -> Response | None:
    """A refused form with the new covers and the photo that came with it, kept in the draft: a browser would have them
    chosen again. ``None`` where there are none, or where they cannot be kept.
    """
    if not editor.keeps_draft or not page_form.has_covers():
        return None
    try:
        draft = editor.keep(page_form.draft())
    except BylineError:
        return None
    form = editor_page.form_with_draft(draft, faults=fault.faults, status=422, cause=fault)
    return editor_page.edit(editor.read_again(), form, has_files=True)


def preview(editor: PageEditor, *, in_frame: bool) -> ResponseReturnValue:
    """The page as readers would see it once the draft is published."""
    from byline.site import preview as previews  # noqa: PLC0415 - the other pages need none of it

    draft = editor.shown.draft
    change = page_form.usable(MultiDict(draft.fields)) if draft else PageChange()
    body = previews.preview(
        ports(),
        drafts.previewed(editor.page, change),
        photos_at=editor.url("photo", name=""),
        language=current_language(),
        editor="" if in_frame else editor.url("edit"),
    )
    answer = Response(body, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = previews.CSP
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def published(saved: Profile) -> Message:
    """Publish in line; the job of the save is the net beneath it."""
    if not web_context().publish_in_line:
        return notices.SAVED
    from byline.site import publishing  # noqa: PLC0415 - a page view needs none of it

    try:
        publishing.publish_own(ports(), saved)
    except Unavailable:
        return notices.SAVED
    return notices.SAVED_AND_PUBLISHED


def _keep(editor: PageEditor, intent: str) -> ResponseReturnValue:
    """Keep what was typed as the draft, for a script or for whoever pressed a button."""
    document = None if _wants_json() else page_form.document()
    if document is not None:
        return editor_page.filled_from(editor, document)
    try:
        draft = editor.keep(page_form.draft())
    except DraftStale as fault:
        if _wants_json():
            return {"error": {"code": "draft_stale"}}, 409
        return editor_page.stale(editor, fault)
    if editor.profile.number == 0:  # perhaps none is published yet, and a preview, being a GET, writes nothing
        from byline.site.writing import write_style  # noqa: PLC0415 - as above

        write_style(ports().files, ports().site.branding)
    if _wants_json():
        return {"draft_seen": draft.mark, "saved_at": draft.saved_at.isoformat(timespec="seconds")}
    if intent == PREVIEW:
        return redirect(editor.url("preview"), 303)
    flash(notices.DRAFT_SAVED)
    return redirect(editor.url("edit"), 303)


def _discard(editor: PageEditor) -> ResponseReturnValue:
    try:
        editor.discard()
    except DraftStale as fault:
        return editor_page.stale(editor, fault)
    flash(notices.DRAFT_DISCARDED)
    return redirect(editor.url("edit"), 303)


def _withdraw(editor: PageEditor) -> ResponseReturnValue:
    """Withdraw the text that waits. What was typed besides is kept as the draft first."""
    by = identity.me().actor
    try:
        if editor.page.draft is not None or _is_changed(editor):
            drafts.save_own(ports(), by, page_form.draft())
        reviews.withdraw_own(ports(), by)
    except DraftStale as fault:
        return editor_page.stale(editor, fault)
    is_withdrawn = editor.page.review is not None and editor.page.review.waits
    flash(review_messages.WITHDRAWN if is_withdrawn else review_messages.WAITS_NO_MORE)
    return redirect(editor.url("edit"), 303)


def _is_changed(editor: PageEditor) -> bool:
    """Whether the form that was sent says anything else than the text that waits."""
    if page_form.has_photo() or page_form.has_covers():
        return True
    typed = drafts.previewed(editor.page, page_form.usable(request.form))
    return (typed.content, typed.slug) != (editor.page.content, editor.page.slug)


def _wants_json() -> bool:
    """Whether the editor's script asks, which keeps the draft while somebody types."""
    return request.accept_mimetypes.best == "application/json"
