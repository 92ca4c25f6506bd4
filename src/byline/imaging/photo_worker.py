"""The worker process: ``python -m byline.imaging.photo_worker ORDER`` reads a photo and writes its renditions.

It is run as a process of its own, because decoders are where hostile photos do their work: it has no secrets in its
environment, limits its own memory and time before it looks at the photo, and may crash without harm.

``ORDER`` is JSON: ``widths``, ``memory_bytes``, ``cpu_seconds``, and for a portrait ``crop`` and ``focus``
(``imaging.cuts``). Standard input is the photo, standard output a line of JSON and what it announces:
``{"fault": reason}``, or ``{"renditions": [[width, height, length], …]}`` and then the JPEGs, one behind the other. Of
a portrait these are the sizes, the shapes, and the master.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from PIL import AvifImagePlugin, Image, ImageChops, ImageCms, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from byline.imaging import cuts, limits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from byline.imaging.cuts import Box, Crop, Focus

Rendered = tuple[int, int, bytes]
"""A JPEG with its width and height in pixels."""

FORMATS: Final = ("JPEG", "PNG", "WEBP", "AVIF")

_QUALITY: Final = 85
_QUALITY_OF_MASTER: Final = 90
_PLUGINS: Final = (JpegImagePlugin, PngImagePlugin, WebPImagePlugin, AvifImagePlugin)
"""Named, or Pillow would load its decoders for some forty other formats to find them."""
_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF's orientation (tag 0x0112) to the turn that undoes it."""
_LYING: Final = frozenset({5, 6, 7, 8})
_END: Final = b"\xff\xd9"
_NOISE: Final = b"\x55" * 65_536
_ONE_BLOCK: Final = 16
"""Pixels: the side of the largest block that a JPEG is made of."""


class Unusable(Exception):
    """A photo that cannot be used; the text is one of the reasons in ``limits``."""


def develop(upload: bytes, widths: Sequence[int]) -> list[Rendered]:
    """Turn a photo into JPEGs, widest first, never wider than the photo itself.

    They are upright, in sRGB, on white where the photo was transparent, of its first frame, and hold nothing but the
    picture. Raises ``Unusable``.
    """
    photo = _opened(upload)
    lying = _orientation(photo) in _LYING
    width, height = photo.size[::-1] if lying else photo.size
    image = _decoded(photo, upload, (max(widths), 1), lying=lying)
    wide = image.height if lying else image.width
    image = _upright(photo, _reduced(image, wide // (2 * max(widths))))
    fitting = sorted({min(wanted, width) for wanted in widths}, reverse=True)
    return [_rendition(image, (wide, max(1, round(height * wide / width)))) for wide in fitting]


def develop_portrait(upload: bytes, widths: Sequence[int], crop: Crop, focus: Focus) -> list[Rendered]:
    """The same of a part of the photo, then its shapes in the order of ``cuts.SHAPES``, and last the master: the whole
    photo, at most ``cuts.MASTER_SIDE`` pixels high and wide. Raises ``Unusable``.
    """
    master = _master(upload)
    box = cuts.crop_box(crop, focus, *master.size)
    wide, high = box[2] - box[0], box[3] - box[1]
    if min(wide, high) < limits.LEAST_SIDE or max(wide, high) > limits.MOST_TIMES * min(wide, high):
        raise Unusable(limits.CROPPED)
    shown = master.crop(box)
    fitting = sorted({min(wanted, wide) for wanted in widths}, reverse=True)
    sizes = [_rendition(shown, (width, max(1, round(high * width / wide)))) for width in fitting]
    shapes = [_shape(master, box, focus, name) for name in cuts.SHAPES]
    return [*sizes, *shapes, _encoded(master, quality=_QUALITY_OF_MASTER)]


def main() -> None:
    """Carry out the order in ``sys.argv``."""
    order = json.loads(sys.argv[1])
    limit_process(order["memory_bytes"], order["cpu_seconds"])
    upload = sys.stdin.buffer.read
    if "crop" in order:
        write_answer(lambda: develop_portrait(upload(), order["widths"], order["crop"], order["focus"]))
    else:
        write_answer(lambda: develop(upload(), order["widths"]))


def write_answer(make: Callable[[], list[Rendered]]) -> None:
    """Write what ``make`` makes to standard output, or why it is ``Unusable``."""
    head: dict[str, object]
    bodies: list[bytes] = []
    try:
        renditions = make()
    except Unusable as fault:
        head = {"fault": str(fault)}
    except MemoryError:
        head = {"fault": limits.HEAVY}
    else:
        head = {"renditions": [[width, height, len(body)] for width, height, body in renditions]}
        bodies = [body for _, _, body in renditions]
    sys.stdout.buffer.write(b"".join([json.dumps(head).encode(), b"\n", *bodies]))


def _opened(upload: bytes) -> Image.Image:
    """Read the header, and judge by it before anything is decoded."""
    is_jpeg = upload.startswith(b"\xff\xd8")
    most = limits.MOST_PIXELS_JPEG if is_jpeg else limits.MOST_PIXELS
    too_many = Unusable(limits.MANY_JPEG if is_jpeg else limits.MANY)
    # Pillow itself refuses twice this number, for WebP before the canvas is allocated, and warns below.
    Image.MAX_IMAGE_PIXELS = most // 2
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)
    try:
        photo = Image.open(io.BytesIO(upload), formats=FORMATS)
    except Image.DecompressionBombError:
        raise too_many from None
    except MemoryError:
        raise
    except Exception as error:  # on hostile files decoders raise anything, from KeyError to struct.error
        raise Unusable(limits.DAMAGED) from error
    if max(photo.size) > limits.MOST_SIDE:
        raise Unusable(limits.LONG)
    if photo.width * photo.height > most:
        raise too_many
    if min(photo.size) < limits.LEAST_SIDE:
        raise Unusable(limits.SMALL)
    if max(photo.size) > limits.MOST_TIMES * min(photo.size):
        raise Unusable(limits.STRIP)
    return photo


def _orientation(photo: Image.Image) -> int:
    try:
        found = photo.getexif().get(0x0112)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - see _opened; a photo with broken EXIF is as good as one without
        return 1
    return found if isinstance(found, int) else 1


def _master(upload: bytes) -> Image.Image:
    photo = _opened(upload)
    lying = _orientation(photo) in _LYING
    scale = min(1, cuts.MASTER_SIDE / max(photo.size))
    width, height = (max(1, round(side * scale)) for side in (photo.size[::-1] if lying else photo.size))
    image = _decoded(photo, upload, (width, height), lying=lying)
    # To between three quarters of the size and all of it: a decoder's own picture is the largest thing in memory.
    image = _reduced(image, (max(image.size) + cuts.MASTER_SIDE // 2) // cuts.MASTER_SIDE)
    if max(image.size) > cuts.MASTER_SIDE:
        image = image.resize((height, width) if lying else (width, height), Image.Resampling.LANCZOS)
    return _upright(photo, image)


def _decoded(photo: Image.Image, upload: bytes, wanted: tuple[int, int], *, lying: bool) -> Image.Image:
    """Decode the first frame; a JPEG at half, a quarter or an eighth of its size, where it is still as large as wanted.

    ``wanted`` is the width and height of the photo when it is upright.
    """
    size = wanted[::-1] if lying else wanted
    try:
        return _loaded(photo, size)
    except (MemoryError, Unusable):
        raise
    except Exception as error:  # see _opened
        whole = _without_end(upload, size) if isinstance(photo, JpegImagePlugin.JpegImageFile) else None
        if whole is None:
            raise Unusable(limits.DAMAGED) from error
        return whole


def _loaded(photo: Image.Image, size: tuple[int, int]) -> Image.Image:
    if isinstance(photo, JpegImagePlugin.JpegImageFile):
        photo.draft(None, size)
        if photo.width * photo.height > limits.MOST_PIXELS:
            raise Unusable(limits.HEAVY)
    photo.load()
    return photo


def _without_end(upload: bytes, size: tuple[int, int]) -> Image.Image | None:
    """A JPEG that lacks its last bytes and shows all the same, as browsers show it; ``None`` if more is missing.

    It is decoded twice, with its end put back and with noise before that: what the two pictures do not share is what
    is missing. One block may be.
    """
    begun = upload.rstrip(b"\xff")
    try:
        mended, noisy = (
            _loaded(Image.open(io.BytesIO(begun + rest), formats=("JPEG",)), size) for rest in (_END, _NOISE + _END)
        )
        missing = ImageChops.difference(mended.convert("RGB"), noisy.convert("RGB")).getbbox()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - see _opened
        return None
    if missing is not None and max(missing[2] - missing[0], missing[3] - missing[1]) > _ONE_BLOCK:
        return None
    return mended


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    """Bring a large photo down by a whole factor: fast, and small in memory.

    What cannot be averaged (palettes, transparency by one colour, 16 bits) is turned into what can.
    """
    if image.mode.startswith("I"):
        image = image.point(lambda value: value * (1 / 257) + 0.5).convert("L")  # convert alone would cut off at 255
    elif image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode not in {"L", "RGB", "CMYK"}:
        image = image.convert("RGB")
    return image.reduce(factor) if factor > 1 else image


def _upright(photo: Image.Image, image: Image.Image) -> Image.Image:
    """Put a decoded photo on white, into sRGB, and upright."""
    image = in_srgb(_on_white(image), photo.info.get("icc_profile"))
    turn = _UPRIGHT.get(_orientation(photo))
    return image if turn is None else image.transpose(turn)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def in_srgb(image: Image.Image, profile: object) -> Image.Image:
    """Convert to sRGB by the photo's own profile; where it has none, or none of use, as if it were sRGB."""
    if isinstance(profile, bytes):
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB")


def _shape(master: Image.Image, box: Box, focus: Focus, name: str) -> Rendered:
    wanted = cuts.SHAPES[name]
    part = cuts.shape_box(box, wanted, focus, *master.size)
    wide = part[2] - part[0]
    size = wanted if name == cuts.SHARE or wide >= wanted[0] else (wide, max(1, round(wide * wanted[1] / wanted[0])))
    return _rendition(master.crop(part), size)


def _rendition(image: Image.Image, size: tuple[int, int]) -> Rendered:
    picture = image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)
    return _encoded(picture, quality=_QUALITY, progressive=True)


def _encoded(picture: Image.Image, **how: bool | int) -> Rendered:
    picture.info.clear()  # comments and the like would be saved along
    body = io.BytesIO()
    picture.save(body, "JPEG", optimize=True, **how)
    return picture.width, picture.height, body.getvalue()


def limit_process(memory_bytes: int, cpu_seconds: int) -> None:
    """Bound what this process may take, before it looks at anything."""
    os.nice(5)  # readers and forms go first
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, limits.MOST_BYTES_OUT),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # macOS knows no RLIMIT_AS; a stricter limit from outside stays
            resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
