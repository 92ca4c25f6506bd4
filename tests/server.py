"""The real portal for tests: `byline serve` in a process group and a data folder of its own, on a free port."""

from __future__ import annotations

import email
import email.policy
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from threading import Condition, Event, Thread
from time import monotonic
from typing import IO, TYPE_CHECKING, TypeVar

from tests.engines import free_port

from byline.environment import SystemClock
from byline.settings import Settings
from byline.wiring import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from email.message import EmailMessage

    from byline.ports import Ports

BYLINE = Path(sys.executable).with_name("byline")
LONGEST_WAIT_SECONDS = 30
_BETWEEN_LOOKS_SECONDS = 0.02
T = TypeVar("T")
_FIRST_PUBLISHER = re.compile(r"https?://\S+/publisher/first/\S+")


@dataclass(slots=True)
class Server:
    """A portal that runs (or ran: it can be killed and started again on the same data)."""

    data: Path
    port: int
    environ: dict[str, str] = field(repr=False)
    movable_clock: bool = False
    host: str = "127.0.0.1"
    _ahead: timedelta = timedelta()
    _process: subprocess.Popen[str] | None = None
    _said: list[str] = field(default_factory=list)
    _heard: Condition = field(default_factory=Condition)

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    @property
    def first_publisher_link(self) -> str:
        """The link that the last start printed while there is no publisher."""
        with self._heard:
            if not self._heard.wait_for(lambda: _FIRST_PUBLISHER.search("".join(self._said)), LONGEST_WAIT_SECONDS):
                raise AssertionError(f"No link for the first publisher was printed: {''.join(self._said)!r}")
            found = _FIRST_PUBLISHER.search("".join(self._said))
        assert found
        return found[0]

    @property
    def said(self) -> str:
        """What it printed on standard output since its last start."""
        with self._heard:
            return "".join(self._said)

    @property
    def log(self) -> str:
        """What it printed on standard error, over all starts."""
        return self._log_path.read_text(errors="replace")

    def start(self) -> None:
        """Start the server and wait until its store answers."""
        self._said = []
        command = [*self._byline(), "serve", "--port", str(self.port), "--data", str(self.data)]
        with self._log_path.open("a") as log:
            self._process = subprocess.Popen(
                command,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        assert self._process.stdout
        Thread(target=self._listen, args=(self._process.stdout,), daemon=True).start()
        process = self._process

        def answers() -> bool:
            assert process.poll() is None, f"byline serve ended with {process.returncode}:\n{self.log}"
            return is_healthy(self.port)

        soon(answers, "the portal to answer")

    def kill(self) -> None:
        """End the whole process group at once, as a power cut would: the server is more than one process."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def ports(self) -> Ports:
        """Ports of this process's own on its store, its files and its present time; close the store after use."""
        settings = {**self.environ, "BYLINE_DATA": str(self.data), "BYLINE_PORT": str(self.port)}
        return connect(Settings.from_environ(settings), clock=_ClockOffset(self._ahead)).ports

    def forward(self, **amount: float) -> None:
        """Move its clock, that of the running server too; its worker sees that within two seconds."""
        assert self.movable_clock, "this portal has the machine's clock"
        self._ahead += timedelta(**amount)
        self._write_clock()

    def run(self, *words: str, typed: str = "") -> str:
        """Run another of Byline's commands on the same data; what it printed. It must end well."""
        environ, command = self.environ | {"BYLINE_DATA": str(self.data)}, [*self._byline(), *words]
        done = subprocess.run(command, env=environ, input=typed, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{' '.join(words)} ended with {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout

    def letters(self, to: str) -> list[EmailMessage]:
        """The letters to an address that have left so far, oldest first."""
        letters = []
        for path in sorted((self.data / "mail").glob("*.eml")):
            letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if str(letter["To"]) == to:
                letters.append(letter)
        return letters

    def letter(self, to: str, *, subject: str) -> EmailMessage:
        """The newest letter to an address with this subject, waited for: letters leave after the answer."""

        def matching() -> list[EmailMessage]:
            return [letter for letter in self.letters(to) if letter["Subject"] == subject]

        return soon(matching, f"a letter {subject!r} to {to}")[-1]

    @property
    def _log_path(self) -> Path:
        return self.data.with_suffix(".log")

    def _byline(self) -> list[str]:
        if not self.movable_clock:
            return [str(BYLINE)]
        self._write_clock()
        return [sys.executable, str(Path(__file__).with_name("clock_offset.py")), str(self._clock_path)]

    @property
    def _clock_path(self) -> Path:
        return self.data.with_suffix(".clock")

    def _write_clock(self) -> None:
        # Whole or not at all: the server reads it whenever it asks for the time.
        new = self.data.with_suffix(".clock-new")
        new.write_text(str(self._ahead.total_seconds()))
        new.replace(self._clock_path)

    def _listen(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                with self._heard:
                    self._said.append(line)
                    self._heard.notify_all()


@dataclass(frozen=True, slots=True)
class _ClockOffset:
    by: timedelta

    def now(self) -> datetime:
        return SystemClock().now() + self.by


@contextmanager
def running(data: Path, *, movable_clock: bool = False, host: str = "127.0.0.1", **settings: str) -> Iterator[Server]:
    """A portal on a data folder, without limits on tries; settings are given without their ``BYLINE_``.

    ``host`` is the name by which browsers come to it. ``movable_clock``: its time is the machine's until a test moves
    it.
    """
    environ = {name: value for name, value in os.environ.items() if not name.startswith("BYLINE_")}
    environ |= {"BYLINE_THROTTLE": "off"} | {f"BYLINE_{name}": value for name, value in settings.items()}
    data.mkdir(parents=True, exist_ok=True)
    server = Server(data, free_port(), environ, movable_clock, host)
    if host != "127.0.0.1":
        environ["BYLINE_URL"] = server.url
    try:
        server.start()
        yield server
    finally:
        server.kill()


def soon(look: Callable[[], T], what: str, *, seconds: int = LONGEST_WAIT_SECONDS) -> T:
    """The first answer of ``look`` that is true; an ``AssertionError`` when none came in time."""
    ends = monotonic() + seconds
    while not (found := look()):
        assert monotonic() < ends, f"Waited {seconds} seconds for {what}"
        # Another process has to get on with it; there is nothing of ours to wait for.
        Event().wait(_BETWEEN_LOOKS_SECONDS)
    return found


def is_healthy(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=LONGEST_WAIT_SECONDS)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
