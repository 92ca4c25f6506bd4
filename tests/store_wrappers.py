"""Stores around a store: one that counts the round trips, one that lets a test act before and after each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from byline.store.wrapper import StoreWrapper

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from byline.store.port import Key, Page, Record, Store, Write

    Hook = Callable[[str, tuple[Any, ...]], None]


_Answer = TypeVar("_Answer")


class CountingStore(StoreWrapper):
    """Counts what goes to the store inside: ``reads`` (get, page, scan) and ``commits``; pings count as nothing."""

    def __init__(self, inner: Store) -> None:
        super().__init__(inner)
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
        return super().get(*keys)

    def page(self, index: str, **how: Any) -> Page:
        self.reads += 1
        return super().page(index, **how)

    def scan(self, **how: Any) -> Page:
        self.reads += 1
        return super().scan(**how)

    def commit(self, *writes: Write) -> None:
        self.commits += 1
        super().commit(*writes)


def _nothing(name: str, args: tuple[Any, ...]) -> None:
    """What a hook does unless a test says otherwise."""


class HookedStore(StoreWrapper):
    """Calls ``before(name, args)`` and ``after(name, args)`` around each method; what they raise, the caller sees.

    Raising in ``before`` is a crash with nothing done, raising in ``after`` one with everything done and nobody told.
    ``args`` are the keys of a get, the writes of a commit, the index of a page, and empty else.
    """

    def __init__(self, inner: Store, *, before: Hook = _nothing, after: Hook = _nothing) -> None:
        super().__init__(inner)
        self.before = before
        self.after = after

    def get(self, *keys: Key) -> Mapping[Key, Record]:
        return self._around("get", keys, lambda: self.inner.get(*keys))

    def page(self, index: str, **how: Any) -> Page:
        return self._around("page", (index,), lambda: self.inner.page(index, **how))

    def scan(self, **how: Any) -> Page:
        return self._around("scan", (), lambda: self.inner.scan(**how))

    def commit(self, *writes: Write) -> None:
        self._around("commit", writes, lambda: self.inner.commit(*writes))

    def ping(self) -> None:
        self._around("ping", (), self.inner.ping)

    def _around(self, name: str, args: tuple[Any, ...], call: Callable[[], _Answer]) -> _Answer:
        self.before(name, args)
        answer = call()
        self.after(name, args)
        return answer
