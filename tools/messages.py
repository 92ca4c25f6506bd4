"""Collects what the program says, for the translators, and compiles what they wrote (``make messages``).

Writes ``<language>.po`` anew from the sentences in the source, keeping every translation; ``<language>.mo``, which the
program reads; and ``formats.json``, what the CLDR says of dates and numbers. All of it is kept in the repository, so
that a build needs no Babel; a test holds the compiled files to their sources.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from babel import Locale
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from byline.messages.catalogue import FOLDER, LANGUAGES, SOURCE_LANGUAGE

if TYPE_CHECKING:
    from pathlib import Path

LOCALES = {"en": "en_GB"}
"""Whose dates a language takes, where it is spoken in several ways."""
_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]
_JINJA = {"newstyle_gettext": "true", "trimmed": "true", "silent": "false"}
_OPTIONS = {pattern: _JINJA for pattern, method in _METHODS if method == "jinja2"}
_KEYWORDS = {"_": None, "N_": None, "NN_": (1, 2), "gettext": None, "ngettext": (1, 2)}
_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)


def sentences() -> Catalog:
    """Every English sentence that the program says, with where it says it."""
    found = Catalog(project="Byline", creation_date=_NO_DATE, revision_date=_NO_DATE)
    for file, line, sentence, comments, context in extract_from_dir(
        FOLDER.parent, _METHODS, options_map=_OPTIONS, keywords=_KEYWORDS, comment_tags=("Translators:",)
    ):
        found.add(sentence, None, [(file, line)], auto_comments=comments, context=context)
    return found


def translated(language: str) -> Catalog:
    """What the translators wrote."""
    with po(language).open("rb") as file:
        return read_po(file, locale=language)


def po(language: str) -> Path:
    """The file that translators write."""
    return FOLDER / f"{language}.po"


def compiled(catalogue: Catalog) -> bytes:
    """A catalogue as the program reads it: the same bytes for the same translations."""
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def formats() -> str:
    """What the CLDR says of each installed language, as JSON."""
    return json.dumps({language: _formats(language) for language in LANGUAGES}, ensure_ascii=False, indent=1) + "\n"


def update() -> None:
    """Write all of it anew."""
    (FOLDER / "formats.json").write_text(formats(), encoding="utf-8")
    for language in LANGUAGES:
        if language == SOURCE_LANGUAGE:
            continue
        known = translated(language) if po(language).exists() else Catalog(locale=language)
        known.update(sentences(), no_fuzzy_matching=True)
        known.obsolete.clear()
        known.revision_date = _NO_DATE
        with po(language).open("wb") as file:
            write_po(file, known, width=110, sort_by_file=True, include_lineno=False)
        (FOLDER / f"{language}.mo").write_bytes(compiled(translated(language)))
        missing = [message.id for message in known if message.id and not message.string]
        print(f"{language}: {len(known)} sentences, {len(missing)} of them without a translation")  # noqa: T201


def _formats(language: str) -> dict[str, Any]:
    locale = Locale.parse(LOCALES.get(language, language))
    months = locale.months["format"]["wide"]
    day = locale.date_formats["long"].format
    return {
        "months": [months[number] for number in range(1, 13)],
        "day": day % {"d": "{day}", "MMMM": "{month}", "y": "{year}"},
        "moment": locale.datetime_formats["medium"].replace("{1}", "{day}").replace("{0}", "{time}"),
        "group": locale.number_symbols["latn"]["group"],
    }


if __name__ == "__main__":
    update()
