"""Draw the portraits of the demo's made-up authors: of nobody, and never photographed.

The same seed gives the same picture with the same Pillow. ``python -m tools.demo.portraits`` writes those in the wheel,
one for each seed in ``demo_authors.json``.
"""

from __future__ import annotations

import json
from importlib import resources
from io import BytesIO
from math import cos, radians, sin
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw

from tools.demo.backgrounds import BACKGROUNDS, paint
from tools.demo.pen import FINE, HEIGHT, WIDTH, Dice, Pen, bent, mixed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tools.demo.backgrounds import Background
    from tools.demo.pen import Colour, Point


def portrait(seed: str) -> bytes:
    """A WebP of 900 by 1100 pixels: head and shoulders before a quiet background, all chosen by ``seed``."""
    dice = Dice(seed)
    background = dice.pick(BACKGROUNDS)
    image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE))
    pen = Pen(ImageDraw.Draw(image))
    paint(pen, background, dice)
    _sitter(pen, background, dice)
    finished = image.reduce(FINE)
    out = BytesIO()
    finished.save(out, "WEBP", quality=60, method=6)
    return out.getvalue()


# The face is two lids, a nose and a mouth: enough to be somebody, too little to be anybody.


_SKINS: Final[tuple[Colour, ...]] = (
    (250, 220, 196),
    (241, 204, 172),
    (228, 180, 142),
    (206, 152, 112),
    (174, 120, 84),
    (136, 90, 64),
    (104, 68, 52),
)
_HAIRS: Final[tuple[Colour, ...]] = (
    (42, 34, 36),
    (66, 44, 36),
    (104, 66, 42),
    (158, 92, 50),
    (194, 150, 92),
    (150, 146, 146),
    (226, 222, 216),
)


def _sitter(pen: Pen, background: Background, dice: Dice) -> None:
    skin, hair = dice.pick(_SKINS), dice.pick(_HAIRS)
    head = (WIDTH / 2 + dice.between(-14, 14), 440.0)
    behind, before = dice.pick(_HAIRCUTS)
    behind(pen, head, hair)
    _neck(pen, head, skin)
    _clothes(pen, head, background, dice)
    _face(pen, head, skin, hair)
    before(pen, head, hair)
    if dice.one_in(3):
        _glasses(pen, head, mixed(background.garment, (30, 26, 30), 0.6))


def _neck(pen: Pen, head: Point, skin: Colour) -> None:
    x, y = head
    pen.block((x - 66, y + 90), (x + 66, y + 330), skin)
    pen.slice((x, y + 150), 66, 92, (0, 180), mixed(skin, (90, 30, 40), 0.24))


def _clothes(pen: Pen, head: Point, background: Background, dice: Dice) -> None:
    x, _ = head
    left = bent((x - 70, 690), (x - 130, 770), (x - 330, 760), (x - 372, HEIGHT))
    right = [(2 * x - px, py) for px, py in reversed(left)]
    neckline = bent((x + 70, 690), (x + 50, 790), (x - 50, 790), (x - 70, 690))
    pen.shape([*left, *right, *neckline], background.garment)
    dice.pick((_turtleneck, _collar, _yoke, _scarf, _jacket))(pen, x, background)


def _turtleneck(pen: Pen, x: float, background: Background) -> None:
    pen.block((x - 84, 634), (x + 84, 790), background.garment, 30)
    for rib in range(-60, 61, 30):
        pen.line([(x + rib, 650), (x + rib * 1.1, 770)], mixed(background.garment, background.trimming, 0.22), 4)


def _collar(pen: Pen, x: float, background: Background) -> None:
    pale = mixed(background.trimming, (255, 255, 255), 0.35)
    for side in (-1, 1):
        pen.shape([(x, 800), (x + side * 74, 668), (x + side * 150, 752), (x + side * 78, 846)], pale)
    for button in (880, 960, 1040):
        pen.oval((x, button), 9, 9, background.trimming)


def _yoke(pen: Pen, x: float, background: Background) -> None:
    pen.curve((x, 690), 84, 84, (0, 180), mixed(background.garment, background.trimming, 0.5), width=16)
    for radius, size, first in ((146, 7, 24), (188, 11, 34), (230, 7, 41)):
        for number in range(13):
            angle = radians(first + number * (180 - 2 * first) / 12)
            pen.oval((x + radius * cos(angle), 690 + radius * sin(angle)), size, size, background.trimming)


def _jacket(pen: Pen, x: float, background: Background) -> None:
    neckline = bent((x - 70, 690), (x - 50, 790), (x + 50, 790), (x + 70, 690))
    pen.shape([(x - 84, 672), *neckline, (x + 84, 672), (x + 104, 760), (x, 1010), (x - 104, 760)], background.trimming)
    for side in (-1, 1):
        lapel = [(x + side * 84, 668), (x + side * 172, 790), (x + side * 116, 830), (x + side * 140, 862), (x, 1030)]
        pen.shape(lapel, mixed(background.garment, (255, 255, 255), 0.12))


def _scarf(pen: Pen, x: float, background: Background) -> None:
    shade = mixed(background.trimming, background.garment, 0.28)
    pen.shape([(x + 20, 740), (x + 92, 730), (x + 120, 1000), (x + 44, 1010)], shade)
    pen.block((x - 112, 650), (x + 112, 738), background.trimming, 44)
    pen.block((x - 98, 706), (x + 122, 780), mixed(background.trimming, background.garment, 0.12), 36)


def _face(pen: Pen, head: Point, skin: Colour, hair: Colour) -> None:
    x, y = head
    shade, deep = mixed(skin, (90, 30, 40), 0.12), mixed(skin, (70, 24, 34), 0.5)
    for side in (-1, 1):
        pen.oval((x + side * 142, y + 16), 26, 38, shade)
    pen.oval(head, 142, 186, skin)
    pen.slice(head, 142, 186, (-90, 90), shade)
    for side in (-1, 1):
        pen.curve((x + side * 60, y - 2), 28, 20, (20, 160), deep, width=6)
        pen.curve((x + side * 60, y - 34), 36, 22, (205, 335), mixed(hair, deep, 0.4), width=7)
        pen.oval((x + side * 84, y + 56), 24, 15, mixed(skin, (226, 100, 90), 0.22))
    pen.line(bent((x, y - 6), (x + 6, y + 20), (x + 24, y + 44), (x - 4, y + 50)), deep, 5)
    pen.curve((x, y + 78), 36, 24, (25, 155), mixed(deep, (170, 40, 50), 0.4), width=7)


def _glasses(pen: Pen, head: Point, colour: Colour) -> None:
    x, y = head
    for side in (-1, 1):
        pen.curve((x + side * 62, y), 50, 46, (0, 360), colour, width=7)
        pen.line([(x + side * 112, y - 6), (x + side * 142, y - 2)], colour, 7)
    pen.curve((x, y - 2), 14, 10, (180, 360), colour, width=7)


# Hair comes in two layers: what falls behind neck and shoulders, and what frames the face.


def _nothing(pen: Pen, head: Point, hair: Colour) -> None:
    """Leave this layer empty."""


def _cap(pen: Pen, head: Point, hair: Colour, *, left: float, right: float, dip: Point) -> None:
    """Cover the skull down to the temples (``left`` and ``right``, below the middle); the hairline bends by ``dip``."""
    x, y = head
    angles = [radians(degree) for degree in range(180, 361, 6)]
    crown = [(x + 156 * cos(angle), y - 14 + 196 * sin(angle)) for angle in angles]
    bend = (x + dip[0], y + dip[1])
    line = bent((x + 140, y + right), (x + 120, y - 90), bend, bend) + bent(
        bend, bend, (x - 120, y - 90), (x - 140, y + left)
    )
    pen.shape([(x - 156, y + left), *crown, (x + 156, y + right), *line], hair)


def _parted(pen: Pen, head: Point, hair: Colour) -> None:
    _cap(pen, head, hair, left=20, right=6, dip=(-62, -132))


def _swept(pen: Pen, head: Point, hair: Colour) -> None:
    _cap(pen, head, hair, left=-10, right=-10, dip=(66, -122))
    x, y = head
    wave = bent((x + 128, y - 110), (x + 90, y - 262), (x - 110, y - 282), (x - 158, y - 70))
    pen.shape([*wave, *bent((x - 158, y - 70), (x - 90, y - 130), (x + 10, y - 100), (x + 66, y - 122))], hair)


def _fringe(pen: Pen, head: Point, hair: Colour) -> None:
    _cap(pen, head, hair, left=40, right=40, dip=(0, -64))


def _middle_parting(pen: Pen, head: Point, hair: Colour) -> None:
    _cap(pen, head, hair, left=16, right=16, dip=(0, -150))


def _bob(pen: Pen, head: Point, hair: Colour) -> None:
    x, y = head
    pen.block((x - 182, y - 170), (x + 182, y + 196), mixed(hair, (0, 0, 0), 0.16), 150)


def _long(pen: Pen, head: Point, hair: Colour) -> None:
    x, y = head
    pen.block((x - 186, y - 180), (x + 186, y + 420), mixed(hair, (0, 0, 0), 0.16), 170)


def _bun(pen: Pen, head: Point, hair: Colour) -> None:
    x, y = head
    pen.oval((x + 10, y - 226), 82, 70, mixed(hair, (0, 0, 0), 0.16))


def _cloud(pen: Pen, head: Point, hair: Colour) -> None:
    x, y = head
    for number in range(20):
        angle = radians(140 + number * 260 / 19)
        pen.oval((x + 158 * cos(angle), y - 50 + 178 * sin(angle)), 72, 72, mixed(hair, (0, 0, 0), 0.16))


def _curls(pen: Pen, head: Point, hair: Colour) -> None:
    x, y = head
    for number in range(13):
        angle = radians(188 + number * 164 / 12)
        pen.oval((x + 124 * cos(angle), y - 22 + 156 * sin(angle)), 46, 46, hair)


def _beret(pen: Pen, head: Point, hair: Colour) -> None:
    x, y = head
    _fringe(pen, head, hair)
    felt = mixed(hair, (176, 44, 60), 0.8)
    pen.oval((x + 30, y - 158), 204, 78, felt)
    pen.oval((x + 20, y - 234), 12, 20, felt)
    pen.curve((x, y - 62), 158, 106, (212, 328), mixed(felt, (0, 0, 0), 0.25), width=20)


_HAIRCUTS: Final[tuple[tuple[Callable[[Pen, Point, Colour], None], Callable[[Pen, Point, Colour], None]], ...]] = (
    (_nothing, _parted),
    (_nothing, _swept),
    (_bob, _fringe),
    (_bob, _parted),
    (_long, _middle_parting),
    (_long, _parted),
    (_bun, _middle_parting),
    (_bun, _parted),
    (_cloud, _curls),
    (_nothing, _curls),
    (_bob, _beret),
)


def main() -> None:
    """Write every portrait that the demo shows."""
    package = Path(str(resources.files("byline.cli")))
    for person in json.loads(package.joinpath("demo_authors.json").read_text("utf-8")):
        if "portrait" in person:
            package.joinpath("demo_portraits", f"{person['portrait']}.webp").write_bytes(portrait(person["portrait"]))


if __name__ == "__main__":
    main()
