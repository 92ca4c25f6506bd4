"""Names: what may be one, how it sorts, under which letter it stands, and how it is found.

A name is one field, since no division into parts fits everybody. Any script will do, and one word is enough.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.errors import Invalid
from byline.messages.pages import (
    NAME_HAS_DIRECTION,
    NAME_HAS_LINK,
    NAME_HAS_NO_LETTER,
    NAME_MISSING,
    NAME_STARTS_INVISIBLY,
    OWN_NAME_MISSING,
    NameHasInvisible,
    NameTooLong,
)
from byline.profiles import collation
from byline.richtext.domains import has_web_address
from byline.richtext.invisible import find_unsafe, is_override, tidy_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from byline.messages.message import Message

LONGEST = 200
"""Code points in a name."""
LONGEST_FOLDED = 100
"""Code points that a search looks at."""

_FILLERS = frozenset("\u115f\u1160")  # Hangul letters that are blank
_SUFFIX = re.compile(r"(?:jr|sr|jnr|snr)\.?|[ivx]{2,4}", re.IGNORECASE)
_STAY_BEHIND = frozenset({
    "a", "af", "al", "am", "an", "av", "ben", "bin", "da", "dal", "dalla", "das", "de", "dei", "del", "della",
    "den", "der", "des", "di", "do", "dos", "du", "e", "el", "i", "ibn", "la", "las", "le", "los", "op", "ten",
    "ter", "til", "und", "van", "vom", "von", "vor", "y", "zu", "zum", "zur",
})  # fmt: skip
_BELONG = frozenset({
    "al", "ben", "bin", "da", "dal", "das", "de", "del", "della", "den", "der", "des", "di", "dos", "du", "el",
    "ibn", "la", "las", "le", "lo", "los", "mac", "mc", "san", "st", "st.", "ten", "ter", "van", "von",
})  # fmt: skip
_AND = frozenset({"y", "e", "i"})


@dataclass(frozen=True, slots=True)
class Letter:
    """A heading of the index: ``id`` stands in addresses (small letters and digits), ``title`` is what readers see."""

    id: str
    title: str


def clean_name(text: str, *, field: str = "author_name") -> str:
    """A name as it is kept: composed (NFC), and a tidy line.

    Raises ``Invalid`` for ``field`` where it is empty, too long, or has something in it that no name needs.
    """
    name = tidy_line(unicodedata.normalize("NFC", text[: 10 * LONGEST]))
    if not name:
        raise Invalid({field: OWN_NAME_MISSING if field == "author_name" else NAME_MISSING})
    if len(name) > LONGEST or len(text) > 10 * LONGEST:
        raise Invalid({field: NameTooLong(LONGEST)})
    unsafe = find_unsafe(name)
    if unsafe is not None:
        raise Invalid({field: _unsafe_character(name, unsafe)})
    if not any(character.isalnum() and character not in _FILLERS for character in name):
        raise Invalid({field: NAME_HAS_NO_LETTER})
    if has_web_address(name):
        raise Invalid({field: NAME_HAS_LINK})
    return name


def sort_name(name: str) -> str:
    """A suggestion for the name as it stands in an index: "Maria López" gives "López, Maria".

    Small words stay behind ("Beethoven, Ludwig van"), capital ones belong to the family name ("Le Guin, Ursula K.").
    Names in scripts whose custom differs or is unknown, names of one word, and names that have a comma stay as they
    are. So does a name that may have two family names: see ``sort_name_choices``.
    """
    if sort_name_choices(name):
        return name
    words, suffix = _words_and_suffix(name)
    return _inverted(name, words, _family_start(words), suffix) if _can_be_inverted(words) else name


def sort_name_choices(name: str) -> tuple[str, ...]:
    """What "Gabriel García Márquez" may be sorted as, where nobody but its owner knows; empty for any other name.

    The second of three capitalised words is a family name in Spanish, a given one in English, and a part of the given
    name in Vietnamese, where the family name comes first and the name stays as it is.
    """
    words, suffix = _words_and_suffix(name)
    if not _can_be_inverted(words):
        return ()
    last = _family_start(words)
    first = last
    while first > 1 and _is_whole(words[first - 1]):
        first -= 1
    starts = range(last, first - 1, -1) if first < last else ()
    return tuple(_inverted(name, words, start, suffix) for start in starts)


def sort_key(sort_name: str) -> str:
    """What sort names are compared by, code point by code point (or byte by byte in UTF-8).

    Accents of Latin, Greek, Hebrew and Arabic don't count, nor do case, punctuation and width. Latin comes first and
    Þ right after Z; then what begins with no letter; then the other scripts.
    """
    return collation.sort_key(sort_name)


def letter(sort_name: str) -> Letter:
    """The heading under which a sort name stands. Names of one heading are neighbours in the order of ``sort_key``."""
    return Letter(*collation.heading(collation.sort_key(sort_name)))


def folded(text: str) -> str:
    """Text as a search compares it: without case, accents, width and doubled spaces, at most 100 characters.

    What folds the beginning of a name is the beginning of the name folded.
    """
    bare = collation.bare(text[: 4 * LONGEST]).replace("þ", "th")
    spaced = "".join(" " if character.isspace() else character for character in bare)
    kept = "".join(character for character in spaced if unicodedata.category(character) not in {"Cc", "Cf", "Cs"})
    return " ".join(kept.split())[:LONGEST_FOLDED].rstrip()


def _unsafe_character(name: str, at: int) -> Message:
    if is_override(name[at]):
        return NAME_HAS_DIRECTION
    words = name[:at].split()
    return NameHasInvisible(words[-1]) if words else NAME_STARTS_INVISIBLY


def _words_and_suffix(name: str) -> tuple[list[str], str]:
    """The words of a name, and "Jr." or "III" from its end."""
    words = name.split(" ")
    if len(words) <= 2 or not _SUFFIX.fullmatch(words[-1]):  # noqa: PLR2004 - given name, family name and the suffix
        return words, ""
    suffix = f", {words.pop()}"
    words[-1] = words[-1].rstrip(",")
    return words, suffix


def _can_be_inverted(words: Sequence[str]) -> bool:
    """Whether a name of these words may be turned about: a given and a family name at least, all of them fit."""
    return len(words) > 1 and all(map(_is_inverted, words))


def _inverted(name: str, words: Sequence[str], start: int, suffix: str) -> str:
    """The name with the words from ``start`` on first; small words before them go last."""
    given = start
    while given > 1 and words[given - 1] in _STAY_BEHIND:
        given -= 1
    front = " ".join(words[:given])
    behind = " ".join(words[given:start])
    inverted = f"{' '.join(words[start:])}, {front}{f' {behind}' if behind else ''}{suffix}"
    return inverted if len(inverted) <= LONGEST else name


def _is_whole(word: str) -> bool:
    """Whether a word may be a family name: capitalised, and no initial such as "K." or "JM"."""
    letters = [each for each in word if each.isalpha()]
    return len(letters) > 1 and letters[0].isupper() and not word.endswith(".") and not word.isupper()


def _is_inverted(word: str) -> bool:
    """Whether a name with this word is turned about: of such a script, with a letter, no comma, no "VIII" or "Jr."."""
    plain = "," not in word and not _SUFFIX.fullmatch(word) and any(map(str.isalpha, word))
    return plain and all(map(collation.is_inverted, word))


def _family_start(words: Sequence[str]) -> int:
    """Where the family name begins: the last word, with "Le" or "Van" before it, and both of "Ortega y Gasset"."""
    start = len(words) - 1
    if start > 1 and words[start - 1] in _AND:
        start -= 2
    while start > 1 and words[start - 1][:1].isupper() and words[start - 1].lower() in _BELONG:
        start -= 1
    return start
