"""How an author stands in the lists that readers see: with a portrait, or the initial that stands for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.profiles import collation
from byline.site import addresses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from byline.site.entries import Published

LEAST_WIDTH = 320
"""Pixels of a portrait among others, on a screen with two of them to a point."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A portrait as an ``img`` shows it among others."""

    address: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Line:
    """An author in a list; ``about`` where it is needed to tell people of one name apart."""

    name: str
    address: str
    initial: str
    photo: Picture | None = None
    summary: str = ""
    about: str = ""


def lines(ordered: Sequence[Published]) -> list[Line]:
    """The lines of authors who stand in one list, in their order."""
    names = Counter(entry.name.casefold() for entry in ordered)
    return [_line(entry, is_one_of_several=names[entry.name.casefold()] > 1) for entry in ordered]


def _line(entry: Published, *, is_one_of_several: bool) -> Line:
    return Line(
        entry.name,
        addresses.local(addresses.page(entry.slug)),
        collation.initial(entry.name),
        _picture(entry) if entry.photo else None,
        entry.summary,
        entry.about if is_one_of_several else "",
    )


def _picture(entry: Published) -> Picture | None:
    """The narrowest size that is wide enough, else the widest; they are listed widest first."""
    photo = entry.photo
    if photo is None:
        return None
    width, height = next((size for size in reversed(photo.sizes) if size[0] >= LEAST_WIDTH), photo.sizes[0])
    return Picture(addresses.local(addresses.photo(entry.profile_id, photo, width)), width, height)
