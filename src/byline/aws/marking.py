"""A store that writes the name of the request on every job it promises, so that the logs of both can be joined."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from byline.jobs.model import key
from byline.store.port import Create

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.store.port import Cursor, Key, Page, Record, Store, Write

_JOB = key("").kind


class MarkedStore:
    """Implements ``store.port.Store`` by the one inside. ``request`` is set before each request is answered."""

    def __init__(self, inner: Store) -> None:
        self.inner = inner
        self.request = ""

    def get(self, *keys: Key) -> Mapping[Key, Record]:
        """As the one inside."""
        return self.inner.get(*keys)

    def page(
        self, index: str, *, prefix: str = "", after: Cursor | None = None, limit: int = 50, descending: bool = False
    ) -> Page:
        """As the one inside."""
        return self.inner.page(index, prefix=prefix, after=after, limit=limit, descending=descending)

    def scan(self, *, after: Cursor | None = None, limit: int = 200) -> Page:
        """As the one inside."""
        return self.inner.scan(after=after, limit=limit)

    def commit(self, *writes: Write) -> None:
        """As the one inside, with jobs marked."""
        self.inner.commit(*(self._marked(write) for write in writes))

    def ping(self) -> None:
        """As the one inside."""
        self.inner.ping()

    def close(self) -> None:
        """As the one inside."""
        self.inner.close()

    def _marked(self, write: Write) -> Write:
        if not isinstance(write, Create) or write.record.key.kind != _JOB or not self.request:
            return write
        return replace(write, record=replace(write.record, data={**write.record.data, "request": self.request}))
