"""The press's colour: whatever a publisher types, everybody can read what is shown in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.looks.test_tokens import EDGES, TEXT, weak

from byline.looks import accent, tokens

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOURS)
def test_any_colour_becomes_one_that_can_be_read_in_light_and_in_dark(colour: str) -> None:
    for theme in ({**tokens.LIGHT, **accent.light(colour)}, {**tokens.DARK, **accent.dark(colour)}):
        assert weak(theme, TEXT, 4.5) == []
        assert weak(theme, EDGES, 3) == []


@pytest.mark.parametrize("colour", ["#8a2f1d", "#17435c", "#000000"])
def test_a_colour_that_can_be_read_stays_as_it_is(colour: str) -> None:
    assert accent.light(colour)["accent"] == colour


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("#8A2F1D", "#8a2f1d"),
        (" 8a2f1d ", "#8a2f1d"),
        ("#abc", "#aabbcc"),
        ("", None),
        ("red", None),
        ("#12345", None),
        ("#1234567", None),
        ("#12345g", None),
        ("rgb(1,2,3)", None),
        ("#8a2f1d; }", None),
        ("#\uff18a2f1d", None),
    ],
)
def test_only_a_colour_is_taken_for_one(typed: str, meant: str | None) -> None:
    assert accent.normalise(typed) == meant


def test_the_stylesheet_has_both_themes_and_nothing_on_paper() -> None:
    rules = accent.stylesheet("#8a2f1d").decode()

    assert rules.count("--accent: ") == 2
    assert rules.count("@media screen") == 2
    assert set(accent.light("#8a2f1d")) == {"accent", "accent-strong", "on-accent", "tint"}
