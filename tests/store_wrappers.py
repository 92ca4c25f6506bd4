"""Stores around a store: one that counts the round trips, one that lets a test act before and after each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from byline.store.port import Cursor, Key, Page, Record, Store, Write

    Hook = Callable[[str, tuple[Any, ...]], None]


_Answer = TypeVar("_Answer")


class CountingStore:
    """Counts what goes to the store inside: ``reads`` (get, page, scan) and ``commits``; pings count as nothing."""

    def __init__(self, inner: Store) -> None:
        self.inner = inner
        self.reads = 0
        self.commits = 0

    @property
    def counts(self) -> tuple[int, int]:
        """Reads and commits since the last ``reset``."""
        return self.reads, self.commits

    def reset(self) -> None:
        self.reads = self.commits = 0

    def get(self, *keys: Key) -> Mapping[Key, Record]:
        self.reads += 1
        return self.inner.get(*keys)

    def page(
        self, index: str, *, prefix: str = "", after: Cursor | None = None, limit: int = 50, descending: bool = False
    ) -> Page:
        self.reads += 1
        return self.inner.page(index, prefix=prefix, after=after, limit=limit, descending=descending)

    def scan(self, *, after: Cursor | None = None, limit: int = 200) -> Page:
        self.reads += 1
        return self.inner.scan(after=after, limit=limit)

    def commit(self, *writes: Write) -> None:
        self.commits += 1
        self.inner.commit(*writes)

    def ping(self) -> None:
        self.inner.ping()

    def close(self) -> None:
        self.inner.close()


def _nothing(name: str, args: tuple[Any, ...]) -> None:
    """What a hook does unless a test says otherwise."""


class HookedStore:
    """Calls ``before(name, args)`` and ``after(name, args)`` around each method; what they raise, the caller sees.

    Raising in ``before`` is a crash with nothing done, raising in ``after`` one with everything done and nobody told.
    ``args`` are the keys of a get, the writes of a commit, the index of a page, and empty else.
    """

    def __init__(self, inner: Store, *, before: Hook = _nothing, after: Hook = _nothing) -> None:
        self.inner = inner
        self.before = before
        self.after = after

    def get(self, *keys: Key) -> Mapping[Key, Record]:
        return self._around("get", keys, lambda: self.inner.get(*keys))

    def page(
        self, index: str, *, prefix: str = "", after: Cursor | None = None, limit: int = 50, descending: bool = False
    ) -> Page:
        return self._around(
            "page",
            (index,),
            lambda: self.inner.page(index, prefix=prefix, after=after, limit=limit, descending=descending),
        )

    def scan(self, *, after: Cursor | None = None, limit: int = 200) -> Page:
        return self._around("scan", (), lambda: self.inner.scan(after=after, limit=limit))

    def commit(self, *writes: Write) -> None:
        self._around("commit", writes, lambda: self.inner.commit(*writes))

    def ping(self) -> None:
        self._around("ping", (), self.inner.ping)

    def close(self) -> None:
        self.inner.close()

    def _around(self, name: str, args: tuple[Any, ...], call: Callable[[], _Answer]) -> _Answer:
        self.before(name, args)
        answer = call()
        self.after(name, args)
        return answer
