"""The photos that a save of a page makes: a new or recut portrait, and new covers of books."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from byline.errors import Invalid
from byline.messages.books import TooManyCovers
from byline.profiles import covers, editing, photos, portraits

if TYPE_CHECKING:
    from byline.audit import Actor
    from byline.authors.author_page import AuthorPage
    from byline.files.port import File
    from byline.ports import Ports
    from byline.profiles.editing import PageChange
    from byline.profiles.model import Book, Content, Photo, Profile, ProfileId, Slug


def has_work(content: Content, present: Photo | None, change: PageChange) -> bool:
    """Whether a photo or a cover is new, or the ``present`` photo is to be cut in another way."""
    return change.upload is not None or portraits.is_recut(content.photo, present) or bool(_new_covers(change))


def is_unchanged_but_for_covers(page: AuthorPage, content: Content, change: PageChange, slug: Slug) -> bool:
    """Whether a page says all of this already, or its review does, covers that are new in the form left aside."""
    review = page.review if page.review is not None and page.review.waits else None
    submitted = replace(page.profile, content=review.content, slug=review.slug, number=1) if review else page.profile
    return any(_says(profile, content, change, slug) for profile in (page.profile, submitted))


def _says(profile: Profile, content: Content, change: PageChange, slug: Slug) -> bool:
    changes = change.books or ()
    live = profile.content
    if len(changes) == len(content.books) == len(live.books):

        def aside(books: tuple[Book, ...]) -> tuple[Book, ...]:
            pairs = zip(books, changes, strict=True)
            return tuple(replace(book, cover=None) if new.upload else book for book, new in pairs)

        live, content = replace(live, books=aside(live.books)), replace(content, books=aside(content.books))
    return editing.is_unchanged(replace(profile, content=live), content, slug)


def developed(
    ports: Ports, by: Actor, profile_id: ProfileId, contents: tuple[Content, Photo | None], change: PageChange
) -> tuple[Content, list[File]]:
    """The content with its new photo and covers, and their files, which are still to be put.

    ``contents`` are that content and the photo that was there before.
    ``Invalid`` names the field of a photo that cannot be used, or for which there is no room.
    """
    (content, present), new = contents, _new_covers(change)
    if len(new) > covers.MOST_AT_ONCE:
        raise Invalid({"books": TooManyCovers(covers.MOST_AT_ONCE)})
    is_portrait = change.upload is not None or not new
    photos.refuse_if_full(ports, profile_id, field="profile_img" if is_portrait else f"book_cover-{new[0]}")
    files: list[File] = []
    source = content.photo if change.upload is None else change.upload
    if source is not None and (is_portrait or portraits.is_recut(content.photo, present)):
        shown, files = portraits.render(ports, profile_id, source, change.photo, by=by.account_id)
        content = replace(content, photo=shown)
    if new:
        books, more = covers.render(ports, profile_id, content.books, change.books or (), by=by.account_id)
        content, files = replace(content, books=books), [*files, *more]
    return content, files


def _new_covers(change: PageChange) -> list[int]:
    """The numbers of the books with a new cover."""
    return [number for number, book in enumerate(change.books or (), 1) if book.upload]
