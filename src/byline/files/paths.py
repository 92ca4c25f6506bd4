"""Which paths are allowed, and which content type a suffix has: the rules of all adapters of files."""

from __future__ import annotations

import re
from typing import Final

MOST_BYTES_SEGMENT: Final = 200
"""File systems allow 255 bytes in a name; the rest is for programs that copy files."""
MOST_BYTES_PATH: Final = 900
"""S3 allows 1,024 bytes in a key; the rest is for the prefix in the bucket."""

_SEGMENT: Final = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*", re.ASCII)

_UNKNOWN_TYPE: Final = "application/octet-stream"
_TYPES: Final = {
    ".atom": "application/atom+xml; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml; charset=utf-8",
}


def is_path(path: str) -> bool:
    """Say whether ``path`` may name a file: relative, segments ``[A-Za-z0-9._~-]+``, no dot in front.

    This is a list of what is allowed, so ``..``, absolute paths, NUL, backslashes, ``%2e`` and hidden files need no
    rules of their own.
    """
    return len(path) <= MOST_BYTES_PATH and all(
        len(segment) <= MOST_BYTES_SEGMENT and _SEGMENT.fullmatch(segment) for segment in path.split("/")
    )


def checked(path: str) -> str:
    """Return ``path`` if it may name a file; ``ValueError`` if not."""
    if not is_path(path):
        raise ValueError(f"not a path of a file: {path!r}")
    return path


def content_type(path: str) -> str:
    """The content type of a path's suffix. For an unknown one browsers save the file instead of showing it."""
    name = path.rpartition("/")[2]
    _, dot, suffix = name.rpartition(".")
    return _TYPES.get(dot + suffix, _UNKNOWN_TYPE)


def checked_type(path: str, type_: str) -> str:
    """Return ``type_`` if it is that of the suffix of ``path``, apart from parameters; ``ValueError`` if not.

    A bucket stores content types and a folder does not; with this rule both serve the same.
    """
    promised = content_type(path)
    if _bare(type_) != _bare(promised):
        raise ValueError(f"{path!r} cannot be {type_}: its name promises {promised}")
    return type_


def _bare(type_: str) -> str:
    return type_.partition(";")[0].strip().lower()
