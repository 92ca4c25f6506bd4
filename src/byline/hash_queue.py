"""The queue in front of the password hashes: two are computed at a time, and whoever comes third waits.

Known devices, sessions and links of emails go before everyone else, so that a flood of guesses makes only strangers
wait.
"""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from threading import Event, Lock
from typing import TYPE_CHECKING, Final

from byline.errors import TooMany

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_ONCE: Final = 2
"""Hashes computed at the same time; more would cost memory and gain nothing on two processors."""
PATIENCE_SECONDS: Final = 5.0
"""How long a stranger's form waits for its turn before it is answered 429."""
MOST_WAITING: Final = 32
"""Strangers who wait; one more is answered 429 at once. Each holds a thread of the server, which must have more of them
for everyone else, and so many that a whole class can log in at the same moment."""
BUSY: Final = "hashes"
"""What there is too much of, in the ``TooMany`` of those who waited in vain."""


class HashQueue:
    """Turns to compute hashes."""

    def __init__(
        self,
        *,
        at_once: int = AT_ONCE,
        patience_seconds: float = PATIENCE_SECONDS,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._free = at_once
        self._most_waiting = most_waiting
        self._patience_seconds = patience_seconds
        self._lock = Lock()
        self._first: deque[Event] = deque()
        self._others: deque[Event] = deque()

    @contextmanager
    def turn(self, *, first: bool) -> Iterator[None]:
        """Wait for a turn; ``first`` before all others and for as long as it takes, else ``TooMany`` after a while."""
        self._wait(first=first)
        try:
            yield
        finally:
            self._pass_on()

    def _wait(self, *, first: bool) -> None:
        queue, called = self._first if first else self._others, Event()
        with self._lock:
            if self._free:
                self._free -= 1
                return
            if not first and len(queue) >= self._most_waiting:
                raise TooMany(int(PATIENCE_SECONDS), what=BUSY)
            queue.append(called)
        if called.wait(None if first else self._patience_seconds):
            return
        with self._lock:
            if called.is_set():  # at the last moment
                return
            queue.remove(called)
        raise TooMany(int(PATIENCE_SECONDS), what=BUSY)

    def _pass_on(self) -> None:
        with self._lock:
            for queue in (self._first, self._others):
                if queue:
                    queue.popleft().set()
                    return
            self._free += 1
