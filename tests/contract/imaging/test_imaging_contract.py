"""What becomes of honest photos, whatever develops them."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageCms, ImageDraw

if TYPE_CHECKING:
    from byline.imaging.port import Imaging, Rendition

RED, GREEN, BLUE, YELLOW = (220, 20, 20), (20, 180, 20), (20, 20, 220), (230, 220, 20)


def saved(image: Image.Image, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def four_corners(width: int = 300, height: int = 200) -> Image.Image:
    """Red top left, green top right, blue bottom left, yellow bottom right."""
    image = Image.new("RGB", (width, height), RED)
    draw = ImageDraw.Draw(image)
    draw.rectangle((width // 2, 0, width, height // 2 - 1), GREEN)
    draw.rectangle((0, height // 2, width // 2 - 1, height), BLUE)
    draw.rectangle((width // 2, height // 2, width, height), YELLOW)
    return image


def opened(rendition: Rendition) -> Image.Image:
    return Image.open(io.BytesIO(rendition.body))


def near(pixel: object, colour: tuple[int, int, int], tolerance: int = 14) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(found - wanted) <= tolerance for found, wanted in zip(pixel, colour, strict=True))


def assert_four_corners(rendition: Rendition) -> None:
    image = opened(rendition)
    width, height = image.size
    places = ((0.25, 0.25, RED), (0.75, 0.25, GREEN), (0.25, 0.75, BLUE), (0.75, 0.75, YELLOW))
    for across, down, colour in places:
        found = image.getpixel((int(width * across), int(height * down)))
        assert near(found, colour), (across, down, found, colour)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("size", "widths"),
    [
        ((2400, 1600), [1200, 640, 320]),
        ((1600, 2400), [1200, 640, 320]),
        ((1200, 800), [1200, 640, 320]),
        ((1199, 800), [1199, 640, 320]),
        ((500, 500), [500, 320]),
        ((100, 1000), [100]),
        ((3000, 300), [1200, 640, 320]),
        ((64, 64), [64]),
    ],
)
def test_renditions_are_the_wanted_widths_that_fit(
    imaging: Imaging, kind: str, size: tuple[int, int], widths: list[int]
) -> None:
    renditions = imaging.develop(saved(four_corners(*size), kind))

    assert [rendition.width for rendition in renditions] == widths
    for rendition in renditions:
        assert rendition.height == round(rendition.width * size[1] / size[0])
        assert opened(rendition).size == (rendition.width, rendition.height)
        assert (rendition.content_type, rendition.suffix) == ("image/jpeg", ".jpg")
        assert opened(rendition).format == "JPEG"
        assert opened(rendition).mode == "RGB"
        assert_four_corners(rendition)


def test_the_same_photo_becomes_the_same_bytes(imaging: Imaging) -> None:
    photo = saved(four_corners(), "JPEG")

    assert imaging.develop(photo) == imaging.develop(photo)


STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""EXIF's orientation to the way a camera stores the picture then."""


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_upright_however_the_camera_was_held(imaging: Imaging, kind: str, orientation: int) -> None:
    upright = four_corners(3000, 2000) if kind == "JPEG" else four_corners(1000, 700)
    turn = STORED[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = saved(upright if turn is None else upright.transpose(turn), kind, exif=exif)

    renditions = imaging.develop(photo)

    for rendition in renditions:
        assert rendition.height == round(rendition.width * upright.height / upright.width)
        assert_four_corners(rendition)


@pytest.mark.parametrize(
    "entry",
    [
        struct.pack("<HHIHH", 0x0112, 3, 1, 0, 0),
        struct.pack("<HHIHH", 0x0112, 3, 1, 9, 0),
        struct.pack("<HHI4s", 0x0112, 2, 2, b"6\0\0\0"),
        struct.pack("<HHII", 0x0112, 5, 1, 0xFFFFFFFF),
        struct.pack("<HHII", 0x0112, 3, 0xFFFFFFFF, 0xFFFFFFFF),
        struct.pack("<HHII", 0x0112, 99, 1, 6),
        b"\x12\x01",
    ],
)
def test_an_orientation_that_is_none_turns_nothing(imaging: Imaging, entry: bytes) -> None:
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0" + entry

    for rendition in imaging.develop(saved(four_corners(), "JPEG", exif=exif)):
        assert_four_corners(rendition)


def png(depth: int, colour: int, pixel: bytes, size: int = 80) -> bytes:
    """A PNG of one colour, in depths that Pillow reads but does not write."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", size, size, depth, colour, 0, 0, 0)
    rows = (b"\0" + pixel * size) * size
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def modes() -> dict[str, bytes]:
    """The same picture in every way that the three formats can store it."""
    image = four_corners()
    palette = image.quantize(4)
    return {
        "RGB": saved(image, "PNG"),
        "RGBA": saved(image.convert("RGBA"), "PNG"),
        "palette": saved(palette, "PNG"),
        "palette, 2 bits": saved(palette, "PNG", bits=2),
        "progressive JPEG": saved(image, "JPEG", progressive=True, quality=95),
        "JPEG without subsampling": saved(image, "JPEG", subsampling=0, quality=95),
        "JPEG stored as RGB": saved(image, "JPEG", keep_rgb=True, quality=95),
        "CMYK JPEG": saved(image.convert("CMYK"), "JPEG", quality=95),
        "lossless WebP": saved(image, "WEBP", lossless=True),
        "WebP with alpha": saved(image.convert("RGBA"), "WEBP", quality=95),
    }


@pytest.mark.parametrize("mode", sorted(modes()))
def test_colours_stay_however_they_are_stored(imaging: Imaging, mode: str) -> None:
    for rendition in imaging.develop(modes()[mode]):
        assert_four_corners(rendition)


def greys() -> dict[str, bytes]:
    """A field of the same grey (180 of 255) in every way that it can be stored."""
    grey = Image.new("L", (80, 80), 180)
    return {
        "L": saved(grey, "PNG"),
        "L in a JPEG": saved(grey, "JPEG"),
        "LA": saved(grey.convert("LA"), "PNG"),
        "16 bits": saved(Image.new("I;16", (80, 80), 180 * 257), "PNG"),
        "16 bits, transparency": png(16, 4, b"\xb4\xb4\xff\xff"),
        "16 bits, three colours": png(16, 2, b"\xb4\xb4" * 3),
        "16 bits, three colours, transparency": png(16, 6, b"\xb4\xb4" * 3 + b"\xff\xff"),
        "WebP": saved(grey, "WEBP"),
    }


@pytest.mark.parametrize("mode", sorted(greys()))
def test_greys_stay_however_they_are_stored(imaging: Imaging, mode: str) -> None:
    [rendition] = imaging.develop(greys()[mode])

    assert near(opened(rendition).getpixel((40, 40)), (180, 180, 180), tolerance=3)


def test_black_and_white_stays(imaging: Imaging) -> None:
    image = Image.new("1", (80, 80), 1)
    image.paste(0, (0, 0, 40, 80))
    [rendition] = imaging.develop(saved(image, "PNG"))

    assert near(opened(rendition).getpixel((10, 40)), (0, 0, 0))
    assert near(opened(rendition).getpixel((70, 40)), (255, 255, 255))


def see_through() -> dict[str, bytes]:
    """A red field whose left half is transparent, in every way that it can be stored."""
    image = Image.new("RGBA", (80, 80), (*RED, 255))
    image.paste((0, 0, 0, 0), (0, 0, 40, 80))
    marked = Image.new("RGB", (80, 80), RED)
    marked.paste((1, 2, 3), (0, 0, 40, 80))
    palette = marked.quantize(2)
    hole = palette.getpixel((0, 0))
    return {
        "RGBA": saved(image, "PNG"),
        "WebP": saved(image, "WEBP", lossless=True),
        "RGB with one colour left out": saved(marked, "PNG", transparency=(1, 2, 3)),
        "palette with one colour left out": saved(palette, "PNG", transparency=hole),
        "palette with alpha": saved(image.quantize(2), "PNG"),
    }


@pytest.mark.parametrize("mode", sorted(see_through()))
def test_what_is_transparent_becomes_white(imaging: Imaging, mode: str) -> None:
    [rendition] = imaging.develop(see_through()[mode])

    assert near(opened(rendition).getpixel((10, 40)), (255, 255, 255))
    assert near(opened(rendition).getpixel((70, 40)), RED)


def srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped() -> bytes:
    """A profile whose red is blue and whose blue is red: whoever ignores it shows the wrong colour."""
    profile = srgb()
    red, blue = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    changed = bytearray(profile)
    changed[red : red + 4], changed[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(changed)


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGB"), ("PNG", "RGBA"), ("WEBP", "RGB"), ("WEBP", "RGBA")]
)
def test_colours_are_those_that_the_photos_own_profile_means(imaging: Imaging, kind: str, mode: str) -> None:
    field = Image.new("RGB", (2000, 200), (255, 0, 0)).convert(mode)

    for rendition in imaging.develop(saved(field, kind, icc_profile=swapped())):
        assert near(opened(rendition).getpixel((10, 1)), (0, 0, 255))


def lab() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


@pytest.mark.parametrize("profile", [srgb(), lab(), b"no profile", srgb()[:200], b"\0" * 5000])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_profile_that_fits_not_or_is_broken_is_as_none(imaging: Imaging, profile: bytes, mode: str) -> None:
    grey = Image.new("RGB", (80, 80), (180, 180, 180)).convert(mode)

    [rendition] = imaging.develop(saved(grey, "JPEG", icc_profile=profile))

    assert near(opened(rendition).getpixel((40, 40)), (180, 180, 180), tolerance=3)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "MPO"])
def test_of_moving_pictures_the_first_counts(imaging: Imaging, kind: str) -> None:
    others = [Image.new("RGB", (300, 200), "black") for _ in range(3)]

    for rendition in imaging.develop(saved(four_corners(), kind, save_all=True, append_images=others)):
        assert_four_corners(rendition)
