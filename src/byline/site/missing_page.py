"""The page for readers who follow an address that has no page: where the index is, and whom they may have meant."""

from __future__ import annotations

import re
from contextlib import suppress
from difflib import get_close_matches
from typing import TYPE_CHECKING

from byline.errors import Unavailable
from byline.site import addresses, entries
from byline.site.rendering import render, stylesheet

if TYPE_CHECKING:
    from byline.ports import Ports
    from byline.site.entries import Published

_MOST_SHOWN = 5
_MOST_READ = 60
"""Authors whose names begin like a word of the address, that are compared with it."""
_ALIKE = 0.6
_LONGEST = 100


def missing_page(ports: Ports, path: str) -> bytes | None:
    """The page for a path below ``/authors/``. At any size of the site, four slices of the index are read at most.

    ``None`` on a new portal, for as long as its first pages and their style are not written.
    """
    with suppress(Unavailable):
        if ports.files.get(stylesheet().path) is None:
            return None
    near: list[Published] = []
    with suppress(Unavailable):
        near = _near(ports, path)
    return render(
        "missing.html",
        ports.site.language,
        site=ports.site,
        near=[(entry.name, addresses.local(addresses.page(entry.slug))) for entry in near],
        canonical="",
        graph=(),
    )


def _near(ports: Ports, path: str) -> list[Published]:
    """The authors whose page's address is much like one that was asked for, the likest first."""
    asked = path.removeprefix("/authors/").removesuffix("index.html").strip("/").lower()[:_LONGEST]
    words = [word for word in re.split(r"[\s_-]+", asked) if word.isalpha()][-2:]
    found: dict[str, Published] = {}
    for beginning in dict.fromkeys(word[:letters] for letters in (2, 1) for word in words):
        page = ports.store.page(entries.PUBLISHED, prefix=beginning, limit=_MOST_READ)
        found.update({entry.slug: entry for entry in map(entries.from_record, page.records)})
    return [found[slug] for slug in get_close_matches(asked, found, n=_MOST_SHOWN, cutoff=_ALIKE)]
