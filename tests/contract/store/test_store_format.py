"""The format number: both engines say it, carry it, and refuse one that this program does not know."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from tests.environment import StoppedClock, make_world

from byline import wiring
from byline.audit import OPERATOR
from byline.errors import Invalid, Misconfigured, Unavailable
from byline.store import formats
from byline.store.formats import MARK
from byline.store.port import Create, Key, Record
from byline.store.sqlite import SqliteStore
from byline.transfer import archive, backups, copies, copy_lock
from byline.transfer.record_set import RecordSet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from byline.store.dynamodb import DynamoStore
    from byline.store.port import Store

CLOCK = StoppedClock()
NOTE = Record(Key("note", "1"), {"text": "Words."})


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A program that knows one format more, until the test undoes it."""
    monkeypatch.setattr(formats, "NEWEST", formats.NEWEST + 1)
    return monkeypatch


def test_a_new_store_has_a_format_that_this_program_knows(store: Store) -> None:
    assert formats.FIRST <= store.format() <= formats.NEWEST


def test_an_upgrade_moves_the_number_and_a_second_one_does_nothing(store: Store, newer: pytest.MonkeyPatch) -> None:
    store.commit(Create(NOTE))
    for _ in range(2):
        formats.upgrade(store)
        assert store.format() == formats.NEWEST
    assert store.get(NOTE.key) == {NOTE.key: NOTE}
    copy_lock.refuse_locked(store)


def test_a_format_never_goes_down(store: Store, newer: pytest.MonkeyPatch) -> None:
    store.raise_format(formats.NEWEST)
    store.raise_format(formats.FIRST)
    assert store.format() == formats.NEWEST


def test_a_file_of_sqlite_is_refused_by_an_older_program(tmp_path: Path, newer: pytest.MonkeyPatch) -> None:
    store = SqliteStore(tmp_path / "byline.sqlite3")
    formats.upgrade(store)
    newer.undo()
    with pytest.raises(Misconfigured, match=r"byline\.sqlite3 was written to by a newer Byline: use that one"):
        SqliteStore(tmp_path / "byline.sqlite3")
    with pytest.raises(Unavailable, match="newer Byline by now"):
        store.commit(Create(NOTE))
    store.close()


@pytest.mark.dynamodb
def test_a_table_of_dynamodb_is_refused_by_an_older_program(
    table: Callable[..., DynamoStore], newer: pytest.MonkeyPatch
) -> None:
    formats.upgrade(table())
    newer.undo()
    older = table()
    calls: list[Callable[[], Any]] = [lambda: older.get(MARK), older.format, lambda: copy_lock.refuse_locked(older)]
    for call in calls:
        with pytest.raises(Misconfigured, match="was written to by a newer Byline: use that one"):
            call()


def test_the_oldest_program_takes_the_mark_for_a_copy_under_way() -> None:
    """731d82c knows no format numbers, but refuses whatever has this record, and says what stands in ``from``."""
    assert Key("copy", "under-way") == MARK
    assert "a newer Byline" in str(formats.to_mark(2)["from"])


def test_a_copy_has_the_format_of_its_source(store: Store, newer: pytest.MonkeyPatch) -> None:
    source = SqliteStore(":memory:")
    source.commit(Create(NOTE))
    formats.upgrade(source)
    copied(source, store)
    assert store.format() == formats.NEWEST
    assert not copy_lock.is_locked(store)
    assert store.get(NOTE.key) == {NOTE.key: NOTE}


def test_a_store_that_was_upgraded_and_never_used_can_be_filled(store: Store, newer: pytest.MonkeyPatch) -> None:
    formats.upgrade(store)
    source = SqliteStore(":memory:")
    source.commit(Create(NOTE))
    copies.begin(RecordSet(store), "source")
    assert copy_lock.is_locked(store)
    copied(source, store)
    assert not copy_lock.is_locked(store)
    assert store.format() >= source.format()


def test_a_backup_has_the_format_of_its_store_and_gives_it_back(
    store: Store, tmp_path: Path, newer: pytest.MonkeyPatch
) -> None:
    stream = backed_up(tmp_path)
    assert reader(stream).format == formats.NEWEST
    restored(stream, store, tmp_path)
    assert store.format() == formats.NEWEST
    copy_lock.refuse_locked(store)


def test_an_older_program_refuses_a_newer_backup_and_writes_nothing(
    store: Store, tmp_path: Path, newer: pytest.MonkeyPatch
) -> None:
    stream = backed_up(tmp_path)
    newer.undo()
    for call in (reader, lambda stream: restored(stream, store, tmp_path)):
        with pytest.raises(Invalid, match="made by a newer Byline"):
            call(stream)


def reader(stream: io.BytesIO) -> archive.Reader:
    stream.seek(0)
    return archive.Reader(stream)


def copied(source: Store, target: Store) -> None:
    here, there = RecordSet(source), RecordSet(target, number=source.format())
    copies.copy(OPERATOR, here, there, origin="source", clock=CLOCK)


def backed_up(folder: Path) -> io.BytesIO:
    ports = make_world(folder / "from", SqliteStore(":memory:")).ports
    ports.store.commit(Create(NOTE))
    formats.upgrade(ports.store)
    stream = io.BytesIO()
    backups.write(ports, OPERATOR, stream, made_by="-", scratch=wiring.scratch_store)
    return stream


def restored(stream: io.BytesIO, store: Store, folder: Path) -> None:
    backups.restore(make_world(folder / "to", store).ports, OPERATOR, stream)
