"""Letters that look like others: marked where a publisher decides who somebody is (after Unicode's UTS 39)."""

# ruff: noqa: RUF001 - such letters are what this is about

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LOOKALIKES: Final = str.maketrans(
    "авеѕіјкмнорстухьһԁԛԝӏгпωοαρντυικεηχγμβζσօոսգցհյ01|ıł", "abesijkmhopctyxbhdqwlrnwoapvtuikenxyubzoonugghjollil"
)
"""Letters of Cyrillic, Greek and Armenian, and digits, by the Latin letter that they look like."""
_WORD: Final = re.compile(r"[^\W\d_]+")
_TOGETHER: Final = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO", "LATIN"})
"""Scripts that one word may be written in together, as Japanese is."""


def skeleton(text: str) -> str:
    """What a text looks like: two with one skeleton are easily taken for each other. Only for comparing."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    return " ".join(letters.translate(_LOOKALIKES).replace("rn", "m").replace("vv", "w").split())


def is_deceptive(text: str) -> bool:
    """Whether a word of a text mixes scripts that are not used together, such as Latin with one letter of Cyrillic, or
    is of another script among words of Latin letters and looks like one of them.
    """
    words = [(word, {unicodedata.name(letter, "unknown").partition(" ")[0] for letter in word})
             for word in _WORD.findall(text)]  # fmt: skip
    has_latin = any(scripts == {"LATIN"} for _, scripts in words)
    return any(
        not scripts <= _TOGETHER and (len(scripts) > 1 or (has_latin and skeleton(word).isascii()))
        for word, scripts in words
    )
