"""Files, as the core sees them: bytes under slash-separated paths, whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class File:
    """A file: ``path`` is relative, of segments ``[A-Za-z0-9._~-]+`` that do not begin with a dot, split by ``/``."""

    path: str
    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What a listing says of a file: its size, and when it was put, in UTC by the engine's clock."""

    path: str
    size_bytes: int
    put_at: datetime


class Files(Protocol):
    """A tree of files. Every method raises ``Unavailable`` when the engine does not answer, ``ValueError`` on a path
    that is none.
    """

    def put(self, file: File, /, *, cache_seconds: int = 0) -> None:
        """Write a file. Readers of its path get the old file or the new one as a whole, even after a crash.

        ``cache_seconds`` says how long caches may keep it, where there are caches (a year: it never changes).
        """

    def get(self, path: str, /) -> File | None:
        """Read a file, ``None`` if there is none."""

    def delete(self, path: str, /) -> None:
        """Delete a file; deleting an absent one is fine."""

    def paths(self, prefix: str = "", /) -> Iterator[str]:
        """List the paths that start with ``prefix``, in no promised order; half-written files are not among them."""

    def entries(self, prefix: str, /) -> Iterator[Entry]:
        """What ``paths`` lists, with sizes and times."""
