"""Invisible characters in one line of text: which do something where they stand, and which are only litter.

Contact lists wrap names in direction marks, word processors leave soft hyphens, clipboards begin with a byte order
mark. The text looks the same without them, so they are dropped. What shapes or divides the letters of a script stays.
"""

from __future__ import annotations

import re
import unicodedata

_LITTER = frozenset(
    "\u00ad\u2061\u2062\u2063\u2064\u202a\u202b\u202c\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\ufeff"
)
"""Never needed in a line of its own. Embeddings and isolates only say again which way the letters run."""
_DIRECTION_MARKS = frozenset("\u061c\u200e\u200f")
_OVERRIDES = {"\u202d": frozenset({"R", "AL"}), "\u202e": frozenset({"L"})}
"""Overrides of direction, each with the direction of the letters that it would reverse."""
_SHAPERS = frozenset("\u180e\u200b\u200c\u200d\u2060")
"""The Mongolian vowel separator, the space of scripts without spaces, the joiners."""
_ZWJ = "\u200d"
_VISIBLE_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
"""Format characters that are drawn: Arabic number signs, the Syriac abbreviation mark and the like."""
_DRESS = "\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"  # stands behind an emoji: as a picture, of a colour
_VIRAMA = 9  # the combining class of the characters that join two consonants of an Indic script

_MONGOLIAN = re.compile(r"[\u1800-\u18af]")
_CURSIVE = re.compile(
    r"[\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufefe\U00010ac0-\U00010aff\U00010d00-\U00010d3f\U0001e900-\U0001e95f]"
)
_JOINING = re.compile(
    rf"{_CURSIVE.pattern}|{_MONGOLIAN.pattern}|[\u0900-\u0dff\u1000-\u109f\u1780-\u17ff\u1a20-\u1aaf\u1b00-\u1bff]"
    r"|[\ua840-\ua87f\ua980-\ua9ff\uaa60-\uaa7f\U00011000-\U0001173f]"
)
"""Scripts whose letters a joiner joins or parts (RFC 5892, appendix A, without its exact tables)."""
_UNSPACED = re.compile(r"[\u0e00-\u109f\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf\u1b00-\u1bff\ua980-\uaadf]")
"""Scripts that write no spaces between words, from Thai to Javanese. The space bar of Khmer keyboards types U+200B."""
_BLANK = re.compile(
    r"(?:(?!(?<=[\u1800-\u18af])\u202f)[^\S\r\n\x0b\x0c\x1c-\x1f\x85\u2028\u2029]|[\u2800\u3164\uffa0])+"
)
"""White space within a line, and letters that are blank. The narrow space of Mongolian shapes the letters beside it."""
_EDGES = " \u202f\u2028\u2029" + "".join(_DIRECTION_MARKS)


def tidy_line(text: str) -> str:
    """A line as it is kept: one space where there was white space, no invisible character that does nothing.

    >>> tidy_line("\u202aAna\u00a0 Lima\u202c")
    'Ana Lima'
    """
    text = _BLANK.sub(" ", text).strip(_EDGES)
    if text.isascii():
        return text
    directions = frozenset(map(unicodedata.bidirectional, text))
    dropped = {mark for mark, reversed_ in _OVERRIDES.items() if reversed_.isdisjoint(directions)} | _LITTER
    if directions.isdisjoint({"R", "AL"}):
        dropped |= _DIRECTION_MARKS
    text = "".join(character for character in text if character not in dropped).rstrip(_EDGES + "".join(_OVERRIDES))
    kept: list[str] = []
    for at, character in enumerate(text):
        if character not in _SHAPERS or _is_needed(kept, character, text[at + 1 : at + 2]):
            kept.append(character)
    return _BLANK.sub(" ", "".join(kept)).strip(_EDGES)


def find_unsafe(text: str) -> int | None:
    """Where the first character stands that has no place in a tidy line, such as a line break or an override."""
    return next((at for at, character in enumerate(text) if _is_unsafe(character)), None)


def is_override(character: str) -> bool:
    """Whether a character reverses the text after it."""
    return character in _OVERRIDES


def _is_unsafe(character: str) -> bool:
    if ord(character) & 0xFFFE == 0xFFFE or "\ufdd0" <= character <= "\ufdef":  # noqa: PLR2004 - Unicode's noncharacters
        return True
    if character in _SHAPERS or character in _DIRECTION_MARKS or character in _VISIBLE_FORMATS:
        return False
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def _is_needed(before: list[str], shaper: str, after: str) -> bool:
    """Whether a shaper does something between the characters before it and the one after it ("" for the end)."""
    last = before[-1] if before else ""
    if shaper == "\u180e":
        return bool(_MONGOLIAN.match(last) and _MONGOLIAN.match(after))
    if shaper in "\u200b\u2060":
        return bool(_UNSPACED.match(last) and _UNSPACED.match(after))
    if last and unicodedata.combining(last) == _VIRAMA:
        return True  # also at the end of a word, as in Malayalam
    if shaper == _ZWJ and (_CURSIVE.match(last) or _CURSIVE.match(after)):
        return True
    return bool(_JOINING.match(last) and _JOINING.match(after)) or (shaper == _ZWJ and _joins_pictures(before, after))


def _joins_pictures(before: list[str], after: str) -> bool:
    """Whether two emoji are shown as one (UTS #51); any character of their category may be one."""
    picture = next((each for each in reversed(before[-4:]) if each not in _DRESS), "")
    return all(each and unicodedata.category(each) == "So" for each in (picture, after))
