"""``byline backup`` and ``byline restore`` on one machine."""

from __future__ import annotations

import io
import json
import os
import pty
import stat
import subprocess
import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from tests.environment import make_world
from tests.filled_portal import (
    answered,
    bodies,
    byline,
    current,
    files_address,
    lived_in,
    open_files,
    open_store,
    started_once,
    still_works,
    store_address,
)
from tests.server import BYLINE
from tests.store_wrappers import HookedStore

from byline.audit import OPERATOR
from byline.cli.main import main
from byline.environment import SystemClock
from byline.errors import Invalid, Misconfigured, Unavailable
from byline.files.folder import FolderFiles
from byline.files.port import File
from byline.site.derived import LAST_BACKUP
from byline.store.formats import MARK
from byline.store.port import Create, Key, Record, Replace
from byline.store.sqlite import SqliteStore
from byline.transfer import archive, backups, copy_lock, record_set
from byline.transfer.file_set import FileSet
from byline.transfer.record_set import batches
from byline.wiring import scratch_store

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from byline.files.port import Files
    from byline.ports import Ports
    from byline.store.port import Store

CLOCK = SystemClock()


class KilledError(BaseException):
    """What a process that is killed would not have noticed."""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    lived_in(tmp_path / "here")
    return tmp_path / "here"


@pytest.fixture
def file(here: Path, tmp_path: Path) -> Path:
    byline("deliver", DATA=str(here))
    byline("backup", tmp_path / "site.backup", DATA=str(here))
    return tmp_path / "site.backup"


def test_a_restored_portal_takes_the_passwords_and_shows_the_pages(file: Path, here: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    said = answered("restore", file, DATA=str(there))
    assert said["records"]["account"]["count"] == 3
    assert set(said["files"]) == {"authors", "photos"}
    assert bodies(open_files(files_address(there))) == bodies(open_files(files_address(here)))
    still_works(DATA=str(there))


def test_a_restore_under_another_key_says_what_that_means(file: Path, here: Path, tmp_path: Path) -> None:
    same, other = tmp_path / "same", tmp_path / "other"
    byline("secret", "rotate", DATA=str(here))
    same.mkdir()
    (same / "secret.key").write_bytes((here / "secret.key").read_bytes())

    assert "another secret key" in byline("restore", file, DATA=str(other)).stdout
    assert "another secret key" not in byline("restore", file, DATA=str(same)).stdout


def test_all_records_come_back_but_those_of_who_is_logged_in(file: Path, here: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    byline("restore", file, DATA=str(there))
    before, after = current(open_store(store_address(here))), current(open_store(store_address(there)))
    missing = {key.kind for key in before.keys() - after.keys()}
    assert {key: before[key] for key in after} == after
    # Of the site only what its pages were made with.
    assert missing == {"counter", "device", "lease", "session", "site"}
    assert not {key for key in after if key.kind in {"session", "device", "counter"}}


def test_a_backup_is_for_its_owner_alone_and_holds_no_secret_key(here: Path, tmp_path: Path) -> None:
    byline("authors", DATA=str(here))
    key = (here / "secret.key").read_bytes().strip()
    said = answered("backup", tmp_path / "site.backup", DATA=str(here))
    assert said["file"].endswith("site.backup")
    assert said["records"]["account"]["count"] == 3
    file = tmp_path / "site.backup"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with file.open("rb") as stream:
        assert not any(key in str(each).encode() for each in archive.Reader(stream))
    assert [path.name for path in tmp_path.iterdir() if "backup" in path.name] == ["site.backup"]


def test_a_file_that_is_there_is_not_written_over(here: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    assert "there already" in byline("backup", tmp_path / "precious", exit_code=2, DATA=str(here)).stderr
    assert (tmp_path / "precious").read_text() == "mine"
    said = byline("backup", tmp_path / "no" / "such" / "folder", exit_code=2, DATA=str(here)).stderr
    assert "cannot be written: No such file" in said


def spoilt(whole: bytes) -> dict[str, bytes]:
    return {
        "cut in half": whole[: len(whole) // 2],
        "cut at the end": whole[:-1],
        "a byte changed": whole[: len(whole) // 3] + bytes([whole[len(whole) // 3] ^ 1]) + whole[len(whole) // 3 + 1 :],
        "foreign": b"PK\x03\x04" + whole,
        "empty": b"",
    }


@pytest.mark.parametrize("how", spoilt(b"x" * 9))
def test_a_wrong_file_is_refused_before_anything_is_written(file: Path, tmp_path: Path, how: str) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_bytes(spoilt(file.read_bytes())[how])
    there = tmp_path / "there"
    said = byline("restore", wrong, exit_code=1, DATA=str(there)).stderr
    assert said.startswith(("byline: This is no backup", "byline: The backup is damaged"))
    assert not there.exists()


def test_an_installation_that_holds_anything_is_refused(file: Path, here: Path, tmp_path: Path) -> None:
    before = current(open_store(store_address(here)))
    assert "not empty" in byline("restore", file, exit_code=2, DATA=str(here)).stderr
    assert current(open_store(store_address(here))) == before

    photo = FolderFiles(tmp_path / "there" / "files")
    photo.put(File("photos/1/a.jpg", b"x", "image/jpeg"))
    assert "it has the file photos/1/a.jpg" in byline("restore", file, exit_code=2, DATA=str(tmp_path / "there")).stderr
    assert current(open_store(store_address(tmp_path / "there"))) == {}


def test_a_portal_that_was_started_once_is_still_empty_enough(file: Path, tmp_path: Path) -> None:
    started_once(tmp_path / "there")
    byline("restore", file, DATA=str(tmp_path / "there"))
    still_works(DATA=str(tmp_path / "there"))


def test_a_restored_portal_writes_its_pages_anew_for_its_own_address(file: Path, tmp_path: Path) -> None:
    there = str(tmp_path / "there")
    byline("restore", file, DATA=there)
    assert Key("site", "look") not in current(open_store(store_address(tmp_path / "there")))
    byline("deliver", DATA=there, URL="http://127.0.0.1:9999")
    page = open_files(files_address(tmp_path / "there")).get("authors/ana/index.html")
    assert page is not None
    assert b"http://127.0.0.1:9999/authors/ana/" in page.body


def test_a_backup_goes_through_a_pipe_and_is_verified_from_one(here: Path, tmp_path: Path) -> None:
    environ = {**os.environ, "BYLINE_DATA": str(here)}
    made = subprocess.run([BYLINE, "backup", "-", "--json"], env=environ, capture_output=True, check=True)
    report = json.loads(made.stderr)
    assert report["records"]["account"]["count"] == 3

    empty = {**os.environ, "BYLINE_DATA": str(tmp_path / "nowhere")}
    verify = [BYLINE, "backup", "--verify", "-", "--json"]
    read = subprocess.run(verify, env=empty, input=made.stdout, capture_output=True, check=True)
    found = json.loads(read.stdout)
    assert {name: found[name] for name in ("records", "files")} == {name: report[name] for name in ("records", "files")}
    assert not (tmp_path / "nowhere").exists()

    cut = subprocess.run(verify, env=empty, input=made.stdout[:-20], capture_output=True, check=False)
    assert cut.returncode == 1
    (tmp_path / "piped").write_bytes(made.stdout)
    byline("restore", tmp_path / "piped", DATA=str(tmp_path / "there"))
    still_works(DATA=str(tmp_path / "there"))


def test_bytes_are_not_written_to_a_terminal(here: Path) -> None:
    watching, terminal = pty.openpty()
    environ = {**os.environ, "BYLINE_DATA": str(here)}
    said = subprocess.run([BYLINE, "backup", "-"], env=environ, stdout=terminal, stderr=subprocess.PIPE, check=False)
    os.close(terminal)
    os.close(watching)
    assert said.returncode == 2
    assert b"pipe it into another program" in said.stderr


def test_a_pipe_that_ends_early_is_no_backup(here: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    environ = {**os.environ, "BYLINE_DATA": str(here)}
    said = subprocess.run([BYLINE, "backup", "-"], env=environ, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert said.returncode == 3, said.stderr
    assert said.stderr.startswith(b"byline: Standard output cannot be written"), said.stderr
    byline("deliver", DATA=str(here))  # or the check would find fault with jobs that wait
    assert "No backup was made yet" in byline("check", DATA=str(here)).stdout


def test_a_backup_is_verified_without_a_portal_and_nothing_is_made(file: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    said = byline("backup", "--verify", file, DATA=str(nowhere)).stdout
    assert f"{file} is whole: Byline (http://127.0.0.1:8000) as it was at " in said
    for how, wrong in spoilt(file.read_bytes()).items():
        (tmp_path / "wrong").write_bytes(wrong)
        assert "backup" in byline("backup", "--verify", tmp_path / "wrong", exit_code=1, DATA=str(nowhere)).stderr, how
    assert "cannot be read" in byline("backup", "--verify", tmp_path / "none", exit_code=2).stderr
    assert not nowhere.exists()


def test_photos_that_are_lost_are_counted_and_named(here: Path, tmp_path: Path) -> None:
    files = open_files(files_address(here))
    photos = list(files.paths("photos/"))
    assert photos
    for path in photos:
        files.delete(path)
    for said in (
        answered("backup", tmp_path / "site.backup", DATA=str(here)),
        answered("backup", "--verify", tmp_path / "site.backup"),
    ):
        assert said["missing"] == sorted(photos)
    said = byline("backup", "--verify", tmp_path / "site.backup").stdout
    assert f"Missing are {len(photos)} photos that pages name: {min(photos)}" in said


def test_a_backup_whose_time_cannot_be_kept_is_one_all_the_same(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise Unavailable("locked")

    monkeypatch.setattr(backups, "note_backup", fail)
    said = byline("backup", tmp_path / "site.backup", DATA=str(here))
    assert "could not be kept: locked" in said.stderr
    byline("backup", "--verify", tmp_path / "site.backup")


def test_check_says_when_the_last_backup_was_made(file: Path, here: Path, tmp_path: Path) -> None:
    today = f"{CLOCK.now():%Y-%m-%d}"
    found = {finding["about"]: finding for finding in checked(here)}
    assert found["backup"]["sentence"].startswith(f"The last backup was made at {today}")
    assert not found["backup"]["wrong"]

    byline("restore", file, DATA=str(tmp_path / "there"))
    found = {finding["about"]: finding for finding in checked(tmp_path / "there")}
    assert found["backup"]["sentence"] == "No backup was made yet: byline backup FILE"


def test_a_backup_that_is_late_is_wrong(file: Path, here: Path) -> None:
    store = open_store(store_address(here))
    before = store.one(LAST_BACKUP)
    assert before is not None
    at = (CLOCK.now() - timedelta(days=9)).isoformat()
    store.commit(Replace(replace(before, data={"at": at}, version=before.version + 1)))
    found = {finding["about"]: finding for finding in checked(here)}
    assert "9 days ago" in found["backup"]["sentence"]
    assert found["backup"]["wrong"]


def checked(folder: Path) -> list[dict[str, Any]]:
    """What ``byline check`` finds."""
    said = CliRunner().invoke(main, ["check", "--json"], env={"BYLINE_DATA": str(folder)})
    found: list[dict[str, Any]] = json.loads(said.stdout)
    return found


# What a shell cannot time: a portal at work, and a process that dies.


def ports_on(store: Store, files: Files, folder: Path) -> Ports:
    ports = make_world(folder / "ports", store).ports
    return replace(ports, files=files, clock=CLOCK)


def backed_up(store: Store, files: Files, folder: Path) -> BinaryIO:
    stream = io.BytesIO()
    backups.write(ports_on(store, files, folder), OPERATOR, stream, made_by="-", scratch=scratch_store)
    return stream


def restored(stream: BinaryIO, store: Store, files: Files, folder: Path) -> None:
    backups.restore(ports_on(store, files, folder), OPERATOR, stream)


def records_in(stream: BinaryIO) -> list[Record]:
    stream.seek(0)
    return [each for each in archive.Reader(stream) if isinstance(each, Record)]


def files_in(stream: BinaryIO) -> list[File]:
    stream.seek(0)
    return [each for each in archive.Reader(stream) if isinstance(each, File)]


def test_a_backup_is_of_one_moment_whatever_is_written_meanwhile(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "byline.sqlite3")
    keys = [Key("account", "1"), *(Key("event", f"{n:05}") for n in range(3_000)), Key("zeal", "1")]
    for some in (keys[:1_500], keys[1_500:]):
        for batch in batches(Record(key, {"n": 0}) for key in some):
            store.commit(*map(Create, batch))
    snapshot = store.snapshot()
    first = next(snapshot)
    for n in range(1, 4):
        store.commit(*(Replace(Record(key, {"n": n}, n + 1)) for key in (keys[0], keys[-1])))
    store.commit(Create(Record(Key("zeal", "2"), {})))

    assert {record.key: record.data["n"] for record in (first, *snapshot)} == dict.fromkeys(keys, 0)
    assert store.get(keys[-1])[keys[-1]].data["n"] == 3


def test_a_save_waits_for_no_backup(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "byline.sqlite3")
    store.commit(Create(Record(Key("account", "1"), {})), Create(Record(Key("account", "2"), {})))
    snapshot = store.snapshot()
    next(snapshot)
    done = threading.Thread(target=lambda: store.commit(Create(Record(Key("account", "3"), {}))))
    done.start()
    done.join(timeout=5)
    assert not done.is_alive()
    assert [record.key.id for record in snapshot] == ["2"]


def test_what_has_expired_is_left_out(tmp_path: Path) -> None:
    store = SqliteStore(":memory:")
    now = int(CLOCK.now().timestamp())
    store.commit(
        Create(Record(Key("proposal", "old"), {}, expires_at=now - 1)),
        Create(Record(Key("proposal", "new"), {}, expires_at=now + 9_000)),
    )
    stream = backed_up(store, FolderFiles(tmp_path / "files"), tmp_path)
    assert [each.key.id for each in records_in(stream)] == ["new"]


def test_half_a_copy_is_not_backed_up(tmp_path: Path) -> None:
    store = SqliteStore(":memory:")
    store.commit(Create(Record(MARK, {"from": "elsewhere"})))
    with pytest.raises(Misconfigured, match="not all is there"):
        backed_up(store, FolderFiles(tmp_path / "files"), tmp_path)


@pytest.fixture
def stream(here: Path, tmp_path: Path) -> BinaryIO:
    return backed_up(open_store(store_address(here)), open_files(files_address(here)), tmp_path)


@pytest.mark.parametrize("at", range(1, 5))
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_restore_that_was_killed_goes_on(
    stream: BinaryIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int, after: bool
) -> None:
    monkeypatch.setattr(record_set, "MOST_KEYS", 15)
    left = [at]

    def stop(name: str, args: tuple[object, ...]) -> None:
        left[0] -= name == "commit" and bool(args)
        if not left[0]:
            raise KilledError

    store, files = SqliteStore(":memory:"), FolderFiles(tmp_path / "files")
    hooked = HookedStore(store, after=stop) if after else HookedStore(store, before=stop)
    with pytest.raises(KilledError):
        restored(stream, hooked, files, tmp_path)
    restored(stream, store, files, tmp_path)
    assert [*current(store).values()] == sorted(records_in(stream), key=lambda each: each.key)
    assert bodies(files) == {each.path: each.body for each in files_in(stream)}


def test_a_restore_that_died_among_the_files_goes_on(stream: BinaryIO, tmp_path: Path) -> None:
    class Dying(FolderFiles):
        left = 3

        def put(self, file: File, /, *, cache_seconds: int = 0) -> None:
            self.left -= 1
            if not self.left:
                raise KilledError
            super().put(file, cache_seconds=cache_seconds)

    store = SqliteStore(":memory:")
    with pytest.raises(KilledError):
        restored(stream, store, Dying(tmp_path / "files"), tmp_path)
    with pytest.raises(Misconfigured, match="not all is there"):
        copy_lock.refuse_locked(store)
    files = FolderFiles(tmp_path / "files")
    restored(stream, store, files, tmp_path)
    assert FileSet(files).sums(FileSet(files).items())["photos"].count > 0


def test_another_backup_does_not_go_on_where_one_stopped(stream: BinaryIO, tmp_path: Path) -> None:
    store, files = SqliteStore(":memory:"), FolderFiles(tmp_path / "files")
    store.commit(Create(Record(MARK, {"from": "the backup 0123456789abcdef"})))
    with pytest.raises(Misconfigured, match="filled from the backup 0123456789abcdef"):
        restored(stream, store, files, tmp_path)


def test_somebody_who_registers_meanwhile_is_found_out(stream: BinaryIO, tmp_path: Path) -> None:
    store = SqliteStore(":memory:")
    intruder = Create(Record(Key("zeal", "1"), {}))

    def write(name: str, args: tuple[object, ...]) -> None:
        if name == "scan" and not any(key.kind == "zeal" for key in current(store)) and len(current(store)) > 10:
            store.commit(intruder)

    with pytest.raises(Invalid, match="zeal"):
        restored(stream, HookedStore(store, before=write), FolderFiles(tmp_path / "files"), tmp_path)
