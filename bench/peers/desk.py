"""What both peers do for a request and Byline cannot do without: a signed cookie, the same rows, as many bytes.

No forms, no templates, no headers, no hashes: the least that any program in this place must pay for.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import sqlite3
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AUTHORS = 4
"""People who can log in: ``author0`` to ``author3``."""
_SECRET = b"the peers' own, and no secret"
_SESSION_BYTES, _ACCOUNT_BYTES, _EVENT_BYTES = 300, 600, 300
_BESIDES_BIOGRAPHY_BYTES = 700
_SCHEMA = """
    CREATE TABLE record (kind TEXT, id TEXT, version INTEGER NOT NULL, data TEXT NOT NULL, idx TEXT, sort TEXT,
                         expires_at INTEGER, PRIMARY KEY (kind, id)) WITHOUT ROWID;
    CREATE INDEX by_index ON record (idx, sort) WHERE idx IS NOT NULL;
"""
_INSERT = "INSERT INTO record (kind, id, version, data, idx, sort, expires_at) VALUES (?, ?, 1, ?, ?, ?, ?)"
_READ = (
    "SELECT kind, id, version, data, idx, sort, expires_at FROM record"
    " WHERE (kind = ? AND id = ?) OR (kind = ? AND id = ?) OR (kind = ? AND id = ?)"
)
_REPLACE = "UPDATE record SET version = version + 1, data = ? WHERE kind = ? AND id = ? AND version = ?"


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes of each page, of a published page and of one biography: those of the portal it is compared with."""

    login_form: int = 4_400
    me: int = 6_000
    public: int = 4_400
    biography: int = 1_200

    @classmethod
    def parse(cls, text: str) -> Sizes:
        """Read what ``python -m bench.peers.serve --sizes`` was given."""
        return cls(**json.loads(text))


class Desk:
    """The work of a peer, on one SQLite file; every thread keeps a connection of its own."""

    def __init__(self, folder: Path, sizes: Sizes) -> None:
        self._path = folder / "peer.sqlite3"
        self._published = folder / "published.html"
        self._here = threading.local()
        # Writers of one process wait for each other here: SQLite's own way is to sleep and try again.
        self._writing = threading.Lock()
        self._numbers = itertools.count()
        self._profile = _text(sizes.biography + _BESIDES_BIOGRAPHY_BYTES)
        self.login_form = _page(sizes.login_form)
        self._me = _page(sizes.me)
        if not self._path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            self._published.write_bytes(_page(sizes.public))
            self._seed()

    def person(self, cookie: str) -> str | None:
        """Who a cookie names, if the signature is right."""
        name, _, given = cookie.removeprefix("session=").partition(".")
        return name if hmac.compare_digest(given, _mac(name)) else None

    def me(self, person: str) -> bytes:
        """The person's own page: session, account and profile in one statement."""
        self._rows(person)
        return self._me

    def save(self, person: str) -> None:
        """Read the same, then replace the profile and add a version, a job and an event in one commit."""
        version = self._rows(person)["profile"]
        number = f"{person}/{next(self._numbers)}"
        with self._writing, self._commit() as db:
            done = db.execute(_REPLACE, (self._profile, "profile", person, version))
            if done.rowcount != 1:
                raise RuntimeError("Somebody else saved in between")
            db.execute(_INSERT, ("version", f"{person}/{version}", self._profile, None, None, None))
            db.execute(_INSERT, ("job", number, _text(_EVENT_BYTES), "jobs", number, None))
            db.execute(_INSERT, ("event", number, _text(_EVENT_BYTES), "events", number, None))

    def log_in(self, person: str) -> str:
        """A session for a person, as a cookie: two reads, one commit of session, counter and event. No hash."""
        self._rows(person)
        version = self._rows(person)["account"]
        number = f"{person}/{next(self._numbers)}"
        with self._writing, self._commit() as db:
            db.execute(_REPLACE, (_text(_ACCOUNT_BYTES), "account", person, version))
            db.execute(_INSERT, ("session", number, _text(_SESSION_BYTES), None, None, 4_000_000_000))
            db.execute(_INSERT, ("event", f"login/{number}", _text(_EVENT_BYTES), "events", number, None))
        return f"session={cookie(person)}; HttpOnly; Path=/; SameSite=Lax"

    def public(self) -> bytes:
        """A published page, from its file."""
        return self._published.read_bytes()

    @contextmanager
    def _commit(self) -> Iterator[sqlite3.Connection]:
        db = self._db()
        db.execute("BEGIN IMMEDIATE")
        with db:
            yield db

    def _rows(self, person: str) -> dict[str, int]:
        keys = ("session", person, "account", person, "profile", person)
        return {row[0]: row[2] for row in self._db().execute(_READ, keys).fetchall()}

    def _db(self) -> sqlite3.Connection:
        db: sqlite3.Connection | None = getattr(self._here, "db", None)
        if db is None:
            db = self._here.db = sqlite3.connect(self._path, isolation_level=None)
            db.execute("PRAGMA busy_timeout = 5000")
            db.execute("PRAGMA synchronous = FULL")
        return db

    def _seed(self) -> None:
        db = self._db()
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(_SCHEMA)
        for number in range(AUTHORS):
            rows = ("session", _text(_SESSION_BYTES)), ("account", _text(_ACCOUNT_BYTES)), ("profile", self._profile)
            for kind, data in rows:
                db.execute(_INSERT, (kind, f"author{number}", data, None, None, None))


def cookie(person: str) -> str:
    """The value of a person's cookie: a name and its MAC."""
    return f"{person}.{_mac(person)}"


def _mac(name: str) -> str:
    return hmac.digest(_SECRET, name.encode(), hashlib.sha256).hex()


def _text(size: int) -> str:
    return json.dumps({"text": "x" * (size - 12)})


def _page(size: int) -> bytes:
    frame = b"<!doctype html><html lang=en><title>A page</title><p></p></html>"
    return frame.replace(b"<p>", b"<p>" + b"x" * max(0, size - len(frame)))
