"""Covers of books: which of a profile's own a form keeps, and the files that are made of a new one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from byline.errors import Invalid
from byline.files.port import File
from byline.profiles import portraits
from byline.profiles.model import Book, Content, Photo

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from byline.ports import Ports
    from byline.profiles.model import ProfileId

WIDTHS: Final = (640, 320, 160)
MOST_AT_ONCE: Final = 10
"""New covers in one save: each is a process of its own for up to some seconds."""


@dataclass(frozen=True, slots=True)
class BookChange:
    """A book as a form asks for it. ``kept`` is the digest of a cover that it had, ``upload`` a new one's bytes."""

    book: Book
    kept: str = ""
    upload: bytes | None = None


def covers_of(*contents: Content) -> dict[str, Photo]:
    """The covers of contents by their digests."""
    return by_digest(book.cover for content in contents for book in content.books)


def by_digest(covers: Iterable[Photo | None]) -> dict[str, Photo]:
    """Covers by their digests."""
    return {cover.digest: cover for cover in covers if cover is not None}


def unknown(changes: Iterable[BookChange] | None, known: Mapping[str, Photo]) -> bool:
    """Whether a form keeps a cover that is none of these."""
    return any(change.kept and change.kept not in known and not change.upload for change in changes or ())


def with_kept(changes: Iterable[BookChange], known: Mapping[str, Photo]) -> tuple[Book, ...]:
    """The books with the covers that they keep, of those that are ``known`` to be the profile's own; no new ones."""
    return tuple(replace(change.book, cover=known.get(change.kept)) for change in changes)


def render(
    ports: Ports, profile_id: ProfileId, books: Sequence[Book], changes: Sequence[BookChange], *, by: str
) -> tuple[tuple[Book, ...], list[File]]:
    """The books with their new covers, and the files of these for ``photos.put_photo``.

    ``by`` is whose turns it takes. ``Invalid`` names the fields at fault, as ``book_cover-2`` for the second book.
    """
    found, files = [], []
    for number, (book, change) in enumerate(zip(books, changes, strict=True), 1):
        if change.upload is None:
            found.append(book)
            continue
        cover, more = render_one(ports, profile_id, change.upload, by=by, field=f"book_cover-{number}")
        found.append(replace(book, cover=cover))
        files += more
    return tuple(found), files


def render_one(ports: Ports, profile_id: ProfileId, upload: bytes, *, by: str, field: str) -> tuple[Photo, list[File]]:
    """A new cover and its files, as ``render`` makes them. ``Invalid`` names the ``field``."""
    try:
        renditions = ports.imaging.develop(upload, by=by, widths=WIDTHS)
    except Invalid as fault:
        raise Invalid({field: next(iter(fault.faults.values()))}) from fault
    digest = hashlib.sha256(renditions[0].body).hexdigest()[:32]
    cover = Photo(digest, tuple((each.width, each.height) for each in renditions), renditions[0].suffix)
    return cover, [
        File(portraits.path(profile_id, cover, str(each.width)), each.body, each.content_type) for each in renditions
    ]
