"""What only a file can do: be foreign, be shared by processes, and outlive one that is killed."""

from __future__ import annotations

import fcntl
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.contract.store.records import ANN, BEN, kept, record

from byline.errors import Misconfigured, Unavailable
from byline.store import formats, sqlite, sqlite_file
from byline.store.port import Create, Key, Record, Replace
from byline.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Eight threads of a process of its own, each raising one counter and writing twenty records.
WRITERS = """
import sys
from concurrent.futures import ThreadPoolExecutor
from byline.errors import Conflict
from byline.store.port import Create, Key, Record, Replace
from byline.store.sqlite import SqliteStore

store = SqliteStore(sys.argv[1])
counter = Key("counter", "all")

def write(number):
    added = 0
    while added < 20:
        found = store.one(counter)
        count = found.data["count"] if found else 0
        raised = Record(counter, {"count": count + 1}, found.version + 1 if found else 1)
        job = Record(Key("job", f"{sys.argv[2]}/{number}/{added}"), {})
        try:
            store.commit(Replace(raised) if found else Create(raised), Create(job))
        except Conflict:
            continue
        added += 1

with ThreadPoolExecutor(8) as pool:
    list(pool.map(write, range(8)))
store.close()
"""
# Writes pairs that belong together, and says so after each, until it is killed.
PAIRS = """
import itertools, sys
from byline.store.port import Create, Key, Record
from byline.store.sqlite import SqliteStore

store = SqliteStore(sys.argv[1])
for number in itertools.count():
    store.commit(*(Create(Record(Key(kind, str(number)), {"filler": "x" * 20_000})) for kind in ("left", "right")))
    print(number, flush=True)
"""
# Stops in the middle of a transaction, with everything written but the end.
HALF = """
import os, signal, sys
from byline.store import sqlite
from byline.store.port import Create, Key, Record

def stop(self, connection):
    connection.execute("PRAGMA cache_spill = 1")
    print("in the middle", flush=True)
    os.kill(os.getpid(), signal.SIGSTOP)

sqlite.SqliteStore._sweep = stop
records = [Record(Key("half", str(number)), {"filler": "x" * 30_000}) for number in range(99)]
sqlite.SqliteStore(sys.argv[1]).commit(*map(Create, records))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "byline.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(path)) as opened:
        yield opened


def test_what_was_committed_is_there_when_the_file_is_opened_again(path: Path) -> None:
    with closing(SqliteStore(path)) as store:
        store.commit(Create(record(name="Ann")))
    with closing(SqliteStore(str(path))) as store:
        assert kept(store) == {"name": "Ann"}


def test_two_stores_on_one_file_see_each_other(path: Path, store: SqliteStore) -> None:
    with closing(SqliteStore(path)) as other:
        other.commit(Create(record(name="Ann")))
        assert kept(store) == {"name": "Ann"}
        store.commit(Replace(record(version=2, name="Anna")))
        assert kept(other) == {"name": "Anna"}


def test_each_store_in_memory_is_its_own() -> None:
    with closing(SqliteStore(":memory:")) as one, closing(SqliteStore(":memory:")) as other:
        one.commit(Create(record()))
        assert other.get(ANN) == {}


def test_nobody_else_may_read_the_file(path: Path, store: SqliteStore) -> None:
    store.commit(Create(record()))
    found = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert found == dict.fromkeys(["byline.sqlite3", "byline.sqlite3-wal", "byline.sqlite3-shm"], 0o600)


def test_every_commit_is_on_disk_before_it_answers(store: SqliteStore) -> None:
    store.ping()
    assert store._idle[0].execute("PRAGMA synchronous").fetchone() == (2,)
    assert store._idle[0].execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_an_empty_file_becomes_a_store(path: Path) -> None:
    path.touch()
    with closing(SqliteStore(path)) as store:
        store.commit(Create(record()))


def test_an_odd_path_is_taken_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a b?mode=memory#100%25 雪.sqlite3"
    with closing(SqliteStore(path)) as store:
        store.commit(Create(record()))
    assert path.stat().st_size > 0


def test_many_may_open_a_new_file_at_once(path: Path) -> None:
    barrier = threading.Barrier(16)

    def open_it(number: int) -> None:
        barrier.wait()
        with closing(SqliteStore(path)) as store:
            store.commit(Create(record(Key("job", str(number)))))

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(open_it, range(16)))
    with closing(SqliteStore(path)) as store:
        assert len(store.scan().records) == 16


def test_thirty_two_writers_in_four_processes_are_all_served(path: Path) -> None:
    command = [sys.executable, "-c", WRITERS, str(path)]
    processes = [subprocess.Popen([*command, str(n)], stderr=subprocess.PIPE, text=True) for n in range(4)]
    complaints = [process.communicate()[1] for process in processes]
    assert complaints == [""] * 4
    with closing(SqliteStore(path)) as store:
        assert kept(store, Key("counter", "all")) == {"count": 640}
        assert len(store.scan(limit=1000).records) == 641


def test_a_process_that_is_killed_leaves_whole_commits(path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", PAIRS, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) == 20:
                process.kill()
                break
        said = [20, *map(int, process.stdout)]
    with closing(SqliteStore(path)) as store:
        found = [each.key for each in store.scan(limit=1000).records]
        left = {key.id for key in found if key.kind == "left"}
        assert left == {key.id for key in found if key.kind == "right"}
        assert left >= {str(number) for number in range(max(said) + 1)}
        store.commit(Create(record()))


def test_a_process_that_is_killed_in_the_middle_of_a_commit_leaves_nothing_of_it(
    path: Path, store: SqliteStore
) -> None:
    store.commit(Create(record(name="Ann")))
    with subprocess.Popen([sys.executable, "-c", HALF, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "in the middle\n"
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
        assert kept(store) == {"name": "Ann"}
        assert len(store.scan(limit=1000).records) == 1
        process.send_signal(signal.SIGKILL)
    store.commit(Replace(record(version=2, name="Anna")))
    assert [each.key for each in store.scan(limit=1000).records] == [ANN]
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("content", [b"not a database", b"x" * 5000, b"SQLite format 3\x00" + b"\xff" * 5000], ids=len)
def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(Misconfigured, match=r"byline\.sqlite3 cannot be used"):
        SqliteStore(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE records (x)", "PRAGMA user_version = 1", "PRAGMA application_id = 1"]
)
def test_another_programs_database_is_refused_and_left_alone(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as foreign:
        foreign.execute(statement)
    content = path.read_bytes()
    with pytest.raises(Misconfigured, match="was not made by Byline"):
        SqliteStore(path)
    assert path.read_bytes() == content


def test_a_newer_file_is_refused(path: Path, store: SqliteStore) -> None:
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(f"PRAGMA user_version = {formats.NEWEST + 1}")
    with pytest.raises(Misconfigured, match=r"newer Byline.*backup from before the upgrade"):
        SqliteStore(path)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"folder .* No such file"):
        SqliteStore(tmp_path / "missing" / "byline.sqlite3")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_instead_of_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be used"):
        SqliteStore(tmp_path)


def test_a_file_that_vanishes_is_unavailable_and_not_made_anew(path: Path, store: SqliteStore) -> None:
    path.unlink()
    with pytest.raises(Unavailable, match="does not answer"):
        store.get(ANN)
    assert not path.exists()


def test_a_file_that_breaks_is_unavailable(path: Path, store: SqliteStore) -> None:
    path.write_bytes(b"x" * 20_000)
    for call in (lambda: store.get(ANN), lambda: store.commit(Create(record())), lambda: store.page("accounts")):
        with pytest.raises(Unavailable):
            call()


def test_a_commit_that_waits_too_long_is_unavailable_and_the_next_is_carried_out(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "PATIENCE_SECONDS", 0.05)
    with closing(SqliteStore(path)) as store, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="locked"):
            store.commit(Create(record()))
        assert store.get(ANN) == {}
        other.execute("ROLLBACK")
        store.commit(Create(record()))


def test_a_thread_that_waits_too_long_for_another_is_unavailable(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PATIENCE_SECONDS", 0.05)
    with store._writing, pytest.raises(Unavailable, match="waiting"):
        store.commit(Create(record()))
    store.commit(Create(record()))


def test_an_interrupted_commit_is_undone(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(SqliteStore, "_sweep", interrupt)
        with pytest.raises(KeyboardInterrupt):
            store.commit(Create(record(ANN)), Create(record(BEN)))
    assert store.get(ANN, BEN) == {}
    store.commit(Create(record(ANN)), Create(record(BEN)))


def test_the_disk_being_full_is_unavailable_and_nothing_is_written(path: Path, store: SqliteStore) -> None:
    store.commit(Create(record()))
    connection = store._idle[0]
    connection.execute("PRAGMA max_page_count = 8")
    with pytest.raises(Unavailable, match="full"):
        store.commit(Create(record(BEN, filler="x" * 100_000)))
    assert store.get(ANN, BEN) == {ANN: record()}
    store.commit(Create(record(BEN, filler="x" * 100_000)))


def test_connections_are_kept_and_no_more_than_were_needed_at_once(store: SqliteStore) -> None:
    for number in range(20):
        store.commit(Create(record(Key("job", str(number)))))
        store.get(ANN, BEN)
    assert len(store._idle) == 1
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: store.get(ANN), range(200)))
    assert 1 <= len(store._idle) <= 4


def test_a_connection_lent_while_the_store_closes_is_closed_too(store: SqliteStore) -> None:
    lent = store._take()
    store.close()
    store._give_back(lent)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        lent.execute("SELECT 1")


@pytest.mark.parametrize("keys", [1, 2, 100])
def test_a_read_by_key_never_walks_the_table(store: SqliteStore, keys: int) -> None:
    store.get(ANN)
    statement = "EXPLAIN QUERY PLAN " + sqlite.select(keys, "version")
    plan = store._idle[0].execute(statement, ["account", "ann"] * keys).fetchall()
    assert [line[3] for line in plan if "records" in line[3]] == [
        "SEARCH records USING INDEX sqlite_autoindex_records_1 (kind=? AND id=?)"
    ]


@dataclass
class Clock:
    at: datetime = datetime(2026, 5, 3, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


def expiring(number: int, at: datetime) -> Create:
    return Create(Record(Key("session", str(number)), {}, expires_at=int(at.timestamp())))


def test_what_expired_over_an_hour_ago_is_swept_out(path: Path) -> None:
    clock = Clock()
    with closing(SqliteStore(path, clock=clock)) as store:
        store.commit(expiring(1, clock.at), expiring(2, clock.at + timedelta(minutes=30)), Create(record()))
        clock.at += timedelta(minutes=59)
        store.commit(Create(record(BEN)))
        assert len(store.scan().records) == 4
        clock.at += timedelta(minutes=2)
        store.commit(Replace(record(version=2)))
        assert {each.key.id for each in store.scan().records} == {"ann", "ben", "2"}
        clock.at += timedelta(days=9)
        store.commit(Replace(record(version=3)))
        assert {each.key.id for each in store.scan().records} == {"ann", "ben"}


def test_a_store_without_a_clock_sweeps_nothing(store: SqliteStore) -> None:
    store.commit(expiring(1, datetime(1990, 1, 1, tzinfo=UTC)))
    store.commit(Create(record()))
    assert len(store.scan().records) == 2


@pytest.mark.parametrize("how", ["a program that has the file to itself", "another start that hangs"])
def test_a_file_that_is_locked_at_the_start_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    path = tmp_path / "byline.sqlite3"
    SqliteStore(path).close()
    monkeypatch.setattr(sqlite_file, "_PATIENCE_AT_START_SECONDS", 0.3)
    with ExitStack() as stack:
        if how.startswith("a program"):
            holder = stack.enter_context(closing(sqlite3.connect(path, isolation_level=None)))
            holder.execute("PRAGMA locking_mode = EXCLUSIVE")
            holder.execute("BEGIN EXCLUSIVE")
        else:
            folder = os.open(tmp_path, os.O_RDONLY)
            stack.callback(os.close, folder)
            fcntl.flock(folder, fcntl.LOCK_EX)
        with pytest.raises(Unavailable, match=r"has the SQLite file .* to itself"):
            SqliteStore(path)
        monkeypatch.setattr(sqlite_file, "_PATIENCE_AT_START_SECONDS", 30.0)
        waiting = threading.Thread(target=lambda: SqliteStore(path).ping())
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
    waiting.join(20)
    assert not waiting.is_alive()


def test_a_file_that_was_replaced_or_deleted_takes_no_more_writes_and_says_so(tmp_path: Path) -> None:
    for number, replaced in enumerate((True, False)):
        path = tmp_path / f"{number}.sqlite3"
        with closing(SqliteStore(path)) as store:
            store.commit(Create(record(ANN)))
            path.rename(tmp_path / "aside")
            if replaced:
                SqliteStore(path).close()
            for act in (lambda: store.commit(Create(record(BEN))), store.ping):
                with pytest.raises(Unavailable, match="was replaced or deleted"):
                    act()
            assert "was replaced or deleted" in store.damage()[0]


def test_damage_is_seen_by_a_store_that_has_read_everything(tmp_path: Path) -> None:
    path = tmp_path / "byline.sqlite3"
    with closing(SqliteStore(path)) as store:
        for number in range(200):
            store.commit(Create(Record(Key("thing", str(number)), {"text": "x" * 500})))
        with closing(sqlite3.connect(path)) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert len(store.scan(limit=1000).records) == 200
        with path.open("r+b") as file:
            file.seek(path.stat().st_size // 2)
            file.write(b"\xff" * 8_192)
        assert store.damage() != ()
