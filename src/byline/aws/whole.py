"""A store that answers nobody while it is being filled from another: half of what people look for is not there yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.errors import Unavailable
from byline.store.port import MOST_KEYS
from byline.transfer.unfinished import MARK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.store.port import Cursor, Key, Page, Record, Store, Write


class WholeStore:
    """Implements ``store.port.Store`` by the one inside. ``Unavailable`` until it was seen once without the mark of a
    copy: so a process looks with its first read, or before whatever else comes first, and then never again.
    """

    def __init__(self, inner: Store) -> None:
        self._inner = inner
        self._seen_whole = False

    def get(self, *keys: Key) -> Mapping[Key, Record]:
        """As the one inside."""
        if self._seen_whole or len(keys) == MOST_KEYS:
            return self._whole().get(*keys)
        found = dict(self._inner.get(*keys, MARK))
        self._judge(found.pop(MARK, None))
        return found

    def page(
        self, index: str, *, prefix: str = "", after: Cursor | None = None, limit: int = 50, descending: bool = False
    ) -> Page:
        """As the one inside."""
        return self._whole().page(index, prefix=prefix, after=after, limit=limit, descending=descending)

    def scan(self, *, after: Cursor | None = None, limit: int = 200) -> Page:
        """As the one inside."""
        return self._whole().scan(after=after, limit=limit)

    def commit(self, *writes: Write) -> None:
        """As the one inside."""
        self._whole().commit(*writes)

    def ping(self) -> None:
        """As the one inside."""
        self._whole().ping()

    def close(self) -> None:
        """As the one inside."""
        self._inner.close()

    def _whole(self) -> Store:
        if not self._seen_whole:
            self._judge(self._inner.get(MARK).get(MARK))
        return self._inner

    def _judge(self, mark: Record | None) -> None:
        if mark is not None:
            raise Unavailable("the store is being filled from another")
        self._seen_whole = True
