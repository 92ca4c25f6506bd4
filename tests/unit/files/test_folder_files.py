from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from byline.errors import Unavailable
from byline.files.folder import FolderFiles
from byline.files.port import File

if TYPE_CHECKING:
    from pathlib import Path

HTML = "text/html; charset=utf-8"

KILLED_BEFORE_THE_LAST_STEP = """
import os, signal, sys
from pathlib import Path
from byline.files.folder import FolderFiles
from byline.files.port import File

files = FolderFiles(Path(sys.argv[1]))
os.replace = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
files.put(File("authors/a/index.html", b"new", "text/html"))
"""


def everything(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def test_a_process_that_is_killed_while_writing_leaves_the_old_file_and_nothing_to_see(tmp_path: Path) -> None:
    files = FolderFiles(tmp_path)
    files.put(File("authors/a/index.html", b"old", HTML))

    killed = subprocess.run([sys.executable, "-c", KILLED_BEFORE_THE_LAST_STEP, str(tmp_path)], check=False)

    assert killed.returncode == -9
    assert files.get("authors/a/index.html") == File("authors/a/index.html", b"old", HTML)
    assert list(files.paths()) == ["authors/a/index.html"]
    assert len(everything(tmp_path)) == 2, "the leftover that the next test is about"


def test_leftovers_of_killed_processes_go_after_an_hour_and_not_before(tmp_path: Path) -> None:
    FolderFiles(tmp_path)
    incoming = tmp_path / ".incoming"
    (incoming / "old").write_bytes(b"half a pag")
    (incoming / "young").write_bytes(b"being writt")
    written = (incoming / "young").stat().st_mtime
    os.utime(incoming / "old", (written - 3700, written - 3700))
    os.utime(incoming / "young", (written - 3500, written - 3500))

    FolderFiles(tmp_path)

    assert everything(tmp_path) == [".incoming/young"]


def test_a_full_disk_is_unavailable_and_the_old_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = FolderFiles(tmp_path)
    files.put(File("a.html", b"old", HTML))

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable, match="No space left"):
        files.put(File("a.html", b"new", HTML))
    monkeypatch.undo()

    assert files.get("a.html") == File("a.html", b"old", HTML)
    assert everything(tmp_path) == ["a.html"]


def test_nothing_is_acknowledged_before_the_bytes_and_their_name_are_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = FolderFiles(tmp_path)
    steps: list[str] = []
    fsync, replace = os.fsync, os.replace

    def noted_fsync(opened: int) -> None:
        steps.append("name" if stat.S_ISDIR(os.fstat(opened).st_mode) else "bytes")
        fsync(opened)

    def noted_replace(*places: str, **folders: int) -> None:
        steps.append("move")
        replace(*places, **folders)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "replace", noted_replace)
    files.put(File("a.html", b"x", HTML))

    assert steps == ["bytes", "move", "name"]


def test_a_symbolic_link_never_leads_out(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.html").write_text("secret")
    files = FolderFiles(tmp_path / "files")
    (tmp_path / "files" / "authors").symlink_to(outside)
    (tmp_path / "files" / "secret.html").symlink_to(outside / "secret.html")

    assert files.get("authors/secret.html") is None
    assert files.get("secret.html") is None
    assert not list(files.paths())
    assert not list(files.paths("authors/"))
    with pytest.raises(Unavailable):
        files.put(File("authors/new.html", b"x", HTML))
    files.delete("authors/secret.html")
    files.put(File("secret.html", b"ours", HTML))

    assert everything(outside) == ["secret.html"]
    assert (outside / "secret.html").read_text() == "secret"
    assert files.get("secret.html") == File("secret.html", b"ours", HTML)


def test_only_plain_files_with_names_that_are_paths_are_seen(tmp_path: Path) -> None:
    files = FolderFiles(tmp_path)
    os.mkfifo(tmp_path / "pipe.html")
    (tmp_path / "a b.html").write_text("x")
    (tmp_path / ".htaccess").write_text("x")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("x")

    assert files.get("pipe.html") is None
    assert not list(files.paths())


def test_a_missing_folder_is_made_and_empty_ones_are_taken_away(tmp_path: Path) -> None:
    files = FolderFiles(tmp_path / "deep" / "down")
    files.put(File("authors/a/index.html", b"x", HTML))
    files.put(File("authors/b/c/d/index.html", b"x", HTML))

    files.delete("authors/b/c/d/index.html")

    assert sorted(path.name for path in (tmp_path / "deep" / "down" / "authors").iterdir()) == ["a"]

    files.delete("authors/a/index.html")

    assert [path.name for path in (tmp_path / "deep" / "down").iterdir()] == [".incoming"]


def test_a_folder_that_cannot_be_is_unavailable_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(Unavailable, match="no folder for files at"):
        FolderFiles(tmp_path / "file")


def test_a_folder_that_went_away_is_unavailable_for_writing_and_a_path_below_a_file_is_too(tmp_path: Path) -> None:
    files = FolderFiles(tmp_path / "files")
    files.put(File("a", b"x", "application/octet-stream"))

    with pytest.raises(Unavailable, match="cannot write a/b"):
        files.put(File("a/b", b"x", "application/octet-stream"))

    (tmp_path / "files" / ".incoming").rmdir()
    with pytest.raises(Unavailable, match="cannot write b"):
        files.put(File("b", b"x", "application/octet-stream"))
