"""The rows of books in the editor's form: read from what was sent, and shown again as they were typed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from flask import request
from werkzeug.exceptions import BadRequest

from byline.authors.drafts import SentCover
from byline.imaging import checks
from byline.messages.books import COVER_WITHOUT_BOOK, CoverNotKept
from byline.profiles import books
from byline.profiles.books import BookTexts
from byline.web.context import web_context
from byline.web.row_order import ordered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from werkzeug.datastructures import MultiDict

    from byline.messages.message import Message
    from byline.profiles.covers import BookChange
    from byline.profiles.model import Photo

FIELDS = (
    "book_title",
    "book_subtitle",
    "book_publisher",
    "book_year",
    "book_isbn",
    "book_url",
    "book_cover_kept",
    "book_position",
)
_MOST_ROWS = books.MOST_BOOKS + 40
"""Rows looked at, the empty ones included; more is no form of ours."""
_EMPTY_ROWS = 3


@dataclass(frozen=True, slots=True)
class BookRow:
    """A row of the form. ``number`` counts from 1 and stands in the ids of its fields; ``cover`` is what it keeps."""

    number: int
    texts: BookTexts
    cover: Photo | None

    @property
    def is_empty(self) -> bool:
        """Whether it is one to add a book in."""
        return self.texts.is_empty

    def has_fault(self, faults: Iterable[str]) -> bool:
        """Whether one of its fields is among those at fault."""
        return any(name.endswith(f"-{self.number}") and name.startswith("book_") for name in faults)


def sent_books(
    sent: MultiDict[str, str], faults: dict[str, Message], covers: Sequence[bytes | None] = ()
) -> tuple[BookChange, ...] | None:
    """The books in a form, without what is at fault; ``None`` if it has no rows of books.

    ``covers`` are the files that came with it, one a row, as ``sent_covers`` reads them.
    """
    if "book_title" not in sent and "book_isbn" not in sent:
        return None
    lists = {name: sent.getlist(name) for name in FIELDS}
    if any(len(values) > _MOST_ROWS or "\0" in "".join(values) for values in lists.values()):
        raise BadRequest
    rows = _rows(lists, covers)
    found, wrong = books.from_form([row for row in rows if not row.is_empty])
    faults.update(wrong)
    if any(row.is_empty and row.cover for row in rows):
        faults["books"] = COVER_WITHOUT_BOOK
    most = web_context().most_bytes_photo
    for number, row in enumerate((row for row in rows if not row.is_empty), 1):
        fault = None if row.cover is None else checks.fault_of(row.cover, most_bytes=most)
        if fault is not None:
            faults[f"book_cover-{number}"] = fault
    return found


def sent_covers() -> list[bytes | None]:
    """The covers that were chosen, one a row: a browser sends an empty part for a row without one."""
    files = request.files.getlist("book_cover")
    if len(files) > _MOST_ROWS:
        raise BadRequest
    most = web_context().most_bytes_photo
    for file in files:
        file.stream.seek(0)  # a form is read again for the page on which two texts are compared
    return [file.stream.read(most + 1) if file.filename else None for file in files]


def covers_not_kept(faults: Mapping[str, Message]) -> dict[str, Message]:
    """What is said of the covers that were sent with a refused form: the page that comes back cannot hold them."""
    chosen = [b"" if file.filename else None for file in request.files.getlist("book_cover")]
    lists = {name: request.form.getlist(name) for name in FIELDS}
    rows = [row for row in _rows(lists, chosen) if not row.is_empty]
    found = {f"book_cover-{at}": CoverNotKept(at) for at, row in enumerate(rows, 1) if row.cover is not None}
    return {name: fault for name, fault in found.items() if name not in faults}


def sent_draft_covers(faults: dict[str, Message]) -> tuple[SentCover, ...]:
    """The covers in a form that is to be kept as a draft; ``faults`` gains those that are too large or of no book."""
    covers, most = sent_covers(), web_context().most_bytes_photo
    texts, places = _texts({name: request.form.getlist(name) for name in FIELDS})
    rows = [at for at in ordered(range(len(texts)), places) if not texts[at].is_empty]
    found = []
    for at, cover in enumerate(covers):
        if cover is None:
            continue
        if at not in rows:
            faults["books"] = COVER_WITHOUT_BOOK
            continue
        field = f"book_cover-{rows.index(at) + 1}"
        fault = checks.fault_of(cover, most_bytes=most)
        if fault is not None:
            faults[field] = fault
        found.append(SentCover(at, field, cover))
    return tuple(found)


def typed(lists: Mapping[str, list[str]]) -> list[BookTexts]:
    """The books as they were typed, in the order that their positions say; empty rows are left out."""
    return [row for row in _rows(lists, ()) if not row.is_empty]


def shown(texts: Iterable[BookTexts], covers: Mapping[str, Photo]) -> list[BookRow]:
    """The rows of the form, with empty ones beneath as far as there may be more. ``covers`` are the page's own."""
    rows = list(texts)
    empty = max(0, min(_EMPTY_ROWS, books.MOST_BOOKS - len(rows)))
    return [
        BookRow(number, row, covers.get(row.kept_cover))
        for number, row in enumerate((*rows, *[BookTexts()] * empty), 1)
    ]


def _rows(lists: Mapping[str, list[str]], covers: Sequence[bytes | None]) -> list[BookTexts]:
    texts, places = _texts(lists)
    aligned = [replace(row, cover=cover) for row, cover in zip_longest(texts, covers[: len(texts)])]
    return ordered(aligned, places)


def _texts(lists: Mapping[str, list[str]]) -> tuple[list[BookTexts], list[str]]:
    """The rows as they stand in the form, and the places that they are given."""
    rows = list(zip_longest(*(lists.get(name, ()) for name in FIELDS), fillvalue=""))
    return [BookTexts(*each) for *each, _ in rows], [position for *_, position in rows]
