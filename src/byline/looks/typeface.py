"""The typeface of everything that is content: Literata, in two styles, cut down to Europe's Latin letters.

``literata/`` has the files, which ``python -m tools.typeface`` makes, and their licence. Other scripts are shown in the
typefaces that follow it in ``--serif``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

FAMILY: Final = "Literata"
FOLDER: Final = Path(__file__).parent / "literata"
MIME_TYPE: Final = "font/woff2"
STYLES: Final = ("normal", "italic")
CHARACTERS: Final = (
    "U+20-7E, U+A0-A3, U+A5, U+A7-AB, U+AD-113, U+116-12B, U+12E-131, U+134-13E, U+141-148, U+14C-17E, U+218-21B, "
    "U+1E80-1E85, U+1E9E, U+1EF2-1EF3, U+2010, U+2012-2015, U+2018-201A, U+201C-201E, U+2020, U+2022, U+2026, "
    "U+2032-2033, U+2039-203A, U+20AC, U+2122, U+2212"
)
"""What the files have, as the ``unicode-range`` of a stylesheet: nothing else makes a browser load them."""


@dataclass(frozen=True, slots=True)
class Font:
    """A style of the typeface as a WOFF2 file; ``digest`` stands in its address, which changes with its content."""

    style: str
    body: bytes
    digest: str


@cache
def fonts() -> tuple[Font, ...]:
    """The styles in the order of ``STYLES``: upright first, which every page needs."""
    bodies = {style: (FOLDER / f"{style}.woff2").read_bytes() for style in STYLES}
    return tuple(Font(style, body, hashlib.sha256(body).hexdigest()[:12]) for style, body in bodies.items())


def font_faces(address_of: Callable[[Font], str]) -> str:
    """The rules of a stylesheet that make the typeface known, with the address that each file has there."""
    return "\n".join(
        f"@font-face {{ font-family: {FAMILY}; font-style: {font.style}; font-weight: 400; font-display: swap; "
        f'src: url("{address_of(font)}") format("woff2"); unicode-range: {CHARACTERS}; }}'
        for font in fonts()
    )
