"""What a password must be: long, not a common one, not one's own name. NIST SP 800-63B-4, 3.1.1.2."""

from __future__ import annotations

import itertools
import sys
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from byline.errors import Invalid
from byline.settings import LONGEST_PASSWORD

if TYPE_CHECKING:
    from byline.settings import Site

COMMON = "Attackers try this password first; choose another"
OWN = "Your password must not be your name or address"
_SHORTEST_LISTED = 8
_MOST_TYPED = 4 * LONGEST_PASSWORD
"""What NFC makes 256 code points of has at most four times as many before it."""


def check_password(password: str, site: Site, *, field: str, name: str = "", address: str = "") -> None:
    """Refuse a new password that is too short, too long, common, or nothing but the person's own data.

    The order of the checks is the same for everybody, and nothing is looked up: the answer tells nothing of an account.
    Code points are counted after NFC.
    """
    if len(password) > _MOST_TYPED:
        raise Invalid({field: f"Use {LONGEST_PASSWORD} characters or fewer; yours has {len(password)}"})
    counted = unicodedata.normalize("NFC", password)
    if not counted:
        raise Invalid({field: "Choose a password"})
    if len(counted) < site.password_min:
        raise Invalid({field: f"Use {site.password_min} characters or more; yours has {len(counted)}"})
    if len(counted) > LONGEST_PASSWORD:
        raise Invalid({field: f"Use {LONGEST_PASSWORD} characters or fewer; yours has {len(counted)}"})
    if is_common(counted):
        raise Invalid({field: COMMON})
    own = {name, address, address.partition("@")[0], site.name, site.host}
    if _bare(counted) in {_bare(text) for text in own if text}:
        raise Invalid({field: OWN})


def is_too_long(password: str) -> bool:
    """Whether no account can have this password. Length comes first: NFC takes minutes over a long row of marks."""
    return len(password) > _MOST_TYPED or len(unicodedata.normalize("NFC", password)) > LONGEST_PASSWORD


def is_common(password: str) -> bool:
    """Whether a password is on the list of leaked ones, or is nothing but a short piece again and again."""
    folded = password.casefold()
    if folded in _listed():
        return True
    for length in range(1, len(folded) // 2 + 1):
        piece = folded[:length]
        if (piece * (len(folded) // length + 1))[: len(folded)] == folded and (
            length <= 4 or piece in _listed()  # noqa: PLR2004 - "abcdabcdabcdabcd" and shorter pieces
        ):
            return True
    return _is_sequence(folded)


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


def _bare(text: str) -> str:
    """A text without case, and without digits and punctuation at its ends."""
    letters = text.casefold()
    while letters and not letters[0].isalpha():
        letters = letters[1:]
    while letters and not letters[-1].isalpha():
        letters = letters[:-1]
    return letters
