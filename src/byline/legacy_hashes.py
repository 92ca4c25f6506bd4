"""Password hashes imported from a Flask site: made by Werkzeug, and checked until they are replaced.

``scrypt:32768:8:1$salt$hex`` or ``pbkdf2:sha256:600000$salt$hex``. The part before the first ``$`` is the scheme, which
decides what a check costs. While a hash of a scheme may be left, every login checks one, so that timing reveals no one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

MAX_SCHEMES: Final = 3
"""Schemes at a time: each of them makes every login longer."""
DAYS: Final = 90
"""How long they are checked; authors who have not logged in by then choose a new password by email."""

_SCRYPT = re.compile(r"scrypt:(\d{1,7}):(\d{1,2}):(\d{1,2})", re.ASCII)
_PBKDF2 = re.compile(r"pbkdf2:(sha1|sha256|sha512):(\d{1,7})", re.ASCII)
_STORED = re.compile(r"([a-z0-9:]+)\$([^$]{1,100})\$([0-9a-f]{40,128})")
_MIN_SCRYPT_COST = 128
"""Werkzeug allows too little memory for less, so it has made no such hash, and would raise on checking one."""
_MOST_SCRYPT_BYTES = 64 * 1024 * 1024
_MOST_LANES = 4
_MOST_ITERATIONS = 2_000_000
_LOOK_EVERY = timedelta(minutes=10)


@dataclass(slots=True)
class LegacyHashes:
    """The schemes that are left in the store, as this process last read them: with a login, every ten minutes.

    A portal without such hashes checks none.
    """

    _schemes: tuple[str, ...] = ()
    _until: datetime | None = None
    _looked_at: datetime | None = None

    def is_stale(self, now: datetime) -> bool:
        """Whether it is time to look again."""
        return self._looked_at is None or now >= self._looked_at + _LOOK_EVERY

    def update(self, schemes: tuple[str, ...], until: datetime | None, now: datetime) -> None:
        """Remember what the store says; ``until`` is when the schemes end."""
        self._schemes, self._until, self._looked_at = schemes, until, now

    def schemes(self, now: datetime) -> tuple[str, ...]:
        """The schemes that every login checks."""
        return self._schemes if self._until is not None and now < self._until else ()


def scheme_of(stored: str) -> str | None:
    """The scheme of a Werkzeug hash that can be checked here; ``None`` for any other text."""
    found = _STORED.fullmatch(stored)
    if found is None:
        return None
    scheme = found[1]
    if scrypt := _SCRYPT.fullmatch(scheme):
        cost, block, lanes = map(int, scrypt.groups())
        power_of_two = cost >= _MIN_SCRYPT_COST and cost & (cost - 1) == 0
        fits = 0 < 128 * cost * block <= _MOST_SCRYPT_BYTES and 0 < lanes <= _MOST_LANES
        return scheme if power_of_two and fits else None
    if pbkdf2 := _PBKDF2.fullmatch(scheme):
        return scheme if 0 < int(pbkdf2[2]) <= _MOST_ITERATIONS else None
    return None


def verify(stored: str, password: str) -> bool:
    """Whether a password is right for a hash whose scheme ``scheme_of`` knows. It is hashed as typed, without NFC."""
    from werkzeug.security import check_password_hash  # noqa: PLC0415 - most portals have no such hash

    return check_password_hash(stored, password)


def decoy_hash(scheme: str) -> str:
    """A hash that costs as much to check as any of its scheme, and that no password matches."""
    return f"{scheme}$byline$!"
