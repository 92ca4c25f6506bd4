"""The client that measurements load a server with: plain sockets kept alive, in a process of its own.

``python -m bench.load`` reads a ``Load`` as JSON from standard input and prints a ``Tally`` as JSON: so neither its
processor time nor its interpreter's lock is shared with what measures, and both sides see the same bytes every time.
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections import Counter
from dataclasses import asdict, dataclass
from time import perf_counter

COUNT = "XcountX"
"""Stands in a body where the version of the page is; every accepted save raises it by one."""

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_NO_BODY = {204, 304}
_TIMEOUT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer; ``head`` is everything before the empty line."""

    status: int
    head: bytes
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    def headers(self, name: str) -> list[str]:
        """All values of a header."""
        lines = (line.split(":", 1) for line in self.head.decode("latin-1").split("\r\n")[1:])
        return [value.strip() for key, value in lines if key.lower() == name.lower()]


class Connection:
    """One connection to the server, kept alive."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=_TIMEOUT_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rest = b""

    def send(self, request: bytes) -> None:
        """Send a request and don't wait."""
        self._socket.sendall(request)

    def receive(self) -> Answer:
        """Read the answer to the request that was sent first."""
        data = self._rest
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        head, data = data[:end], data[end + 4 :]
        status = int(head[9:12])
        length = _LENGTH.search(head)
        if length is not None:
            size = int(length[1])
            while len(data) < size:
                data += self._more()
            self._rest = data[size:]
            return Answer(status, head, data[:size])
        if _CHUNKED.search(head) and status not in _NO_BODY:
            return Answer(status, head, self._chunks(data))
        self._rest = data
        return Answer(status, head, b"")

    def ask(self, request: bytes) -> Answer:
        """Send a request and read its answer."""
        self.send(request)
        return self.receive()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _more(self) -> bytes:
        data = self._socket.recv(1 << 17)
        if not data:
            raise ConnectionError("The server hung up in the middle of an answer")
        return data

    def _chunks(self, data: bytes) -> bytes:
        body = b""
        while True:
            while b"\r\n" not in data:
                data += self._more()
            size_line, data = data.split(b"\r\n", 1)
            size = int(size_line, 16)
            while len(data) < size + 2:
                data += self._more()
            body, data = body + data[:size], data[size + 2 :]
            if size == 0:
                self._rest = data
                return body


@dataclass(frozen=True, slots=True)
class Line:
    """What one connection sends over and over. ``head`` lacks Content-Length where there is a body.

    ``count`` is what ``COUNT`` in the body is replaced with at first.
    """

    head: str
    body: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """How long to load which server with what, each line on a connection of its own; other answers are an error."""

    port: int
    seconds: float
    status: int
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many requests were answered in how many seconds, the size of the last body, and where each count stands."""

    requests: int
    seconds: float
    body_bytes: int
    counts: list[int]


def run(load: Load) -> Tally:
    """Put a load on a server from a process of its own; its answers decide when the next requests go out."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=json.dumps(asdict(load)),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip())
    return Tally(**json.loads(done.stdout))


def start(load: Load) -> subprocess.Popen[str]:
    """The same, without waiting for the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(asdict(load)))
    process.stdin.close()
    return process


def put(load: Load) -> Tally:
    """Put the load on the server, from this process.

    The connections are read in turn while each has one request under way: dearer means of waiting would make the
    client the slower of the two.
    """
    connections = [Connection(load.port) for _ in load.lines]
    counts = [line.count for line in load.lines]
    answers = Counter[int]()
    body_bytes = 0
    started = perf_counter()
    for connection, line, count in zip(connections, load.lines, counts, strict=True):
        connection.send(_request(line, count))
    ends = started + load.seconds
    under_way = [True] * len(connections)
    while any(under_way):
        for number, connection in enumerate(connections):
            if not under_way[number]:
                continue
            answer = connection.receive()
            if answer.status != load.status:
                where = load.lines[number].head.split("\r\n", 1)[0]
                raise RuntimeError(f"{where}: {answer.status} instead of {load.status}: {answer.body[:2000]!r}")
            answers[answer.status] += 1
            body_bytes = len(answer.body)
            counts[number] += 1
            if perf_counter() < ends:
                connection.send(_request(load.lines[number], counts[number]))
            else:
                under_way[number] = False
    seconds = perf_counter() - started
    for connection in connections:
        connection.close()
    return Tally(answers.total(), seconds, body_bytes, counts)


def _request(line: Line, count: int) -> bytes:
    if not line.body:
        return f"{line.head}\r\n\r\n".encode("latin-1")
    body = line.body.replace(COUNT, str(count)).encode("latin-1")
    return f"{line.head}\r\nContent-Length: {len(body)}\r\n\r\n".encode("latin-1") + body


def main() -> None:
    """Read a load from standard input, put it, print the tally."""
    asked = json.load(sys.stdin)
    lines = [Line(**line) for line in asked.pop("lines")]
    try:
        tally = put(Load(lines=lines, **asked))
    except (RuntimeError, OSError) as fault:
        sys.exit(str(fault))
    print(json.dumps(asdict(tally)))


if __name__ == "__main__":
    main()
