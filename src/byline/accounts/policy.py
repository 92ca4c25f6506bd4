"""What a password must be: long, not a common one, not one's own name. NIST SP 800-63B-4, 3.1.1.2."""

from __future__ import annotations

import itertools
import sys
import unicodedata
from functools import cache
from string import punctuation
from typing import TYPE_CHECKING

from byline.errors import Invalid
from byline.messages.accounts import (
    PASSWORD_COMMON,
    PASSWORD_IS_NAME,
    PASSWORD_MISSING,
    PasswordTooLong,
    PasswordTooShort,
)
from byline.settings import LONGEST_PASSWORD

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from byline.settings import Site

_LONGEST_PIECE = 4
"""Of pieces that are over and over, whatever they are: "abcdabcdabcdabcd" and shorter ones."""
_SHORTEST_LISTED = 6
_MOST_KEPT = 4
"""Digits at either end that may belong to a listed password ("trustno1")."""
_MOST_TYPED = 4 * LONGEST_PASSWORD
"""What NFC makes 256 code points of has at most four times as many before it."""


def check_password(password: str, site: Site, *, field: str, name: str = "", address: str = "") -> None:
    """Refuse a new password that is too short, too long, common, or nothing but the person's own data.

    The order of the checks is the same for everybody, and nothing is looked up: the answer tells nothing of an account.
    Code points are counted after NFC.
    """
    if len(password) > _MOST_TYPED:
        raise Invalid({field: PasswordTooLong(LONGEST_PASSWORD, len(password))})
    counted = unicodedata.normalize("NFC", password)
    if not counted:
        raise Invalid({field: PASSWORD_MISSING})
    if len(counted) < site.password_min:
        raise Invalid({field: PasswordTooShort(site.password_min, len(counted))})
    if len(counted) > LONGEST_PASSWORD:
        raise Invalid({field: PasswordTooLong(LONGEST_PASSWORD, len(counted))})
    if is_common(counted):
        raise Invalid({field: PASSWORD_COMMON})
    own = {word for text in (name, address, site.name, site.host) for word in _words(text)}
    if _is_made_of(own, "".join(_words(counted))):
        raise Invalid({field: PASSWORD_IS_NAME})


def is_too_long(password: str) -> bool:
    """Whether no account can have this password. Length comes first: NFC takes minutes over a long row of marks."""
    return len(password) > _MOST_TYPED or len(unicodedata.normalize("NFC", password)) > LONGEST_PASSWORD


def is_common(password: str) -> bool:
    """Whether a password is a leaked one, once or over and over, with or without digits and signs before and after; or
    a run of neighbours, or nothing but a short piece again and again.
    """
    folded = password.casefold()
    if _is_sequence(folded) or any(_repeats(folded, folded[:length]) for length in range(1, _LONGEST_PIECE + 1)):
        return True
    return any(
        core[:length] in _listed() and _repeats(core, core[:length])
        for core in _cores(folded)
        for length in range(_SHORTEST_LISTED, len(core) + 1)
    )


def _repeats(text: str, piece: str) -> bool:
    """Whether a text is nothing but a piece over and over, the last time perhaps cut short."""
    return (piece * (len(text) // len(piece) + 1))[: len(text)] == text


def _cores(text: str) -> Iterator[str]:
    """A text, and what is left of it without what are no letters at its ends."""
    yield text
    letters = [address_key for address_key, sign in enumerate(text) if sign.isalpha()]
    if letters:
        first, last = letters[0], letters[-1] + 1
        for start in range(max(0, first - _MOST_KEPT), first + 1):
            for end in range(last, min(len(text), last + _MOST_KEPT) + 1):
                yield text[start:end]


def _is_sequence(text: str) -> bool:
    """Letters or digits that follow each other, up or down: "abcdefghijklmnop", "987654321098765"."""
    steps = {(ord(after) - ord(before)) % 10 if after.isdigit() and before.isdigit() else ord(after) - ord(before)
             for before, after in itertools.pairwise(text)}  # fmt: skip
    return len(steps) == 1 and steps <= {0, 1, -1, 9}


@cache
def _listed() -> frozenset[str]:
    """The leaked passwords that would be long enough; the library's other lists are let go of at once."""
    from zxcvbn import frequency_lists  # noqa: PLC0415 - 40 ms and 10 MB that only a new password needs

    listed = frozenset(word for word in frequency_lists.FREQUENCY_LISTS["passwords"] if len(word) >= _SHORTEST_LISTED)
    for module in [name for name in sys.modules if name.partition(".")[0] == "zxcvbn"]:
        del sys.modules[module]
    return listed


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
