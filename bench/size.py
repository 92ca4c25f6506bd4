"""What the number of authors changes: the import of many, a save with everything that follows, and the desk.

Both portals are filled by ``byline import`` and ``byline deliver``, in processes of their own. Saves are made in this
process, without the web in front of them, since what follows a save comes up to two minutes later and the clock must be
moved on.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bench import desk
from bench.measure import Spread
from bench.processes import quiet_cpu_seconds
from bench.servers import BYLINE, byline, running

from byline.accounts.records import account_from
from byline.audit import Actor, ActorKind
from byline.authors import pages
from byline.environment import SystemClock
from byline.jobs.worker import run_due_jobs
from byline.profiles.editing import PageChange
from byline.settings import Settings
from byline.site import publishing
from byline.wiring import connect, handlers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from byline.ports import Ports

FEW, MANY = 100, 20_000
AIM_RATIO = 2.0
"""A save among many authors may cost so many times what it costs among few, with everything that follows."""
AIM_SECONDS = 300
"""In so many seconds an import of many authors is published, its rows included."""
_TOGETHER = 20
"""Saves of a minute."""
_GIVEN = ("Ana", "Olu", "Mei", "Stan", "Ingrid", "Yara", "Tomas", "Priya")
_STARTS = ("B", "Br", "C", "D", "F", "G", "H", "K", "Kl", "L", "M", "N", "P", "R", "S", "Sch", "St", "T", "V", "W")
_MIDDLES = ("a", "e", "i", "o", "u", "ei", "au")
_ENDS = ("ber", "der", "fer", "gen", "ker", "ler", "mann", "ner", "sen", "ter", "zer", "lin", "low", "rin")
_PASSWORD = "pbkdf2:sha256:1000$salt$" + 64 * "0"
_PARAGRAPH = "<p>" + "Her books are about the sea, and about people who live beside it. " * 20 + "</p>"


class MovedClock:
    """The system's clock, moved on by what a measurement has skipped."""

    def __init__(self) -> None:
        self._clock = SystemClock()
        self.skipped = timedelta()

    def now(self) -> datetime:
        """The time there."""
        return self._clock.now() + self.skipped


@dataclass(frozen=True, slots=True)
class Filled:
    """A portal with authors, the seconds that its import took (rows, then publishing; in both, those of processors),
    and who the authors are.
    """

    ports: Ports
    clock: MovedClock
    rows_seconds: float
    published_seconds: float
    cpu_seconds: float
    authors: Sequence[Actor]

    def save_cpu_ms(self, count: int, number: int) -> float:
        """Processor time of one save of ``count`` in a minute, with all that follows; ``number`` makes texts differ."""
        authors = random.Random(number).sample(self.authors, count)  # noqa: S311 - the same in each run
        before = time.process_time()
        for by in authors:
            profile = pages.save_own(self.ports, by, PageChange(bio=f"{_PARAGRAPH}<p>{number}</p>"))
            publishing.publish_own(self.ports, profile)
            self._work()
        for _ in range(3):
            self.clock.skipped += timedelta(minutes=1)
            self._work()
        return (time.process_time() - before) / count * 1_000

    def _work(self) -> None:
        table = handlers()
        while run_due_jobs(self.ports, table).done:
            pass


def report(folder: Path, *, rounds: int) -> bool:
    """Measure and print; whether all aims were met."""
    few, many = _filled(folder / "few", FEW), _filled(folder / "many", MANY)
    whole = many.rows_seconds + many.published_seconds
    print(f"\nAn import of {MANY:,} authors: {many.rows_seconds:.0f} s for their rows, then", end=" ")
    print(f"{many.published_seconds:.0f} s until all is published: {whole:.0f} s")
    print(f"of them {many.cpu_seconds:.0f} s of processor time: the rest waits for the disk, and for other programs")
    met = [_aim(f"at most {AIM_SECONDS} s", met=whole <= AIM_SECONDS)]
    print(f"\nProcessor time of a save with everything that follows, without the web: middle of {rounds} rounds")
    for count, what in ((1, "one save, and nothing else for minutes"), (_TOGETHER, f"of {_TOGETHER} in a minute")):
        costs = [(few.save_cpu_ms(count, 2 * at), many.save_cpu_ms(count, 2 * at)) for at in range(rounds)]
        one, other = (Spread.of([cost[which] for cost in costs]) for which in (0, 1))
        ratio = Spread.of([large / small for small, large in costs])
        print(f"{what:40} {FEW:,} authors: {one.middle:.1f} ms; {MANY:,}: {other.middle:.1f} ms;", end=" ")
        print(f"x{ratio.middle:.2f} [{ratio.lowest:.2f}-{ratio.highest:.2f}]")
        met.append(_aim(f"at most x{AIM_RATIO}", met=ratio.middle <= AIM_RATIO))
    met.append(desk.report(many.ports, many.authors))
    return all(met)


def _aim(words: str, *, met: bool) -> bool:
    print(f"aim: {words}: {'met' if met else 'MISSED'}")
    return met


def _filled(folder: Path, count: int) -> Filled:
    program = byline(folder)
    environ = program.environ | {"BYLINE_DATA": str(folder), "BYLINE_URL": "http://127.0.0.1:8000"}
    with running(replace(program, environ=environ)) as server:
        quiet_cpu_seconds(server.pid)  # only a start makes a portal, and its first jobs are to be done
    export = folder / "export.json"
    export.write_text("".join(json.dumps({"Item": item}) + "\n" for item in _items(count)))
    seconds = []
    before = os.times()
    for words in (("import", "guide-table", str(export), "--apply"), ("deliver",)):
        began = time.perf_counter()
        subprocess.run([BYLINE, *words], env=environ, check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - began)
    after = os.times()
    cpu_seconds = after.children_user + after.children_system - before.children_user - before.children_system
    clock = MovedClock()
    settings = Settings.from_environ({key: value for key, value in environ.items() if key.startswith("BYLINE_")})
    ports = replace(connect(settings).ports, clock=clock)
    _require_all_published(ports, count)
    return Filled(ports, clock, seconds[0], seconds[1], cpu_seconds, list(_authors(ports)))


def _items(count: int) -> Iterator[dict[str, Any]]:
    """Authors as DynamoDB exports them, with names spread over the alphabet as unevenly as names are."""
    chance = random.Random(20)  # noqa: S311 - as above
    for number in range(count):
        family = chance.choice(_STARTS) + chance.choice(_MIDDLES) + chance.choice(_ENDS)
        name = f"{chance.choice(_GIVEN)} {family}{chance.choice(['', '', '', ' ' + chance.choice(_GIVEN)])}"
        texts = {"author_email": f"author{number}@example.org", "username": name, "password_hash": _PASSWORD}
        item: dict[str, Any] = {key: {"S": value} for key, value in texts.items()}
        item |= {"bio": {"S": f"{_PARAGRAPH}<p>{number}</p>"}}
        yield item | {"email_confirmed": {"BOOL": True}, "csf_approved": {"BOOL": True}}


def _authors(ports: Ports) -> Iterator[Actor]:
    after = None
    while True:
        page = ports.store.page("accounts", prefix="active/", after=after, limit=500)
        for account in map(account_from, page.records):
            yield Actor(account.id, account.name, ActorKind.AUTHOR, account.version)
        after = page.next
        if after is None:
            return


def _require_all_published(ports: Ports, count: int) -> None:
    """Stop if a list lacks anyone: a measurement of something else would be worth nothing."""
    index = _json(ports, "authors/index.json")
    parts = [_json(ports, part.removeprefix(f"{ports.site.url}/")) for part in index.get("parts", ())] or [index]
    listed = sum(len(part["authors"]) for part in parts)
    if listed != count:
        raise RuntimeError(f"{listed} of {count} authors are listed")


def _json(ports: Ports, path: str) -> dict[str, Any]:
    file = ports.files.get(path)
    return json.loads(file.body) if file else {}
