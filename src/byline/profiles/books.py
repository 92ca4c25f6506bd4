"""An author's books as they are typed, and what is wrong with one that cannot be stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from byline.messages.books import (
    THE_PUBLISHER,
    THE_SUBTITLE,
    THE_TITLE,
    BookLinkMalformed,
    BookTextHasControlCharacter,
    BookTextTooLong,
    BookWithoutTitle,
    BookYearMalformed,
    IsbnMalformed,
    IsbnMisprinted,
    TooManyBooks,
)
from byline.profiles import isbn
from byline.profiles.covers import BookChange
from byline.profiles.model import Book
from byline.richtext import urls
from byline.richtext.invisible import find_unsafe, tidy_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from byline.messages.message import Message

MOST_BOOKS: Final = 100
LONGEST_TEXT: Final = 300
"""Characters in a title, a subtitle or a publisher's name."""
_LAST_YEAR: Final = 9999


@dataclass(frozen=True, slots=True)
class BookTexts:
    """A book as it is typed. ``kept_cover`` is the digest of the cover that it keeps, ``cover`` a new one's bytes."""

    title: str = ""
    subtitle: str = ""
    publisher: str = ""
    year: str = ""
    isbn: str = ""
    url: str = ""
    kept_cover: str = ""
    cover: bytes | None = field(default=None, kw_only=True)

    @classmethod
    def of(cls, book: Book) -> BookTexts:
        """A book as its author finds it in the form."""
        year = "" if book.year is None else str(book.year)
        kept = book.cover.digest if book.cover else ""
        return cls(book.title, book.subtitle, book.publisher, year, isbn.hyphenated(book.isbn), book.url, kept)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is typed; a cover alone is no book."""
        return not any(
            each.strip() for each in (self.title, self.subtitle, self.publisher, self.year, self.isbn, self.url)
        )


def from_form(rows: Sequence[BookTexts]) -> tuple[tuple[BookChange, ...], dict[str, Message]]:
    """The books that were typed, without what cannot be used, and what is wrong with that: the fields at fault.

    A field's name has the number of its book, from 1: ``book_isbn-2``.
    """
    if len(rows) > MOST_BOOKS:
        return (), {"books": TooManyBooks(len(rows), MOST_BOOKS)}
    faults: dict[str, Message] = {}
    books = [BookChange(_book(faults, number, row), row.kept_cover, row.cover) for number, row in enumerate(rows, 1)]
    return tuple(each for each in books if each.book.title or each.book.isbn), faults


def _book(faults: dict[str, Message], number: int, row: BookTexts) -> Book:
    def text(name: str, typed: str, part: Message) -> str:
        line = tidy_line(" ".join(typed.split()))
        if len(line) > LONGEST_TEXT:
            faults[f"{name}-{number}"] = BookTextTooLong(number, part, LONGEST_TEXT)
        elif find_unsafe(line) is not None:
            faults[f"{name}-{number}"] = BookTextHasControlCharacter(number, part)
        else:
            return line
        return ""

    if not row.title.strip() and not row.isbn.strip():
        faults[f"book_title-{number}"] = BookWithoutTitle(number)
    return Book(
        title=text("book_title", row.title, THE_TITLE),
        subtitle=text("book_subtitle", row.subtitle, THE_SUBTITLE),
        publisher=text("book_publisher", row.publisher, THE_PUBLISHER),
        year=_year(faults, number, tidy_line(row.year)),
        isbn=_isbn(faults, number, tidy_line(row.isbn)),
        url=_url(faults, number, row.url.strip()),
    )


def _year(faults: dict[str, Message], number: int, typed: str) -> int | None:
    """The year, also one to come, and in the digits of any script."""
    if not typed:
        return None
    year = int(typed) if typed.isdecimal() and len(typed) <= len(str(_LAST_YEAR)) else 0
    if not year:
        faults[f"book_year-{number}"] = BookYearMalformed(number)
    return year or None


def _isbn(faults: dict[str, Message], number: int, typed: str) -> str:
    if not typed:
        return ""
    try:
        return isbn.parse(typed)
    except isbn.MalformedIsbn as fault:
        faults[f"book_isbn-{number}"] = IsbnMisprinted(number) if fault.is_misprint else IsbnMalformed(number)
        return ""


def _url(faults: dict[str, Message], number: int, typed: str) -> str:
    url = urls.typed_url(typed) if typed else ""
    if url is None or url.startswith("mailto:"):
        faults[f"book_url-{number}"] = BookLinkMalformed(number)
        return ""
    return url
