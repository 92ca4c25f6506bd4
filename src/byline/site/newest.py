"""The newest authors: a small file that the writing of the lists keeps, so that the portal's start page shows faces.

It is made from the entries that changed and from itself, so it costs the same at any size of the site.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from byline.errors import Unavailable
from byline.files.port import File
from byline.profiles import collation
from byline.site import addresses, index_pages
from byline.site.index_lines import LEAST_WIDTH, Picture
from byline.site.rendering import JSON, as_json, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from byline.ports import Ports
    from byline.settings import Site
    from byline.site.entries import Published

FORMAT = "byline-newest/1"
"""What the file calls its shape."""
_KEPT: Final = 24
"""Authors in the file: more than are shown, because some of them leave again."""
_SHOWN: Final = 6
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Face:
    """An author on the start page; where there is no ``photo`` the ``initial`` stands for it."""

    name: str
    initial: str
    address: str
    photo: Picture | None


def newest_file(
    site: Site, entries: Iterable[Published], before: File | None = None, changed: AbstractSet[str] = frozenset()
) -> File:
    """The file when these are the entries of all published, or of those that changed since it was as ``before``.

    ``changed`` are the ids of the latter, so that one that is published no more does not stay.
    """
    known = {profile_id: author for profile_id, author in _authors(before).items() if profile_id not in changed}
    for entry in entries:
        author = index_pages.author_for_programs(site, entry) | {"created": stamp(entry.created_at or _BEGINNING)}
        del author["modified"]  # or each edit would write the file
        known[entry.profile_id] = author
    newest = sorted(known.values(), key=lambda author: (author["created"], author["id"]), reverse=True)
    value = {
        "format": FORMAT,
        "name": site.name,
        "url": addresses.absolute(site, addresses.INDEX),
        "authors": newest[:_KEPT],
    }
    return File(addresses.NEWEST, as_json(value), JSON)


def faces(ports: Ports) -> tuple[Face, ...]:
    """The newest authors, at most six, those with a portrait first. One read of a file; none if that fails."""
    found: File | None = None
    with suppress(Unavailable):
        found = ports.files.get(addresses.NEWEST)
    newest = sorted(_authors(found).values(), key=lambda author: author["photo"] is None)
    return tuple(_face(ports.site, author) for author in newest[:_SHOWN])


def _authors(file: File | None) -> dict[str, Mapping[str, Any]]:
    authors = msgspec.json.decode(file.body)["authors"] if file else []
    return {author["id"]: author for author in authors}


def _face(site: Site, author: Mapping[str, Any]) -> Face:
    photo = author["photo"]
    return Face(
        author["name"],
        collation.initial(author["name"]),
        author["url"].removeprefix(site.url),
        _picture(site, photo["sizes"]) if photo else None,
    )


def _picture(site: Site, sizes: list[Mapping[str, Any]]) -> Picture:
    """The narrowest size that is wide enough, else the widest; they are listed widest first."""
    size = next((size for size in reversed(sizes) if size["width"] >= LEAST_WIDTH), sizes[0])
    return Picture(size["url"].removeprefix(site.url), size["width"], size["height"])
