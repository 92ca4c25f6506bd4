"""The languages, and their translations: ``<language>.mo``, compiled by ``make messages`` from ``<language>.po``."""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from byline.settings import NAMELESS_PUBLISHER, SOURCE_LANGUAGE

if TYPE_CHECKING:
    from byline.settings import Site

FOLDER: Final = Path(__file__).parent


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Read the translations into a language, once; those into the source language say what they are given."""
    if language == SOURCE_LANGUAGE:
        return gettext.NullTranslations()
    with (FOLDER / f"{language}.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def publisher_name(site: Site, language: str, *, at_start: bool = False) -> str:
    """The press's name as a sentence has it; one that was set stays as it was written ("dtv")."""
    if site.publisher_name != NAMELESS_PUBLISHER:
        return site.publisher_name
    words = translations(language)
    return words.gettext("The publisher") if at_start else words.gettext(NAMELESS_PUBLISHER)
