"""The languages, and their translations: ``<language>.mo``, compiled by ``make messages`` from ``<language>.po``."""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path
from typing import Final

SOURCE_LANGUAGE: Final = "en"
"""The language that the sentences in the program are written in."""
LANGUAGES: Final = (SOURCE_LANGUAGE, "de")
"""The languages that are installed: each other than the first has a translation here."""
NAMELESS_PUBLISHER: Final = "the publisher"
"""How a publisher is spoken of whose name was not set."""
FOLDER: Final = Path(__file__).parent


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Read the translations into a language, once; those into the source language say what they are given."""
    if language == SOURCE_LANGUAGE:
        return gettext.NullTranslations()
    with (FOLDER / f"{language}.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def publisher_name(name: str, language: str, *, at_start: bool = False) -> str:
    """The press's name as a sentence has it; one that was set stays as it was written ("dtv")."""
    if name != NAMELESS_PUBLISHER:
        return name
    words = translations(language)
    return words.gettext("The publisher") if at_start else words.gettext("the publisher")
