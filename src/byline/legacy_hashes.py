"""Passwords that authors bring along from a Flask site: hashes of Werkzeug's making, checked until they are replaced.

``scrypt:32768:8:1$salt$hex`` or ``pbkdf2:sha256:600000$salt$hex``. What stands before the first ``$`` is called the
kind here: it decides what a check costs, so that as long as any of a kind may be left, every log-in pays for one.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

MAX_SCHEMES: Final = 3
"""Kinds at a time: each makes every log-in longer."""
DAYS: Final = 90
"""How long they are checked; whoever has not logged in by then chooses a new password by mail."""

_SCRYPT = re.compile(r"scrypt:(\d{1,7}):(\d{1,2}):(\d{1,2})", re.ASCII)
_PBKDF2 = re.compile(r"pbkdf2:(sha1|sha256|sha512):(\d{1,7})", re.ASCII)
_STORED = re.compile(r"([a-z0-9:]+)\$([^$]{1,100})\$([0-9a-f]{40,128})")
_MOST_SCRYPT_BYTES = 64 * 1024 * 1024
_MOST_LANES = 4
_MOST_ITERATIONS = 2_000_000
_LOOK_EVERY = timedelta(minutes=10)


@dataclass(slots=True)
class LegacyHashes:
    """What this process knows of the kinds that are left in its store: looked up every ten minutes, with a log-in.

    So a log-in where none are, which is nearly every one, pays for nothing.
    """

    _kinds: tuple[str, ...] = ()
    _until: datetime | None = None
    _looked_at: datetime | None = None

    def is_stale(self, now: datetime) -> bool:
        """Whether it is time to look again."""
        return self._looked_at is None or now >= self._looked_at + _LOOK_EVERY

    def learn(self, kinds: tuple[str, ...], until: datetime | None, now: datetime) -> None:
        """Take in what the store says; ``until`` is when they end."""
        self._kinds, self._until, self._looked_at = kinds, until, now

    def kinds(self, now: datetime) -> tuple[str, ...]:
        """The kinds that every log-in checks."""
        return self._kinds if self._until is not None and now < self._until else ()


def scheme_of(stored: str) -> str | None:
    """The kind of a Werkzeug hash that can be checked here; ``None`` for any other text."""
    found = _STORED.fullmatch(stored)
    if found is None:
        return None
    kind = found[1]
    if scrypt := _SCRYPT.fullmatch(kind):
        cost, block, lanes = map(int, scrypt.groups())
        power_of_two = cost > 1 and cost & (cost - 1) == 0
        fits = 0 < 128 * cost * block <= _MOST_SCRYPT_BYTES and 0 < lanes <= _MOST_LANES
        return kind if power_of_two and fits else None
    if pbkdf2 := _PBKDF2.fullmatch(kind):
        return kind if 0 < int(pbkdf2[2]) <= _MOST_ITERATIONS else None
    return None


def verify(stored: str, password: str) -> bool:
    """Whether a password is that of a hash that ``kind_of`` knows. It was hashed as it was typed, so without NFC."""
    kind, salt, digest = stored.split("$")
    return hmac.compare_digest(_digest(kind, salt.encode(), password.encode()), digest)


def decoy_hash(kind: str) -> str:
    """A hash of a kind that costs as much as any of it, and that no password fits."""
    return f"{kind}$byline$!"


def _digest(kind: str, salt: bytes, password: bytes) -> str:
    """The digest as Werkzeug writes it, in hex."""
    if scrypt := _SCRYPT.fullmatch(kind):
        cost, block, lanes = map(int, scrypt.groups())
        # OpenSSL wants to be allowed what it takes: the blocks, and a little for each lane.
        room = 128 * block * (cost + lanes + 2)
        return hashlib.scrypt(password, salt=salt, n=cost, r=block, p=lanes, maxmem=room).hex()
    _, name, iterations = kind.split(":")
    return hashlib.pbkdf2_hmac(name, password, salt, int(iterations)).hex()
