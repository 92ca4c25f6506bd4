"""How many there are of a kind and what they hold, in one number that tells copies from what only looks like one."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_MODULUS = 2**256


@dataclass(frozen=True, slots=True)
class Sum:
    """How many, and their checksum: the sum, modulo 2**256, of the SHA-256 of each, as 64 hex digits.

    A sum does not depend on the order, which engines do not promise.
    """

    count: int
    checksum: str


class Sums:
    """Adds up, by kind."""

    def __init__(self) -> None:
        self._counts: defaultdict[str, int] = defaultdict(int)
        self._totals: defaultdict[str, int] = defaultdict(int)

    def add(self, kind: str, *parts: bytes) -> None:
        """Count one more of a kind; the ``parts`` together are what it holds."""
        digest = hashlib.sha256()
        for part in parts:
            digest.update(part)
        self._counts[kind] += 1
        self._totals[kind] = (self._totals[kind] + int.from_bytes(digest.digest())) % _MODULUS

    def result(self) -> Mapping[str, Sum]:
        """What was added so far, in the order of the kinds' names."""
        return {kind: Sum(self._counts[kind], f"{self._totals[kind]:064x}") for kind in sorted(self._counts)}


def differing(here: Mapping[str, Sum], there: Mapping[str, Sum]) -> list[str]:
    """The kinds of which two sides do not hold the same."""
    return sorted(kind for kind in here.keys() | there.keys() if here.get(kind) != there.get(kind))
