"""Which paths are paths, and what kind of file a name promises: the rules every files adapter shares."""

from __future__ import annotations

import re
from typing import Final

MOST_BYTES_SEGMENT: Final = 200
"""A file system takes 255 bytes a name; the rest is left for whoever keeps copies."""
MOST_BYTES_PATH: Final = 900
"""S3 takes 1,024 bytes a key; the rest is left for the prefix of the bucket's settings."""

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
    ".xml": "application/xml; charset=utf-8",
}


def is_path(path: str) -> bool:
    """Say whether ``path`` may name a file: relative, segments ``[A-Za-z0-9._~-]+``, no dot in front.

    Says what is allowed, so that ``..``, absolute paths, NUL, backslashes, ``%2e`` and hidden files need no
    rule of their own.
    """
    return len(path) <= MOST_BYTES_PATH and all(
        len(segment) <= MOST_BYTES_SEGMENT and _SEGMENT.fullmatch(segment) for segment in path.split("/")
    )


def checked(path: str) -> str:
    """Give ``path`` back if it is one; ``ValueError`` if not."""
    if not is_path(path):
        raise ValueError(f"not a path of a file: {path!r}")
    return path


def content_type(path: str) -> str:
    """Tell the content type that a suffix promises; unknown ones are bytes to save, never to show."""
    name = path.rpartition("/")[2]
    _, dot, suffix = name.rpartition(".")
    return _TYPES.get(dot + suffix, _UNKNOWN_TYPE)


def checked_type(path: str, type_: str) -> str:
    """Give ``type_`` back if the suffix of ``path`` promises it (parameters aside); ``ValueError`` if not.

    A folder remembers no content types and a bucket does: held to this, both serve the same.
    """
    promised = content_type(path)
    if _bare(type_) != _bare(promised):
        raise ValueError(f"{path!r} cannot be {type_}: its name promises {promised}")
    return type_


def _bare(type_: str) -> str:
    return type_.partition(";")[0].strip().lower()
