"""The lock on a store that is being filled from another: until it is gone, only part of the records is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.errors import Misconfigured
from byline.store.formats import MARK
from byline.store.port import Create, Delete, Record, Replace

if TYPE_CHECKING:
    from byline.store.port import Store, Write


def is_lock(mark: Record | None) -> bool:
    """Whether what stands at ``MARK`` says that a copy is under way; it may be a format's number alone."""
    return mark is not None and "format" not in mark.data


def is_locked(store: Store) -> bool:
    """Whether a store holds only part of what it is to hold, in one read."""
    return is_lock(store.one(MARK))


def source_of(store: Store) -> str | None:
    """What a store is being filled from; ``None`` if it is not."""
    mark = store.one(MARK)
    return str(mark.data["from"]) if mark is not None and is_lock(mark) else None


def refuse_locked(store: Store) -> None:
    """``Misconfigured`` if a store holds only part of what it is to hold: nobody may work with it then."""
    source = source_of(store)
    if source is not None:
        raise Misconfigured(
            f"The store is being filled from {source}, and not all is there yet: "
            "wait for it, or start that again if it was interrupted; it goes on."
        )


def lock(store: Store, source: str) -> Write:
    """The write that locks a store while it is filled from ``source``."""
    mark = store.one(MARK)
    locked = Record(MARK, {"from": source}, version=mark.version + 1 if mark else 1)
    return Replace(locked) if mark else Create(locked)


def unlock(store: Store) -> tuple[Write, ...]:
    """The write that takes the lock away, if it is still there."""
    mark = store.one(MARK)
    return (Delete(MARK, mark.version),) if mark is not None and is_lock(mark) else ()
