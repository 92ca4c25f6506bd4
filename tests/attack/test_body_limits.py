"""Whoever sends half a form and waits keeps a thread, but never the last ones: readers and others go on."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from select import select
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import make_portal
from tests.server import Server, running, soon

from byline.web.body_limits import MOST_A_NETWORK, MOST_AT_ONCE, limit_bodies

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HALF = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nowner="
PATIENCE_SECONDS = 20


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("slow") / "data", THROTTLE="on") as server:
        yield server


def begin(server: Server, request: str) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_SECONDS)
    line.sendall(f"{request} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n".encode())
    return line


def status(line: socket.socket) -> int:
    return int(line.recv(65_536).split(b" ", 2)[1])


def test_forty_half_forms_stop_nobody_who_looks_at_a_page(server: Server) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(begin(server, "POST /")) for _ in range(40)]
        for line in slow:
            line.sendall(HALF.encode())
        for path, awaited in (("/healthz", 200), ("/login", 200), ("/authors/none/", 404)) * 5:
            with begin(server, f"GET {path}") as line:
                line.sendall(b"\r\n")
                assert status(line) == awaited
        kept = list(slow)

        def all_others_are_refused() -> bool:
            for line in select(kept, [], [], 0)[0]:
                assert status(line) == 429
                kept.remove(line)
            return len(kept) == MOST_A_NETWORK

        assert soon(all_others_are_refused, "the bodies that are too many to be refused")

    def form_is_read() -> bool:
        with begin(server, "POST /login") as line:
            line.sendall(b"Content-Length: 3\r\n\r\na=b")
            return status(line) == 400

    assert soon(form_is_read, "the threads to come back")


def ask(app, network: str, *, length: str = "3") -> dict[str, object]:  # noqa: ANN001 - a WSGI application
    environ: dict[str, object] = {"REMOTE_ADDR": network, "CONTENT_LENGTH": length}
    app(environ, lambda *_: None)
    return environ


def test_no_network_and_not_all_of_them_together_have_more_bodies_under_way_than_they_may() -> None:
    crowded: list[bool] = []

    def inner(environ: WSGIEnvironment, _: StartResponse) -> Iterable[bytes]:
        crowded.append("byline.crowded" in environ)
        if waiting:  # one more comes while this one is under way
            ask(app, waiting.pop())
        return []

    app = limit_bodies(inner)
    waiting = ["192.0.2.1"] * 7
    ask(app, "192.0.2.1")
    assert crowded == [False] * MOST_A_NETWORK + [True] * 2

    crowded.clear()
    waiting.extend(f"192.0.2.{number}" for number in range(12))
    ask(app, "2001:db8::1")
    assert crowded == [False] * MOST_AT_ONCE + [True]

    crowded.clear()
    waiting.extend(f"2001:db8::{number}" for number in range(6))
    ask(app, "2001:db8::f")
    assert crowded == [False] * MOST_A_NETWORK + [True]  # a /64 is one network


def test_what_has_no_body_is_not_counted_and_nothing_stays_counted_after_a_fault() -> None:
    seen: list[bool] = []

    def inner(environ: WSGIEnvironment, _: StartResponse) -> Iterable[bytes]:
        seen.append("byline.crowded" in environ)
        if environ["CONTENT_LENGTH"] == "3":
            raise OSError
        return []

    app = limit_bodies(inner)
    for _ in range(2 * MOST_AT_ONCE):
        with pytest.raises(OSError):
            ask(app, "192.0.2.1")
        ask(app, "192.0.2.1", length="")
    assert not any(seen)


def test_one_body_too_many_is_refused_in_plain_words(tmp_path: Path) -> None:
    portal = make_portal(make_world(tmp_path))
    answer = portal.app.test_client().post("/login", data={"a": "b"}, environ_overrides={"byline.crowded": True})

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "1"
    assert "Too many at once" in answer.text
