"""Time, randomness and processes: the only module that reads the clock, the random source, or who runs."""

from __future__ import annotations

import os
import secrets
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

_PROC: Final = Path("/proc")
_ZOMBIE: Final = "Z"


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


class Processes(Protocol):
    """The processes that may hold a lease."""

    def own_name(self) -> str:
        """A text that names this process and no other, on this machine or elsewhere; empty if there is none."""

    def has_ended(self, name: str) -> bool:
        """Whether a process of this name is known to have ended; never of one on another machine."""


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


class SystemProcesses:
    """The processes of this machine since it was started, as Linux tells; elsewhere none has a name.

    A name is the machine's start, the container, the number of the process, and when it was started: numbers are used
    again.
    """

    def own_name(self) -> str:
        """What names this process."""
        return self._name(os.getpid())

    def has_ended(self, name: str) -> bool:
        """Whether the process is gone, or only waits for its parent to take note of that."""
        place, _, rest = name.partition(" ")
        pid = rest.partition(" ")[0]
        if not pid.isdigit() or place != self._place():
            return False
        return self._name(int(pid)) != name

    def _name(self, pid: int) -> str:
        """The name of a process that runs; empty if none of that number does."""
        try:
            stat = (
                (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
            )  # the name before may hold anything
        except OSError:
            return ""
        state, started_at = stat[0], stat[19]
        place = self._place()
        return f"{place} {pid} {started_at}" if place and state != _ZOMBIE else ""

    def _place(self) -> str:
        """Since when the machine runs, and in which container this is."""
        try:
            boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
            return f"{boot}/{(_PROC / 'self/ns/pid').readlink()}"
        except OSError:
            return ""
