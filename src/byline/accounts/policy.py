"""What a password must be: long, hard to guess, not one's own name. NIST SP 800-63B-4, 3.1.1.2."""

from __future__ import annotations

import unicodedata
from functools import cache
from string import punctuation
from typing import TYPE_CHECKING, Final

from byline.errors import Invalid
from byline.messages.accounts import (
    PASSWORD_COMMON,
    PASSWORD_GUESSABLE,
    PASSWORD_HAS_DATES,
    PASSWORD_HAS_NAMES,
    PASSWORD_IS_NAME,
    PASSWORD_KEYBOARD,
    PASSWORD_MISSING,
    PASSWORD_REPEATS,
    PASSWORD_SEQUENCE,
    PasswordTooLong,
    PasswordTooShort,
)
from byline.settings import LONGEST_PASSWORD

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from byline.messages.message import Message
    from byline.settings import Site

LEAST_GUESSES: Final = 10**9
"""Guesses that an attacker who knows how people choose passwords should need, where it is the only factor."""
LEAST_GUESSES_BESIDE_FACTOR: Final = 10**6
"""The same where a second factor is asked for, too."""
SHORTEST_BESIDE_FACTOR: Final = 8
"""Characters, where a second factor is asked for, too (NIST SP 800-63B-4, 3.1.1.2)."""
_CHARACTERS_ESTIMATED: Final = 40
"""The estimate's cost grows with the length. What is hard to guess by these is so with more."""
_MOST_TRIMMED: Final = 4
"""Digits and signs at either end that add little: a year, "1!"."""
_TRIMMINGS_TIMES: Final = 10
"""What they, or spaces and punctuation between the words, add to the guesses."""
_MOST_TYPED = 4 * LONGEST_PASSWORD
"""What NFC makes 256 code points of has at most four times as many before it."""
_WHY: Final = {
    "ThisIsATop10Password": PASSWORD_COMMON,
    "ThisIsATop100Password": PASSWORD_COMMON,
    "ThisIsACommonPassword": PASSWORD_COMMON,
    "ThisIsSimilarToACommonlyUsedPassword": PASSWORD_COMMON,
    "StraightRowsOfKeysAreEasyToGuess": PASSWORD_KEYBOARD,
    "ShortKeyboardPatternsAreEasyToGuess": PASSWORD_KEYBOARD,
    "RepeatsLikeAaaAreEasyToGuess": PASSWORD_REPEATS,
    "RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess": PASSWORD_REPEATS,
    "SequencesLikeAbcAreEasyToGuess": PASSWORD_SEQUENCE,
    "RecentYearsAreEasyToGuess": PASSWORD_HAS_DATES,
    "DatesAreOftenEasyToGuess": PASSWORD_HAS_DATES,
    "NamesAndSurnamesByThemselvesAreEasyToGuess": PASSWORD_HAS_NAMES,
    "CommonNamesAndSurnamesAreEasyToGuess": PASSWORD_HAS_NAMES,
}
"""What to say, by the warning of the estimate."""


def least_characters(site: Site, *, has_factor: bool = False) -> int:
    """How long a new password must be; less for an account that ``has_factor``, a second one."""
    return min(SHORTEST_BESIDE_FACTOR, site.password_min) if has_factor else site.password_min


def check_password(
    password: str, site: Site, *, field: str, name: str = "", address: str = "", has_factor: bool = False
) -> None:
    """Refuse a new password that is too short, too long, easy to guess, or nothing but the person's own data.

    The order of the checks is the same for everybody, and nothing is looked up: the answer tells nothing of an account.
    Code points are counted after NFC.
    """
    if len(password) > _MOST_TYPED:
        raise Invalid({field: PasswordTooLong(LONGEST_PASSWORD, len(password))})
    counted = unicodedata.normalize("NFC", password)
    if not counted:
        raise Invalid({field: PASSWORD_MISSING})
    least = least_characters(site, has_factor=has_factor)
    if len(counted) < least:
        raise Invalid({field: PasswordTooShort(least, len(counted))})
    if len(counted) > LONGEST_PASSWORD:
        raise Invalid({field: PasswordTooLong(LONGEST_PASSWORD, len(counted))})
    own = {word for text in (name, address, site.name, site.host) for word in _words(text)}
    if _is_made_of(own, "".join(_words(counted))):
        raise Invalid({field: PASSWORD_IS_NAME})
    guesses = LEAST_GUESSES_BESIDE_FACTOR if has_factor else LEAST_GUESSES
    why = weakness(counted, own, least_guesses=guesses)
    if why is not None:
        raise Invalid({field: why})


def is_too_long(password: str) -> bool:
    """Whether no account can have this password. Length comes first: NFC takes minutes over a long row of marks."""
    return len(password) > _MOST_TYPED or len(unicodedata.normalize("NFC", password)) > LONGEST_PASSWORD


def weakness(password: str, own_words: Collection[str] = (), *, least_guesses: int = LEAST_GUESSES) -> Message | None:
    """Why a password is easy to guess, ``None`` if it is not.

    It is well known, or consists of words that say "password", or takes fewer than ``least_guesses`` by an estimate
    that knows words, names, dates, keyboards, repetitions and sequences. The person's ``own_words`` count as known.
    """
    from zxcvbn_rs_py import zxcvbn  # noqa: PLC0415 - 30 ms and 8 MB that only a new password needs

    if _is_well_known(password):
        return PASSWORD_COMMON
    text, own = password[:_CHARACTERS_ESTIMATED], list(own_words)
    for reading, times in _readings(text):
        estimate = zxcvbn(reading, own)
        if estimate.guesses * times < least_guesses:
            warning = estimate.feedback and estimate.feedback.warning
            return _WHY.get(repr(warning).rpartition(".")[2], PASSWORD_GUESSABLE)
    if zxcvbn(text[::2], own).guesses * zxcvbn(text[1::2], own).guesses < least_guesses:  # "a1b2c3d4e5f6g7h8"
        return PASSWORD_SEQUENCE
    return None


def _is_well_known(password: str) -> bool:
    """Whether a whole password is a well-known phrase, or nothing but words that everybody thinks of."""
    phrases, words = _well_known()
    letters = "".join(_words(password))
    return not phrases.isdisjoint({_squeezed(password), letters}) or _is_made_of(words, letters)


@cache
def _well_known() -> tuple[frozenset[str], frozenset[str]]:
    from byline.accounts.well_known_passwords import PHRASES, WORDS  # noqa: PLC0415 - as above

    return frozenset(filter(None, map(_squeezed, PHRASES.replace("\n", "·").split("·")))), frozenset(WORDS.split())


def _readings(text: str) -> Iterator[tuple[str, int]]:
    """The ways to read a password, each with what its guesses are to be multiplied by: as it is; without spaces and
    punctuation; without a few digits and signs at its ends.
    """
    yield text, 1
    squeezed = _squeezed(text)
    if squeezed != text.casefold():
        yield squeezed, _TRIMMINGS_TIMES
    letters = [place for place, character in enumerate(text) if character.isalpha()]
    if letters:
        core = text[min(letters[0], _MOST_TRIMMED) : max(letters[-1] + 1, len(text) - _MOST_TRIMMED)]
        if core != text:
            yield core, _TRIMMINGS_TIMES


def _squeezed(text: str) -> str:
    """A text without case, spaces and punctuation."""
    folded = unicodedata.normalize("NFC", text.casefold())
    return "".join(character for character in folded if unicodedata.category(character)[0] not in "ZPC")


def _words(text: str) -> list[str]:
    """The words of a text without case. Digits, spaces and punctuation stand between words; what else is no letter,
    such as pictures, is as good as one.
    """
    folded = unicodedata.normalize("NFC", text.casefold())
    return "".join(" " if _divides(sign) else sign for sign in folded).split()


def _divides(sign: str) -> bool:
    return sign in punctuation or unicodedata.category(sign)[0] in "NPZC"


def _is_made_of(words: Collection[str], text: str) -> bool:
    """Whether a text is nothing but some of these words, one behind the other, in whatever order and however often."""
    reached = {0}
    for address_key in range(len(text)):
        if address_key in reached:
            reached.update(address_key + len(word) for word in words if text.startswith(word, address_key))
    return bool(text) and len(text) in reached
