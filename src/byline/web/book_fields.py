"""The rows of books in the editor's form: read from what was sent, and shown again as they were typed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from werkzeug.exceptions import BadRequest

from byline.profiles import books
from byline.profiles.books import BookTexts
from byline.web.row_order import ordered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from werkzeug.datastructures import MultiDict

    from byline.messages.message import Message
    from byline.profiles.model import Book

FIELDS = ("book_title", "book_subtitle", "book_publisher", "book_year", "book_isbn", "book_url", "book_position")
_MOST_ROWS = books.MOST_BOOKS + 40
"""Rows looked at, the empty ones included; more is no form of ours."""
_EMPTY_ROWS = 3


@dataclass(frozen=True, slots=True)
class BookRow:
    """A row of the form; ``number`` counts from 1, and stands in the ids of its fields."""

    number: int
    texts: BookTexts

    @property
    def is_empty(self) -> bool:
        """Whether it is one to add a book in."""
        return self.texts.is_empty

    def has_fault(self, faults: Iterable[str]) -> bool:
        """Whether one of its fields is among those at fault."""
        return any(name.endswith(f"-{self.number}") and name.startswith("book_") for name in faults)


def sent_books(sent: MultiDict[str, str], faults: dict[str, Message]) -> tuple[Book, ...] | None:
    """The books in a form, without what is at fault; ``None`` if it has no rows of books."""
    if "book_title" not in sent and "book_isbn" not in sent:
        return None
    lists = {name: sent.getlist(name) for name in FIELDS}
    if any(len(values) > _MOST_ROWS or "\0" in "".join(values) for values in lists.values()):
        raise BadRequest
    found, wrong = books.from_form(typed(lists))
    faults.update(wrong)
    return found


def typed(lists: Mapping[str, list[str]]) -> list[BookTexts]:
    """The books as they were typed, in the order that their positions say; empty rows are left out."""
    rows = list(zip_longest(*(lists.get(name, ()) for name in FIELDS), fillvalue=""))
    texts = [BookTexts(*each) for *each, _ in rows]
    return [row for row in ordered(texts, [position for *_, position in rows]) if not row.is_empty]


def shown(texts: Iterable[BookTexts]) -> list[BookRow]:
    """The rows of the form, with empty ones beneath as far as there may be more."""
    rows = list(texts)
    empty = max(0, min(_EMPTY_ROWS, books.MOST_BOOKS - len(rows)))
    return [BookRow(number, row) for number, row in enumerate((*rows, *[BookTexts()] * empty), 1)]
