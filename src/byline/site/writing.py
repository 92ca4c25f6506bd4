"""Derived files are written only where their bytes change, so that caches stay warm and disks idle."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from byline.press.files import accent_style
from byline.site.rendering import fonts, stylesheet

if TYPE_CHECKING:
    from byline.files.port import File, Files
    from byline.looks.branding import Branding

YEAR_SECONDS = 365 * 24 * 60 * 60
"""How long a file may be kept whose path changes with its content."""


_LASTING = re.compile(r"(?:authors/)?photos/.+|authors/byline\.[0-9a-f]+\.(?:css|woff2|png)", re.ASCII)


def cache_seconds(path: str) -> int:
    """How long caches may keep the file at a path of ours: a year where its name changes with its content."""
    return YEAR_SECONDS if _LASTING.fullmatch(path) else 0


def write_style(files: Files, branding: Branding) -> None:
    """Write the stylesheet of readers' pages unless it is there, before it the fonts that it names, and the press's
    colour.

    One read in most cases, two where there is a colour: where the stylesheet is, its fonts are.
    """
    colour = accent_style(branding.accent)
    if colour is not None:
        write_if_changed(files, colour)
    if files.get(stylesheet().path) is None:
        for file in (*fonts(), stylesheet()):
            write_if_changed(files, file)


def write_if_changed(files: Files, file: File) -> None:
    """Write a file unless these very bytes are there: a read is cheaper than a write, and this is repeated often."""
    present = files.get(file.path)
    if present is None or present.body != file.body:
        files.put(file, cache_seconds=cache_seconds(file.path))
