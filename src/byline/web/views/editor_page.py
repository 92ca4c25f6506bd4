"""The form of an author's page, with what is live, a draft, or what was typed; and the page with both texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request
from werkzeug.datastructures import MultiDict

from byline.authors import drafts
from byline.errors import DraftStale
from byline.press import waiting_time
from byline.profiles import biography, editing, names, summary
from byline.richtext import sanitize
from byline.web import form_recovery, identity, page_form, photo_fields, review_fields
from byline.web.context import ports, web_context
from byline.web.headers import EDITOR_CSP
from byline.web.language import current_language
from byline.web.page_rows import PageRows
from byline.web.pages import Form
from byline.web.render import render_page
from byline.web.version_differences import differences
from byline.web.waiting_pages import waiting_facts

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Response

    from byline.errors import Stale
    from byline.messages.message import Message
    from byline.profiles.model import Content, Draft
    from byline.web.views.page_editor import PageEditor

_FIELDS = (
    "author_name",
    "author_sort_name",
    "author_slug",
    "author_bio",
    "author_summary",
    "remove_img",
    "draft_seen",
    *photo_fields.FIELDS,
)
_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class PublishedState:
    """Whether readers see the page, and who saved it last; ``saved_by`` is "" for whoever looks."""

    url: str
    state: str
    saved_at: datetime | None
    saved_by: str


@dataclass(frozen=True, slots=True)
class SavedBy:
    """When and by whom something was saved."""

    at: datetime
    by: str


def edit(editor: PageEditor, form: Form | None = None, *, has_files: bool = False) -> Response:
    """The editor with the draft, or else what is live; a ``form`` that was sent is shown again, with what was typed.

    ``has_files``: the draft has the files that were sent, so nothing is said about choosing them again.
    """
    draft = editor.page.draft
    if form is None and draft is not None:
        form = form_with_draft(draft)
        has_files = True
    if form is None:
        return _editor(editor, Form(_values(editor)), PageRows.of(editor.shown.content), seen=editor.shown.base)
    rows = PageRows.typed(form.lists, editor.shown.content, editor.shown.covers)
    return _editor(editor, _typed(editor, form, has_files=has_files), rows, seen=_seen(editor, form))


def form_with_draft(draft: Draft, **said: Any) -> Form:
    """The form with a draft in it; ``said`` is what else ``form_recovery.form_of`` takes."""
    return form_recovery.form_of((*draft.fields, ("seen", str(draft.base)), ("draft_seen", draft.mark)), **said)


def filled_from(editor: PageEditor, document: bytes) -> Response:
    """The form as it was sent, with the biography of a Word file in it. Nothing is saved."""
    from byline.authors import documents  # noqa: PLC0415 - a page view needs none of it

    form, live = form_recovery.sent_form(), editor.shown.content
    typed = _typed(editor, form)
    by = identity.me().actor
    filled = documents.read_biography(ports(), by, document, typed=typed.values["bio_html"], live=live.bio)
    values = {**typed.values, "author_bio": sanitize.to_markdown(filled.html), "bio_html": filled.html}
    shown = Form(values, typed.faults, status=422 if typed.faults else 200)
    rows = PageRows.typed(form.lists, live, editor.shown.covers)
    return _editor(editor, shown, rows, seen=_seen(editor, form), from_document=filled.said)


def stale(editor: PageEditor, fault: Stale | DraftStale) -> Response:
    """409: what the form was made from was saved in another place; both texts, and what differs."""
    now, form = editor.read_again(), form_recovery.sent_form()
    profile, unpublished = now.profile, _unpublished(now) if isinstance(fault, DraftStale) else None
    theirs = profile.content
    if unpublished is not None:
        typed = page_form.usable(MultiDict(now.page.draft.fields if now.page.draft else ()))
        theirs = drafts.previewed(now.shown, typed).content
    rows = PageRows.typed(form.lists, profile.content, now.shown.covers)
    mine = editing.changed_content(profile.content, page_form.usable(request.form), theirs.photo, rows.covers)
    shown = _typed(now, form)
    shown.values["draft_seen"] = now.shown.mark
    at, by = unpublished or (profile.saved_at, profile.saved_by)
    answer = render_page(
        "profile/stale.html",
        409,
        **_editor_context(now, Form(shown.values), rows, profile.number),
        theirs=SavedBy(at, now.name_of(by)),
        of_draft=unpublished is not None,
        differences=differences(theirs, mine, current_language()),
        photo_lost=page_form.has_photo(),
    )
    return _as_editor(answer)


def _unpublished(editor: PageEditor) -> tuple[datetime, str] | None:
    """When the draft or the review was saved, and by whom; ``None`` if there is neither."""
    draft, review = editor.shown.draft, editor.shown.review
    if draft is not None:
        return draft.saved_at, draft.saved_by
    return (review.submitted_at, review.submitted_by) if review is not None else None


def _typed(editor: PageEditor, form: Form, *, has_files: bool = False) -> Form:
    """What was typed, over what the page says; a photo that the draft does not have has to be chosen again."""
    values = {**_values(editor), **{name: form.values[name] for name in _FIELDS if name in form.values}}
    values["tell_author"] = form.values["tell_author"]  # a box that was not ticked was not sent
    if "author_bio" in form.values:
        values["author_bio"], values["bio_html"] = biography.shown_again(
            form.values["author_bio"], form.values["bio_format"]
        )
    faults = form.faults if has_files else page_form.also_the_photo(form.faults)
    return Form(values, faults, status=form.status, resumed=form.resumed)


def _editor(
    editor: PageEditor, form: Form, rows: PageRows, *, seen: int, from_document: Message | None = None
) -> Response:
    context = _editor_context(editor, form, rows, seen) | {"from_document": from_document}
    if editor.is_approved:
        return _as_editor(render_page("profile/edit.html", form.status, **context))
    return _as_editor(render_page("registration/waiting.html", form.status, **waiting_facts(), **context))


def _as_editor(answer: Response) -> Response:
    """Let a page do what the editor does: show a photo that only its browser has, keep a draft, show a preview."""
    answer.headers["Content-Security-Policy"] = EDITOR_CSP
    return answer


def _editor_context(editor: PageEditor, form: Form, rows: PageRows, seen: int) -> dict[str, Any]:
    profile, site = editor.profile, ports().site
    by = profile.saved_by
    own = identity.me().actor.account_id
    return {
        "for_author": editor.for_author,
        "action": editor.url("edit"),
        "history": editor.url("history") if profile.number else "",
        "owner": form_recovery.form_owner(own, editor.author.id),
        "page": PublishedState(
            url=f"{site.url}/authors/{profile.slug}/",
            state="published" if profile.is_published else "unpublished",
            saved_at=profile.saved_at if profile.number else None,
            saved_by="" if by == own else editor.name_of(by),
        ),
        "form": form,
        **rows.shown(lambda name: editor.url("photo", name=name)),
        "seen": seen,
        **_draft(editor, own),
        **_review(editor),
        "photo": _photo_shown(editor),
        "authors_url": f"{site.url}/authors/",
        **_texts(editor.shown.content),
        "sort_names": names.sort_name_choices(form.values["author_name"]),
        "photo_mb": web_context().most_bytes_photo // 1_000_000,
    }


def _review(editor: PageEditor) -> dict[str, object]:
    """The review, and the times that it and the draft are compared with."""
    review, now = None if editor.on_behalf else editor.page.review, ports().clock.now()
    usual = waiting_time.usual_days(ports(), identity.me().actor) if review is not None and review.waits else 0
    return {
        "review": review_fields.shown(review),
        "needs_review": editor.needs_review,
        "usual_days": usual,
        "now": now,
        "today": now.date(),
    }


def _texts(content: Content) -> dict[str, object]:
    suggestion = summary.suggestion(sanitize.plain_text(content.bio))
    return {"bio_max": sanitize.LONGEST, "summary_max": summary.LONGEST, "summary_suggestion": suggestion}


def _seen(editor: PageEditor, form: Form) -> int:
    """The number of the version that a form was made from."""
    typed = form.values["seen"]
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < _MOST_DIGITS else editor.profile.number


def _values(editor: PageEditor) -> dict[str, str]:
    content, live = editor.shown.content, editor.profile.content
    is_without_photo = editor.page.draft is None and content.photo is None and live.photo is not None
    return {
        "author_name": content.name,
        "author_sort_name": content.sort_name,
        "author_slug": editor.shown.slug,
        "author_bio": sanitize.to_markdown(content.bio),
        "author_summary": content.summary,
        "bio_html": content.bio,
        "remove_img": "1" if is_without_photo else "",
        "draft_seen": editor.shown.mark,
        "tell_author": "1",
        **photo_fields.values(editor.shown.photo),
    }


def _draft(editor: PageEditor, own: str) -> dict[str, object]:
    """Whether the page keeps a draft, where it is seen, and when and by whom it was saved, "" for whoever looks."""
    draft, keeps = editor.page.draft, editor.keeps_draft
    saved = SavedBy(draft.saved_at, "" if draft.saved_by == own else editor.name_of(draft.saved_by)) if draft else None
    return {"draft": saved, "keeps_draft": keeps, "preview_url": editor.url("preview") if keeps else ""}


def _photo_shown(editor: PageEditor) -> photo_fields.ShownPhoto | None:
    live = editor.profile.content.photo
    return photo_fields.shown(editor.shown.photo, live, lambda name: editor.url("photo", name=name))
