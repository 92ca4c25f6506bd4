"""The editor, its history and its photo: the same for one's own page and for a publisher who edits for an author."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from flask import Response, redirect

from byline.authors import pages
from byline.errors import Invalid, Stale, TooMany, Unavailable
from byline.messages import notices
from byline.messages.accounts import Wait
from byline.profiles import editing
from byline.richtext import sanitize
from byline.web import forms, identity
from byline.web.answers import minutes, too_many
from byline.web.context import ports, web_context
from byline.web.language import current_language
from byline.web.pages import Form
from byline.web.protection import Forged, token_fits
from byline.web.render import flash, render_page
from byline.web.version_differences import differences
from byline.web.views import form_recovery
from byline.web.views.registration import check_rate_limit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from byline.accounts.model import Account
    from byline.audit import Actor
    from byline.authors.pages import AuthorPage
    from byline.messages.message import Message
    from byline.profiles.editing import PageChange
    from byline.profiles.model import Content, Profile


@dataclass(frozen=True, slots=True)
class PageEditor:
    """Whose page is being edited, and where its addresses are. ``theirs``: a publisher edits it for the author."""

    page: AuthorPage
    on_behalf: bool

    @classmethod
    def own(cls, by: Actor) -> PageEditor:
        """The desk for one's own page."""
        return cls(pages.load_own(ports(), by), on_behalf=False)

    @classmethod
    def of_author(cls, by: Actor, author_id: str) -> PageEditor:
        """The desk for an author's page, for a publisher."""
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

    def read_again(self) -> PageEditor:
        """The desk with what somebody else saved meanwhile."""
        by = identity.me().actor.without_prefetched()
        return PageEditor.of_author(by, self.author.id) if self.on_behalf else PageEditor.own(by)

    @property
    def base(self) -> str:
        """What the addresses of this desk begin with."""
        return f"/publisher/authors/{self.author.id}" if self.on_behalf else ""

    @property
    def action(self) -> str:
        """Where the editor is, and posts to."""
        return f"{self.base}/edit" if self.on_behalf else "/"

    def context(self) -> dict[str, Any]:
        """What every template of the editor needs to know of whose page it is."""
        author = self.author
        return {
            "for_author": SimpleNamespace(id=author.id, name=author.name, email=author.address)
            if self.on_behalf
            else None
        }

    def name_of(self, account_id: str) -> str:
        """Who saved a version, in words."""
        if account_id == self.author.id:
            return self.author.name
        return ports().site.publisher_name


def edit(desk: PageEditor) -> Response:
    """The editor with what is live."""
    return _editor(desk, 200, Form(_values(desk)), _rows(desk.profile.content), seen=desk.profile.number)


def edit_again(desk: PageEditor, typed: Mapping[str, str], rows: list[tuple[str, str]], seen: int) -> Response:
    """The editor with a text that outlived its session: there again, and not saved."""
    values = {**_values(desk), **{name: typed[name] for name in form_recovery.FIELDS if name in typed}}
    return _editor(desk, 200, Form(values), rows, seen=seen, resumed=True)


def save(desk: PageEditor) -> ResponseReturnValue:
    """Save and publish; a refused form comes back with everything that was typed in it."""
    if not token_fits():
        return text_of_older_session(desk)
    try:
        check_rate_limit("save")
        saved = desk.save(forms.page_change(), seen=forms.seen())
    except Invalid as fault:
        return _refused(desk, 413 if forms.is_too_large(fault.faults) else 422, fault.faults)
    except TooMany as fault:
        return too_many(fault, _refused(desk, 429, {"": Wait(minutes(fault))}))
    except Stale:
        return _stale(desk)
    flash(published(saved))
    return redirect(desk.action, 303)


def photo(desk: PageEditor, name: str) -> Response:
    """A rendition of the page's photo, for its editor only."""
    file = pages.photo(ports(), desk.page, name)
    answer = Response(file.body, mimetype=file.content_type)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


def _refused(desk: PageEditor, status: int, faults: Mapping[str, Message]) -> Response:
    form = Form({**_values(desk), **form_recovery.typed()}, forms.also_the_photo(faults))
    return _editor(desk, status, form, forms.link_rows(), seen=_seen(desk))


def _editor(
    desk: PageEditor, status: int, form: Form, rows: list[tuple[str, str]], *, seen: int, resumed: bool = False
) -> Response:
    return render_page("profile/edit.html", status, **_editor_context(desk, form, rows, seen), resumed=resumed)


def _editor_context(desk: PageEditor, form: Form, rows: list[tuple[str, str]], seen: int) -> dict[str, Any]:
    profile, site = desk.profile, ports().site
    by = profile.saved_by
    own = identity.me().actor.account_id
    return {
        **desk.context(),
        "action": desk.action,
        "history": f"{desk.base}/history" if profile.number else "",
        "owner": form_recovery.form_owner(own, desk.author.id),
        "page": SimpleNamespace(
            url=f"{site.url}/authors/{profile.slug}/",
            state="published" if profile.number else "unpublished",
            saved_at=profile.saved_at if profile.number else None,
            saved_by="" if by == own else desk.name_of(by),
        ),
        "form": form,
        "links": _numbered(rows),
        "seen": seen,
        "photo": _photo(desk),
        "authors_url": f"{site.url}/authors/",
        "bio_max": sanitize.LONGEST,
        "links_max": forms.MOST_LINKS,
        "photo_mb": forms.MOST_BYTES_PHOTO // 1_000_000,
    }


def _stale(desk: PageEditor) -> Response:
    now, mine = desk.read_again(), forms.page_change()
    live = now.profile.content
    content = editing.changed_content(live, mine, None if mine.remove_photo else live.photo)
    return render_page(
        "profile/stale.html",
        409,
        **_editor_context(now, Form({**_values(now), **form_recovery.typed()}), forms.link_rows(), now.profile.number),
        theirs=SimpleNamespace(at=now.profile.saved_at, by=desk.name_of(now.profile.saved_by)),
        differences=differences(now.profile.content, content, current_language()),
        photo_lost=mine.upload is not None,
    )


def text_of_older_session(desk: PageEditor) -> Response:
    """The editor with the text of a form from an earlier session of the same person, unsaved; else ``Forged``."""
    if form_recovery.owners() != (identity.me().actor.account_id, desk.author.id):
        raise Forged
    return edit_again(desk, *form_recovery.text_from(form_recovery.typed_text()))


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


def _seen(desk: PageEditor) -> int:
    """The number of the version that the form that was sent was made from."""
    seen = forms.seen()
    return desk.profile.number if seen is None else seen


def _values(desk: PageEditor) -> dict[str, str]:
    content = desk.profile.content
    return {
        "author_name": content.name,
        "author_sort_name": content.sort_name,
        "author_slug": desk.profile.slug,
        "author_bio": sanitize.to_markdown(content.bio),
        "remove_img": "",
    }


def _rows(content: Content) -> list[tuple[str, str]]:
    return [(link.label, link.url) for link in content.links]


def _numbered(rows: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """The rows with their numbers, and three empty ones beneath them as far as there may be more."""
    empty = max(0, min(3, forms.MOST_LINKS - len(rows)))
    return [(str(number), label, url) for number, (label, url) in enumerate(rows + [("", "")] * empty, 1)]


def _photo(desk: PageEditor) -> SimpleNamespace | None:
    shown = desk.profile.content.photo
    if shown is None:
        return None
    width, height = shown.sizes[-1]
    return SimpleNamespace(src=f"{desk.base}/photo/{shown.digest}-{width}{shown.suffix}", width=width, height=height)
