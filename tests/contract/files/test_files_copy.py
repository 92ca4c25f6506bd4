"""A whole tree of files moves to any other engine and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.environment import StoppedClock

from byline.audit import OPERATOR
from byline.errors import Invalid, Misconfigured
from byline.files.folder import FolderFiles
from byline.files.paths import content_type
from byline.files.port import File
from byline.site.writing import cache_seconds
from byline.transfer import copies
from byline.transfer.file_set import FileSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from byline.files.port import Files
    from byline.transfer.checksums import Sum

ORIGIN = "file:///somewhere"
TREE = {
    "photos/1/abc-640.jpg": b"\xff\xd8photo",
    "photos/1/abc-320.webp": b"",
    "authors/ana-lima/index.html": "<p>été</p>".encode(),
    "authors/ana-lima/index.json": b"{}",
    "authors/photos/1/abc-640.jpg": b"\xff\xd8photo",
    "authors/index.html": b"<ul>",
    "other/file~1": b"\x00" * 100_000,
}


class KilledError(BaseException):
    """What a process that is killed would not have noticed."""


class Watched:
    """Files around files: a test acts before each call that changes something or reads."""

    def __init__(self, inner: Files, before: Callable[[str, str], None]) -> None:
        self._inner = inner
        self._before = before
        self.kept_seconds: dict[str, int] = {}

    def put(self, file: File, /, *, cache_seconds: int = 0) -> None:
        self._before("put", file.path)
        self.kept_seconds[file.path] = cache_seconds
        self._inner.put(file, cache_seconds=cache_seconds)

    def get(self, path: str, /) -> File | None:
        self._before("get", path)
        return self._inner.get(path)

    def delete(self, path: str, /) -> None:
        self._before("delete", path)
        self._inner.delete(path)

    def paths(self, prefix: str = "", /) -> Iterator[str]:
        return self._inner.paths(prefix)


def current(files: Files) -> dict[str, bytes]:
    found = (files.get(path) for path in files.paths())
    return {file.path: file.body for file in found if file}


def put(files: Files, path: str, body: bytes) -> None:
    files.put(File(path, body, content_type(path)))


def copied(source: Files, target: Files, origin: str = ORIGIN) -> Mapping[str, Sum]:
    return copies.copy(OPERATOR, FileSet(source), FileSet(target), origin=origin, clock=StoppedClock())


def stopping(inner: Files, at: int) -> Watched:
    """Files whose caller is killed before it puts or deletes the so-many-th time."""
    left = [at]

    def stop(name: str, _: str) -> None:
        left[0] -= name != "get"
        if not left[0]:
            raise KilledError

    return Watched(inner, stop)


@pytest.fixture
def source(tmp_path: Path) -> Files:
    """A tree with a little of everything, and a probe that is no part of it."""
    files = FolderFiles(tmp_path / "source")
    for path, body in TREE.items():
        put(files, path, body)
    put(files, "private/check.txt", b"ok")
    return files


def test_everything_comes_over_and_back(source: Files, files: Files, tmp_path: Path) -> None:
    there = FolderFiles(tmp_path / "there")
    first = copied(source, files)
    second = copied(files, there, "back")

    assert current(files) == current(there) == TREE
    assert first == second
    assert {folder: each.count for folder, each in first.items()} == {"authors": 4, "other": 1, "photos": 2}


def test_each_file_is_put_with_its_time_in_caches(source: Files, tmp_path: Path) -> None:
    target = Watched(FolderFiles(tmp_path / "there"), lambda *_: None)
    copied(source, target)
    assert {path: target.kept_seconds[path] for path in TREE} == {path: cache_seconds(path) for path in TREE}
    assert target.kept_seconds["authors/photos/1/abc-640.jpg"] > target.kept_seconds["authors/index.html"] == 0


def test_nothing_is_put_where_something_is(source: Files, files: Files) -> None:
    put(files, "authors/zoe/index.html", b"Zoe")
    with pytest.raises(Misconfigured, match="not empty"):
        copied(source, files)
    assert current(files) == {"authors/zoe/index.html": b"Zoe"}


def test_what_is_negligible_makes_way(source: Files, files: Files) -> None:
    put(files, "authors/sitemap.xml", b"old")
    copied(source, files)
    assert current(files) == TREE


def test_an_empty_source_is_refused(files: Files, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="nothing to copy"):
        copied(FolderFiles(tmp_path / "empty"), files)


@pytest.mark.parametrize("at", range(1, len(TREE) + 3))
def test_a_copy_that_was_killed_goes_on_wherever_it_stopped(source: Files, tmp_path: Path, at: int) -> None:
    target = FolderFiles(tmp_path / "there")
    with pytest.raises(KilledError):
        copied(source, stopping(target, at))
    copied(source, target)
    assert current(target) == TREE


def test_a_copy_that_goes_on_puts_only_what_is_missing_or_changed(source: Files, files: Files) -> None:
    with pytest.raises(KilledError):
        copied(source, stopping(files, 6))
    first, second, *_ = (path for path in files.paths() if path in TREE)
    put(source, first, b"changed")
    source.delete(second)
    done = []
    copied(source, Watched(files, lambda *call: done.append(call) if call[0] != "get" else None))

    assert current(files) == {path: body for path, body in {**TREE, first: b"changed"}.items() if path != second}
    assert ("put", first) in done
    assert ("delete", second) in done
    assert len(done) == 1 + 1 + (len(TREE) - 4) + 1  # changed, gone, those not there yet, and the mark


def test_a_half_copy_is_not_gone_on_with_from_elsewhere_nor_copied_on(source: Files, files: Files) -> None:
    with pytest.raises(KilledError):
        copied(source, stopping(files, 3))
    with pytest.raises(Misconfigured, match=f"being filled from {ORIGIN}"):
        copied(source, files, "file:///elsewhere")
    with pytest.raises(Misconfigured, match="not finished"):
        copied(files, source, "half")


def test_a_file_that_came_over_otherwise_is_found_out(source: Files, tmp_path: Path) -> None:
    target = FolderFiles(tmp_path / "there")

    def spoil(name: str, path: str) -> None:
        if (name, path) == ("get", "photos/1/abc-640.jpg"):
            put(target, path, b"another")

    with pytest.raises(Invalid, match=r"differ \(photos\)"):
        copied(source, Watched(target, spoil))
    copied(source, target)
    assert current(target) == TREE
