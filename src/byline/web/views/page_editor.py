"""The editor of a page and its photo: the same for one's own page and for a publisher who edits for an author."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Response, redirect, url_for

from byline.authors import pages
from byline.errors import Stale, Unavailable
from byline.messages import notices
from byline.profiles import biography, editing, names, summary
from byline.richtext import sanitize
from byline.web import form_recovery, identity, page_form, photo_fields
from byline.web.context import ports, web_context
from byline.web.flash import flash
from byline.web.headers import EDITOR_CSP
from byline.web.language import current_language
from byline.web.page_rows import PageRows
from byline.web.pages import Form
from byline.web.render import render_page
from byline.web.version_differences import differences

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from byline.accounts.model import Account
    from byline.audit import Actor
    from byline.authors.pages import AuthorPage
    from byline.messages.message import Message
    from byline.profiles.editing import PageChange
    from byline.profiles.model import Profile


_FIELDS = (
    "author_name",
    "author_sort_name",
    "author_slug",
    "author_bio",
    "author_summary",
    "remove_img",
    *photo_fields.FIELDS,
)
_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Person:
    """A person as headings name them."""

    id: str
    name: str
    email: str

    @classmethod
    def of(cls, account: Account) -> Person:
        """The person of an account."""
        return cls(account.id, account.name, account.address)


@dataclass(frozen=True, slots=True)
class PublishedState:
    """Whether readers see the page, and who saved it last; ``saved_by`` is "" for whoever looks."""

    url: str
    state: str
    saved_at: datetime | None
    saved_by: str


@dataclass(frozen=True, slots=True)
class SavedBy:
    """When and by whom a page was saved in between."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class PageEditor:
    """Whose page is being edited, and where its addresses are. ``on_behalf``: a publisher edits it for the author."""

    page: AuthorPage
    on_behalf: bool

    @classmethod
    def own(cls, by: Actor) -> PageEditor:
        """The editor for one's own page."""
        return cls(pages.load_own(ports(), by), on_behalf=False)

    @classmethod
    def of_author(cls, by: Actor, author_id: str) -> PageEditor:
        """The editor for an author's page, for a publisher."""
        return cls(pages.load_for(ports(), by, author_id), on_behalf=True)

    @property
    def author(self) -> Account:
        """Whose page it is."""
        return self.page.author

    @property
    def profile(self) -> Profile:
        """The page as it was read."""
        return self.page.profile

    def save(self, change: PageChange, *, seen: int | None) -> Profile:
        """Save the page."""
        by = identity.me().actor
        if self.on_behalf:
            return pages.save_for(ports(), by, self.author.id, change, seen=seen)
        return pages.save_own(ports(), by, change, seen=seen)

    def restore(self, number: int, *, seen: int | None) -> Profile:
        """Make an earlier version the live one again."""
        by = identity.me().actor
        if self.on_behalf:
            return pages.restore_for(ports(), by, self.author.id, number, seen=seen)
        return pages.restore_own(ports(), by, number, seen=seen)

    def end_redirect(self, slug: str) -> None:
        """Let an old address of the page lead nowhere."""
        by = identity.me().actor
        if self.on_behalf:
            pages.end_redirect_for(ports(), by, self.author.id, slug)
        else:
            pages.end_redirect_own(ports(), by, slug)

    def read_again(self) -> PageEditor:
        """The editor with what somebody else saved meanwhile."""
        by = identity.me().actor.without_prefetched()
        return PageEditor.of_author(by, self.author.id) if self.on_behalf else PageEditor.own(by)

    def url(self, action: str, **values: Any) -> str:
        """The address of what can be done with this page: edit, history, version, restore, photo."""
        if self.on_behalf:
            return url_for(f"author.{action}", account_id=self.author.id, **values)
        return url_for(f"own_page.{action}", **values)

    @property
    def for_author(self) -> Person | None:
        """Whom a publisher edits this page for; ``None`` for one's own."""
        return Person.of(self.author) if self.on_behalf else None

    def name_of(self, account_id: str) -> str:
        """Who saved a version, in words."""
        if account_id == self.author.id:
            return self.author.name
        return ports().site.publisher_name


def edit(editor: PageEditor, form: Form | None = None) -> Response:
    """The editor with what is live; a ``form`` that was sent is shown again, with what was typed."""
    if form is None:
        return _editor(editor, Form(_values(editor)), PageRows.of(editor.profile.content), seen=editor.profile.number)
    rows = PageRows.typed(form.lists, editor.profile.content)
    return _editor(editor, _typed(editor, form), rows, seen=_seen(editor, form))


def save(editor: PageEditor) -> ResponseReturnValue:
    """Save and publish; a refused form comes back with everything that was typed in it."""
    try:
        saved = editor.save(page_form.page_change(), seen=page_form.seen())
    except Stale:
        return _stale(editor)
    said = published(saved)
    choice = editing.unanswered_sort_name(editor.profile, saved)
    flash(notices.SortNameOpen(said, choice) if choice else said)
    return redirect(editor.url("edit"), 303)


def photo(editor: PageEditor, name: str) -> Response:
    """A rendition of the page's photo, for its editor only."""
    file = pages.photo(ports(), editor.page, name)
    answer = Response(file.body, mimetype=file.content_type)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


def _typed(editor: PageEditor, form: Form) -> Form:
    """What was typed, over what the page says; a photo has to be chosen again."""
    values = {**_values(editor), **{name: form.values[name] for name in _FIELDS if name in form.values}}
    if "author_bio" in form.values:
        values["author_bio"], values["bio_html"] = biography.shown_again(
            form.values["author_bio"], form.values["bio_format"]
        )
    return Form(values, page_form.also_the_photo(form.faults), status=form.status, resumed=form.resumed)


def _editor(editor: PageEditor, form: Form, rows: PageRows, *, seen: int) -> Response:
    return _with_own_photos(render_page("profile/edit.html", form.status, **_editor_context(editor, form, rows, seen)))


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
            state="published" if profile.number else "unpublished",
            saved_at=profile.saved_at if profile.number else None,
            saved_by="" if by == own else editor.name_of(by),
        ),
        "form": form,
        **rows.shown(),
        "seen": seen,
        "photo": photo_fields.shown(profile.content.photo, lambda name: editor.url("photo", name=name)),
        "authors_url": f"{site.url}/authors/",
        "bio_max": sanitize.LONGEST,
        "summary_max": summary.LONGEST,
        "sort_names": names.sort_name_choices(form.values["author_name"]),
        "photo_mb": web_context().most_bytes_photo // 1_000_000,
    }


def _stale(editor: PageEditor) -> Response:
    now, mine = editor.read_again(), page_form.page_change()
    live = now.profile.content
    content = editing.changed_content(live, mine, live.photo)
    form = form_recovery.sent_form()
    answer = render_page(
        "profile/stale.html",
        409,
        **_editor_context(now, Form(_typed(now, form).values), PageRows.typed(form.lists, live), now.profile.number),
        theirs=SavedBy(now.profile.saved_at, editor.name_of(now.profile.saved_by)),
        differences=differences(live, content, current_language()),
        photo_lost=mine.upload is not None,
    )
    return _with_own_photos(answer)


def _with_own_photos(answer: Response) -> Response:
    """Let a page show a photo that its browser has and the server has not."""
    answer.headers["Content-Security-Policy"] = EDITOR_CSP
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


def _seen(editor: PageEditor, form: Form) -> int:
    """The number of the version that a form was made from."""
    typed = form.values["seen"]
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < _MOST_DIGITS else editor.profile.number


def _values(editor: PageEditor) -> dict[str, str]:
    content = editor.profile.content
    return {
        "author_name": content.name,
        "author_sort_name": content.sort_name,
        "author_slug": editor.profile.slug,
        "author_bio": sanitize.to_markdown(content.bio),
        "author_summary": content.summary,
        "bio_html": content.bio,
        "remove_img": "",
        **photo_fields.values(content.photo),
    }
