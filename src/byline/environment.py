"""Time and chance: the only file that asks the clock or throws dice."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """The present, aware, in UTC."""


class Random(Protocol):
    """Where unpredictable values come from."""

    def token(self, nbytes: int = 32, /) -> bytes:
        """``nbytes`` unpredictable bytes, for secrets."""

    def identifier(self) -> str:
        """A new unique id of 24 letters and digits that sorts by the time it was made. An id is no secret."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present, aware, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - here is where time comes in


class SystemRandom:
    """The machine's source of randomness."""

    def token(self, nbytes: int = 32, /) -> bytes:
        """``nbytes`` unpredictable bytes, for secrets."""
        return secrets.token_bytes(nbytes)

    def identifier(self) -> str:
        """A new unique id: milliseconds since 1970 as 11 hex digits, then 13 hex digits by chance (52 bits)."""
        milliseconds = int(datetime.now(UTC).timestamp() * 1000)  # noqa: TID251 - here is where time comes in
        return f"{milliseconds:011x}{secrets.randbits(52):013x}"
