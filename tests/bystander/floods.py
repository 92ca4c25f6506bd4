"""What strangers do to a server, as raw as they do it; all of it from addresses of this machine."""

from __future__ import annotations

import resource
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

from tests.server import LONGEST_WAIT_SECONDS

if TYPE_CHECKING:
    from contextlib import ExitStack

MOST_FILES = 8_192
PHOTO = "/authors/photos/0/large.jpg"
H2_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
H2_SETTINGS = b"\0\0\0\4\0\0\0\0\0"
H2_POST = bytes([0x83, 0x84, 0x86, 0x41, 9]) + b"127.0.0.1"
"""``POST / http 127.0.0.1`` in HPACK's static table: a request whose body never comes."""
FORM = (
    b"POST /login HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 1000\r\n\r\n"
)


def allow_files() -> None:
    """Allow this process the sockets of a flood."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def one_http_2_connection(stack: ExitStack, port: int) -> None:
    """Twenty streams in clear text, each a form without a length whose body never comes; then the line is cut."""
    line = _connect(stack, port, 1)
    frames = H2_PREFACE + H2_SETTINGS
    for stream in range(1, 41, 2):
        frames += len(H2_POST).to_bytes(3, "big") + b"\1\4" + stream.to_bytes(4, "big") + H2_POST
    _send(line, frames)
    line.close()


def idle_connections(stack: ExitStack, port: int) -> None:
    """1,500 connections of 99 networks that say nothing."""
    for number in range(1_500):
        _connect(stack, port, number % 99)


def idle_connections_of_one_network(stack: ExitStack, port: int) -> None:
    """1,500 connections of one network that say nothing."""
    for _ in range(1_500):
        _connect(stack, port, 1)


def half_heads(stack: ExitStack, port: int) -> None:
    """300 heads of 30 KB that never end, of two networks."""
    for number in range(300):
        _send(_connect(stack, port, number % 2), b"GET / HTTP/1.1\r\nX: " + b"y" * 30_000)


def half_bodies(stack: ExitStack, port: int) -> None:
    """Sixty half forms of two networks."""
    for number in range(60):
        _send(_connect(stack, port, number % 2), _form(port) + b"author_email=")


def half_photos(stack: ExitStack, port: int) -> None:
    """Twenty uploads of two networks that stop halfway."""
    for number in range(20):
        line = _connect(stack, port, number % 2)
        _send(line, _form(port).replace(b"1000", b"20000000") + b"a" * 3_000_000)


def slow_readers(stack: ExitStack, port: int) -> None:
    """1,060 readers of 20 networks who ask for a photo, and read nothing."""
    asked = f"GET {PHOTO} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    for number in range(1_060):
        _send(_connect(stack, port, number % 20, window=2_048), asked)


def requests_without_end(stack: ExitStack, port: int) -> None:
    """200 connections of 20 networks that send sixty requests at once, and read nothing."""
    asked = f"GET /static/byline.css HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode() * 60
    for number in range(200):
        _send(_connect(stack, port, number % 20, window=2_048), asked)


def _form(port: int) -> bytes:
    return FORM % f"127.0.0.1:{port}".encode()


def _connect(stack: ExitStack, port: int, network: int, *, window: int = 0) -> socket.socket:
    line = stack.enter_context(socket.socket())
    line.settimeout(LONGEST_WAIT_SECONDS)
    if window:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    line.bind((f"127.0.1.{network + 1}", 0))
    # A server may refuse: that is its good right.
    with suppress(OSError):
        line.connect(("127.0.0.1", port))
    return line


def _send(line: socket.socket, sent: bytes) -> None:
    line.settimeout(2)
    with suppress(OSError):
        line.sendall(sent)
