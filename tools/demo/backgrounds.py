"""The backgrounds of the demo's portraits: their colours, and what is behind the sitter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tools.demo.pen import HEIGHT, WIDTH, bent, mixed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tools.demo.pen import Colour, Dice, Pen


@dataclass(frozen=True, slots=True)
class Background:
    """The colours of one picture: the wall from top to bottom, what is on it, and what the sitter wears."""

    high: Colour
    low: Colour
    pattern: Colour
    garment: Colour
    trimming: Colour


BACKGROUNDS: Final = (
    Background((248, 232, 208), (236, 200, 162), (222, 166, 122), (47, 72, 88), (244, 211, 148)),
    Background((220, 234, 230), (168, 198, 194), (128, 168, 166), (178, 74, 58), (250, 222, 190)),
    Background((242, 228, 231), (214, 178, 190), (188, 140, 158), (54, 58, 98), (236, 186, 160)),
    Background((235, 236, 212), (192, 202, 154), (152, 170, 116), (112, 58, 72), (240, 214, 168)),
    Background((228, 228, 243), (178, 180, 214), (142, 144, 190), (222, 158, 64), (90, 60, 90)),
    Background((252, 240, 204), (240, 208, 130), (226, 174, 84), (44, 92, 86), (248, 240, 220)),
    Background((232, 224, 213), (192, 174, 156), (158, 136, 118), (34, 60, 76), (206, 116, 84)),
    Background((216, 232, 243), (154, 188, 214), (112, 154, 188), (240, 226, 204), (196, 88, 76)),
    Background((244, 220, 206), (222, 152, 132), (196, 116, 100), (250, 236, 216), (60, 96, 104)),
    Background((214, 228, 214), (138, 170, 148), (100, 136, 114), (232, 184, 88), (70, 50, 60)),
)


def paint(pen: Pen, background: Background, dice: Dice) -> None:
    """Fill the picture with the wall of ``background`` and something on it."""
    _wall(pen, background)
    dice.pick(_PATTERNS)(pen, background, dice)


def _wall(pen: Pen, background: Background) -> None:
    for row in range(0, HEIGHT, 2):
        pen.block((0, row), (WIDTH, row + 2), mixed(background.high, background.low, row / HEIGHT))


def _sun(pen: Pen, background: Background, dice: Dice) -> None:
    centre = (dice.between(250, 650), dice.between(330, 430))
    pen.oval(centre, 355, 355, mixed(background.low, background.high, 0.25))
    pen.oval(centre, 300, 300, mixed(background.pattern, background.low, 0.45))


def _arch(pen: Pen, background: Background, dice: Dice) -> None:
    middle = WIDTH / 2 + dice.between(-40, 40)
    for inset, share in ((0, 0.35), (34, 0.7)):
        colour = mixed(background.low, background.pattern, share)
        pen.oval((middle, 430), 350 - inset, 350 - inset, colour)
        pen.block((middle - 350 + inset, 430), (middle + 350 - inset, HEIGHT), colour)


def _books(pen: Pen, background: Background, dice: Dice) -> None:
    spines = [
        mixed(background.pattern, tint, 0.35)
        for tint in (background.high, background.garment, background.trimming, background.low)
    ]
    for shelf in (250, 560, 870):
        x = -dice.between(0, 40)
        while x < WIDTH:
            width, height = dice.between(26, 62), dice.between(150, 232)
            colour = mixed(dice.pick(spines), background.low, 0.45)
            pen.block((x, shelf - height), (x + width - 3, shelf), colour, 4)
            pen.block(
                (x, shelf - height + 26), (x + width - 3, shelf - height + 33), mixed(colour, background.high, 0.5)
            )
            x += width
        pen.block((0, shelf), (WIDTH, shelf + 16), mixed(background.low, background.pattern, 0.75))


def _hills(pen: Pen, background: Background, dice: Dice) -> None:
    pen.oval(
        (dice.between(130, 770), dice.between(130, 220)), 74, 74, mixed(background.high, background.trimming, 0.35)
    )
    for depth, share in enumerate((0.25, 0.5, 0.8)):
        y = 520 + depth * 150
        peak, dip = dice.between(-130, -20), dice.between(0, 110)
        ridge = bent((0, y), (WIDTH * 0.3, y + peak), (WIDTH * 0.65, y + dip), (WIDTH, y - 60))
        pen.shape([*ridge, (WIDTH, HEIGHT), (0, HEIGHT)], mixed(background.low, background.pattern, share))


def _leaves(pen: Pen, background: Background, dice: Dice) -> None:
    for foot, top in ((90, 40), (240, 170), (660, 740), (810, 860)):
        colour = mixed(background.low, background.pattern, dice.between(45, 85) / 100)
        height = dice.between(160, 330)
        pen.line(bent((foot, HEIGHT), (foot, 800), (top, 600), (top, height)), colour, 7)
        for number in range(7):
            y = height + number * 105
            x = top + (foot - top) * (number / 9) ** 2
            for side in (-1, 1):
                tip = (x + side * 84, y - 46)
                upper = bent((x, y), (x + side * 20, y - 66), (x + side * 60, y - 70), tip)
                lower = bent(tip, (x + side * 70, y - 8), (x + side * 30, y + 12), (x, y))
                pen.shape([*upper, *lower], colour)


def _stripes(pen: Pen, background: Background, dice: Dice) -> None:
    width = dice.between(34, 64)
    for x in range(-width, WIDTH, width * 2):
        for row in range(0, HEIGHT, 4):
            wall = mixed(background.high, background.low, row / HEIGHT)
            pen.block((x, row), (x + width, row + 4), mixed(wall, background.pattern, 0.22))


_PATTERNS: Final[tuple[Callable[[Pen, Background, Dice], None], ...]] = (
    _sun,
    _arch,
    _books,
    _hills,
    _leaves,
    _stripes,
)
