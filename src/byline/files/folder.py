"""Files in a folder on this machine: each is written beside its place, then moved there in one step."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from byline.errors import Unavailable
from byline.files.paths import checked, checked_type, content_type, is_path
from byline.files.port import Entry, File

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_INCOMING: Final = ".incoming"
"""The folder for files that are being written. It begins with a dot, so no path leads there and nothing lists it.

There is one for all, so that the start need not walk through every author's folder to find leftovers.
"""
_LEFTOVER_SECONDS: Final = 3600
_TRIES: Final = 20
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY
_NOT_THERE: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})
"""Absent; below something that is no folder; or a symbolic link, which is never followed."""


class FolderFiles:
    """Implements ``files.port.Files`` on the folder ``root``, which is made if it is missing.

    Symbolic links below ``root`` are never followed: each folder on the way is opened by itself.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        self._incoming = self._root / _INCOMING
        with _translated(f"no folder for files at {root}"):
            self._incoming.mkdir(parents=True, exist_ok=True)
            self._sweep()

    def put(self, file: File, /, *, cache_seconds: int = 0) -> None:  # noqa: ARG002 - no cache stands before a folder
        """Write a file whole. It is on the disk, and so is its name, when this returns."""
        segments = checked(file.path).split("/")
        checked_type(file.path, file.content_type)
        with _translated(f"cannot write {file.path}"):
            part = self._written(file.body)
            try:
                self._move(part, segments)
            except BaseException:
                part.unlink(missing_ok=True)
                raise

    def get(self, path: str, /) -> File | None:
        """Read a file, ``None`` if there is none."""
        *folders, name = checked(path).split("/")
        try:
            body = self._read(folders, name)
        except OSError as error:
            if error.errno in _NOT_THERE:
                return None
            raise _unavailable(f"cannot read {path}", error) from error
        return None if body is None else File(path, body, content_type(path))

    def delete(self, path: str, /) -> None:
        """Delete a file, and the folders that are empty then."""
        *folders, name = checked(path).split("/")
        with _translated(f"cannot delete {path}"):
            try:
                with self._folder(folders) as folder:
                    os.unlink(name, dir_fd=folder)
                    os.fsync(folder)
            except (IsADirectoryError, PermissionError):
                if not self._is_folder([*folders, name]):
                    raise
            except OSError as error:
                if error.errno not in _NOT_THERE:
                    raise
            else:
                self._remove_empty(folders)

    def paths(self, prefix: str = "", /) -> Iterator[str]:
        """List the paths that start with ``prefix``."""
        start = prefix.rpartition("/")[0]
        if start and not is_path(start):
            return
        yield from self._below(start.split("/") if start else [], prefix)

    def entries(self, prefix: str, /) -> Iterator[Entry]:
        """List what starts with ``prefix``, with sizes and times."""
        for path in self.paths(prefix):
            *folders, name = path.split("/")
            with suppress(FileNotFoundError), _translated(f"cannot list {prefix}", FileNotFoundError):
                with self._folder(folders) as folder:
                    found = os.stat(name, dir_fd=folder, follow_symlinks=False)
                yield Entry(path, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def _written(self, body: bytes) -> Path:
        """Write ``body`` into a new file in the incoming folder, down to the disk."""
        part = self._incoming / secrets.token_hex(12)
        try:
            with part.open("xb") as stream:
                stream.write(body)
                stream.flush()
                os.fsync(stream.fileno())
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        return part

    def _move(self, part: Path, segments: Sequence[str]) -> None:
        """Move a written file to its place; again, when a ``delete`` took the empty folder away meanwhile."""
        *folders, name = segments
        for left in reversed(range(_TRIES)):
            try:
                with self._folder(folders, make=True) as folder:
                    os.replace(part, name, dst_dir_fd=folder)
                    os.fsync(folder)
            except FileNotFoundError:
                if not left:
                    raise
            else:
                return

    def _read(self, folders: Sequence[str], name: str) -> bytes | None:
        # Without O_NONBLOCK, opening a named pipe would wait for a writer.
        folder = self._opened(folders)
        try:
            opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        finally:
            os.close(folder)
        try:
            found = os.fstat(opened)
            if not stat.S_ISREG(found.st_mode):
                return None
            return _whole(opened, found.st_size)
        finally:
            os.close(opened)

    @contextmanager
    def _folder(self, names: Sequence[str], *, make: bool = False) -> Iterator[int]:
        """Lend a folder below the root as a descriptor."""
        folder = self._opened(names, make=make)
        try:
            yield folder
        finally:
            os.close(folder)

    def _opened(self, names: Sequence[str], *, make: bool = False) -> int:
        """Walk down from the root, one folder at a time, and open the last one."""
        here = os.open(self._root, _FOLDER)
        for name in names:
            above = here
            try:
                here = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=above)
            except FileNotFoundError:
                if not make:
                    raise
                with suppress(FileExistsError):
                    os.mkdir(name, dir_fd=above)
                    os.fsync(above)
                here = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=above)
            finally:
                os.close(above)
        return here

    def _is_folder(self, names: Sequence[str]) -> bool:
        try:
            with self._folder(names):
                return True
        except OSError:
            return False

    def _remove_empty(self, folders: Sequence[str]) -> None:
        for depth in range(len(folders), 0, -1):
            try:
                with self._folder(folders[: depth - 1]) as above:
                    os.rmdir(folders[depth - 1], dir_fd=above)
                    os.fsync(above)
            except OSError:
                return  # not empty, or removed by another process

    def _below(self, folders: Sequence[str], prefix: str) -> Iterator[str]:
        with _translated(f"cannot list {prefix}"):
            try:
                with self._folder(folders) as folder, os.scandir(folder) as entries:
                    found = sorted(
                        (entry.name, entry.is_dir(follow_symlinks=False))
                        for entry in entries
                        if entry.is_dir(follow_symlinks=False) or entry.is_file(follow_symlinks=False)
                    )
            except OSError as error:
                if error.errno in _NOT_THERE:
                    return
                raise
        for name, is_folder in found:
            path = "/".join([*folders, name])
            if not (path.startswith(prefix) and is_path(path)):
                continue
            if is_folder:
                yield from self._below([*folders, name], prefix)
            else:
                yield path

    def _sweep(self) -> None:
        """Delete what killed processes left behind an hour ago or longer, by the file system's own clock."""
        probe = self._written(b"")
        now = probe.stat().st_mtime
        probe.unlink()
        for part in self._incoming.iterdir():
            with suppress(FileNotFoundError):
                if now - part.stat().st_mtime > _LEFTOVER_SECONDS:
                    part.unlink()


def _whole(opened: int, size: int) -> bytes:
    """Everything in an open file: mostly what one call reads, since files here are written whole and never grow."""
    body = os.read(opened, size)
    while len(body) < size:
        more = os.read(opened, size - len(body))
        if not more:
            break
        body += more
    return body


@contextmanager
def _translated(what: str, *but: type[OSError]) -> Iterator[None]:
    try:
        yield
    except but:
        raise
    except OSError as error:
        raise _unavailable(what, error) from error


def _unavailable(what: str, error: OSError) -> Unavailable:
    return Unavailable(f"{what}: {error.strerror or error}")
