"""An installation whose every call is counted, as it would be on Lambda: pages are published by jobs."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field, replace
from importlib import resources
from typing import TYPE_CHECKING, Any

from tests.capacity import CapacityStore
from tests.environment import World, make_world
from tests.people import Portal, csrf_of, form_of, make_portal

from byline.aws.worker import worker
from byline.jobs.model import DUE, from_record
from byline.store.sqlite import SqliteStore
from byline.wiring import handlers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.capacity import Touch
    from tests.people import Person
    from werkzeug.test import TestResponse

    from byline.files.port import Entry, File, Files
    from byline.jobs.kinds import JobKind
    from byline.jobs.model import Job

_AUTHORS = json.loads(resources.files("byline.cli").joinpath("demo_authors.json").read_text("utf-8"))
BIO: str = max((author["bio_markdown"] for author in _AUTHORS), key=len)[:2_500]
"""2,500 characters of a biography."""
LINKS = {"link_label": ["My own site", "Readings"], "link_url": ["https://ana.example/", "https://ana.example/dates"]}


class Context:
    """What Lambda tells a function: there is time enough."""

    def get_remaining_time_in_millis(self) -> int:
        return 300_000


@dataclass(frozen=True)
class Part:
    """A part of what somebody caused: the round trips, and what each record took part in."""

    trips: int
    touches: tuple[Touch, ...]


@dataclass
class Count:
    """What somebody's act cost: its requests together, and each job that it led to, by its kind."""

    asked: Part
    jobs: dict[JobKind, list[Part]]
    numbers: dict[str, float]
    """All of it together, as ``flows.json`` has it."""


class CountedFiles:
    """Counts what goes to the files inside."""

    def __init__(self, inner: Files) -> None:
        self.inner = inner
        self.puts = self.gets = 0

    def put(self, file: File, /, *, cache_seconds: int = 0) -> None:
        self.puts += 1
        self.inner.put(file, cache_seconds=cache_seconds)

    def get(self, path: str, /) -> File | None:
        self.gets += 1
        return self.inner.get(path)

    def delete(self, path: str, /) -> None:
        self.inner.delete(path)

    def paths(self, prefix: str = "", /) -> Iterator[str]:
        self.puts += 1  # a listing costs as much as a put
        return self.inner.paths(prefix)

    def entries(self, prefix: str, /) -> Iterator[Entry]:
        self.puts += 1
        return self.inner.entries(prefix)


@dataclass
class Counter:
    """The installation, with a publisher, and nothing left to do."""

    world: World
    store: CapacityStore
    files: CountedFiles
    portal: Portal
    requests: int = 0
    _jobs: defaultdict[JobKind, list[Part]] = field(default_factory=lambda: defaultdict(list))

    def count(self, act: Callable[[], object]) -> Count:
        """What somebody's act costs, and all that it leads to within the next minutes."""
        self.files.puts = self.files.gets = self.requests = 0
        sent = len(self.world.mailer.sent)
        asked = self._part(act)
        self._jobs.clear()
        self.work()
        jobs = dict(self._jobs)
        parts = [asked, *(part for parts in jobs.values() for part in parts)]
        touches = [touch for part in parts for touch in part.touches]
        numbers: dict[str, float] = {
            "requests": self.requests,
            "jobs": len(parts) - 1,
            "reads": sum(touch.reads for touch in touches),
            "writes": sum(touch.writes for touch in touches),
            "index_writes": sum(touch.index_writes for touch in touches),
            "trips": sum(part.trips for part in parts),
            "puts": self.files.puts,
            "gets": self.files.gets,
            "mails": len(self.world.mailer.sent) - sent,
        }
        return Count(asked, jobs, numbers)

    def work(self) -> None:
        """The table's stream for each job at once; for those of later the schedule, which looks by itself anyway."""
        carry_out = worker(self.world.ports, handlers())
        for _ in range(4):
            while jobs := self._due():
                for job in jobs:
                    part = self._part(lambda job_id=job.id: carry_out(_told_of(job_id), Context()))
                    self._jobs[job.kind].append(part)
            self.world.clock.forward(minutes=1)
        assert not self.store.inner.page(DUE).records

    def _part(self, act: Callable[[], object]) -> Part:
        self.store.reset()
        act()
        return Part(self.store.trips, tuple(self.store.touches))

    def _due(self) -> list[Job]:
        jobs = map(from_record, self.store.inner.page(DUE).records)
        return [job for job in jobs if job.due_at <= self.world.clock.now()]


def _told_of(job_id: str) -> dict[str, Any]:
    """What the table's stream tells of one job."""
    keys = {"Keys": {"k": {"S": f"job#{job_id}"}}}
    return {"Records": [{"eventName": "INSERT", "dynamodb": {**keys, "SequenceNumber": "1"}}]}


def make_counter(folder: Path) -> Counter:
    """The installation, in a folder of its own."""
    store = CapacityStore(SqliteStore(":memory:"))
    plain = make_world(folder, store, throttle=False)
    files = CountedFiles(plain.ports.files)
    world = replace(plain, ports=replace(plain.ports, files=files))
    portal = make_portal(world, publish_in_line=False)
    made = Counter(world, store, files, portal)

    def count_one() -> None:
        made.requests += 1

    portal.app.before_request(count_one)
    portal.publisher()
    made.work()
    return made


def sent_alone(person: Person, path: str, *, form: str, **fields: object) -> Callable[[], TestResponse]:
    """A form, fetched before, to be sent and counted alone."""
    token = csrf_of(person.get(form))
    return lambda: _answered(person, path, {"csrf_token": token, **fields})


def saved_alone(person: Person, **fields: object) -> Callable[[], TestResponse]:
    """The editor's form, fetched before, with some fields changed."""
    data = form_of(person.get("/")) | LINKS | fields
    return lambda: _answered(person, "/", data)


def _answered(person: Person, path: str, data: dict[str, object]) -> TestResponse:
    answer = person.client.post(path, data=data, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer
