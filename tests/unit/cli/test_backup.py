"""``byline backup`` and ``byline restore`` on one machine."""

from __future__ import annotations

import io
import stat
from typing import TYPE_CHECKING

import pytest
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
from tests.store_wrappers import HookedStore

from byline.environment import SystemClock
from byline.errors import Invalid, Misconfigured, Unavailable
from byline.files.folder import FolderFiles
from byline.files.port import File
from byline.site.derived import is_made_by_start
from byline.site.writing import cache_seconds
from byline.store.formats import MARK
from byline.store.port import Create, Key, Record, Replace
from byline.store.sqlite import SqliteStore
from byline.transfer import archive, backups, copy_lock, file_sets, stores

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO

    from byline.files.port import Files
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


def test_all_records_come_back_but_those_of_who_is_logged_in(file: Path, here: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    byline("restore", file, DATA=str(there))
    before, after = current(open_store(store_address(here))), current(open_store(store_address(there)))
    missing = {key.kind for key in before.keys() - after.keys()}
    assert {key: before[key] for key in after} == after
    assert missing == {"lease", "session", "site"}  # of the site only what its pages were made with
    assert not {key for key in after if key.kind in {"session", "counter"}}


def test_a_backup_is_for_its_owner_alone_and_holds_no_secret_key(here: Path, tmp_path: Path) -> None:
    byline("authors", DATA=str(here))
    key = (here / "secret.key").read_bytes().strip()
    said = answered("backup", tmp_path / "site.backup", DATA=str(here))
    assert said["file"].endswith("site.backup")
    assert said["records"]["account"]["count"] == 3
    file = tmp_path / "site.backup"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with file.open("rb") as stream:
        assert not any(key in str(each).encode() for each in archive.contents(stream))
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


# What a shell cannot time: a portal at work, and a process that dies.


def backed_up(store: Store, files: Files) -> BinaryIO:
    stream = io.BytesIO()
    about = dict.fromkeys(archive.ABOUT, "")
    backups.write(stream, store, files, about=about, passing=lambda record: record.key.kind == "session", clock=CLOCK)
    return stream


def restored(stream: BinaryIO, store: Store, files: Files) -> None:
    backups.restore(
        stream,
        store,
        files,
        negligible_record=is_made_by_start,
        negligible_file=lambda _: False,
        cache_seconds=cache_seconds,
        clock=CLOCK,
    )


def disturbed(inner: Store, times: int, write: Callable[[int], None]) -> HookedStore:
    """A store that somebody writes to whenever it was read, so many times."""
    done = [0]

    def after(name: str, _: object) -> None:
        if name == "scan" and done[0] < times:
            done[0] += 1
            write(done[0])

    return HookedStore(inner, after=after)


def test_what_is_written_while_a_backup_is_made_is_in_it_whole_or_not_at_all(tmp_path: Path) -> None:
    store, files = SqliteStore(":memory:"), FolderFiles(tmp_path / "files")
    one, other = Key("account", "1"), Key("claim", "1")
    store.commit(Create(Record(one, {"n": 0})), Create(Record(other, {"n": 0})))

    def write(n: int) -> None:
        store.commit(Replace(Record(one, {"n": n}, n + 1)), Replace(Record(other, {"n": n}, n + 1)))

    stream = backed_up(disturbed(store, 3, write), files)
    assert [each.data["n"] for each in archive.contents(stream) if isinstance(each, Record)] == [3, 3]


def test_a_portal_that_is_never_quiet_is_said_to_be_too_busy(tmp_path: Path) -> None:
    store = SqliteStore(":memory:")

    def write(n: int) -> None:
        store.commit(Create(Record(Key("account", f"{n}"), {})))

    with pytest.raises(Unavailable, match="too busy"):
        backed_up(disturbed(store, 100, write), FolderFiles(tmp_path / "files"))


def test_people_who_only_look_around_do_not_disturb_a_backup(tmp_path: Path) -> None:
    store = SqliteStore(":memory:")
    store.commit(Create(Record(Key("account", "1"), {})))

    def write(n: int) -> None:
        store.commit(Create(Record(Key("session", f"{n}"), {})))

    stream = backed_up(disturbed(store, 100, write), FolderFiles(tmp_path / "files"))
    assert [each.key for each in archive.contents(stream) if isinstance(each, Record)] == [Key("account", "1")]


def test_what_has_expired_is_left_out(tmp_path: Path) -> None:
    store = SqliteStore(":memory:")
    now = int(CLOCK.now().timestamp())
    store.commit(
        Create(Record(Key("proposal", "old"), {}, expires_at=now - 1)),
        Create(Record(Key("proposal", "new"), {}, expires_at=now + 9_000)),
    )
    stream = backed_up(store, FolderFiles(tmp_path / "files"))
    assert [each.key.id for each in archive.contents(stream) if isinstance(each, Record)] == ["new"]


def test_half_a_copy_is_not_backed_up(tmp_path: Path) -> None:
    store = SqliteStore(":memory:")
    store.commit(Create(Record(MARK, {"from": "elsewhere"})))
    with pytest.raises(Misconfigured, match="not all is there"):
        backed_up(store, FolderFiles(tmp_path / "files"))


@pytest.fixture
def stream(here: Path) -> BinaryIO:
    return backed_up(open_store(store_address(here)), open_files(files_address(here)))


@pytest.mark.parametrize("at", range(1, 5))
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_restore_that_was_killed_goes_on(
    stream: BinaryIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int, after: bool
) -> None:
    monkeypatch.setattr(stores, "MOST_KEYS", 15)
    left = [at]

    def stop(name: str, args: tuple[object, ...]) -> None:
        left[0] -= name == "commit" and bool(args)
        if not left[0]:
            raise KilledError

    store, files = SqliteStore(":memory:"), FolderFiles(tmp_path / "files")
    with pytest.raises(KilledError):
        restored(stream, HookedStore(store, after=stop) if after else HookedStore(store, before=stop), files)
    restored(stream, store, files)
    assert [*current(store).values()] == sorted(
        (each for each in archive.contents(stream) if isinstance(each, Record)), key=lambda each: each.key
    )
    assert bodies(files) == {each.path: each.body for each in archive.contents(stream) if isinstance(each, File)}


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
        restored(stream, store, Dying(tmp_path / "files"))
    with pytest.raises(Misconfigured, match="not all is there"):
        copy_lock.refuse_locked(store)
    files = FolderFiles(tmp_path / "files")
    restored(stream, store, files)
    assert file_sets.survey(files, lambda _: None)["photos"].count > 0


def test_another_backup_does_not_go_on_where_one_stopped(stream: BinaryIO, tmp_path: Path) -> None:
    store, files = SqliteStore(":memory:"), FolderFiles(tmp_path / "files")
    store.commit(Create(Record(MARK, {"from": "the backup 0123456789abcdef"})))
    with pytest.raises(Misconfigured, match="filled from the backup 0123456789abcdef"):
        restored(stream, store, files)


def test_somebody_who_registers_meanwhile_is_found_out(stream: BinaryIO, tmp_path: Path) -> None:
    store = SqliteStore(":memory:")
    intruder = Create(Record(Key("zeal", "1"), {}))

    def write(name: str, args: tuple[object, ...]) -> None:
        if name == "scan" and not any(key.kind == "zeal" for key in current(store)) and len(current(store)) > 10:
            store.commit(intruder)

    with pytest.raises(Invalid, match="zeal"):
        restored(stream, HookedStore(store, before=write), FolderFiles(tmp_path / "files"))
