"""Collation: which letters are equal in a search, in which order names stand, and under which heading.

There is one order for every language. It matches none exactly, and every name has a place in it.
"""

# ruff: noqa: RUF001 - letters that look like others are what this module is about

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDED = str.maketrans(
    {
        "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "ŋ": "n", "ŧ": "t",
        "ə": "e", "ǝ": "e", "ɛ": "e", "ɔ": "o", "ɓ": "b", "ɗ": "d", "ɖ": "d", "ƙ": "k", "ƴ": "y", "ʋ": "v", "ɣ": "g",
        "ƒ": "f", "ĸ": "k", "ς": "σ", "ـ": "",
    }
)  # fmt: skip
"""Letters that Unicode doesn't take apart, the Greek s that ends words, the Arabic stretch."""

_THORN = "{"  # the character after z in ASCII, standing for þ
_NO_LETTER = "~"  # the last one of ASCII, before every other script
# Compiled by ``re`` when they are first asked (and kept there): a page view asks none, and they take 3 ms.
_BARE_SCRIPTS = r"[\u0000-\u024f\u0250-\u02af\u0370-\u03ff\u0590-\u06ff\u1e00-\u1fff]"
_INVERTED_SCRIPTS = r"[\u0000-\u02ff\u0300-\u058f\u0590-\u05ff\u10a0-\u10ff\u1c90-\u1cbf\u1e00-\u206f]"
_GROUPED = (
    ("\u3041", r"[\u3041-\u30ff\u31f0-\u31ff\U0001aff0-\U0001b16f]", ("kana", "かな")),
    (
        "\u3400",
        r"[\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]",
        ("han", "漢字"),
    ),
    ("\uac00", r"[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]", ("hangul", "한글")),
)
"""Scripts with one heading each: what their keys begin with, their characters, their heading's id and title."""

_LONGEST_LABEL = 20
_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_MODIFIERS = range(0x02B0, 0x0370)  # the Hawaiian okina and the like: letters by name, accents by use
_GEORGIAN = range(0x10A0, 0x1100)  # its capitals are in few fonts


def initial(name: str) -> str:
    """What stands for a person without a portrait: the first letter of the name, as a capital, with its marks."""
    first = next((at for at, character in enumerate(name) if character.isalnum()), 0)
    end = next((at for at in range(first + 1, len(name)) if not unicodedata.combining(name[at])), len(name))
    return name[first:end].upper()


def bare(text: str) -> str:
    """Text without case, accents and width, and with katakana as hiragana.

    Marks stay where they are the body of what is written, as in the scripts of India.
    """
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    kept: list[str] = []
    drops_marks = False
    for character in unicodedata.normalize("NFKD", plain):
        if unicodedata.category(character) == "Mn":
            if drops_marks:
                continue
        else:
            drops_marks = bool(re.match(_BARE_SCRIPTS, character))
        kept.append(character)
    return "".join(kept).translate(_FOLDED).translate(_TO_HIRAGANA)


def is_inverted(character: str) -> bool:
    """Whether names in this character's script are usually inverted in an index: family name, comma, given name."""
    return bool(re.match(_INVERTED_SCRIPTS, character))


def sort_key(text: str) -> str:
    """See ``names.sort_key``."""
    folded = unicodedata.normalize("NFC", bare(text))
    # A comma ends the family name: two spaces sort "Smith, Zoe" before "Smith Jones, Ann".
    parts = ("".join(_counted(part)).split() for part in folded.split(","))
    key = "  ".join(" ".join(part) for part in parts if part).replace("þ", _THORN)
    if not key or unicodedata.category(key[0])[0] not in "LP":  # P: the character for Þ
        return _NO_LETTER + (key or "".join(each for each in text.casefold() if each.isprintable() and each != "/"))
    return next((mark + key for mark, script, _heading in _GROUPED if re.match(script, key)), key)


def heading(key: str) -> tuple[str, str]:
    """The id and the title of the heading for a sort key."""
    first = key[0]
    if "a" <= first <= "z":
        return first, first.upper()
    if first == _THORN:
        return "u00de", "Þ"
    if first == _NO_LETTER:
        return "other", "#"
    for mark, _script, grouped in _GROUPED:
        if mark == first:
            return grouped
    capital = first if ord(first) in _GEORGIAN else first.upper()[:1]
    return f"u{ord(capital):04x}", capital


def label(key: str) -> str:
    """The beginning of a sort key, as readers may see it: ``sch`` gives "Sch", ``lima  an`` "Lima, An"."""
    marks = [mark for mark, _script, _heading in _GROUPED]
    shown = key.partition("\t")[0].removeprefix(_NO_LETTER).replace(_THORN, "þ")
    return (shown[1:] if shown[:1] in marks else shown)[:_LONGEST_LABEL].rstrip().replace("  ", ", ").title()


def _counted(text: str) -> Iterator[str]:
    for character in text:
        if character == "-" or character.isspace():
            yield " "
        elif unicodedata.category(character)[0] in "LNM" and ord(character) not in _MODIFIERS:
            yield character
