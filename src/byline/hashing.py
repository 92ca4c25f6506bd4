"""Password hashes: argon2id, with a decoy that costs the same where there is no hash to check.

Each costs 19 MiB and some 20 ms: compute none without a turn of ``hash_queue``.

While there are imported hashes (see ``legacy_hashes``), they are checked in addition.
"""

from __future__ import annotations

import unicodedata
from enum import Enum
from typing import Protocol

from byline import legacy_hashes

MEMORY_KIB = 19 * 1024
"""19 MiB, two passes, one lane: OWASP Password Storage Cheat Sheet, argon2id."""
PASSES = 2
LANES = 1


class Verdict(Enum):
    """The result of a check; ``REHASH``: right, and the hash should be made again with today's parameters."""

    NO = "no"
    YES = "yes"
    REHASH = "rehash"

    def __bool__(self) -> bool:
        return self is not Verdict.NO


class Hasher(Protocol):
    """Makes and checks password hashes."""

    def hash(self, password: str, /) -> str:
        """Hash a password (at most 256 code points; NFC is applied, nothing is trimmed)."""

    def verify(self, stored: str | None, password: str, /, *, schemes: tuple[str, ...] = ()) -> Verdict:
        """Check a password; ``None`` costs as much as any hash and is never right.

        ``schemes`` are those of legacy hashes: one of each is checked as well, whatever is ``stored``. A legacy hash of
        any other scheme is never right.
        """


class Argon2Hasher:
    """argon2id. The library is loaded with the first hash: most requests need none."""

    def __init__(self, *, memory_kib: int = MEMORY_KIB, passes: int = PASSES) -> None:
        self._memory_kib = memory_kib
        self._passes = passes
        # No password matches: the digest is no output of argon2id. Checking it takes as long as any other hash.
        self._decoy = f"$argon2id$v=19$m={memory_kib},t={passes},p={LANES}$YnlsaW5lLXN0YW5kLWlu${'A' * 43}"

    def hash(self, password: str, /) -> str:
        """Hash a password with a new salt of 16 bytes."""
        from argon2 import PasswordHasher  # noqa: PLC0415 - takes 22 ms, and a page view does not need it

        hasher = PasswordHasher(time_cost=self._passes, memory_cost=self._memory_kib, parallelism=LANES)
        return hasher.hash(_normal(password))

    def verify(self, stored: str | None, password: str, /, *, schemes: tuple[str, ...] = ()) -> Verdict:
        """Check a password against a stored hash or the decoy, and against one hash of each legacy scheme."""
        scheme = legacy_hashes.scheme_of(stored or self._decoy)
        verdict = self._verify(self._decoy if stored is None or scheme else stored, password)
        for each in schemes:
            hashed = stored if stored and each == scheme else legacy_hashes.decoy_hash(each)
            if legacy_hashes.verify(hashed, password):
                verdict = Verdict.REHASH
        return verdict

    def _verify(self, stored: str, password: str) -> Verdict:
        from argon2 import PasswordHasher  # noqa: PLC0415 - as above
        from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 - as above

        hasher = PasswordHasher(time_cost=self._passes, memory_cost=self._memory_kib, parallelism=LANES)
        try:
            hasher.verify(stored, _normal(password))
        except (VerificationError, InvalidHashError):
            return Verdict.NO
        return Verdict.REHASH if hasher.check_needs_rehash(stored) else Verdict.YES


def _normal(password: str) -> bytes:
    """NFC and UTF-8 (NIST SP 800-63B-4, 3.1.1.2); never trimmed, never folded."""
    return unicodedata.normalize("NFC", password).encode()
