"""The rows of the editor's form, links and books: what the page says, or what was typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from byline.profiles.books import MOST_BOOKS, BookTexts
from byline.profiles.covers import by_digest, covers_of
from byline.profiles.links import MOST_LINKS
from byline.richtext.networks import NETWORKS, named, network_of
from byline.richtext.urls import typed_url
from byline.site.icons import icon
from byline.web import book_fields, link_fields
from byline.web.link_fields import LinkTexts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from byline.messages.message import Message
    from byline.profiles.model import Content, Photo

_EMPTY_LINKS = 3


class LinkRow(NamedTuple):
    """A row of links in the form; ``icon`` is the drawing for where it leads, "" for an empty one.

    ``is_open``: its fields are shown, since there is nothing else to show.
    """

    number: int
    texts: LinkTexts
    icon: str
    is_open: bool

    def has_fault(self, faults: Mapping[str, Message]) -> bool:
        """Whether something is wrong in this row."""
        return any(f"{name}-{self.number}" in faults for name in link_fields.FIELDS)


@dataclass(frozen=True, slots=True)
class PageRows:
    """The rows, without empty ones."""

    links: list[LinkTexts]
    books: list[BookTexts]
    covers: dict[str, Photo]

    @classmethod
    def of(cls, content: Content) -> PageRows:
        """The rows of what a page says."""
        return cls(
            [LinkTexts.of(link) for link in content.links],
            [BookTexts.of(book) for book in content.books],
            covers_of(content),
        )

    @classmethod
    def typed(cls, lists: Mapping[str, list[str]], content: Content, others: Iterable[Photo] = ()) -> PageRows:
        """The rows of a form, as they were typed; those of the page where the form has none of a kind.

        The covers that they keep are among those of the page and ``others``, of its draft or its review.
        """
        page = cls.of(content)
        return cls(
            link_fields.link_rows(lists) if lists.keys() & set(link_fields.FIELDS) else page.links,
            book_fields.typed(lists) if lists.keys() & set(book_fields.FIELDS) else page.books,
            page.covers | by_digest(others),
        )

    def shown(self, photo_url: Callable[[str], str]) -> dict[str, object]:
        """What the template needs: the rows with empty ones beneath them, and how many there may be.

        ``photo_url`` gives the address of a cover's file by its name.
        """
        empty = max(0, min(_EMPTY_LINKS, MOST_LINKS - len(self.links)))
        rows = [*self.links, *[LinkTexts()] * empty]
        return {
            "links": [
                LinkRow(number, row, _icon(row), is_open=number == 1 and row.is_empty)
                for number, row in enumerate(rows, 1)
            ],
            "links_spare": 0 if self.links else 1,
            "networks": NETWORKS,
            "links_max": MOST_LINKS,
            "books": book_fields.shown(self.books, self.covers),
            "books_max": MOST_BOOKS,
            "photo_url": photo_url,
        }


def _icon(row: LinkTexts) -> str:
    url = typed_url(row.url) or ""
    return "" if row.is_empty else icon(network_of(url) or named(row.network), url)
