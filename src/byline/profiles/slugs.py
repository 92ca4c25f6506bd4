"""Slugs: the part of an author page's address that the author picks, such as ``ana-lima`` in ``/authors/ana-lima/``.

Only small letters, digits and single hyphens between them are let through. So no slug can leave its folder, end in
a suffix, or look like another one written with foreign letters.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING

from byline.errors import Invalid
from byline.messages.pages import SLUG_MALFORMED, SLUG_MISSING, SlugReserved, SlugTooLong
from byline.profiles.model import Slug
from byline.richtext.invisible import tidy_line

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 64
"""Letters in a slug."""

RESERVED = frozenset(
    {"letter", "photos", "sitemap", "index", "index-html", "index-json", "authors", "byline", "assets"}
    | {"static", "feed", "atom", "rss", "search", "embed", "oembed", "oembed-json", "robots", "favicon"}
    | {"con", "prn", "aux", "nul"}
    | {f"{device}{number}" for device in ("com", "lpt") for number in range(10)}
)
"""Words that are no slug: other things stand or may stand at their addresses, or Windows has no folder of that name."""

_SHAPE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SEPARATORS = re.compile(r"[\s_-]+")
_APOSTROPHES = re.compile("['’ʼʻ`]")  # noqa: RUF001 - all that stand in O'Brien
_SUFFIX = "-author"
_NAMELESS = "author"


def suggest(name: str) -> Slug:
    """A slug for a name, never empty and never reserved: "María López" gives ``maria-lopez``.

    Scripts other than Latin are spelt in Latin as well as it goes; the author may always choose another spelling.
    """
    from slugify import slugify  # noqa: PLC0415 - a page view needs none

    plain = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", name).lower())
    spelt = slugify(plain, entities=False, decimal=False, hexadecimal=False)
    if len(spelt) > LONGEST:
        # Between words where there are any. The library would go on with a later word that still fits.
        spelt = _cut(spelt[: LONGEST + 1].rpartition("-")[0] or spelt, LONGEST)
    if not _SHAPE.fullmatch(spelt):
        return Slug(_NAMELESS)
    return Slug(spelt + _SUFFIX if spelt in RESERVED else spelt)


def valid(text: str) -> Slug:
    """The slug that a person typed; capitals, spaces and underscores are put right.

    Raises ``Invalid`` for ``author_slug``.
    """
    slug = _SEPARATORS.sub("-", tidy_line(text).lower()).strip("-")
    if not slug:
        raise Invalid({"author_slug": SLUG_MISSING})
    if not _SHAPE.fullmatch(slug):
        raise Invalid({"author_slug": SLUG_MALFORMED})
    if len(slug) > LONGEST:
        raise Invalid({"author_slug": SlugTooLong(LONGEST)})
    if slug in RESERVED:
        raise Invalid({"author_slug": SlugReserved(slug)})
    return Slug(slug)


def alternatives(slug: Slug, token: bytes) -> tuple[Slug, Slug]:
    """Two further tries where a slug is taken: a small number behind it, then six hex digits, both by chance.

    ``token`` is where the chance comes from; it shows in neither.
    """
    random = hashlib.sha256(token).digest()
    number = 2 + int.from_bytes(random[:4]) % 98
    return _with(slug, str(number)), _with(slug, random[4:7].hex())


def numbered(slug: Slug, most: int) -> Iterator[Slug]:
    """A slug, and the same with the numbers from 2 to ``most`` behind it."""
    yield slug
    yield from (_with(slug, str(number)) for number in range(2, most + 1))


def _with(slug: str, ending: str) -> Slug:
    return Slug(f"{_cut(slug, LONGEST - len(ending) - 1)}-{ending}")


def _cut(text: str, most: int) -> str:
    return text[:most].strip("-")
