"""Doing things at the same moment: a thread for each, held back until all are ready, and again where it hurts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Condition, local
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.store_wrappers import HookedStore

_PATIENCE_SECONDS = 100
T = TypeVar("T")


class Meeting:
    """A place where everybody waits for those who are still on their way; who goes home is not waited for."""

    def __init__(self, expected: int) -> None:
        self._on_their_way = expected
        self._changed = Condition()

    def leave_one_fewer(self) -> None:
        """Somebody has come, or will not come."""
        with self._changed:
            self._on_their_way -= 1
            self._changed.notify_all()

    def wait(self) -> None:
        """Wait until nobody is on their way any more."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._on_their_way <= 0, _PATIENCE_SECONDS), "somebody hangs"


def at_once(acts: Sequence[Callable[[], T]], *, commits_meet_at: HookedStore | None = None) -> list[T]:
    """The answers of all acts, begun together, in the order of the acts; the first fault is raised.

    ``commits_meet_at``: nobody's first commit to this store goes through before everybody has come to theirs (or has
    ended without one), so that each has read before any of them writes.
    """
    start, commits, own = Meeting(len(acts)), Meeting(len(acts)), local()

    def arrive_at_commit() -> None:
        if not getattr(own, "arrived", False):
            own.arrived = True
            commits.leave_one_fewer()

    def before(name: str, _args: tuple[Any, ...]) -> None:
        if name == "commit":
            arrive_at_commit()
            commits.wait()

    def run(act: Callable[[], T]) -> T:
        start.leave_one_fewer()
        start.wait()
        try:
            return act()
        finally:
            arrive_at_commit()

    if commits_meet_at is None:
        return _answers(acts, run)
    usual, commits_meet_at.before = commits_meet_at.before, before
    try:
        return _answers(acts, run)
    finally:
        commits_meet_at.before = usual


def _answers(acts: Sequence[Callable[[], T]], run: Callable[[Callable[[], T]], T]) -> list[T]:
    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))
