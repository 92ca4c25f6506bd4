"""A store around a store, for those that change one or two of its methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from byline.store.port import Cursor, Key, Page, Record, Store, Write


class StoreWrapper:
    """Implements ``store.port.Store`` by ``inner``; a subclass overrides what it changes."""

    def __init__(self, inner: Store) -> None:
        self.inner = inner

    def get(self, *keys: Key) -> Mapping[Key, Record]:
        """See ``Store.get``."""
        return self.inner.get(*keys)

    def one(self, key: Key) -> Record | None:
        """Read one record; ``None`` if it is absent."""
        return self.get(key).get(key)

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
        return self.inner.page(index, prefix=prefix, between=between, after=after, limit=limit, descending=descending)

    def scan(self, *, after: Cursor | None = None, limit: int = 200) -> Page:
        """See ``Store.scan``."""
        return self.inner.scan(after=after, limit=limit)

    def snapshot(self) -> Iterator[Record] | None:
        """See ``Store.snapshot``."""
        return self.inner.snapshot()

    def commit(self, *writes: Write) -> None:
        """See ``Store.commit``."""
        self.inner.commit(*writes)

    def format(self) -> int:
        """See ``Store.format``."""
        return self.inner.format()

    def raise_format(self, number: int) -> None:
        """See ``Store.raise_format``."""
        self.inner.raise_format(number)

    def damage(self, *, thorough: bool = False) -> Sequence[str]:
        """See ``Store.damage``."""
        return self.inner.damage(thorough=thorough)

    def ping(self) -> None:
        """See ``Store.ping``."""
        self.inner.ping()

    def close(self) -> None:
        """See ``Store.close``."""
        self.inner.close()
