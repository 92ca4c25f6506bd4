"""Which part of a photo is shown: the crop, and the shapes that are cut out of it around the focal point.

Shared by both sides of the process border, so it imports nothing.
"""

from __future__ import annotations

from typing import Final, Literal

Crop = tuple[int, int, int, int] | Literal["whole", "4:5"]
"""The part of a photo that is shown: all of it, the largest part in that ratio around the focal point, or left, top,
width and height in thousandths of the photo's width and height."""
Focus = tuple[int, int]
"""The focal point, across and down, in percent of the whole photo: no shape cuts it off."""
Box = tuple[int, int, int, int]
"""Left, top, right and bottom, in pixels."""

WHOLE: Final[Crop] = "whole"
TOP: Final[Focus] = (50, 25)
"""Where the face is on most portraits."""
LEAST_CROP: Final = 50
"""Thousandths: the smallest side of a crop."""
MASTER_SIDE: Final = 3_000
"""Pixels: the longest side of a master."""
SHAPES: Final[dict[str, tuple[int, int]]] = {
    "1x1": (1200, 1200),
    "4x3": (1200, 900),
    "16x9": (1200, 675),
    "4x5": (640, 800),
    "share": (1200, 630),
}
"""Width and height of each shape in pixels, at most: the three ratios that Google asks for, the one that lists show,
and what messengers show beside a link (Open Graph)."""
SHARE: Final = "share"
"""The one shape that is enlarged where the photo is smaller: messengers show a smaller one as a stamp."""
_PORTRAIT: Final = (4, 5)


def crop_box(crop: Crop, focus: Focus, width: int, height: int) -> Box:
    """The crop of a photo of ``width`` by ``height``; never empty, never beyond the photo."""
    if crop == "whole":
        return 0, 0, width, height
    if crop == "4:5":
        return shape_box((0, 0, width, height), _PORTRAIT, focus, width, height)
    left, right = _span(crop[0], crop[2], width)
    top, bottom = _span(crop[1], crop[3], height)
    return left, top, right, bottom


def shape_box(within: Box, ratio: tuple[int, int], focus: Focus, width: int, height: int) -> Box:
    """The largest part of ``within`` that has the ratio, as near to the focal point of the whole photo as it can be."""
    left, top, right, bottom = within
    wide, high = right - left, bottom - top
    if wide * ratio[1] > high * ratio[0]:
        wide = max(1, round(high * ratio[0] / ratio[1]))
    else:
        high = max(1, round(wide * ratio[1] / ratio[0]))
    across = _placed(width * focus[0] // 100, wide, left, right)
    down = _placed(height * focus[1] // 100, high, top, bottom)
    return across, down, across + wide, down + high


def _span(start: int, length: int, side: int) -> tuple[int, int]:
    begin = min(round(side * start / 1000), side - 1)
    return begin, max(begin + 1, min(side, round(side * (start + length) / 1000)))


def _placed(centre: int, length: int, least: int, most: int) -> int:
    return max(least, min(most - length, centre - length // 2))
