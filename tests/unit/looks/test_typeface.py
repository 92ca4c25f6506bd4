"""The typeface: small, complete for what its stylesheet promises, free to pass on, and made again by anybody."""

from __future__ import annotations

import io

import pytest

from byline.looks import stylesheets, tokens, typeface

MOST_BYTES = 45_000


def test_both_styles_together_are_small() -> None:
    fonts = typeface.fonts()

    assert [font.style for font in fonts] == list(typeface.STYLES)
    assert all(font.body.startswith(b"wOF2") for font in fonts)
    assert sum(len(font.body) for font in fonts) <= MOST_BYTES


def test_its_licence_is_beside_it() -> None:
    licence = (typeface.FOLDER / "OFL.txt").read_text()

    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Reserved Font Name" not in licence.partition("PREAMBLE")[0]


def test_a_stylesheet_names_each_file_once_and_shows_text_before_it_is_there() -> None:
    made = stylesheets.stylesheet(b"body {}", lambda font: f"/{font.style}.{font.digest}").decode()

    assert made.endswith("body {}")
    for font in typeface.fonts():
        assert made.count(f'url("/{font.style}.{font.digest}") format("woff2")') == 1
    assert made.count("font-display: swap") == len(typeface.STYLES)
    assert tokens.LIGHT["serif"].startswith(f"{typeface.FAMILY}, ")
    assert "https:" not in made


@pytest.mark.parametrize("style", typeface.STYLES)
def test_a_file_has_every_character_that_browsers_load_it_for(style: str) -> None:
    from fontTools.ttLib import TTFont
    from tools.typeface import codes

    font = TTFont(io.BytesIO((typeface.FOLDER / f"{style}.woff2").read_bytes()))

    assert codes(typeface.CHARACTERS) == set(font.getBestCmap())
    assert codes("U+20-7E, U+17F") == {*range(0x20, 0x7F), 0x17F}


@pytest.mark.slow
@pytest.mark.parametrize("style", typeface.STYLES)
def test_a_file_is_what_its_source_makes(style: str) -> None:
    from tools.typeface import made

    assert made(style) == (typeface.FOLDER / f"{style}.woff2").read_bytes()
