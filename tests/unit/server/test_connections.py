"""How long a client may take over each step, and how many connections it may hold: real sockets, short limits."""

from __future__ import annotations

import re
import socket
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING

from tests.server import soon

from byline.server.bounds import BOUNDS
from byline.server.http_server import HttpServer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from byline.server.bounds import Bounds

PATIENCE_SECONDS = 20
QUICK = replace(BOUNDS, look_seconds=0.02)
LARGE = 8_000_000
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
FORM = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"


@dataclass
class Running:
    server: HttpServer
    port: int
    requests: list[WSGIEnvironment] = field(default_factory=list)
    going_on: Event = field(default_factory=Event)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.requests.append(environ)
        path, read = environ["PATH_INFO"], len(environ["wsgi.input"].read())
        if path == "/wait":
            assert self.going_on.wait(PATIENCE_SECONDS)
        body = b"x" * LARGE if path == "/large" else f"read {read} of {environ.get('CONTENT_LENGTH', 0)}".encode()
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]

    def connect(self, source: str = "127.0.0.1", *, window: int = 0) -> socket.socket:
        line = socket.socket()
        if window:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        line.settimeout(PATIENCE_SECONDS)
        line.bind((source, 0))
        line.connect(("127.0.0.1", self.port))
        return line

    def answer(self, sent: bytes = GET) -> bytes:
        with self.connect() as line:
            line.sendall(sent)
            return line.recv(65_536)


@contextmanager
def running(bounds: Bounds = QUICK, *, proxies: int = 0) -> Iterator[Running]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running_ = Running(None, listener.getsockname()[1])  # type: ignore[arg-type]
        running_.server = HttpServer(running_, listener, proxies=proxies, bounds=bounds)
        thread = Thread(target=running_.server.run)
        thread.start()
        try:
            yield running_
        finally:
            running_.going_on.set()
            running_.server.stop()
            thread.join(PATIENCE_SECONDS)
            assert not thread.is_alive()


def answer_of(line: socket.socket) -> bytes:
    """One answer, while the connection stays open."""
    received = line.recv(65_536)
    while not re.search(rb"\r\n\r\n.", received, re.DOTALL):
        received += line.recv(65_536)
    return received


def everything(line: socket.socket) -> bytes:
    """What comes until the server closes the connection; it must."""
    received = b""
    with suppress(ConnectionResetError):
        while more := line.recv(65_536):
            received += more
    return received


def is_closed(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        return line.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


def test_a_silent_connection_is_closed() -> None:
    with running(replace(QUICK, idle_seconds=0.1)) as run, run.connect() as silent, run.connect() as kept:
        kept.sendall(GET)
        assert everything(silent) == b""
        assert everything(kept).startswith(b"HTTP/1.1 200")


def test_a_head_that_trickles_is_given_up() -> None:
    with running(replace(QUICK, head_seconds=0.2)) as run, run.connect() as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")

        def trickled() -> bool:
            with suppress(OSError):
                line.sendall(b"X: y\r\n")
            return is_closed(line)

        soon(trickled, "the head to be given up")
        assert not run.requests


def test_a_body_that_trickles_is_given_up_and_told_so() -> None:
    with running(replace(QUICK, body_seconds=0.2)) as run, run.connect() as line:
        line.sendall(FORM % 1_000 + b"a")
        began = monotonic()
        line.settimeout(0.01)
        received = b""
        while not received:
            line.sendall(b"a")
            with suppress(TimeoutError):
                received = line.recv(65_536)
        assert received.startswith(b"HTTP/1.1 408 ")
        assert monotonic() - began < PATIENCE_SECONDS
        assert not run.requests


def test_a_body_that_arrives_at_a_fair_rate_gets_the_time_that_it_needs() -> None:
    bounds = replace(QUICK, body_seconds=0.3, body_bytes_a_second=1_000)
    with running(bounds) as run, run.connect() as line:
        line.sendall(FORM % 20_000 + b"a" * 19_999)
        waiting = Event()
        waiting.wait(0.6)  # twice what it has without
        line.sendall(b"a")
        assert answer_of(line).endswith(b"read 20000 of 20000")


def test_an_answer_that_is_not_read_is_given_up() -> None:
    with running(replace(QUICK, answer_seconds=0.2)) as run, run.connect(window=2_048) as line:
        line.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        soon(lambda: run.requests and not run.server.active_channels, "the reader to be given up")


def test_an_answer_is_read_at_leisure_by_who_reads_at_a_fair_rate() -> None:
    bounds = replace(QUICK, answer_seconds=0.5, answer_bytes_a_second=10_000)
    with running(bounds) as run, run.connect(window=65_536) as line:
        line.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert len(everything(line)) > LARGE


def test_a_network_that_has_too_many_loses_the_one_that_was_quiet_for_longest() -> None:
    with running(replace(QUICK, connections_a_network=3)) as run, ExitStack() as stack:
        others = [stack.enter_context(run.connect("127.0.0.2")) for _ in range(3)]
        lines = [stack.enter_context(run.connect()) for _ in range(3)]
        lines[0].sendall(GET)
        assert answer_of(lines[0])
        lines.append(stack.enter_context(run.connect()))

        assert soon(lambda: [line for line in lines if is_closed(line)], "one to be closed") == [lines[1]]
        assert not any(map(is_closed, others))
        assert run.server.held.total() == 6


def test_when_all_are_too_many_the_network_with_most_gives_way() -> None:
    with running(replace(QUICK, connections=6)) as run, ExitStack() as stack:
        few = [stack.enter_context(run.connect("127.0.0.2")) for _ in range(2)]
        many = [stack.enter_context(run.connect("127.0.0.3")) for _ in range(4)]
        with run.connect() as line:
            line.sendall(GET)
            assert answer_of(line).startswith(b"HTTP/1.1 200")
        assert soon(lambda: [line for line in many if is_closed(line)], "one to be closed") == [many[0]]
        assert not any(map(is_closed, few))


def test_behind_a_proxy_the_clients_are_told_apart_and_not_the_proxy() -> None:
    with running(replace(QUICK, connections=6, connections_a_network=2), proxies=1) as run, ExitStack() as stack:
        lines = []
        for client in ("192.0.2.1", "192.0.2.2", "192.0.2.2", "192.0.2.2", "192.0.2.2:4711", "192.0.2.3"):
            lines.append(stack.enter_context(run.connect()))
            lines[-1].sendall(GET[:-2] + f"X-Forwarded-For: 192.0.2.1, {client}\r\n\r\n".encode())
            assert answer_of(lines[-1]).startswith(b"HTTP/1.1 200")
        assert not any(map(is_closed, lines))
        # Who has an answer may still be busy in the server for a moment, and is not dropped then.
        assert soon(lambda: not any(each.requests for each in run.server._connections()), "all to be at rest")

        stack.enter_context(run.connect())
        assert soon(lambda: [line for line in lines if is_closed(line)], "one to be closed") == [lines[1]]


def test_bodies_that_are_too_much_together_are_given_up_where_most_are() -> None:
    bounds = replace(QUICK, body_bytes_under_way=300_000, body_bytes_under_way_a_network=200_000)
    with running(bounds) as run, ExitStack() as stack:
        fair = stack.enter_context(run.connect("127.0.0.2"))
        fair.sendall(FORM % 100_000 + b"a" * 90_000)
        greedy = [stack.enter_context(run.connect("127.0.0.3")) for _ in range(3)]
        for line, size in zip(greedy, (80_000, 90_000, 70_000), strict=True):
            line.sendall(FORM % 100_000 + b"a" * size)
        assert soon(lambda: [line for line in greedy if is_closed(line)], "one to be given up") == [greedy[1]]

        fair.sendall(b"a" * 10_000)
        assert b"read 100000 of" in answer_of(fair)


def test_a_body_that_is_too_large_reaches_the_application_cut_off_and_its_sender_reads_the_answer() -> None:
    with running(replace(QUICK, body_bytes=100_000)) as run:
        for head, length in ((FORM % 5_000_000, b"5000000"), (FORM_IN_CHUNKS, b"")):
            with run.connect() as line:
                line.sendall(head)
                line.sendall(b"a" * 5_000_000)  # all of it is taken, though nobody wants it
                received = everything(line)
            found = re.search(rb"read (\d+) of (\d+)$", received)
            assert found, received
            assert int(found[1]) < int(found[2])
            assert found[2] == length or not length


FORM_IN_CHUNKS = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7fffffff\r\n"


def test_who_sends_many_requests_at_once_gets_one_answer() -> None:
    with running() as run, run.connect() as line:
        line.sendall(GET * 60)
        received = everything(line)
        assert received.count(b"HTTP/1.1 200") == 1
        assert b"Connection: close" in received


def test_http_2_and_what_is_no_http_are_refused_and_the_connection_ends() -> None:
    for sent in (
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0" * 9,
        b"\x16\x03\x01\x02\0\r\n\r\n",
        b"GET / HTTP/3.0\r\n\r\n",
    ):
        with running() as run, run.connect() as line:
            line.sendall(sent)
            assert b" 400 Bad Request" in everything(line).partition(b"\r\n")[0]
            assert not run.requests


def test_a_head_that_is_too_large_is_refused() -> None:
    with running() as run:
        large = GET[:-2] + b"X: " + b"y" * BOUNDS.head_bytes + b"\r\n\r\n"
        assert b" 431 " in run.answer(large).partition(b"\r\n")[0]
        assert b" 400 " in run.answer(GET[:-2] + b"X: y\r\n" * BOUNDS.head_lines + b"\r\n").partition(b"\r\n")[0]
        digits = FORM.replace(b"%d", b"9" * 5_000)
        assert b" 400 " in run.answer(digits).partition(b"\r\n")[0]


def test_a_server_that_is_told_to_stop_answers_what_is_under_way() -> None:
    with running() as run, ExitStack() as stack:
        idle = stack.enter_context(run.connect())
        half = stack.enter_context(run.connect())
        half.sendall(FORM % 10 + b"12345")
        at_work = stack.enter_context(run.connect())
        at_work.sendall(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
        soon(lambda: run.requests, "the request to be under way")

        run.server.stop()
        assert everything(idle) == b""
        run.going_on.set()
        half.sendall(b"67890")
        assert everything(half).endswith(b"read 10 of 10")
        assert everything(at_work).startswith(b"HTTP/1.1 200")
