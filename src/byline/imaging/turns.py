"""Turns to render a photo: some at a time, one of each person, so that no one's photos hold up another's."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from threading import Condition
from typing import TYPE_CHECKING, Final

from byline.errors import Unavailable
from byline.messages.outages import PHOTOS_TAKE_TURNS, YOUR_PHOTOS_TAKE_TURNS

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_WAITING_EACH: Final = 3
"""Photos of one person that wait; each holds a thread of the server."""


class Turns:
    """At most ``at_once`` turns at a time, and one of each person; whoever waits longer than ``timeout_seconds`` gives
    up, with ``Unavailable``.
    """

    def __init__(self, at_once: int, timeout_seconds: float) -> None:
        self._at_once = at_once
        self._timeout_seconds = timeout_seconds
        self._changed = Condition()
        self._running: set[str] = set()
        self._waiting = Counter[str]()

    @contextmanager
    def turn(self, by: str) -> Iterator[None]:
        """Wait for a turn of the person ``by``."""
        with self._changed:
            if self._waiting[by] >= MOST_WAITING_EACH:
                raise Unavailable(YOUR_PHOTOS_TAKE_TURNS)
            self._waiting[by] += 1
            try:
                if not self._changed.wait_for(lambda: self._is_free_for(by), self._timeout_seconds):
                    raise Unavailable(PHOTOS_TAKE_TURNS)
                self._running.add(by)
            finally:
                self._waiting[by] -= 1
                if not self._waiting[by]:
                    del self._waiting[by]
        try:
            yield
        finally:
            with self._changed:
                self._running.discard(by)
                self._changed.notify_all()

    def _is_free_for(self, by: str) -> bool:
        return len(self._running) < self._at_once and by not in self._running
