"""The server itself, by raw bytes: where a request ends is never in doubt, and nothing it says helps to attack it."""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from tests.server import Server, running

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_SECONDS = 20


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("raw") / "data") as server:
        yield server


def ask(server: Server, *lines: str | bytes, body: bytes = b"") -> bytes:
    """Everything that comes back until the server closes the line: as it is asked to, unless it does so before."""
    head = b"\r\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    host = f"Host: 127.0.0.1:{server.port}".encode()
    received = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_SECONDS) as line:
        # A server that has read enough may close the line over what is still on its way.
        with suppress(ConnectionResetError, BrokenPipeError):
            line.sendall(head.replace(b"{host}", host) + b"\r\n\r\n" + body)
        with suppress(ConnectionResetError):
            while more := line.recv(65_536):
                received += more
    return received


def statuses(received: bytes) -> list[int]:
    """The statuses of the answers."""
    return [int(found) for found in re.findall(rb"HTTP/1\.[01] (\d{3}) ", received)]


CHUNKED = b"5\r\na=b&c\r\n0\r\n\r\n"
SECOND = b"GET /authors/second HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
AMBIGUOUS = {
    "two lengths": (("Content-Length: 3", "Content-Length: 4"), b"abcd"),
    "two lengths in one": (("Content-Length: 3, 4",), b"abcd"),
    "a length with a sign": (("Content-Length: +3",), b"abc"),
    "a length below nothing": (("Content-Length: -3",), b"abc"),
    "a length in hexadecimal": (("Content-Length: 0x3",), b"abc"),
    "white space before the colon": (("Content-Length : 3",), b"abc"),
    "an encoding that is none": (("Transfer-Encoding: xchunked",), CHUNKED),
    "chunked and then another": (("Transfer-Encoding: chunked, identity",), CHUNKED),
    "a header that goes on in the next line": (("Transfer-Encoding:", " chunked"), CHUNKED),
    "a header with NUL": (("X: a\0b", "Content-Length: 3"), b"abc"),
}


@pytest.mark.parametrize("what", AMBIGUOUS)
def test_a_request_whose_end_can_be_read_two_ways_is_refused_and_the_line_closed(server: Server, what: str) -> None:
    headers, body = AMBIGUOUS[what]
    received = ask(server, "POST /login HTTP/1.1", "{host}", *headers, body=body + SECOND)

    assert statuses(received) in ([400], [501]), received[:300]


@pytest.mark.parametrize("headers", [
    ("Content-Length: 3", "Transfer-Encoding: chunked"),
    ("Transfer-Encoding: chunked", "Content-Length: 3"),
])  # fmt: skip
def test_length_and_chunks_at_once_end_the_line(server: Server, headers: tuple[str, ...]) -> None:
    """RFC 9112, 6.1: the server must close it, so that what follows is never taken for a request of somebody else."""
    received = ask(server, "POST /login HTTP/1.1", "{host}", *headers, body=CHUNKED + SECOND)

    assert statuses(received) == [400]


@pytest.mark.parametrize("path", [
    "/authors/../secret.key", "/authors/../byline.sqlite3", "/authors/%2e%2e/secret.key", "/authors/..%2fsecret.key",
    "/authors/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/authors/..\\secret.key", "/authors/%252e%252e/secret.key",
    "/static/../app.py", "/static/%2e%2e/app.py", "//authors/../../secret.key", "/authors/.incoming/",
    "/authors//etc/passwd", "/./secret.key", "/mail/", "/files/authors/", "/.git/config", "/secret.key",
])  # fmt: skip
def test_no_path_leads_out_of_what_is_published(server: Server, path: str) -> None:
    received = ask(server, f"GET {path} HTTP/1.1", "{host}", "Connection: close")

    assert statuses(received) == [404]
    assert (server.data / "secret.key").read_bytes().strip() not in received
    assert b"root:" not in received


@pytest.mark.parametrize("request_line", ["TRACE /login HTTP/1.1", "TRACK /login HTTP/1.1", "CONNECT /login HTTP/1.1"])
def test_nothing_is_echoed(server: Server, request_line: str) -> None:
    received = ask(server, request_line, "{host}", "Cookie: byline=secret", "Connection: close")

    assert statuses(received) == [405]
    assert b"secret" not in received


def test_a_second_host_or_an_address_in_the_request_line_does_not_open_the_mailbox(server: Server) -> None:
    for lines in (
        ("GET /mailbox HTTP/1.1", "{host}", "Host: evil.example"),
        ("GET /mailbox HTTP/1.1", "Host: evil.example", "{host}"),
        (f"GET http://127.0.0.1:{server.port}/mailbox HTTP/1.1", "Host: evil.example"),
        ("GET /mailbox HTTP/1.1", "Host: evil.example", "Remote-Addr: 127.0.0.1", "HTTP_HOST: 127.0.0.1"),
    ):
        assert statuses(ask(server, *lines, "Connection: close")) in ([404], [400]), lines


def test_what_a_proxy_passes_on_does_not_open_the_mailbox(server: Server) -> None:
    """As web servers pass a request on with their plainest settings, to a portal that was told of none."""
    assert statuses(ask(server, "GET /mailbox HTTP/1.1", "{host}", "Connection: close")) == [200]
    for lines in (
        ("GET /mailbox HTTP/1.0", "{host}", "Connection: close"),
        ("GET /mailbox HTTP/1.1", "{host}", "Connection: close", "X-Forwarded-For: 203.0.113.9"),
        ("GET /mailbox HTTP/1.1", "{host}", "Connection: close", "via: 1.1 edge"),
    ):
        assert statuses(ask(server, *lines)) == [404], lines


def test_nothing_tells_which_version_of_what_answers(server: Server) -> None:
    for lines in (
        ("GET /login HTTP/1.1", "{host}"),
        ("GET /no-such-page HTTP/1.1", "{host}"),
        ("GET /authors/ HTTP/1.1", "{host}"),
        ("GET /login HTTP/9.9", "{host}"),
        ("GET /healthz HTTP/1.1", "{host}"),
    ):
        received = ask(server, *lines, "Connection: close")
        head = received.partition(b"\r\n\r\n")[0].lower()
        assert statuses(received)
        assert not re.search(rb"(?m)^(server|x-powered-by|via):.*\d", head), head
        assert b"python" not in received.lower()
        assert b"werkzeug" not in received.lower()


def test_too_much_of_anything_is_cut_short(server: Server) -> None:
    for received in (
        ask(server, f"GET /login?{'a' * 100_000} HTTP/1.1", "{host}"),
        ask(server, "GET /login HTTP/1.1", "{host}", *("X: a" for _ in range(1_000))),
        ask(server, "POST /login HTTP/1.1", "{host}", "Content-Length: 99999999999", body=b"abc"),
    ):
        assert statuses(received)[0] in {400, 413, 414, 431}, received[:200]
    assert statuses(ask(server, "GET /healthz HTTP/1.1", "{host}", "Connection: close")) == [200]
