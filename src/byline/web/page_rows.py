"""The rows of the editor's form, links and books: what the page says, or what was typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from byline.profiles.books import MOST_BOOKS, BookTexts
from byline.web import book_fields, link_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.profiles.model import Content

_EMPTY_LINKS = 3


class LinkRow(NamedTuple):
    """A row of links in the form."""

    number: str
    label: str
    url: str
    own: str


@dataclass(frozen=True, slots=True)
class PageRows:
    """The rows, without empty ones."""

    links: list[tuple[str, str, str]]
    books: list[BookTexts]

    @classmethod
    def of(cls, content: Content) -> PageRows:
        """The rows of what a page says."""
        links = [(link.label, link.url, link_fields.own_word(link)) for link in content.links]
        return cls(links, [BookTexts.of(book) for book in content.books])

    @classmethod
    def typed(cls, lists: Mapping[str, list[str]], content: Content) -> PageRows:
        """The rows of a form, as they were typed; those of the page where the form has none of a kind."""
        page = cls.of(content)
        return cls(
            link_fields.link_rows(lists) if lists.keys() & set(link_fields.FIELDS) else page.links,
            book_fields.typed(lists) if lists.keys() & set(book_fields.FIELDS) else page.books,
        )

    def shown(self) -> dict[str, object]:
        """What the template needs: the rows with empty ones beneath them, and how many there may be."""
        empty = max(0, min(_EMPTY_LINKS, link_fields.MOST_LINKS - len(self.links)))
        links = [LinkRow(str(number), *row) for number, row in enumerate(self.links + [("", "", "")] * empty, 1)]
        return {
            "links": links,
            "links_max": link_fields.MOST_LINKS,
            "books": book_fields.shown(self.books),
            "books_max": MOST_BOOKS,
        }
