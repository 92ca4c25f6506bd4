"""An export for programs that read tables or JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from byline.authors import csv_format
from byline.profiles import isbn
from byline.profiles.links import label_of
from byline.richtext import sanitize
from byline.site import addresses
from byline.site.pages import for_programs
from byline.site.rendering import stamp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from byline.exports.people import ExportedAuthor
    from byline.profiles.model import Book, Profile
    from byline.settings import Site

JSON_FORMAT: Final = "byline-export/1"
"""The format that the JSON names. A member may be added to it; another meaning needs another number."""


class CsvExport:
    """All authors as a table, one a row; ``csv_format`` has the columns."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def head(self) -> bytes:
        """The names of the columns."""
        return csv_format.head()

    def author(self, author: ExportedAuthor) -> Iterator[bytes]:
        """The row of an author; one without a page has a name and an email address only."""
        account, page = author.account, author.page
        if page is None:
            yield csv_format.row([account.name, "", account.address, *[""] * (len(csv_format.COLUMNS) - 3)])
            return
        content = page.content
        cells = {
            "name": content.name,
            "sort_name": content.sort_name,
            "email": account.address,
            "page_address": page.slug,
            "summary": content.summary,
            "biography": sanitize.to_markdown(content.bio),
            "links": "\n".join(f"{label_of(link)}: {link.url}" for link in content.links),
            "books": "\n".join(map(book_line, content.books)),
            "photo_credit": content.photo.credit if content.photo else "",
            "page_url": addresses.absolute(self._site, addresses.page(page.slug)),
            "saved_at": stamp(page.saved_at),
        }
        yield csv_format.row(cells[column] for column in csv_format.COLUMNS)

    def tail(self) -> bytes:
        """Nothing more."""
        return b""


class JsonExport:
    """All authors as JSON, one a line, each with their page as readers' JSON has it."""

    def __init__(self, site: Site, made_at: datetime) -> None:
        about = {"format": JSON_FORMAT, "site": site.name, "url": site.url, "made_at": stamp(made_at)}
        self._site, self._head = site, json.dumps(about, ensure_ascii=False)[:-1]
        self._is_first = True

    def head(self) -> bytes:
        """What is said of all."""
        return f'{self._head}, "authors": ['.encode()

    def author(self, author: ExportedAuthor) -> Iterator[bytes]:
        """The line of an author."""
        value = {
            "email": author.account.address,
            "name": author.name,
            "page": self._page(author.page) if author.page else None,
        }
        yield f"{'' if self._is_first else ','}\n{json.dumps(value, ensure_ascii=False)}".encode()
        self._is_first = False

    def tail(self) -> bytes:
        """The end of the list."""
        return b"\n]}\n"

    def _page(self, page: Profile) -> dict[str, object]:
        bio_html = sanitize.purify(page.content.bio)
        return for_programs(self._site, page, bio_html, sanitize.plain_text(bio_html))


def book_line(book: Book) -> str:
    """A book as a line for people: "Salt Roads: A novel (Marram Press, 2019), ISBN 978-3-16-148410-0"."""
    imprint = ", ".join(each for each in (book.publisher, "" if book.year is None else str(book.year)) if each)
    title = ": ".join(each for each in (book.title, book.subtitle) if each)
    line = f"{title} ({imprint})" if imprint else title
    number = f"ISBN {isbn.hyphenated(book.isbn)}" if book.isbn else ""
    return ", ".join(each for each in (line.strip(), number) if each)
