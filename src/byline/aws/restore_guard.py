"""A store that answers nobody while it is being filled from another: half of what people look for is not there yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.errors import Unavailable
from byline.store.formats import MARK
from byline.store.port import MOST_KEYS
from byline.store.wrapper import StoreWrapper
from byline.transfer.copy_lock import is_lock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.store.port import Cursor, Key, Page, Record, Store, Write


class RestoreGuard(StoreWrapper):
    """Raises ``Unavailable`` until the store was seen once without the lock of a copy.

    A process looks with its first read, in the same round trip, or before whatever else comes first, and then never
    again.
    """

    def __init__(self, inner: Store) -> None:
        super().__init__(inner)
        self._is_complete = False

    def get(self, *keys: Key) -> Mapping[Key, Record]:
        """See ``Store.get``."""
        if self._is_complete or len(keys) == MOST_KEYS:
            return self._complete().get(*keys)
        found = dict(self.inner.get(*keys, MARK))
        self._check(found.pop(MARK, None))
        return found

    def page(
        self,
        index: str,
        *,
        prefix: str = "",
        between: tuple[str, str] | None = None,
        after: Cursor | None = None,
        limit: int = 50,
        descending: bool = False,
    ) -> Page:
        """See ``Store.page``."""
        return self._complete().page(
            index, prefix=prefix, between=between, after=after, limit=limit, descending=descending
        )

    def scan(self, *, after: Cursor | None = None, limit: int = 200) -> Page:
        """See ``Store.scan``."""
        return self._complete().scan(after=after, limit=limit)

    def commit(self, *writes: Write) -> None:
        """See ``Store.commit``."""
        self._complete().commit(*writes)

    def ping(self) -> None:
        """See ``Store.ping``."""
        self._complete().ping()

    def _complete(self) -> Store:
        if not self._is_complete:
            self._check(self.inner.one(MARK))
        return self.inner

    def _check(self, mark: Record | None) -> None:
        if is_lock(mark):
            raise Unavailable("the store is being filled from another")
        self._is_complete = True
