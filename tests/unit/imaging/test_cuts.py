"""Which part of a photo is shown, in pixels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.imaging import cuts

SIDE = st.integers(1, 3_000)
PERCENT = st.integers(0, 100)


@st.composite
def crops(draw: st.DrawFn) -> cuts.Crop:
    """Every crop that a form can ask for."""
    if draw(st.booleans()):
        return draw(st.sampled_from(("whole", "4:5")))
    left, top = draw(st.integers(0, 1000 - cuts.LEAST_CROP)), draw(st.integers(0, 1000 - cuts.LEAST_CROP))
    width = draw(st.integers(cuts.LEAST_CROP, 1000 - left))
    return left, top, width, draw(st.integers(cuts.LEAST_CROP, 1000 - top))


@pytest.mark.parametrize(
    ("crop", "focus", "box"),
    [
        ("whole", (50, 25), (0, 0, 1000, 800)),
        ("4:5", (50, 25), (180, 0, 820, 800)),
        ("4:5", (0, 0), (0, 0, 640, 800)),
        ("4:5", (100, 100), (360, 0, 1000, 800)),
        ((250, 500, 500, 250), (50, 25), (250, 400, 750, 600)),
    ],
)
def test_a_crop_is_what_was_asked_for(crop: cuts.Crop, focus: cuts.Focus, box: cuts.Box) -> None:
    assert cuts.crop_box(crop, focus, 1000, 800) == box


@pytest.mark.parametrize(
    ("focus", "box"),
    [((50, 50), (0, 219, 1000, 781)), ((50, 0), (0, 0, 1000, 562)), ((50, 100), (0, 438, 1000, 1000))],
)
def test_a_shape_keeps_the_focal_point_in_its_middle_as_far_as_the_photo_goes(focus: cuts.Focus, box: cuts.Box) -> None:
    assert cuts.shape_box((0, 0, 1000, 1000), (16, 9), focus, 1000, 1000) == box


@given(crops(), st.tuples(PERCENT, PERCENT), SIDE, SIDE, st.sampled_from(sorted(cuts.SHAPES)))
def test_nothing_that_was_cut_off_is_in_a_shape(
    crop: cuts.Crop, focus: cuts.Focus, width: int, height: int, name: str
) -> None:
    left, top, right, bottom = cuts.crop_box(crop, focus, width, height)
    shape = cuts.shape_box((left, top, right, bottom), cuts.SHAPES[name], focus, width, height)

    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    assert left <= shape[0] < shape[2] <= right
    assert top <= shape[1] < shape[3] <= bottom
