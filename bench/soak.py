"""A portal under load for minutes, killed each minute and backed up each minute: whether anything is lost.

``make soak``: four authors save as fast as they are answered, strangers register, and readers look. Each minute the
whole process group of the server is killed (SIGKILL) and started again, and ``byline backup`` makes and reads a backup
while they go on. At the end every save that was acknowledged must be the live text or a version before it, readers must
see the last one, each address must have got one email, and ``byline check --deep`` must find nothing.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bench.front_door import LONGEST_WAIT_SECONDS, Visitor, expect, form_to, log_in, register, shell
from bench.measure import Spread
from bench.servers import BYLINE, byline, running
from bench.targets import address_of, open_accounts

if TYPE_CHECKING:
    from bench.load import Answer
    from bench.servers import Program

_AUTHORS = 4
"""Whom ``open_accounts`` brings."""
_PORTS_AGAIN_SECONDS = 0.05
_OF_A_TEST = re.compile(r"WRONG +(BYLINE_THROTTLE|publisher):")
"""What ``byline check`` has to say of a portal without rate limits, and without a publisher."""
_SAVED = re.compile(r"Text (\d+) of author (\d+)\.")


@dataclass
class Seen:
    """What the people of a soak saw, by all their threads."""

    ended: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    acknowledged: dict[int, int] = field(default_factory=dict)
    saves: int = 0
    save_seconds: list[float] = field(default_factory=list)
    broken: int = 0
    refused: dict[int, int] = field(default_factory=dict)
    registered: list[str] = field(default_factory=list)
    restarts: list[float] = field(default_factory=list)
    backups: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def refuse(self, answer: Answer) -> None:
        """Count an answer that is no success."""
        with self.lock:
            self.refused[answer.status] = self.refused.get(answer.status, 0) + 1


def main() -> int:
    """Run it and say what was seen; 1 if anything was lost or found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=10)
    minutes = parser.parse_args().minutes
    with tempfile.TemporaryDirectory(prefix="byline-soak-") as folder:
        program = byline(Path(folder) / "data")
        return _soak(program, minutes)


def _soak(program: Program, minutes: int) -> int:
    seen = Seen()
    with running(program) as server:
        open_accounts(server)
        port = server.port
    life = _Life(program, port, seen)
    life.start()
    people = [threading.Thread(target=_writes, args=(port, number, seen)) for number in range(_AUTHORS)]
    people += [
        threading.Thread(target=_registers, args=(port, seen)),
        threading.Thread(target=_reads, args=(port, seen)),
    ]
    for person in people:
        person.start()
    try:
        for minute in range(minutes):
            backup = threading.Thread(target=_backs_up, args=(program, minute, seen))
            backup.start()
            time.sleep(60)
            life.kill()
            life.start()
            backup.join()
    finally:
        seen.ended.set()
        for person in people:
            person.join()
    _wait_until_all_is_done(program)
    _examine(program, port, seen)
    life.kill()
    return _report(seen, minutes)


class _Life:
    """The server's process group, which is killed and started again on the same port."""

    def __init__(self, program: Program, port: int, seen: Seen) -> None:
        self._program, self._port, self._seen = program, port, seen
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait for its first answer."""
        began = time.perf_counter()
        with (self._program.data / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._program.command, str(self._port)],
                env=self._program.environ, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        while (said := _says(self._port)) != "200":
            if self._process.poll() is not None or time.perf_counter() - began > LONGEST_WAIT_SECONDS:
                written = (self._program.data / "server.log").read_text(errors="replace")[-3000:]
                raise RuntimeError(f"not started again (exit code {self._process.poll()}): {said}\n{written}")
            time.sleep(_PORTS_AGAIN_SECONDS)
        self._seen.restarts.append(time.perf_counter() - began)

    def kill(self) -> None:
        """SIGKILL to all its processes at once."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def _says(port: int) -> str:
    """The status of an answer, or why there is none."""
    try:
        return str(Visitor(port).get("/login").status)
    except OSError as fault:
        return repr(fault)


def _writes(port: int, number: int, seen: Seen) -> None:
    """An author saves one text after the other; after a broken connection the same text again, as people do."""
    visitor = Visitor(port)
    text = 1
    while not seen.ended.is_set():
        try:
            if "byline" not in visitor.cookies:
                log_in(visitor, address_of(number))
            page = expect(visitor.get("/"), 200)
            began = time.perf_counter()
            answer = visitor.submit(
                page, "/", author_bio=f"Text {text} of author {number}.", bio_format="markdown", intent="publish"
            )
            if answer.status != 303:
                seen.refuse(answer)
                continue
            with seen.lock:
                seen.saves += 1
                seen.save_seconds.append(time.perf_counter() - began)
                seen.acknowledged[number] = text
            text += 1
        except OSError:
            _broken(visitor, seen)
        except RuntimeError as fault:
            seen.faults.append(str(fault)[:200])
            visitor.leave()


def _broken(visitor: Visitor, seen: Seen) -> None:
    with seen.lock:
        seen.broken += 1
    visitor.hang_up()
    time.sleep(_PORTS_AGAIN_SECONDS)


def _registers(port: int, seen: Seen) -> None:
    """A stranger comes every two seconds; who was cut off in the middle does not come back."""
    number = 0
    while not seen.ended.wait(2):
        number += 1
        address = f"stranger{number}@example.org"
        visitor = Visitor(port)
        try:
            register(visitor, address, f"Olu Adeyemi {number}")
            seen.registered.append(address)
        except OSError:
            _broken(visitor, seen)
        except RuntimeError as fault:
            seen.faults.append(str(fault)[:200])


def _reads(port: int, seen: Seen) -> None:
    """A reader opens the list of authors."""
    visitor = Visitor(port)
    while not seen.ended.wait(0.1):
        try:
            answer = visitor.get("/authors/")
            if answer.status != 200:
                seen.refuse(answer)
        except OSError:
            _broken(visitor, seen)


def _backs_up(program: Program, minute: int, seen: Seen) -> None:
    """Make a backup and read it whole, while the others go on."""
    archive = program.data.with_name(f"backup{minute}.zip")
    began = time.perf_counter()
    try:
        shell(program, "backup", str(archive))
        shell(program, "backup", "--verify", str(archive))
    except RuntimeError as fault:
        seen.faults.append(str(fault)[:500])
    seen.backups.append(time.perf_counter() - began)
    archive.unlink(missing_ok=True)


def _wait_until_all_is_done(program: Program) -> None:
    """The lists of authors follow a save by up to two minutes."""
    time.sleep(125)
    shell(program, "deliver")


def _examine(program: Program, port: int, seen: Seen) -> None:
    """What was acknowledged is there and public, nobody got an email twice, and ``byline check`` finds nothing."""
    for number in range(_AUTHORS):
        visitor = Visitor(port)
        log_in(visitor, address_of(number))
        fields = dict(form_to(expect(visitor.get("/"), 200), "/").fields)
        live = _SAVED.search(visitor.get("/").text)
        public = _SAVED.search(visitor.get(f"/authors/{fields['author_slug']}/").text)
        last = seen.acknowledged.get(number, 0)
        if live is None or not last <= int(live[1]) <= last + 1:  # one may have been cut off before its answer
            seen.faults.append(f"author {number}: text {last} was acknowledged, {live and live[1]} is live")
        if public is None or live is None or public[1] != live[1]:
            seen.faults.append(f"author {number}: readers see {public and public[1]}, live is {live and live[1]}")
    letters = [path.read_text(errors="replace") for path in (program.data / "mail").rglob("*.eml")]
    for address in seen.registered:
        count = sum(f"To: {address}" in letter for letter in letters)
        if count != 1:
            seen.faults.append(f"{address} got {count} emails")
    checked = subprocess.run(
        [BYLINE, "check", "--deep"],
        env=program.environ | {"BYLINE_DATA": str(program.data)},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    wrong = [line for line in checked.splitlines() if line.startswith("WRONG") and not _OF_A_TEST.match(line)]
    seen.faults += wrong if "The last backup was made" in checked else [checked]


def _report(seen: Seen, minutes: int) -> int:
    waits = sorted(seen.save_seconds)
    p99 = waits[int(len(waits) * 0.99)] if waits else 0
    print(f"{minutes} minutes: {seen.saves:,} saves acknowledged, {len(seen.registered):,} registrations")
    print(f"a save: p50 {Spread.of(waits).middle * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, longest {waits[-1]:.2f} s")
    print(f"{seen.broken} broken connections, answers other than success: {seen.refused or 'none'}")
    print(f"starts: {min(seen.restarts):.2f} to {max(seen.restarts):.2f} s; backups: up to {max(seen.backups):.1f} s")
    for fault in seen.faults:
        print(f"FAULT: {fault}")
    print("Nothing was lost." if not seen.faults else f"{len(seen.faults)} faults.")
    return 1 if seen.faults else 0


if __name__ == "__main__":
    sys.exit(main())
