"""The store in one SQLite file: write-ahead log, every commit on disk before it answers.

One table, in which a record is a row and its entry two columns under an index. Connections are kept and lent to one
caller at a time, so any number of threads may share a store; processes each open their own. Open it after a fork:
SQLite's connections do not survive one.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from contextlib import closing, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from byline.errors import Conflict, Unavailable
from byline.store import bounds, cursors, formats
from byline.store.port import Check, Create, CreateCopy, Delete, Key, Page, Record, Replace
from byline.store.sqlite_file import MEMORY, PATIENCE_SECONDS, SCHEMA, Place, connect, make
from byline.store.sqlite_rows import COLUMNS, ROW, beyond, select, to_columns, to_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from byline.environment import Clock
    from byline.store.port import Cursor, Write

_SWEEP_EVERY_SECONDS = 60
_SWEEP_AFTER_SECONDS = 3_600

_INSERT = "INSERT INTO records (kind, id, version, data, index_name, sort, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
_UPDATE = "UPDATE records SET version = ?, data = ?, index_name = ?, sort = ?, expires_at = ? WHERE kind = ? AND id = ?"
_EVERYTHING = f"SELECT {ROW} FROM records ORDER BY kind, id"  # noqa: S608 - a constant
_FORMAT = "PRAGMA user_version"
_DELETE = "DELETE FROM records WHERE kind = ? AND id = ?"
_SWEEP = (
    "DELETE FROM records WHERE rowid IN (SELECT rowid FROM records WHERE expires_at < ? ORDER BY expires_at LIMIT 500)"
)


class SqliteStore:
    """Records in the SQLite file at ``path``, which is made (mode 0600) if there is none; its folder must exist.

    ``":memory:"`` is a store of its own, shared by the threads of the process and gone with it. With a ``clock``,
    commits now and then sweep out what expired over an hour ago, as DynamoDB does by itself; without, nothing is swept.
    ``Misconfigured`` if the path cannot be used or holds something else.
    """

    def __init__(self, path: str | Path, *, clock: Clock | None = None) -> None:
        self._clock = clock
        self._swept_at = 0.0
        self._idle: deque[sqlite3.Connection] = deque()
        self._writing = threading.Lock()
        self._closed = False
        self._place = Place(None)
        if str(path) == MEMORY:
            self._address = MEMORY
            self._turn: threading.Lock | nullcontext[None] = threading.Lock()  # one connection, one at a time
            connection = connect(MEMORY)
            connection.executescript(SCHEMA)
            self._idle.append(connection)
        else:
            self._address = f"{Path(path).resolve().as_uri()}?mode=rw"
            self._turn = nullcontext()
            file = Path(path).resolve()
            make(file, self._address)
            self._place = Place(file)

    def get(self, *keys: Key) -> Mapping[Key, Record]:
        """Read several records with one statement; absent ones are left out."""
        asked = bounds.check_keys(keys)
        if not asked:
            return {}
        names = [name for key in asked for name in (key.kind, key.id)]
        rows = self._read(select(len(asked), COLUMNS), names)
        return {asked[row[0]]: to_record(row[1:], asked[row[0]]) for row in rows}

    def one(self, key: Key) -> Record | None:
        """Read one record; ``None`` if it is absent."""
        return self.get(key).get(key)

    def page(
        self,
        index: str,
        *,
        prefix: str = "",
        between: tuple[str, str] | None = None,
        after: Cursor | None = None,
        limit: int = 50,
        descending: bool = False,
    ) -> Page:
        """Read a slice of one index, in the order of the UTF-8 bytes of ``sort``; here it never lags."""
        bounds.check_page(index, prefix, between, limit)
        conditions = ["index_name = ?"]
        values: list[object] = [index]
        if between is not None:
            conditions.append("sort BETWEEN ? AND ?")
            values += between
        if after is not None:
            place = cursors.read_entry(after, index, prefix, between)
            conditions.append(f"(sort, kind, id) {'<' if descending else '>'} (?, ?, ?)")
            values += [place.sort, place.key.kind, place.key.id]
        if prefix and (after is None or descending):
            conditions.append("sort >= ?")
            values.append(prefix)
        above = beyond(prefix)
        if above and (after is None or not descending):
            conditions.append("sort < ?")
            values.append(above)
        way = "DESC" if descending else "ASC"
        order = f"sort {way}, kind {way}, id {way}"
        statement = f"SELECT {ROW} FROM records WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT ?"  # noqa: S608 - only names of ours are pasted in
        rows = self._read(statement, [*values, limit + 1])
        records = tuple(to_record(row) for row in rows[:limit])
        return Page(records, cursors.after_entry(records[-1]) if len(rows) > limit else None)

    def scan(self, *, after: Cursor | None = None, limit: int = 200) -> Page:
        """Read everything, slice by slice, here in the order of the keys."""
        bounds.check_limit(limit)
        place = Key("", "") if after is None else cursors.read_key(after)
        statement = f"SELECT {ROW} FROM records WHERE (kind, id) > (?, ?) ORDER BY kind, id LIMIT ?"  # noqa: S608 - a constant
        rows = self._read(statement, [place.kind, place.id, limit + 1])
        records = tuple(to_record(row) for row in rows[:limit])
        return Page(records, cursors.after_key(records[-1]) if len(rows) > limit else None)

    def snapshot(self) -> Iterator[Record]:
        """Everything as it is when the first record is read, in the order of the keys.

        One statement is one transaction, and beside a write-ahead log its readers and the writer do not wait for each
        other. It has a connection of its own, since it may be read slowly.
        """
        if self._address == MEMORY:
            yield from map(to_record, self._read(_EVERYTHING, ()))
            return
        try:
            with closing(connect(self._address)) as connection:
                yield from map(to_record, connection.execute(_EVERYTHING))
        except (sqlite3.Error, ValueError) as error:  # the latter: a record that is no JSON any more
            raise _unavailable(error) from error

    def commit(self, *writes: Write) -> None:
        """Carry out all the writes or none; ``Conflict`` names every key whose condition failed."""
        texts = bounds.check_commit(writes)
        if not writes:
            return
        # Threads queue here rather than in SQLite, which has callers come back at intervals: unfair, and slower.
        if not self._writing.acquire(timeout=PATIENCE_SECONDS):
            raise Unavailable("too many commits are waiting for the SQLite file")
        try:
            self._place.check()
            self._write(writes, texts)
        finally:
            self._writing.release()

    def format(self) -> int:
        """Which format the file says that it has, in its own place for such a number (``user_version``)."""
        return int(self._read(_FORMAT, ())[0][0])

    def raise_format(self, number: int) -> None:
        """Write the number, unless it is there or a higher one."""
        with self._writing, self._turn:
            connection = self._take()
            try:
                if connection.execute(_FORMAT).fetchone()[0] < number:
                    connection.execute(f"{_FORMAT} = {number:d}")
            except sqlite3.Error as error:
                self._give_back(connection, broken=True)
                raise _unavailable(error) from error
            self._give_back(connection)

    def damage(self, *, thorough: bool = False) -> Sequence[str]:
        """What SQLite finds wrong with the file (``quick_check``), and with its indexes if ``thorough``
        (``integrity_check``), which takes four times as long.
        """
        if self._address == MEMORY:
            return ()
        try:
            self._place.check()
            check = "integrity_check" if thorough else "quick_check"
            with closing(connect(self._address)) as connection:  # of its own: others remember what they have read
                said = [str(row[0]) for row in connection.execute(f"PRAGMA {check}(10)")]
        except Unavailable as fault:
            return (str(fault),)
        except sqlite3.Error as error:
            return (str(error),)
        return () if said == ["ok"] else said

    def ping(self) -> None:
        """Answer if the file does."""
        self._place.check()
        self._read("SELECT 1 FROM records LIMIT 1", ())

    def close(self) -> None:
        """Close the connections; those still lent are closed when they come back."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    def _read(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """Carry out one reading statement."""
        with self._turn:
            connection = self._take()
            try:
                rows = connection.execute(statement, values).fetchall()
            except sqlite3.Error as error:
                self._give_back(connection, broken=True)
                raise _unavailable(error) from error
            self._give_back(connection)
            return rows

    def _write(self, writes: Sequence[Write], texts: Sequence[str]) -> None:
        """Carry out a commit in one transaction, undone if anything but its end is reached."""
        with self._turn:
            connection = self._take()
            broken = False
            try:
                connection.execute("BEGIN IMMEDIATE")
                self._write_in_transaction(connection, writes, texts)
                connection.execute("COMMIT")
            except sqlite3.Error as error:
                broken = True
                raise _unavailable(error) from error
            finally:
                if connection.in_transaction:
                    with suppress(sqlite3.Error):
                        connection.execute("ROLLBACK")
                self._give_back(connection, broken=broken)

    def _write_in_transaction(
        self, connection: sqlite3.Connection, writes: Sequence[Write], texts: Sequence[str]
    ) -> None:
        """Look at all conditions, then write; ``Conflict`` before anything is written."""
        if connection.execute(_FORMAT).fetchone()[0] > formats.NEWEST:
            raise Unavailable("the SQLite file is used by a newer Byline by now: stop this one")
        keys = [write.record.key if isinstance(write, Create | CreateCopy | Replace) else write.key for write in writes]
        names = [name for key in keys for name in (key.kind, key.id)]
        found = dict(connection.execute(select(len(keys), "version"), names).fetchall())
        expected = map(_expected, writes)
        failed = [keys[place] for place, version in enumerate(expected) if found.get(place) != version]
        if failed:
            raise Conflict(failed)
        for write, text in zip(writes, texts, strict=True):
            match write:
                case Create(record) | CreateCopy(record):
                    connection.execute(_INSERT, (record.key.kind, record.key.id, *to_columns(record, text)))
                case Replace(record):
                    connection.execute(_UPDATE, (*to_columns(record, text), record.key.kind, record.key.id))
                case Delete(key):
                    connection.execute(_DELETE, (key.kind, key.id))
                case Check():
                    pass
        self._sweep(connection)

    def _sweep(self, connection: sqlite3.Connection) -> None:
        """Delete some of what expired long ago, once a minute at most, in the transaction that is under way."""
        if self._clock is None:
            return
        now = self._clock.now().timestamp()
        if now - self._swept_at >= _SWEEP_EVERY_SECONDS:
            self._swept_at = now
            connection.execute(_SWEEP, (int(now) - _SWEEP_AFTER_SECONDS,))

    def _take(self) -> sqlite3.Connection:
        """Take a connection that nobody uses, or open one."""
        if self._closed:
            raise Unavailable("the store is closed")
        try:
            return self._idle.pop()
        except IndexError:
            try:
                return connect(self._address)
            except sqlite3.Error as error:
                raise _unavailable(error) from error

    def _give_back(self, connection: sqlite3.Connection, *, broken: bool = False) -> None:
        """Keep a connection for the next caller, unless it failed (the one in memory is all there is)."""
        if self._closed or (broken and self._address != MEMORY):
            connection.close()
        else:
            self._idle.append(connection)


def _expected(write: Write) -> int | None:
    """Tell which version must be stored for a write to be carried out (``None``: absent)."""
    match write:
        case Create() | CreateCopy():
            return None
        case Replace(record):
            return record.version - 1
        case Delete(_, version) | Check(_, version):
            return version


def _unavailable(error: Exception) -> Unavailable:
    return Unavailable(f"the SQLite file does not answer: {error}")
