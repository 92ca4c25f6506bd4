"""An installation in a folder that can be left at any moment and opened again, and the people who use it.

The application is made once and warm; what it talks to is opened anew for each process and each start.
"""

from __future__ import annotations

import base64
import io
import itertools
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol, cast

from argon2 import PasswordHasher
from PIL import Image
from tests.environment import START, CountedChance, IdleStopwatch, StoppedClock
from tests.fault.kill_points import KillPoints, Watched
from tests.people import PASSWORD, Person

from byline.accounts import publishers
from byline.accounts.addresses import normalise
from byline.audit import OPERATOR
from byline.files.folder import FolderFiles
from byline.hashing import Verdict
from byline.imaging.port import Portrait, Rendition
from byline.jobs.worker import run_due_jobs
from byline.key_ring import single_key
from byline.links import Signer
from byline.looks.branding import Branding
from byline.mail.folder import FolderMailer
from byline.ports import Ports
from byline.settings import Site
from byline.web.app import create_app
from byline.wiring import handlers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from byline.imaging.port import Imaging
    from byline.mail.port import Mail
    from byline.store.port import Store

SITE = Site("Marram Press", "http://127.0.0.1:8000", "Marram", "desk@marram.example", throttle=False)
DESK = "desk@marram.example"
COOKIES = ("byline", "byline_visit")
NEVER = datetime.min.replace(tzinfo=UTC)
SETTLED_MINUTES = 15
"""Whatever is not due by then is not part of the story: the publisher's letter of the next day."""


class Disk(Protocol):
    """Where records are while no process runs."""

    def open(self, folder: Path) -> Store: ...

    def shut(self, store: Store) -> None: ...

    def copy(self, folder: Path, to: Path) -> Path: ...

    def digest(self, folder: Path) -> str: ...


class SaltedHasher:
    """The real hash at its least price, with salts that are the same in each run, so that states can be compared."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        self.count = itertools.count()

    def hash(self, password: str, /) -> str:
        return self._hasher.hash(password, salt=next(self.count).to_bytes(16, "big"))

    def verify(self, stored: str | None, password: str, /, **_: object) -> Verdict:
        return Verdict.YES if stored and stored == self._again(stored, password) else Verdict.NO

    def _again(self, stored: str, password: str) -> str:
        salt = stored.split("$")[-2]
        return self._hasher.hash(password, salt=_unpadded(salt))


class InstantImaging:
    """Two small renditions that are JPEG, without a process for each photo; real photos have a run of their own."""

    def __init__(self) -> None:
        self._made = tuple(_rendition(width) for width in (40, 20))
        self._portrait = Portrait(self._made, {"share": _rendition(30)}, _rendition(50))

    def develop(self, _upload: bytes, /, **_: object) -> tuple[Rendition, ...]:
        return self._made

    def develop_portrait(self, _upload: bytes, /, **_: object) -> Portrait:
        return self._portrait


class NumberedProcesses:
    """Processes by the number of their start; all but the present one have ended."""

    def __init__(self) -> None:
        self.present = 0

    def own_name(self) -> str:
        return f"process {self.present}"

    def has_ended(self, name: str) -> bool:
        return name != self.own_name()


@dataclass
class Installation:
    """A folder with a portal in it, as one process after another sees it."""

    disk: Disk
    imaging: Imaging = field(default_factory=InstantImaging)
    moments: KillPoints = field(default_factory=KillPoints)
    people: dict[str, Person] = field(default_factory=dict)
    aim: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock, self.random, self.hasher = StoppedClock(), CountedChance(), SaltedHasher()
        self.processes = NumberedProcesses()
        self._store, self._files, self._mailer, imaging = (Watched(self.moments) for _ in range(4))
        imaging.inner = self.imaging
        self.ports = Ports(
            store=cast("Any", self._store),
            files=cast("Any", self._files),
            mailer=cast("Any", self._mailer),
            imaging=cast("Any", imaging),
            hasher=self.hasher,
            signer=Signer(single_key("a secret for tests, long enough for all of them"), SITE.url),
            clock=self.clock,
            random=self.random,
            processes=self.processes,
            stopwatch=IdleStopwatch(),
            site=SITE,
        )
        self.app = create_app(self.ports, mailbox_at=cast("Any", self._mailer))
        self._handlers = handlers()

    def open(self, folder: Path, *, start: int, at: datetime = START) -> None:
        """Start a process on a folder; ``start`` is which one, so that none repeats another's chance."""
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.clock.at = at
        self.ports.branding.update(Branding(), NEVER)  # a process that starts has read nothing
        self.random.begin(start)
        self.processes.present = start
        self.hasher.count = itertools.count(start * 1_000_000)
        self._files.inner = FolderFiles(folder / "files")
        self._mailer.inner = FolderMailer(
            folder / "mail", sender="Marram Press <byline@localhost>", reply_to=None, host="localhost"
        )
        self._store.inner = self.disk.open(folder)

    def close(self) -> None:
        self.disk.shut(self._store.inner)

    def add_publisher(self) -> None:
        publishers.add(self.ports, OPERATOR, address=normalise(DESK), name="Ines Vale", password=PASSWORD)

    def person(self, name: str, address: str = "", full_name: str = "") -> Person:
        """Somebody with a browser of their own, whom the story knows by a short name."""
        if name not in self.people:
            world = cast("Any", self)
            self.people[name] = Person(world, self.app.test_client(), address, full_name)
        return self.people[name]

    def stranger(self, address: str, password: str = PASSWORD) -> Person:
        """A browser that was never here, in front of somebody who knows this much."""
        return Person(cast("Any", self), self.app.test_client(), address, "", password)

    def letters(self, to: str, subject: str) -> Sequence[Mail]:
        """The letters to an address with a subject, oldest first."""
        found = self._mailer.inner.emails(limit=1_000)
        return [mail for mail in reversed(found) if mail.to == to and mail.subject == subject]

    def all_letters(self) -> Sequence[Mail]:
        return cast("Sequence[Mail]", self._mailer.inner.emails(limit=1_000))

    def work(self, **later: float) -> None:
        """Let the worker do what is due, after some time."""
        self.clock.forward(**later)
        while run_due_jobs(self.ports, self._handlers, limit=100).done:
            pass

    def settle(self) -> None:
        """Let the worker go on until nothing is left, moving the clock past leases and pauses."""
        ends = self.clock.now() + timedelta(minutes=SETTLED_MINUTES)
        while True:
            tally = run_due_jobs(self.ports, self._handlers, limit=100)
            if not tally.done and not tally.retried:
                if tally.next_due_at is None or tally.next_due_at > ends:
                    return
                self.clock.at = max(self.clock.at, tally.next_due_at)

    def remembered(self) -> str:
        """What the people know and their browsers hold, for the next process."""
        return json.dumps(
            {
                "at": self.clock.at.isoformat(),
                "people": {
                    name: [person.address, person.name, person.password, *map(person.client.get_cookie, COOKIES)]
                    for name, person in self.people.items()
                },
            },
            default=lambda cookie: cookie.value,
        )

    def remember(self, text: str) -> datetime:
        """Take up from there: the same people, each with the cookies they had; when that was."""
        known = json.loads(text)
        self.people.clear()
        for name, (address, full_name, password, *cookies) in known["people"].items():
            person = self.person(name, address, full_name)
            person.password = password
            for cookie, value in zip(COOKIES, cookies, strict=True):
                if value is not None:
                    person.client.set_cookie(cookie, value)
        return datetime.fromisoformat(known["at"])


def _rendition(width: int) -> Rendition:
    file = io.BytesIO()
    Image.new("RGB", (width, width), "teal").save(file, "JPEG")
    return Rendition(width, width, file.getvalue(), "image/jpeg", ".jpg")


def _unpadded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))
