"""Doing things at the same moment: a thread for each, held back until all are ready, and again where it hurts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, local
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.counting import HookedStore

_PATIENCE_SECONDS = 60
T = TypeVar("T")


def at_once(acts: Sequence[Callable[[], T]]) -> list[T]:
    """The answers of all acts, begun together, in the order of the acts; the first fault is raised."""
    start = Barrier(len(acts))

    def run(act: Callable[[], T]) -> T:
        start.wait(_PATIENCE_SECONDS)
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


@contextmanager
def commits_meet(store: HookedStore, count: int) -> Iterator[None]:
    """So many threads go through their first commit together: each has read before any of them writes."""
    meeting, own = Barrier(count), local()

    def wait(name: str, _args: tuple[Any, ...]) -> None:
        if name == "commit" and not getattr(own, "met", False):
            own.met = True
            meeting.wait(_PATIENCE_SECONDS)

    before, store.before = store.before, wait
    try:
        yield
    finally:
        store.before = before
