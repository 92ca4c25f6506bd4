"""The versions of a page as its history shows them: when each was saved, by whom, and what it changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.messages import pages
from byline.richtext import sanitize
from byline.richtext.diff import first_change

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from byline.messages.message import Message
    from byline.profiles.model import Content, Version

_LONGEST_EXCERPT = 60
_BETWEEN = " ,;:.-\u2013\u2014·"
"""What an excerpt need not begin or end with."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a version changed.

    ``was`` and ``now`` are the first words that differ, "" for none, in the biography or in ``field``; ``others`` names
    the fields that differ besides. ``restored`` is when the version was saved whose text came back.
    """

    was: str = ""
    now: str = ""
    field: Message | None = None
    others: Message | None = None
    restored: datetime | None = None


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version as the templates name it; ``by`` is a name, "" for whoever looks.

    ``picture`` is the address of its portrait, "" for none. ``change`` is ``None`` where the version before it is not
    known.
    """

    number: int
    at: datetime
    by: str
    live: bool = False
    picture: str = ""
    change: Change | None = None


def version_rows(
    versions: Sequence[Version], live: int, name_of: Callable[[str], str], photo_url: Callable[[str], str]
) -> list[VersionRow]:
    """The versions, newest first, as they were read.

    ``name_of`` an account is "" for whoever looks; ``photo_url`` gives the address of a file of a photo by its name.
    """
    return [
        VersionRow(
            version.number,
            version.at,
            name_of(version.by),
            live=version.number == live,
            picture=_picture(version, photo_url),
            change=_change(versions, at),
        )
        for at, version in enumerate(versions)
    ]


def _picture(version: Version, photo_url: Callable[[str], str]) -> str:
    """The smallest file of the portrait that readers saw: files that a version names are kept as long as it is."""
    photo = version.content.photo
    return photo_url(f"{photo.digest}-{photo.sizes[-1][0]}{photo.suffix}") if photo else ""


def _change(versions: Sequence[Version], at: int) -> Change | None:
    if at + 1 == len(versions):
        return None
    after, before = versions[at].content, versions[at + 1].content
    restored = (
        None if after == before else next((each.at for each in versions[at + 2 :] if each.content == after), None)
    )
    return Change(restored=restored) if restored else change_between(before, after)


def change_between(before: Content, after: Content) -> Change:
    """What differs between two contents, in a line."""
    if before == after:
        return Change(others=pages.ONLY_ADDRESS_CHANGED)
    excerpt: tuple[Message, str, str] | None = None
    if before.bio != after.bio:
        was, now = first_change(sanitize.plain_text(before.bio), sanitize.plain_text(after.bio))
        excerpt = (pages.BIOGRAPHY, was, now) if was or now else None
    if excerpt is None and before.name != after.name:
        excerpt = (pages.NAME, before.name, after.name)
    differing = (
        (pages.BIOGRAPHY, before.bio != after.bio),
        (pages.NAME, before.name != after.name),
        (pages.SORT_NAME, before.sort_name != after.sort_name),
        (pages.SUMMARY, before.summary != after.summary),
        (pages.BOOKS, before.books != after.books),
        (pages.LINKS, before.links != after.links),
        (pages.PHOTO, before.photo != after.photo),
    )
    fields = tuple(field for field, differs in differing if differs)
    if excerpt is None:
        return Change(others=pages.Changed(fields))
    others = tuple(field for field in fields if field is not excerpt[0])
    return Change(
        _shortened(excerpt[1]),
        _shortened(excerpt[2]),
        None if excerpt[0] is pages.BIOGRAPHY else excerpt[0],
        pages.AlsoChanged(others) if others else None,
    )


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    line = line.strip(_BETWEEN) or line
    if len(line) <= _LONGEST_EXCERPT:
        return line
    cut = line[:_LONGEST_EXCERPT]
    return f"{cut.rpartition(' ')[0] or cut} …"
