"""Where published files are: the paths under ``authors/`` and the addresses readers use for them.

People and other sites link to these; they do not change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from byline.profiles.model import Photo
    from byline.settings import Site

INDEX = "authors/index.html"
INDEX_JSON = "authors/index.json"
SITEMAP = "authors/sitemap.xml"
NEWEST = "authors/newest.json"
"""The newest authors, for programs and for the portal's start page."""
JSON_PARTS = "authors/index-"
"""What the paths of a large site's JSON lists start with."""
SITEMAP_PARTS = "authors/sitemap-"
"""What the paths of a large site's sitemaps start with."""
LETTERS = "authors/letter/"
"""What the paths of the letters' pages start with."""

ALL_NAMES = f"{LETTERS}all/index.html"
"""All authors as a list of names, where the index shows their portraits."""

_INDEX_NAME = "index.html"
_STYLE = "authors/byline."


def page(slug: str) -> str:
    """The path of an author's page."""
    return f"authors/{slug}/{_INDEX_NAME}"


def json_page(slug: str) -> str:
    """The path of what the page says as JSON."""
    return f"authors/{slug}/index.json"


def letter_page(letter_id: str, number: int = 0) -> str:
    """The path of a letter's page, or of one of its further pages."""
    return f"{LETTERS}{letter_id}/{f'{number}/' if number else ''}{_INDEX_NAME}"


def json_part(number: int) -> str:
    """The path of one of several JSON lists."""
    return f"{JSON_PARTS}{number}.json"


def sitemap_part(number: int) -> str:
    """The path of one of several sitemaps; that of the lists themselves has the number 0."""
    return f"{SITEMAP_PARTS}{number}.xml"


def stylesheet(digest: str) -> str:
    """The path of the stylesheet with this content."""
    return f"{_STYLE}{digest}.css"


def font(digest: str) -> str:
    """The path of the file of a typeface with this content."""
    return f"{_STYLE}{digest}.woff2"


def photo_folder(profile_id: str) -> str:
    """What the paths of a profile's published photos start with."""
    return f"authors/photos/{profile_id}/"


def photo(profile_id: str, photo: Photo, name: str | int) -> str:
    """The path of a published photo: its size with this width, or its shape with this name."""
    return f"{photo_folder(profile_id)}{photo.digest}-{name}{photo.suffix}"


def is_shared(path: str) -> bool:
    """Whether a path is that of a file which all authors share, so that even a site without any may have it."""
    return path in {INDEX, INDEX_JSON, SITEMAP, NEWEST} or path.startswith((LETTERS, JSON_PARTS, SITEMAP_PARTS, _STYLE))


def local(path: str) -> str:
    """A file's address on this site: ``/authors/ana-lima/`` for ``authors/ana-lima/index.html``."""
    return "/" + path.removesuffix(_INDEX_NAME)


def absolute(site: Site, path: str) -> str:
    """A file's address for the whole world. It comes from the settings, never from a request."""
    return site.url + local(path)
