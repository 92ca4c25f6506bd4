"""Starts the servers to measure: Byline and its peers, each with a folder, a port and a process group of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bench.load import Connection
from bench.processes import cpu_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.peers.desk import Sizes

ROOT = Path(__file__).resolve().parent.parent
BYLINE = Path(sys.executable).with_name("byline")
LONGEST_START_SECONDS = 30
_CHEAP_HASH = ROOT / "bench" / "cheap_hash"
_READY = b"GET /login HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Program:
    """A server that can be started as often as one likes: what to run, and in which environment."""

    name: str
    command: tuple[str, ...]
    data: Path
    environ: dict[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs, and what it took until its first answer: seconds of the clock, and of processors."""

    program: Program
    pid: int
    port: int
    first_answer_seconds: float
    first_answer_cpu_seconds: float


def byline(folder: Path, *, cheap_hash: bool = False) -> Program:
    """Byline as people start it, without limits on tries.

    ``cheap_hash``: argon2 is replaced from outside, when the interpreter starts; Byline knows no such setting.
    """
    environ = _environ() | {"BYLINE_THROTTLE": "off"}
    if cheap_hash:
        environ |= {"PYTHONPATH": str(_CHEAP_HASH)}
    if not BYLINE.exists():
        raise RuntimeError(f"{BYLINE} is not there: run make first")
    return Program("byline", (str(BYLINE), "serve", "--data", str(folder), "--port"), folder, environ)


def unpublished(folder: Path) -> Program:
    """Byline on a folder that it was run on before, with nothing published and no job done."""
    command = (*_serving("unpublished"), "--data", str(folder), "--port")
    return Program("unpublished", command, folder, byline(folder, cheap_hash=True).environ)


def peer(name: str, folder: Path, sizes: Sizes) -> Program:
    """A peer (``floor`` or ``bare_flask``) whose pages have these sizes."""
    given = ("--data", str(folder), "--sizes", json.dumps(asdict(sizes)), "--port")
    return Program(name, _serving(name) + given, folder, _environ())


@contextmanager
def running(program: Program) -> Iterator[Server]:
    """Start a program and wait for its first answer; its whole process group is gone afterwards."""
    port = _free_port()
    program.data.mkdir(parents=True, exist_ok=True)
    log = program.data / "server.log"
    began = time.perf_counter()
    with log.open("ab") as out:
        process = subprocess.Popen(
            [*program.command, str(port)],
            cwd=ROOT,
            env=program.environ,
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        while not _answers(port):
            if process.poll() is not None or time.perf_counter() - began > LONGEST_START_SECONDS:
                raise RuntimeError(f"{program.name} did not start:\n{log.read_text(errors='replace')}")
            time.sleep(0.002)
        yield Server(program, process.pid, port, time.perf_counter() - began, cpu_seconds(process.pid))
    finally:
        _end(process)


def _serving(name: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "bench.peers.serve", name)


def _environ() -> dict[str, str]:
    """This process's environment without settings of Byline's, and with compiled modules kept, as people have it."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("BYLINE_") and name != "PYTHONDONTWRITEBYTECODE"
    }


def _answers(port: int) -> bool:
    try:
        connection = Connection(port)
    except OSError:
        return False
    try:
        return connection.ask(_READY % port).status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        pass
    except ProcessLookupError:
        return
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
