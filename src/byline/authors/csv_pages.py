"""Rows of an imported table that name no email address: each is a page that the press keeps.

Such a row is found by its page address, or by the one that follows from its name, so that the same table can be
imported again. One that finds no page adds it, and publishes it where the row has words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from byline.authors import search_index
from byline.authors.managed_authors import author_in, managed_author
from byline.errors import Invalid
from byline.messages import csv_imports as said
from byline.profiles import biography, names, slugs, summary
from byline.profiles.editing import PageChange

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from byline.messages.message import Message
    from byline.ports import Ports
    from byline.profiles.model import Slug
    from byline.store.port import Key, Record


_MOST_NAMES: Final = 100


@dataclass(frozen=True, slots=True)
class NewPage:
    """A page that a row adds: who it is of, where it will be, and what it says."""

    name: str
    sort_name: str
    slug: Slug
    change: PageChange | None


def address_in(cells: Mapping[str, str]) -> str:
    """By which page address a row is found; without an email address, the one of its name. "" if there is none."""
    if cells.get("page_address", "") or cells.get("email", ""):
        return cells.get("page_address", "")
    try:
        return slugs.suggest(names.clean_name(cells.get("name", "")))
    except Invalid:
        return ""


def is_of(known: Mapping[Key, Record], author_id: str, name: str) -> bool:
    """Whether this is a page that the press keeps of somebody with this very name."""
    author = author_in(known, author_id)
    return author is not None and author.is_managed and author.name == " ".join(name.split())


def new_page(cells: Mapping[str, str]) -> NewPage:
    """The page that a row adds. ``Invalid`` at the columns that are at fault."""
    readers: dict[str, tuple[str, Callable[[str], str]]] = {
        "name": (cells.get("name", ""), names.clean_name),
        "sort_name": (cells.get("sort_name", ""), names.clean_name),
        "page_address": (address_in(cells), _slug),
        "summary": (cells.get("summary", ""), summary.from_form),
        "biography": (cells.get("biography", ""), lambda cell: biography.from_form(cell, "markdown")),
    }
    faults: dict[str, Message] = {}
    read: dict[str, str] = {}
    for column, (cell, reader) in readers.items():
        try:
            read[column] = reader(cell) if cell or column == "name" else ""
        except Invalid as fault:
            faults[column] = next(iter(fault.faults.values()))
    if faults:
        raise Invalid(faults)
    words = PageChange(bio=read["biography"] or None, summary=read["summary"] or None)
    has_words = bool(read["biography"] or read["summary"])
    return NewPage(read["name"], read["sort_name"], slugs.valid(read["page_address"]), words if has_words else None)


def notes(page: NewPage) -> tuple[Message, ...]:
    """What is to be known of a page before it is added."""
    return (said.PageWillBeAt(page.slug), said.NEW_PAGE_HAS_WORDS if page.change else said.NEW_PAGE_IS_EMPTY)


def namesakes(ports: Ports, wanted: Sequence[str]) -> dict[str, tuple[Message, ...]]:
    """What is said of names that someone here has already, or one that looks like it; of the first hundred names.

    One read for each name.
    """
    now = ports.clock.now()
    found = {name for name in wanted[:_MOST_NAMES] if search_index.alike(ports, managed_author("", name, now))}
    return dict.fromkeys(found, (said.NAME_ELSEWHERE,))


def _slug(text: str) -> str:
    """The page address in a cell, which may be a whole URL."""
    return slugs.valid(text.rstrip("/").rpartition("/")[2])
