"""The books of an author's page: as readers see them, as search engines want them (schema.org), and for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.profiles import isbn

if TYPE_CHECKING:
    from byline.profiles.model import Book


@dataclass(frozen=True, slots=True)
class ShownBook:
    """A book for the template. ``title`` is the ISBN where the author gave no title, and ``isbn`` is then empty."""

    title: str
    subtitle: str
    imprint: str
    isbn: str
    url: str


def shown(book: Book) -> ShownBook:
    """A book as readers see it."""
    number = isbn.hyphenated(book.isbn)
    year = "" if book.year is None else str(book.year)
    return ShownBook(
        title=book.title or f"ISBN {number}",
        subtitle=book.subtitle,
        imprint=", ".join(each for each in (book.publisher, year) if each),
        isbn=number if book.title else "",
        url=book.url,
    )


def linked_data(book: Book, person_id: str) -> dict[str, object]:
    """A book as a schema.org Book by the person of the page."""
    value: dict[str, object] = {"@type": "Book", "author": {"@id": person_id}}
    if book.title:
        value["name"] = book.title
    if book.subtitle:
        value["alternativeHeadline"] = book.subtitle
    if book.publisher:
        value["publisher"] = {"@type": "Organization", "name": book.publisher}
    if book.year is not None:
        value["datePublished"] = f"{book.year:04}"  # ISO 8601 has four digits
    if book.isbn:
        value["isbn"] = book.isbn
    if book.url:
        value["url"] = book.url
    return value


def for_programs(book: Book) -> dict[str, object]:
    """A book in the JSON of a page, described in docs/published-files.md."""
    return {
        "title": book.title,
        "subtitle": book.subtitle,
        "publisher": book.publisher,
        "year": book.year,
        "isbn": book.isbn or None,
        "url": book.url or None,
    }
