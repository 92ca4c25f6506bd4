"""A world in which tests decide time and chance, with cheap hashes and engines that count."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from byline.files.folder import FolderFiles
from byline.hashing import Argon2Hasher, Verdict
from byline.imaging.pillow import PillowImaging
from byline.jobs.worker import DeliveryStats, run_due_jobs
from byline.key_ring import single_key
from byline.links import Signer
from byline.ports import Ports
from byline.settings import Site
from byline.store.sqlite import SqliteStore
from byline.wiring import handlers

if TYPE_CHECKING:
    from pathlib import Path

    from byline.mail.port import Mail
    from byline.store.port import Store

START = datetime(2026, 5, 3, 9, 0, tzinfo=UTC)


@dataclass
class StoppedClock:
    """Stands still until a test moves it."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def forward(self, **amount: float) -> None:
        self.at += timedelta(**amount)


@dataclass
class IdleStopwatch:
    """Lets no one wait, and keeps how long they would have; ``passes`` is how much time goes by at each look."""

    passes: float = 0.0
    at: float = 0.0
    waited: list[float] = field(default_factory=list)

    def seconds(self) -> float:
        self.at += self.passes
        return self.at

    def wait(self, seconds: float, /) -> None:
        self.waited.append(seconds)
        self.at += seconds


class CountedChance:
    """Values that are different each time and the same in each run."""

    def __init__(self, seed: int = 0) -> None:
        self._lock = Lock()
        self.begin(seed)

    def begin(self, seed: int) -> None:
        """Begin a row of values that no other seed gives."""
        self._counter = itertools.count(seed * 1_000_000 + 1)

    def token(self, nbytes: int = 32, /) -> bytes:
        with self._lock:
            return next(self._counter).to_bytes(nbytes, "big")

    def identifier(self) -> str:
        with self._lock:
            return f"{next(self._counter):024x}"


class CheapHasher:
    """The real hash at its least price; counts what it was asked."""

    def __init__(self) -> None:
        self._inner = Argon2Hasher(memory_kib=8, passes=1)
        self.hashes = 0
        self.checks = 0

    def hash(self, password: str, /) -> str:
        self.hashes += 1
        return self._inner.hash(password)

    def verify(self, stored: str | None, password: str, /, *, schemes: tuple[str, ...] = ()) -> Verdict:
        self.checks += 1
        return self._inner.verify(stored, password, schemes=schemes)


@dataclass
class KeptMail:
    """A mailer that keeps its letters; ``down`` makes it raise."""

    sent: list[Mail] = field(default_factory=list)
    rehearsed: list[Mail] = field(default_factory=list)
    probed: list[Mail] = field(default_factory=list)
    down: Exception | None = None

    def send(self, mail: Mail, /) -> None:
        if self.down:
            raise self.down
        self.sent.append(mail)

    def probe(self, mail: Mail, /) -> None:
        if self.down:
            raise self.down
        self.probed.append(mail)

    def rehearse(self, mail: Mail, /) -> None:
        if self.down:
            raise self.down
        self.rehearsed.append(mail)

    def emails(self, *, limit: int = 50) -> list[Mail]:
        return self.sent[::-1][:limit]

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.sent if mail.to == address]


@dataclass
class World:
    """Ports a test can look into and move."""

    ports: Ports
    clock: StoppedClock
    mailer: KeptMail
    hasher: CheapHasher

    def work(self) -> DeliveryStats:
        """Carry out whatever is due."""
        total = DeliveryStats()
        table = handlers()
        while True:
            tally = run_due_jobs(self.ports, table, limit=100)
            total += tally
            if not tally.done:
                return total

    def with_site(self, **changes: object) -> World:
        """The same world on a site set up differently."""
        site = replace(self.ports.site, **changes)  # type: ignore[arg-type]
        return replace(self, ports=replace(self.ports, site=site))


def make_world(
    folder: Path, store: Store | None = None, *, url: str = "http://127.0.0.1:8000", throttle: bool = True
) -> World:
    """A new, empty installation: SQLite in memory unless a store is given."""
    clock, mailer, hasher = StoppedClock(), KeptMail(), CheapHasher()
    ports = Ports(
        store=store or SqliteStore(":memory:"),
        files=FolderFiles(folder / "files"),
        mailer=mailer,
        imaging=PillowImaging(),
        hasher=hasher,
        signer=Signer(single_key("a secret for tests, long enough for all of them"), url),
        clock=clock,
        random=CountedChance(),
        stopwatch=IdleStopwatch(),
        site=Site("Marram Press", url, "Marram", "desk@marram.example", throttle=throttle),
    )
    return World(ports, clock, mailer, hasher)
