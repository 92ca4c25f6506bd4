"""Export authors: as CSV, as JSON, as ONIX, or as a press kit, everyone or some."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol

from byline.accounts.actors import actor_unchanged, read_actor_again
from byline.audit import audit_events
from byline.authors import named, overview
from byline.errors import Invalid, NotFound
from byline.exports import people
from byline.exports.onix import RELEASES, OnixExport
from byline.exports.press_kit import PressKit
from byline.exports.tables import CsvExport, JsonExport
from byline.messages import events
from byline.messages.exports import NO_ONE_TO_EXPORT, NoSuchAuthor, TooManyChosen
from byline.permissions import require
from byline.store.conflicts import retry_on_conflict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from byline.audit import Actor
    from byline.errors import Conflict
    from byline.exports.people import ExportedAuthor
    from byline.ports import Ports

NEWEST_ONIX: Final = RELEASES[-1]
FORMATS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "csv": (".csv", "text/csv; charset=utf-8"),
        "json": (".json", "application/json"),
        "onix": (".xml", "application/xml; charset=utf-8"),
        "zip": (".zip", "application/zip"),
    }
)
"""The suffix and the type of each format's files."""
MOST_AUTHORS_IN_PART: Final = 300
"""A part is made whole before it is sent, which takes some milliseconds for each author."""
_LONGEST_SHOWN: Final = 100
_BYTES_AT_THE_END: Final = 300
"""Of each file in a zip file: what the list at its end says of it."""


class Writer(Protocol):
    """What writes a format: a beginning, each author, an end."""

    def head(self) -> bytes:
        """How the file begins."""

    def author(self, author: ExportedAuthor, /) -> Iterator[bytes]:
        """An author, in pieces; of one who has nothing for this format none."""

    def tail(self) -> bytes:
        """How the file ends."""


@dataclass(frozen=True, slots=True)
class WantedExport:
    """What to export: a key of ``FORMATS``, of ONIX a release, and the ids of authors, or the name of one of the
    publisher's lists (``list_entries``); with neither it is everyone.
    """

    format: str
    onix: str = NEWEST_ONIX
    authors: tuple[str, ...] = ()
    listed: str = ""


@dataclass(frozen=True, slots=True)
class Export:
    """A file: its name, its type, and its content in pieces, which are made while they are read."""

    name: str
    content_type: str
    chunks: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class Part:
    """As many authors as fit into one file: from ``first`` to ``last``, whose ``place`` the next part begins behind.

    ``is_last``: there are no more. ``too_large`` is an author who does not fit into a file alone; there is no one in
    that part. ``export`` is the file if it was taken out.
    """

    count: int
    first: str
    last: str
    place: str
    is_last: bool
    too_large: str = ""
    export: Export | None = None


def export(ports: Ports, by: Actor, wanted: WantedExport) -> Export:
    """Export authors; the event says who took out what.

    Whatever the number of authors, little is in memory at a time: each piece is read from the store when it is asked
    for. ``NotFound`` if authors are named and none of them is one, ``Invalid`` if there is none in the list.
    """
    require(by, "exports.files.export")
    authors = _authors(ports, wanted)
    only = authors[0] if isinstance(authors, tuple) and len(authors) == 1 else None
    _note(ports, by, wanted, only)
    made = writer(ports, wanted)
    chunks = chain([made.head()], chain.from_iterable(map(made.author, authors)), _tail(made))
    return _export(ports, wanted, only, chunks)


def export_part(
    ports: Ports, by: Actor, wanted: WantedExport, *, most_bytes: int, after: str = "", is_confirmed: bool = False
) -> Part:
    """Export as many authors behind the ``place`` of one as ``most_bytes`` have room for, three hundred at most.

    If that is not everyone, the file is only taken out, with its event, if the part ``is_confirmed``.
    """
    require(by, "exports.files.export_part")
    made = writer(ports, wanted)
    body = [made.head()]
    taken: list[ExportedAuthor] = []
    size, too_large, is_last = len(body[0]), "", True
    for author in _authors(ports, wanted, after=after):
        chunks = list(made.author(author))
        size += sum(map(len, chunks)) + _BYTES_AT_THE_END * len(chunks)
        if size > most_bytes or len(taken) == MOST_AUTHORS_IN_PART:
            is_last, too_large = False, "" if taken else author.name
            taken = taken or [author]
            break
        body += chunks
        taken.append(author)
    first, last, place = (taken[0].name, taken[-1].name, taken[-1].place) if taken else ("", "", after)
    part = Part(0 if too_large else len(taken), first, last, place, is_last, too_large)
    if too_large or not ((is_last and not after) or is_confirmed):
        return part
    only = taken[0] if len(taken) == 1 and wanted.authors else None
    _note(ports, by, wanted, only)
    return replace(part, export=_export(ports, wanted, only, iter([*body, made.tail()])))


def find_authors(ports: Ports, by: Actor, typed: str) -> tuple[str, ...]:
    """The ids of the authors that a text names, one a line, by email address or page address.

    ``Invalid`` at ``authors`` for a line that names no one, and for too many.
    """
    require(by, "exports.files.find_authors")
    lines = list(dict.fromkeys(line for each in typed.splitlines() if (line := each.strip())))
    if len(lines) > people.MOST_CHOSEN:
        raise Invalid({"authors": TooManyChosen(people.MOST_CHOSEN)})
    found = named.find(ports, lines)
    for line in lines:
        if line not in found:
            raise Invalid({"authors": NoSuchAuthor(line[:_LONGEST_SHOWN])})
    return tuple(dict.fromkeys(found.values()))


def writer(ports: Ports, wanted: WantedExport) -> Writer:
    """What writes a format."""
    match wanted.format:
        case "csv":
            return CsvExport(ports.site)
        case "json":
            return JsonExport(ports.site, ports.clock.now())
        case "onix":
            return OnixExport(ports.site, ports.clock.now(), wanted.onix)
        case "zip":
            return PressKit(ports)
    raise ValueError(wanted.format)


def _authors(ports: Ports, wanted: WantedExport, *, after: str = "") -> Iterable[ExportedAuthor]:
    """Those who are wanted; ``NotFound`` if some are named and none of them is an author."""
    if wanted.listed:
        listed = people.of_list(ports, wanted.listed, after=after)
        first = next(listed, None)
        if first is None and not after:
            raise Invalid({"": NO_ONE_TO_EXPORT})
        return chain([first] if first else [], listed)
    if not wanted.authors:
        return people.everyone(ports, after=after)
    some = tuple(people.chosen(ports, wanted.authors, after=after))
    if not some:
        raise NotFound
    return some


def _note(ports: Ports, by: Actor, wanted: WantedExport, only: ExportedAuthor | None) -> None:
    """Keep who took out what: of one author with the author, else with whoever did."""

    def attempt(conflict: Conflict | None) -> None:
        now = by if conflict is None else read_actor_again(ports, by)
        about = only.account.id if only else by.account_id
        code = events.EXPORTED if wanted.authors or wanted.listed else events.EVERYONE_EXPORTED
        event = audit_events(ports, now, code, about, format=wanted.format, authors=_count(ports, now, wanted))
        ports.store.commit(*event, *actor_unchanged(now))

    retry_on_conflict(attempt)


def _count(ports: Ports, by: Actor, wanted: WantedExport) -> int:
    """How many authors are wanted, for the event: of a list as many as it has in it, since none is read yet."""
    if not wanted.listed:
        return len(wanted.authors)
    return (overview.read_counts(ports, by) or {}).get(wanted.listed, 0)


def _export(ports: Ports, wanted: WantedExport, only: ExportedAuthor | None, chunks: Iterator[bytes]) -> Export:
    suffix, content_type = FORMATS[wanted.format]
    stem = only.page.slug if only and only.page else f"authors-{ports.clock.now():%Y-%m-%d}"
    return Export(f"{stem}{suffix}", content_type, chunks)


def _tail(made: Writer) -> Iterator[bytes]:
    yield made.tail()
