"""One way of putting a derived file: only if it says something new, so that caches and disks are left in peace."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from byline.files.port import File, Files

YEAR_SECONDS = 365 * 24 * 60 * 60
"""How long a file may be kept whose path changes with its content."""


_LASTING = re.compile(r"(?:authors/)?photos/.+|authors/byline\.[0-9a-f]+\.css", re.ASCII)


def cache_seconds(path: str) -> int:
    """How long caches may keep the file at a path of ours: a year where its name changes with its content."""
    return YEAR_SECONDS if _LASTING.fullmatch(path) else 0


def put_if_new(files: Files, file: File) -> None:
    """Put a file unless these very bytes are there: a read is cheaper than a write, and this is done again often."""
    there = files.get(file.path)
    if there is None or there.body != file.body:
        files.put(file, cache_seconds=cache_seconds(file.path))
