"""Time and randomness: the only module that reads the clock or the random source."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """The present time."""

    def now(self) -> datetime:
        """The present time, aware, in UTC."""


class Random(Protocol):
    """A source of unpredictable values."""

    def token(self, nbytes: int = 32, /) -> bytes:
        """``nbytes`` unpredictable bytes, for secrets."""

    def identifier(self) -> str:
        """A new unique id of 24 letters and digits that sorts by the time it was made. An id is no secret."""


class Stopwatch(Protocol):
    """Time that passes, to measure and to wait by."""

    def seconds(self) -> float:
        """Seconds since some moment."""

    def wait(self, seconds: float, /) -> None:
        """Wait; other threads go on."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present time, aware, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place that reads the clock


class SystemStopwatch:
    """The machine's time."""

    def seconds(self) -> float:
        """Seconds since some moment, never set back."""
        return time.monotonic()

    def wait(self, seconds: float, /) -> None:
        """Wait; other threads go on."""
        time.sleep(seconds)


class SystemRandom:
    """The machine's source of randomness."""

    def token(self, nbytes: int = 32, /) -> bytes:
        """``nbytes`` unpredictable bytes, for secrets."""
        return secrets.token_bytes(nbytes)

    def identifier(self) -> str:
        """A new unique id: milliseconds since 1970 as 11 hex digits, then 13 random hex digits (52 bits)."""
        milliseconds = int(datetime.now(UTC).timestamp() * 1000)  # noqa: TID251 - the one place that reads the clock
        return f"{milliseconds:011x}{secrets.randbits(52):013x}"
