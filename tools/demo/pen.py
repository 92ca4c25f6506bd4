"""What the demo's portraits are drawn with: chances fixed by a seed, a pen in picture units, blended colours."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PIL.ImageDraw import ImageDraw

WIDTH: Final = 900
HEIGHT: Final = 1100

FINE: Final = 2
"""Drawn so many times larger and shrunk afterwards: Pillow's shapes have no smooth edges of their own."""

Colour = tuple[int, int, int]
Point = tuple[float, float]

_T = TypeVar("_T")


class Dice:
    """Chances that depend on the seed alone: the bytes of SHA-256, one after another."""

    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()
        self._thrown = 0

    def under(self, bound: int) -> int:
        """Give a whole number from 0 to one less than ``bound``."""
        self._thrown += 1
        digest = hashlib.sha256(self._thrown.to_bytes(4, "big") + self._seed).digest()
        return int.from_bytes(digest[:8], "big") % bound

    def pick(self, choices: Sequence[_T]) -> _T:
        """Give one of several."""
        return choices[self.under(len(choices))]

    def between(self, low: int, high: int) -> int:
        """Give a whole number between the two, both included."""
        return low + self.under(high - low + 1)

    def one_in(self, many: int) -> bool:
        """Say yes once in so many times."""
        return self.under(many) == 0


class Pen:
    """Pillow's drawing in the units of the finished picture."""

    def __init__(self, draw: ImageDraw) -> None:
        self._draw = draw

    def shape(self, points: Iterable[Point], colour: Colour) -> None:
        """Fill a polygon."""
        self._draw.polygon([(x * FINE, y * FINE) for x, y in points], fill=colour)

    def oval(self, centre: Point, rx: float, ry: float, colour: Colour) -> None:
        """Fill an oval of these two radii."""
        self._draw.ellipse(_box(centre, rx, ry), fill=colour)

    def slice(self, centre: Point, rx: float, ry: float, degrees: tuple[float, float], colour: Colour) -> None:
        """Cut an oval by the straight line between two angles (0 is east, 90 south) and fill that part."""
        self._draw.chord(_box(centre, rx, ry), *degrees, fill=colour)

    def curve(
        self, centre: Point, rx: float, ry: float, degrees: tuple[float, float], colour: Colour, *, width: float
    ) -> None:
        """Draw a part of an oval's edge, inwards from it, between two angles (0 is east, 90 south)."""
        self._draw.arc(_box(centre, rx, ry), *degrees, fill=colour, width=round(width * FINE))

    def block(self, corner: Point, other: Point, colour: Colour, radius: float = 0) -> None:
        """Fill an upright rectangle between two corners, the first of them above and left of the other."""
        box = (corner[0] * FINE, corner[1] * FINE, other[0] * FINE, other[1] * FINE)
        self._draw.rounded_rectangle(box, radius * FINE, fill=colour)

    def line(self, points: Iterable[Point], colour: Colour, width: float) -> None:
        """Draw a line through several points."""
        scaled = [(x * FINE, y * FINE) for x, y in points]
        self._draw.line(scaled, fill=colour, width=round(width * FINE), joint="curve")


def _box(centre: Point, rx: float, ry: float) -> tuple[float, float, float, float]:
    x, y = centre
    return ((x - rx) * FINE, (y - ry) * FINE, (x + rx) * FINE, (y + ry) * FINE)


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """Blend two colours: ``share`` of the second, 0 to 1."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def bent(*points: Point, steps: int = 24) -> list[Point]:
    """Follow a cubic Bézier curve through its four points."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = points
    path = []
    for step in range(steps + 1):
        t = step / steps
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
        path.append((a * ax + b * bx + c * cx + d * dx, a * ay + b * by + c * cy + d * dy))
    return path
