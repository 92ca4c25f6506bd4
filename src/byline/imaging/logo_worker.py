"""The worker process for logos: ``python -m byline.imaging.logo_worker ORDER`` reads one and writes it as a PNG.

A process of its own, as ``photo_worker`` is one. ``ORDER`` is JSON: ``box``, the width and height in pixels that it
must fit in, ``is_square`` (an icon: room is added on two sides), ``memory_bytes`` and ``cpu_seconds``. It answers like
``photo_worker``, with one rendition.
"""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING, Final

from PIL import Image, PngImagePlugin, WebPImagePlugin

from byline.imaging import kinds, limits, svg
from byline.imaging.photo_worker import Unusable, in_srgb, limit_process, write_answer

if TYPE_CHECKING:
    from byline.imaging.photo_worker import Rendered

_FORMATS: Final = ("PNG", "WEBP")
_PLUGINS: Final = (PngImagePlugin, WebPImagePlugin)
"""Named, as in ``photo_worker``."""
_MOST_CANVAS: Final = 4_000
"""Pixels: how large a drawing is drawn whose middle alone is not empty."""


def develop_logo(upload: bytes, box: tuple[int, int], *, is_square: bool) -> Rendered:
    """A logo as a PNG that fits in ``box``, without the empty space around it, and holding nothing but the picture.

    Raises ``Unusable``.
    """
    image = _drawn(upload, box) if kinds.is_svg(upload) else _decoded(upload)
    image = image.crop(_shown(image))
    if max(image.size) > limits.MOST_TIMES_LOGO * min(image.size):
        raise Unusable(limits.STRIP)
    scale = min(1.0, box[0] / image.width, box[1] / image.height)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    image = image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)
    if is_square:
        side = max(image.size)
        ground = Image.new("RGBA", (side, side), (0, 0, 0, 0))
        ground.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
        image = ground
    body = io.BytesIO()
    image.info.clear()
    image.save(body, "PNG", optimize=True)
    return image.width, image.height, body.getvalue()


def _shown(image: Image.Image) -> tuple[int, int, int, int]:
    """The part of a picture that is not empty."""
    shown = image.getchannel("A").point(lambda value: 255 if value > limits.FAINT else 0).getbbox()
    if shown is None:
        raise Unusable(limits.EMPTY)
    return shown


def _drawn(upload: bytes, box: tuple[int, int]) -> Image.Image:
    """Draw an SVG: once to see which part of it is not empty, then so large that this part fills the box."""
    import resvg_py  # noqa: PLC0415 - other logos need none of it

    try:
        drawing = svg.sanitize(upload)
        first = _png(resvg_py.svg_to_bytes(svg_string=drawing, skip_system_fonts=True, width=box[0]))
        left, top, right, bottom = _shown(first)
        scale = min(box[0] / (right - left), box[1] / (bottom - top), _MOST_CANVAS / max(first.size))
        width = max(1, round(first.width * scale))
        return _png(resvg_py.svg_to_bytes(svg_string=drawing, skip_system_fonts=True, width=width))
    except svg.HasText:
        raise Unusable(limits.HAS_TEXT) from None
    except (ValueError, OSError):
        raise Unusable(limits.DAMAGED) from None


def _png(body: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(body), formats=("PNG",))
    image.load()
    return image.convert("RGBA")


def _decoded(upload: bytes) -> Image.Image:
    picture = _opened(upload)
    if picture.width * picture.height > limits.MOST_PIXELS_LOGO:
        raise Unusable(limits.MANY)
    if min(picture.size) < limits.LEAST_SIDE_LOGO:
        raise Unusable(limits.SMALL)
    try:
        picture.load()
        image = picture.convert("RGBA")
    except MemoryError:
        raise
    except Exception as error:  # see _opened
        raise Unusable(limits.DAMAGED) from error
    alpha = image.getchannel("A")
    image = in_srgb(image.convert("RGB"), picture.info.get("icc_profile"))
    image.putalpha(alpha)
    return image


def _opened(upload: bytes) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = limits.MOST_PIXELS_LOGO
    try:
        return Image.open(io.BytesIO(upload), formats=_FORMATS)
    except MemoryError:
        raise
    except Image.DecompressionBombError:
        raise Unusable(limits.MANY) from None
    except Exception as error:  # on hostile files decoders raise anything
        raise Unusable(limits.DAMAGED) from error


def main() -> None:
    """Carry out the order in ``sys.argv``."""
    order = json.loads(sys.argv[1])
    limit_process(order["memory_bytes"], order["cpu_seconds"])
    write_answer(lambda: [develop_logo(sys.stdin.buffer.read(), tuple(order["box"]), is_square=order["is_square"])])


if __name__ == "__main__":
    main()
