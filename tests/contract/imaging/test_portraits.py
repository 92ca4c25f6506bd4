"""What is made of a portrait, whatever develops it: sizes of its crop, shapes around its focal point, a master."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tests.contract.imaging.test_hostile_photos import SECRETS, segments, telling
from tests.contract.imaging.test_imaging_contract import BLUE, GREEN, RED, YELLOW, four_corners, near, opened, saved

from byline.errors import Invalid
from byline.imaging import cuts
from byline.messages.photos import CROP_TOO_SMALL

if TYPE_CHECKING:
    from byline.imaging.port import Imaging, Portrait

pytestmark = pytest.mark.slow


def portrait(imaging: Imaging, upload: bytes, crop: cuts.Crop = "whole", focus: cuts.Focus = cuts.TOP) -> Portrait:
    return imaging.develop_portrait(upload, crop=crop, focus=focus)


def test_every_shape_has_its_ratio_and_is_never_larger_than_the_photo_but_for_the_one_of_messengers(
    imaging: Imaging,
) -> None:
    found = portrait(imaging, saved(four_corners(800, 1000), "JPEG"))

    assert {name: (shape.width, shape.height) for name, shape in found.shapes.items()} == {
        "1x1": (800, 800),
        "4x3": (800, 600),
        "16x9": (800, 450),
        "4x5": (640, 800),
        "share": (1200, 630),
    }
    for shape in found.shapes.values():
        assert opened(shape).size == (shape.width, shape.height)


@pytest.mark.parametrize(
    ("size", "master"),
    [
        ((6000, 4000), (3000, 2000)),
        ((4032, 3024), (3000, 2250)),
        ((3024, 4032), (2250, 3000)),
        ((3000, 1000), (3000, 1000)),
        ((500, 400), (500, 400)),
    ],
)
def test_the_master_is_the_whole_photo_of_at_most_3000_pixels(
    imaging: Imaging, size: tuple[int, int], master: tuple[int, int]
) -> None:
    found = portrait(imaging, saved(four_corners(*size), "JPEG"), crop=(0, 0, 500, 500))

    assert (found.master.width, found.master.height) == opened(found.master).size == master
    assert found.sizes[0].width == min(1200, master[0] // 2)


@pytest.mark.parametrize("kind", sorted(telling()))
def test_nothing_but_the_picture_is_left_in_any_file(imaging: Imaging, kind: str) -> None:
    found = portrait(imaging, telling()[kind])
    for rendition in (*found.sizes, *found.shapes.values(), found.master):
        assert [secret for secret in SECRETS if len(secret) > 2 and secret in rendition.body] == []
        assert set(segments(rendition.body)) <= {0xE0, 0xDB, 0xC0, 0xC2, 0xC4, 0xDA, 0xD9}
        assert dict(opened(rendition).getexif()) == {}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_that_lies_on_its_side_is_cut_when_it_is_upright(imaging: Imaging, orientation: int) -> None:
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    lying = four_corners(3600, 2400)
    if orientation in turns:
        lying = lying.transpose(turns[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    found = portrait(imaging, saved(lying, "JPEG", exif=exif), crop=(500, 0, 500, 500))

    assert (found.master.width, found.master.height) == (3000, 2000)
    size = found.sizes[0]
    assert near(opened(size).getpixel((size.width // 2, size.height // 2)), GREEN)


@pytest.mark.parametrize(
    ("focus", "colour"), [((10, 10), RED), ((90, 10), GREEN), ((10, 90), BLUE), ((90, 90), YELLOW)]
)
def test_the_focal_point_decides_what_a_shape_shows(
    imaging: Imaging, focus: cuts.Focus, colour: tuple[int, int, int]
) -> None:
    wide, high = four_corners(3000, 600), four_corners(600, 3000)
    for image in (wide, high):
        square = opened(portrait(imaging, saved(image, "JPEG"), focus=focus).shapes["1x1"])
        across, down = (0.25 if part < 50 else 0.75 for part in focus)
        place = (
            int(square.width * (0.5 if image is wide else across)),
            int(square.height * (0.5 if image is high else down)),
        )
        assert near(square.getpixel(place), colour)


def test_a_part_that_is_too_small_to_show_is_said_at_the_crop(imaging: Imaging) -> None:
    for size, crop in (((1000, 800), (0, 0, 60, 1000)), ((1000, 3000), (0, 0, 100, 1000))):
        with pytest.raises(Invalid) as refused:
            portrait(imaging, saved(four_corners(*size), "JPEG"), crop=crop)

        assert refused.value.faults == {"photo_crop": CROP_TOO_SMALL}


def test_the_same_photo_cut_again_from_its_master_shows_the_same(imaging: Imaging) -> None:
    first = portrait(imaging, saved(four_corners(4032, 3024), "JPEG"))
    again = portrait(imaging, first.master.body)

    assert [(size.width, size.height) for size in again.sizes] == [(size.width, size.height) for size in first.sizes]
    assert (again.master.width, again.master.height) == (3000, 2250)


def test_large_photos_of_every_kind_are_within_the_limits(imaging: Imaging) -> None:
    flat = Image.linear_gradient("L")
    clear = flat.resize((4490, 4490)).convert("RGBA")
    clear.putalpha(flat.resize((4490, 4490)))
    for photo in (
        saved(flat.resize((8000, 5000)).convert("RGBA"), "PNG", compress_level=1),
        saved(clear, "PNG", compress_level=1),
        saved(flat.resize((8000, 5000)), "WEBP", quality=40, method=0),
        saved(flat.resize((10_000, 10_000)), "JPEG", quality=40),
    ):
        assert max(portrait(imaging, photo).master.width, 0) >= 2250
