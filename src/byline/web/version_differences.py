"""What two contents of a page say differently, for the templates that show them side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.messages import pages
from byline.messages.message import words
from byline.profiles.links import label_of
from byline.richtext import sanitize
from byline.richtext.diff import compare

if TYPE_CHECKING:
    from byline.messages.message import Message
    from byline.profiles.model import Book, Content, Photo
    from byline.richtext.diff import Part


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that differs, with both its texts as runs of words."""

    label: Message
    runs: list[Part]


def differences(
    first: Content, second: Content, language: str, *, addresses: tuple[str, str] = ("", "")
) -> list[Difference]:
    """What two contents say differently, field by field, as runs of words; and their page ``addresses``, if given."""
    photos = _photos(first.photo, second.photo)
    pairs: list[tuple[Message, str, str]] = [
        (pages.NAME, first.name, second.name),
        (pages.SORT_NAME, first.sort_name, second.sort_name),
        (pages.PAGE_ADDRESS, *addresses),
        (pages.BIOGRAPHY, *_biographies(first, second)),
        (pages.SUMMARY, first.summary, second.summary),
        (pages.BOOKS, _books(first), _books(second)),
        (pages.LINKS, _links(first), _links(second)),
        (pages.PHOTO, words(photos[0], language), words(photos[1], language)),
        (pages.PHOTO_ALT, first.photo.alt if first.photo else "", second.photo.alt if second.photo else ""),
        (pages.PHOTO_CREDIT, first.photo.credit if first.photo else "", second.photo.credit if second.photo else ""),
    ]
    return [Difference(label, compare(one, two)) for label, one, two in pairs if one != two]


def _biographies(first: Content, second: Content) -> tuple[str, str]:
    """The texts as people read them; with their marks where nothing but italics, links or lists differ."""
    texts = sanitize.plain_text(first.bio), sanitize.plain_text(second.bio)
    if texts[0] != texts[1]:
        return texts
    return sanitize.to_markdown(first.bio), sanitize.to_markdown(second.bio)


def _links(content: Content) -> str:
    return ", ".join(f"{label_of(link)} ({link.url})" for link in content.links)


def _books(content: Content) -> str:
    return "; ".join(", ".join(_book_words(book)) for book in content.books)


def _book_words(book: Book) -> list[str]:
    words = (book.title, book.subtitle, book.publisher, str(book.year or ""), book.isbn, book.url)
    return [each for each in words if each]


def _photos(first: Photo | None, second: Photo | None) -> tuple[Message, Message]:
    if first and second and first.master and first.master == second.master and first.digest != second.digest:
        return pages.THE_PHOTO, pages.CUT_ANOTHER_WAY
    if first and second and first.digest != second.digest:
        return pages.ONE_PHOTO, pages.ANOTHER_PHOTO
    return pages.A_PHOTO if first else pages.NO_PHOTO, pages.A_PHOTO if second else pages.NO_PHOTO
