"""The moments at which a process may die: before and after each call to the store, the files and the mail."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest import mock

import byline.store.sqlite

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable


class KillPoints:
    """Counts the moments that pass, and shows each, or kills this very process at the one that was chosen."""

    def __init__(self) -> None:
        self.begin()

    def begin(self, *, die_at: int | None = None, show: Callable[[str], None] | None = None) -> None:
        """Count anew. The process dies at the moment of this number; before, ``show`` is called at each moment."""
        self.passed: list[str] = []
        self._die_at, self._show = die_at, show

    def pass_(self, name: str) -> None:
        if self._die_at == len(self.passed):
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed.append(name)
        if self._show is not None:
            self._show(name)

    def around(self, name: str, call: Callable[[], Any]) -> Any:
        self.pass_(f"before {name}")
        try:
            return call()
        finally:
            self.pass_(f"after {name}")


class Watched:
    """A port whose every call is two moments: nothing done yet, and everything done and nobody told."""

    def __init__(self, moments: KillPoints) -> None:
        self.inner: Any = None
        self._moments = moments

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self.inner, name)

        def call(*args: Any, **how: Any) -> Any:
            answer = self._moments.around(f"{type(self.inner).__name__}.{name}", lambda: method(*args, **how))
            return iter(list(answer)) if isinstance(answer, Iterator) else answer

        return call


@contextmanager
def inside_the_calls(moments: KillPoints) -> Iterator[None]:
    """Make moments of what happens inside these calls too: each fsync and rename, each statement of a commit."""
    fsync, replace, connect = os.fsync, os.replace, byline.store.sqlite.connect

    def watched_connect(address: str) -> sqlite3.Connection:
        connection = connect(address)
        connection.set_trace_callback(lambda statement: moments.pass_(f"before {statement[:20]}"))
        return connection

    with (
        mock.patch("os.fsync", lambda handle: moments.around("fsync", lambda: fsync(handle))),
        mock.patch("os.replace", lambda *args, **how: moments.around("rename", lambda: replace(*args, **how))),
        mock.patch("byline.store.sqlite.connect", watched_connect),
    ):
        yield
