"""The books of an author's page: as readers see them, as search engines want them (schema.org), and for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.profiles import isbn
from byline.site import addresses

if TYPE_CHECKING:
    from byline.profiles.model import Book, Photo
    from byline.settings import Site


@dataclass(frozen=True, slots=True)
class ShownBook:
    """A book for the template. ``title`` is the ISBN where the author gave no title, and ``isbn`` is then empty."""

    title: str
    subtitle: str
    imprint: str
    isbn: str
    url: str
    cover: ShownCover | None


@dataclass(frozen=True, slots=True)
class ShownCover:
    """A cover for an ``img``: the smallest size, and all of them to choose from. Width and height are in pixels."""

    address: str
    srcset: str
    width: int
    height: int


def shown(profile_id: str, book: Book) -> ShownBook:
    """A book as readers see it."""
    number = isbn.hyphenated(book.isbn)
    year = "" if book.year is None else str(book.year)
    return ShownBook(
        title=book.title or f"ISBN {number}",
        subtitle=book.subtitle,
        imprint=", ".join(each for each in (book.publisher, year) if each),
        isbn=number if book.title else "",
        url=book.url,
        cover=_cover(profile_id, book.cover) if book.cover else None,
    )


def linked_data(site: Site, profile_id: str, book: Book, person_id: str) -> dict[str, object]:
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
    if book.cover:
        value["image"] = addresses.absolute(site, addresses.photo(profile_id, book.cover, book.cover.sizes[0][0]))
    return value


def for_programs(site: Site, profile_id: str, book: Book) -> dict[str, object]:
    """A book in the JSON of a page, described in docs/published-files.md."""
    return {
        "title": book.title,
        "subtitle": book.subtitle,
        "publisher": book.publisher,
        "year": book.year,
        "isbn": book.isbn or None,
        "url": book.url or None,
        "cover": _cover_for_programs(site, profile_id, book.cover) if book.cover else None,
    }


def _cover(profile_id: str, cover: Photo) -> ShownCover:
    address = {width: addresses.local(addresses.photo(profile_id, cover, width)) for width, _ in cover.sizes}
    width, height = cover.sizes[-1]
    srcset = ", ".join(f"{address[wide]} {wide}w" for wide, _ in reversed(cover.sizes))
    return ShownCover(address[width], srcset, width, height)


def _cover_for_programs(site: Site, profile_id: str, cover: Photo) -> dict[str, object]:
    sizes = [
        {"url": addresses.absolute(site, addresses.photo(profile_id, cover, width)), "width": width, "height": height}
        for width, height in cover.sizes
    ]
    return {"sizes": sizes}
