"""Colours that can be told from each other, by everybody, and that are defined wherever they are used."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from byline.looks import tokens

STYLESHEETS = {
    "portal": resources.files("byline.web").joinpath("static", "byline.css").read_text(),
    "readers": resources.files("byline.site").joinpath("templates", "readers.css").read_text(),
}
GROUNDS = ("paper", "sheet", "sunken")
TEXT = [
    *[(text, ground) for ground in (*GROUNDS, "tint") for text in ("ink", "soft", "accent")],
    *[("accent-strong", ground) for ground in (*GROUNDS, "tint")],
    *[(meaning, ground) for ground in GROUNDS for meaning in ("good", "warning", "fault")],
    *[(text, f"{meaning}-tint") for meaning in ("good", "warning", "fault") for text in ("ink", meaning)],
    *[("on-accent", "accent"), ("on-accent", "accent-strong"), ("on-fault", "fault")],
]
EDGES = [(edge, ground) for ground in GROUNDS for edge in ("edge", "accent", "fault")]


def contrast(one: str, other: str) -> float:
    """As WCAG 2.2 defines it."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        r, g, b = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def weak(theme: dict[str, str], pairs: list[tuple[str, str]], least: float) -> list[tuple[str, str]]:
    return [pair for pair in pairs if contrast(theme[pair[0]], theme[pair[1]]) < least]


@pytest.mark.parametrize("theme", [tokens.LIGHT, tokens.DARK], ids=["light", "dark"])
def test_text_and_edges_can_be_told_from_their_ground(theme: dict[str, str]) -> None:
    assert weak(theme, TEXT, 4.5) == []
    assert weak(theme, EDGES, 3) == []


def test_a_colour_that_is_too_weak_is_found() -> None:
    assert weak(tokens.LIGHT | {"soft": "#999999"}, TEXT, 4.5) == [(text, g) for text, g in TEXT if text == "soft"]
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("name", STYLESHEETS)
def test_every_value_that_a_stylesheet_uses_is_defined(name: str) -> None:
    rules = STYLESHEETS[name]
    defined = {*tokens.LIGHT, *re.findall(r"--([a-z0-9-]+):", rules)}

    assert set(re.findall(r"var\(--([a-z0-9-]+)", rules)) <= defined


@pytest.mark.parametrize("name", STYLESHEETS)
def test_a_stylesheet_has_no_colours_of_its_own(name: str) -> None:
    screen, _, paper = STYLESHEETS[name].partition("@media print")

    assert paper
    assert re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(", screen) == []


def test_the_icon_has_the_accent() -> None:
    icon = resources.files("byline.web").joinpath("static", "icon.svg").read_text()

    assert re.findall(r'fill="(#[0-9a-f]{6})"', icon) == [tokens.LIGHT["accent"]]
