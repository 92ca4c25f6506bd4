"""Recovery codes: ten that a person keeps on paper, each of which stands in for the second factor once.

A hundred and twenty random bits each, so a plain hash keeps them (from 112 on: ASVS 5.0, 6.5.2): no one finds a code in
a stolen store, and a restored store knows them under whatever secret key. Those of before have 80.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

    from byline.environment import Random

COUNT: Final = 10
_BYTES: Final = 15
_LETTERS: Final = (24, 16)
"""Of a code as it is made now, and of those of before."""
FEW: Final = 2
"""From so many on a person is told to make new ones."""


def new_codes(random: Random) -> tuple[str, ...]:
    """Ten codes such as "k3vq-7m2x-d4ha-p6tz-q2wn-5rya"."""
    return tuple(_grouped(base64.b32encode(random.token(_BYTES)).decode().lower()) for _ in range(COUNT))


def hash_of(account_id: str, code: str) -> str:
    """Under what a code is kept."""
    digest = hashlib.sha256(f"recovery code\0{account_id}\0{normalised(code)}".encode())
    return base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()


def hashes_of(account_id: str, codes: Collection[str]) -> tuple[str, ...]:
    """Under what several codes are kept."""
    return tuple(hash_of(account_id, code) for code in codes)


def normalised(typed: str) -> str:
    """A code as it was typed, without case, spaces and hyphens; what looks alike is read as what it must be."""
    plain = "".join(sign for sign in typed.casefold() if sign.isascii() and sign.isalnum())
    return plain.translate(str.maketrans("0189", "olbg"))


def looks_like_one(typed: str) -> bool:
    """Whether a text may be a recovery code, and no code of an app."""
    return len(normalised(typed)) in _LETTERS


def without(hashes: Collection[str], account_id: str, typed: str) -> tuple[str, ...] | None:
    """The codes that are left when this one was used; ``None`` if it is none of them."""
    if not looks_like_one(typed):
        return None
    used = hash_of(account_id, typed)
    return tuple(each for each in hashes if each != used) if used in hashes else None


def _grouped(text: str) -> str:
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))
