"""Connections: how long each step of a request may take.

waitress reads requests and leaves answers in one loop, without a thread for either, so a slow client keeps a socket and
nothing else. It has one time-out, for silence, which a client that sends a byte now and then never meets. The deadlines
here are for whole steps.
"""

from __future__ import annotations

import socket
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Protocol

from waitress.channel import HTTPChannel

from byline.attempts import networks_of
from byline.server.requests import Refusal, Request

if TYPE_CHECKING:
    from collections import Counter

    from waitress.adjustments import Adjustments

    from byline.server.bounds import Bounds

_LATE: Final = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class Server(Protocol):
    """What a connection needs of its server."""

    bounds: Bounds
    proxies: int
    held: Counter[str]

    def make_room(self, network: str) -> None:
        """End the quietest connection of a network that has too many."""

    def add_task(self, task: Connection) -> None:
        """Have a request answered."""


class Connection(HTTPChannel):  # type: ignore[misc]
    """One connection. ``network`` is the peer's, or behind a proxy that of the client whose request came last."""

    parser_class = Request
    error_task_class = Refusal
    request: Request | None
    close_when_flushed: bool
    sent_continue: bool

    def __init__(self, server: Server, sock: socket.socket, addr: Any, adj: Adjustments, map: Any) -> None:  # noqa: A002
        self.network = self._peer = networks_of(addr[0])[-1][0]
        self.is_form = False
        self.is_dropped = False
        self._sent = 0
        self._answered = 0
        self._step: tuple[str, int] = ("idle", 0)
        self._since = monotonic()
        self._moved = 0
        self._is_cut = False
        self._reads_the_rest = False
        super().__init__(server, sock, addr, adj, map=map)
        server.make_room(self.network)

    @property
    def is_at_work(self) -> bool:
        """Whether a request is arriving, is being answered, or its answer is being read."""
        return bool(self.requests or self.total_outbufs_len or self.request is not None)

    @property
    def body_bytes(self) -> int:
        """How much of a body is here, arriving or waiting."""
        request = self.request or next(iter(self.requests), None)
        return request.body_bytes_received if request is not None else 0

    def add_channel(self, map: Any = None) -> None:  # noqa: A002 - waitress's signature
        """Begin to be waited for."""
        super().add_channel(map)
        self.server.held[self._peer] += 1

    def del_channel(self, map: Any = None) -> None:  # noqa: A002 - as above
        """Cease to be waited for."""
        if self._fileno is not None:
            self.server.held[self._peer] -= 1
            if not self.server.held[self._peer]:
                del self.server.held[self._peer]
        super().del_channel(map)

    def readable(self) -> bool:
        """Whether the client is listened to."""
        return self._reads_the_rest or bool(super().readable())

    def handle_read(self) -> None:
        """Read what arrived; after an answer to a request that was cut off, only to throw it away."""
        if self._reads_the_rest:
            self.recv(self.adj.recv_bytes)
        else:
            super().handle_read()

    def handle_write(self) -> None:
        """Send what waits, and close if that was all.

        Where the client is still sending, the rest is read first: a system that closes over unread bytes resets the
        connection, and the client never sees the answer (RFC 9112, 9.6).
        """
        if self._is_cut and self.close_when_flushed and not self.requests and not self.will_close:
            self._flush_exception(self._flush_some)
            if not self.total_outbufs_len and self.socket is not None and not self._reads_the_rest:
                self._reads_the_rest = True
                self.close_when_flushed = False
                self.socket.shutdown(socket.SHUT_WR)
        else:
            super().handle_write()

    def received(self, data: bytes) -> bool:
        """Take what arrived, one request at a time.

        waitress would queue every request that a client sends at once, and keep all answers for it. No browser and no
        proxy does that: what follows a request unasked is dropped, and the connection ends with the answer.
        """
        with self.requests_lock:
            if self.will_close or self.close_when_flushed:
                return False
            while data and not self.requests:
                request = self.request = self.request or self.parser_class(self.adj)
                data = data[request.received(data) :]
                if request.headers_finished:
                    self._learn(request)
                if request.expect_continue and request.headers_finished and not self.sent_continue:
                    self.send_continue()
                if request.completed:
                    self.request, self.sent_continue = None, False
                    if not request.empty:
                        self._hand_on(request, is_last=bool(data.strip()))
        return True

    def service(self) -> None:
        """Answer the request; waitress calls this in a thread."""
        super().service()
        self._answered += 1

    def send(self, data: bytes, do_close: bool = True) -> int:  # noqa: FBT001, FBT002 - waitress's signature
        """Send what the system takes now; the number of bytes."""
        sent: int = super().send(data, do_close)
        self._sent += sent
        return sent

    def end_if_late(self, now: float) -> None:
        """End the connection if its present step has taken too long."""
        name, moved, seconds, rate = self._present_step()
        step = (name, self._answered)
        if step != self._step:
            # What the system took of an answer at once is not yet read; what came of a body with its head is here.
            self._step, self._since, self._moved = step, now, moved if name == "answer" else 0
        elif now - self._since > seconds + (moved - self._moved) / rate:
            if name == "body":
                self.send(_LATE)
            self.handle_close()

    def _present_step(self) -> tuple[str, int, float, int]:
        """The step, the bytes that it has moved, the seconds that it has, and the bytes that earn it one more."""
        bounds, request = self.server.bounds, self.request
        if self.requests:
            return "work", 0, float("inf"), 1
        if self.total_outbufs_len:
            return "answer", self._sent, bounds.answer_seconds, bounds.answer_bytes_a_second
        if self._reads_the_rest:
            return "rest", 0, bounds.body_seconds, 1
        if request is None:
            return "idle", 0, bounds.idle_seconds, 1
        if request.headers_finished:
            return "body", request.body_bytes_received, bounds.body_seconds, bounds.body_bytes_a_second
        return "head", 0, bounds.head_seconds, 1

    def _learn(self, request: Request) -> None:
        """Note whose request it is, and what it asks for."""
        self.is_form = getattr(request, "command", "GET") not in {"GET", "HEAD"}
        if self.server.proxies:
            said = request.headers.get("X_FORWARDED_FOR", "").split(",")[-self.server.proxies :]
            self.network = networks_of(said[0])[-1][0]

    def _hand_on(self, request: Request, *, is_last: bool) -> None:
        """Have a whole request answered."""
        self._is_cut = request.is_cut or request.error is not None
        if is_last:
            request.headers["CONNECTION"] = "close"
        self.requests.append(request)
        self.server.add_task(self)
