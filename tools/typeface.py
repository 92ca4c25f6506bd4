"""Makes the files of the typeface: ``python -m tools.typeface`` writes ``src/byline/looks/literata``.

The source is Literata as the package ``fontpkg-literata`` has it, pinned with its hash like every package. It is
fixed to one weight and one size of text, cut down to the characters that ``looks/typeface.py`` lists, and compressed.
The same packages make the same bytes.
"""

from __future__ import annotations

import io
import re
from importlib import resources
from typing import TYPE_CHECKING, Final

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from byline.looks.typeface import CHARACTERS, FOLDER

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

SOURCES: Final = {"normal": "Literata[opsz,wght].ttf", "italic": "Literata-Italic[opsz,wght].ttf"}
SHAPE: Final = {"wght": 400, "opsz": 18}
"""The weight, and the size in points whose shapes are taken for all sizes: that of a biography."""
FEATURES: Final = ["kern", "liga", "locl"]
UNUSED: Final = ["vhea", "vmtx", "STAT"]
"""Tables for vertical lines, and for choosing among weights that are not there any more."""
NAMES: Final = [0, 1, 2, 3, 4, 5, 6, 13, 14]
"""Of the names in a font file: whose it is, what it is called, and its licence."""


def main() -> None:
    """Write the files, and the licence beside them."""
    FOLDER.mkdir(exist_ok=True)
    for style in SOURCES:
        body = made(style)
        (FOLDER / f"{style}.woff2").write_bytes(body)
        print(f"{style}: {len(body):,} bytes")  # noqa: T201 - for the person at the machine
    (FOLDER / "OFL.txt").write_bytes(_source("LICENSE").read_bytes())


def made(style: str) -> bytes:
    """The file of a style."""
    source = io.BytesIO(_source("files", SOURCES[style]).read_bytes())
    font = instancer.instantiateVariableFont(TTFont(source, recalcTimestamp=False), SHAPE)
    options = subset.Options(hinting=False, layout_features=FEATURES, name_IDs=NAMES, notdef_outline=True)
    options.drop_tables += UNUSED
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes(CHARACTERS))
    cutter.subset(font)
    font.flavor = "woff2"
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()


def codes(ranges: str) -> set[int]:
    """The characters of a ``unicode-range``."""
    found: set[int] = set()
    for first, last in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", ranges):
        found |= set(range(int(first, 16), int(last or first, 16) + 1))
    return found


def _source(*path: str) -> Traversable:
    return resources.files("fontpkg_literata").joinpath(*path)


if __name__ == "__main__":
    main()
