"""The server: its settings for waitress, the loop, and who gives way when there is too much of anything."""

from __future__ import annotations

import sys
from collections import Counter
from time import monotonic
from typing import TYPE_CHECKING, Final

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer

from byline.server.bounds import BOUNDS
from byline.server.connections import Connection
from byline.server.threads import FairThreads

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

    from _typeshed.wsgi import WSGIApplication

    from byline.server.bounds import Bounds

_MOST_ACCEPTED: Final = 100
"""Connections taken before those that are open get their turn again."""


class HttpServer(TcpWSGIServer):  # type: ignore[misc] # waitress has no types
    """A server on a socket. ``run`` returns after ``stop``, when what was under way is answered.

    ``proxies`` is the number of trusted ones in front: they hold the connections, and say whose request it is.
    """

    def __init__(
        self, application: WSGIApplication, listener: socket.socket, *, proxies: int = 0, bounds: Bounds = BOUNDS
    ) -> None:
        self.bounds = bounds
        self.proxies = proxies
        self.channel_class = Connection
        self._stop_by: float | None = None
        self._next_look = 0.0
        self.held = Counter[str]()
        """How many connections each network has, in so far as it holds them itself."""
        self._dropped: list[Connection] = []
        adjustments = Adjustments(
            sockets=[listener],
            ident=None,
            backlog=bounds.backlog,
            recv_bytes=65_536,
            max_request_header_size=bounds.head_bytes,
            max_request_body_size=bounds.body_bytes,
            inbuf_overflow=bounds.body_bytes_in_memory,
            outbuf_overflow=bounds.answer_bytes_in_memory,
            outbuf_high_watermark=64_000_000,  # beyond any answer: a thread never waits for a client
            clear_untrusted_proxy_headers=False,
            log_socket_errors=False,
        )
        adjustments.head_lines = bounds.head_lines
        super().__init__(
            application,
            map={},
            _sock=listener,
            dispatcher=FairThreads(bounds),
            adj=adjustments,
            bind_socket=False,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
        )

    def run(self) -> None:
        """Serve until ``stop``."""
        sys.setswitchinterval(self.bounds.switch_seconds)
        while self._stop_by is None:
            self._turn()
        wasyncore.dispatcher.close(self)  # it listens no more
        while self.active_channels and monotonic() < self._stop_by:
            for connection in self._connections():
                if not connection.is_at_work:
                    connection.handle_close()
            self._turn()
        self.task_dispatcher.shutdown()
        wasyncore.close_all(self._map)

    def stop(self) -> None:
        """Take no more connections, and let ``run`` return. May be called by signal handlers and other threads."""
        if self._stop_by is None:
            self._stop_by = monotonic() + self.bounds.stop_seconds
            self.pull_trigger()

    def readable(self) -> bool:
        """Whether connections are taken: waitress would stop at a limit, ours give way to new ones."""
        return bool(self.accepting)

    def handle_accept(self) -> None:
        """Take the connections that wait, at the cost of others where there are too many."""
        for _ in range(_MOST_ACCEPTED):
            before = len(self.active_channels)
            super().handle_accept()
            if len(self.active_channels) <= before:
                return
            if len(self.active_channels) - len(self._dropped) > self.bounds.connections:
                self._drop_quietest(max(self._by_network().values(), key=len))

    def make_room(self, network: str) -> None:
        """End the quietest connection of a network that has too many."""
        if self.held[network] > self.bounds.connections_a_network and not self.proxies:
            self._drop_quietest(self._by_network()[network])

    def _drop_quietest(self, connections: Sequence[Connection]) -> None:
        """End the connection that was quiet for longest; the newest, if all are being answered."""
        waiting = [each for each in connections if not each.requests] or connections[-1:]
        dropped = min(waiting, key=lambda each: each.last_activity)
        dropped.is_dropped = True
        self._dropped.append(dropped)

    def _turn(self) -> None:
        wasyncore.poll2(self.bounds.look_seconds, self._map)
        while self._dropped:  # not before: the number of a socket that was closed may be another's by now
            self._dropped.pop().handle_close()
        now = monotonic()
        if now >= self._next_look:
            self._next_look = now + self.bounds.look_seconds
            for connection in self._connections():
                connection.end_if_late(now)
            self._bound_bodies()

    def _bound_bodies(self) -> None:
        """Give up the largest body of a network that has too much under way, or of the first where all have."""
        sizes = Counter[str]()
        for connection in self._connections():
            sizes[connection.network] += connection.body_bytes
        for network, size in sizes.most_common():
            together = sizes.total() > self.bounds.body_bytes_under_way
            if not together and size <= self.bounds.body_bytes_under_way_a_network:
                return
            held = [connection for connection in self._connections() if connection.network == network]
            largest = max(held, key=lambda each: each.body_bytes)
            sizes[network] -= largest.body_bytes
            largest.handle_close()

    def _by_network(self) -> dict[str, list[Connection]]:
        networks: dict[str, list[Connection]] = {}
        for connection in self._connections():
            networks.setdefault(connection.network, []).append(connection)
        return networks

    def _connections(self) -> list[Connection]:
        return [connection for connection in self.active_channels.values() if not connection.is_dropped]
