"""One SQLite file, from nothing to ready: its layout, how it is made, and what is refused."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from byline.errors import Misconfigured, Unavailable
from byline.store import formats

if TYPE_CHECKING:
    from pathlib import Path

MEMORY = ":memory:"
PATIENCE_SECONDS = 10.0
"""How long a commit waits for the others."""
_PATIENCE_AT_START_SECONDS = 30.0
"""How long opening waits for another program that has the file to itself, such as one that copies it."""
_PAUSE_SECONDS = 0.1
_LEAST_FREE_BYTES = 100_000
"""SQLite makes two files beside its own when it opens it, and calls a full disk an error of the disk."""
_LOCKED = "Another program has the SQLite file {path} to itself: stop it, or try again when it is done."
_GONE = "the SQLite file {path} was replaced or deleted while this Byline had it open: start it again"
_KEPT_STATEMENTS = 300
_APPLICATION = 0x42794C6E
"""What SQLite writes at byte 68 of our files ("ByLn"), so that ``file`` and we know them."""

SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE records (
    kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, data TEXT NOT NULL,
    index_name TEXT, sort TEXT, expires_at INTEGER,
    PRIMARY KEY (kind, id)
);
CREATE INDEX entries ON records (index_name, sort, kind, id) WHERE index_name IS NOT NULL;
CREATE INDEX expiries ON records (expires_at) WHERE expires_at IS NOT NULL;
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {formats.NEWEST};
COMMIT;
"""


class Place:
    """Where the file is (``None``: in memory), and which one was there when it was opened."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._opened = _identity(path)

    def check(self) -> None:
        """``Unavailable`` if the file that is open is no longer the one at its path: what is written would be lost."""
        if _identity(self._path) != self._opened:
            raise Unavailable(_GONE.format(path=self._path))


def _identity(path: Path | None) -> tuple[int, int] | None:
    if path is None:
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def make(path: Path, address: str) -> None:
    """Make the file if there is none, and refuse one that holds something else; processes do so one after another."""
    try:
        folder = os.open(path.parent, os.O_RDONLY)
    except OSError as error:
        raise Misconfigured(f"the folder of the SQLite file {path} cannot be used: {error.strerror}") from error
    try:
        # Whoever looks at the file while another turns its log on would make that one fail: hence a lock beside it.
        _lock(folder, path)
        # Only a file that is not there is opened here: closing one would drop the locks that SQLite holds on it.
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with closing(connect(address, patience_seconds=_PATIENCE_AT_START_SECONDS)) as connection:
            _prepare(connection, path)
    except (OSError, sqlite3.Error) as error:
        if getattr(error, "sqlite_errorcode", None) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise Unavailable(_LOCKED.format(path=path)) from error
        why = "no space is left on its disk" if _is_full(path.parent) else error
        raise Misconfigured(f"the SQLite file {path} cannot be used: {why}") from error
    finally:
        os.close(folder)


def _is_full(folder: Path) -> bool:
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize < _LEAST_FREE_BYTES


def _lock(folder: int, path: Path) -> None:
    """Lock the folder; ``Unavailable`` if another process keeps it too long."""
    deadline = time.monotonic() + _PATIENCE_AT_START_SECONDS
    while True:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise Unavailable(_LOCKED.format(path=path)) from None
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def connect(address: str, *, patience_seconds: float = PATIENCE_SECONDS) -> sqlite3.Connection:
    """Open a connection; whoever takes it has it alone, so it may change threads."""
    connection = sqlite3.connect(
        address,
        timeout=patience_seconds,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=_KEPT_STATEMENTS,
        uri=address != MEMORY,
    )
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Lay out an empty file; refuse a foreign or newer one."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application == 0 and version == 0 and tables == 0:
        if connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
            raise Misconfigured(
                f"the SQLite file {path} is on a disk that cannot keep a write-ahead log: use a local one"
            )
        connection.executescript(SCHEMA)
    elif application != _APPLICATION:
        raise Misconfigured(f"the SQLite file {path} was not made by Byline: name another path")
    elif version > formats.NEWEST:
        raise Misconfigured(formats.REFUSAL.format(store=f"The SQLite file {path}"))
