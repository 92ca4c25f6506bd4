"""The lock on a store, or on a tree of files, while it is filled from another: until it is gone, only part is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.errors import Misconfigured
from byline.files.port import File
from byline.store.formats import MARK
from byline.store.port import Create, Delete, Record, Replace

if TYPE_CHECKING:
    from byline.files.port import Files
    from byline.store.port import Store, Write

FILE_LOCK = "private/copy-under-way.txt"
"""The file that locks a tree of files; it says from where they come."""
_REFUSAL = (
    "The {what} being filled from {source}, and not all is there yet: "
    "wait for it, or start that again if it was interrupted; it goes on."
)


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


def source_of_files(files: Files) -> str | None:
    """What a tree of files is being filled from; ``None`` if it is not."""
    lock = files.get(FILE_LOCK)
    return None if lock is None else lock.body.decode(errors="replace")


def refuse_locked(store: Store, files: Files | None = None) -> None:
    """``Misconfigured`` if there is only part of the records, or of the files: nobody may work with them then."""
    for what, source in (("store is", source_of(store)), ("files are", source_of_files(files) if files else None)):
        if source is not None:
            raise Misconfigured(_REFUSAL.format(what=what, source=source))


def lock(store: Store, source: str) -> Write:
    """The write that locks a store while it is filled from ``source``."""
    mark = store.one(MARK)
    locked = Record(MARK, {"from": source}, version=mark.version + 1 if mark else 1)
    return Replace(locked) if mark else Create(locked)


def unlock(store: Store) -> tuple[Write, ...]:
    """The write that takes the lock away, if it is still there."""
    mark = store.one(MARK)
    return (Delete(MARK, mark.version),) if mark is not None and is_lock(mark) else ()


def file_lock(source: str) -> File:
    """The file that locks a tree while it is filled from ``source``."""
    return File(FILE_LOCK, source.encode(), "text/plain; charset=utf-8")
