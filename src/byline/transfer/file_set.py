"""All files of an installation, as a collection that can be copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.site.addresses import is_shared
from byline.site.writing import cache_seconds
from byline.transfer import copy_lock
from byline.transfer.checksums import Sums

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from byline.files.port import File, Files
    from byline.transfer.checksums import Sum
    from byline.transfer.copies import Collection

_OWN = "private/"
"""What an installation keeps for itself: locks and probes, which are no part of it."""


class FileSet:
    """Implements ``copies.Collection`` by a tree of files."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def names(self) -> Iterator[str]:
        """Every path that belongs to an installation."""
        return (path for path in self._files.paths() if not path.startswith(_OWN))

    def items(self) -> Iterator[File]:
        """Every file that belongs to an installation."""
        return (file for file in map(self._files.get, self.names()) if file is not None)

    def sums(self, items: Iterable[File], *, until: float = 0) -> Mapping[str, Sum]:  # noqa: ARG002 - files do not expire
        """What files amount to, by their first folder."""
        sums = Sums()
        for file in items:
            add(sums, file)
        return sums.result()

    def strangers(self) -> Iterator[str]:
        """Files that a site without any author does not have."""
        return (f"the file {path}" for path in self.names() if not is_shared(path))

    def clear(self) -> None:
        """Delete every file."""
        for path in list(self.names()):
            self._files.delete(path)

    def fill(self, items: Iterable[File], *, resumed: bool) -> None:
        """Put files."""
        for file in items:
            there = self._files.get(file.path) if resumed else None
            if there is None or there.body != file.body:
                self._files.put(file, cache_seconds=cache_seconds(file.path))

    def prune(self, source: Collection[File]) -> None:
        """Delete what the source no longer has."""
        there = set(source.names())
        for path in [path for path in self.names() if path not in there]:
            self._files.delete(path)

    def origin(self) -> str | None:
        """From what the tree is being filled."""
        return copy_lock.source_of_files(self._files)

    def lock(self, origin: str) -> None:
        """Lock the tree."""
        self._files.put(copy_lock.file_lock(origin))

    def unlock(self) -> None:
        """Unlock it: all is there."""
        self._files.delete(copy_lock.FILE_LOCK)


def add(sums: Sums, file: File) -> None:
    """Add a file to the sums of its first folder."""
    sums.add(file.path.partition("/")[0], file.path.encode(), b"\0", file.body)
