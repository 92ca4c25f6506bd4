"""How many requests may have a body under way at once: a thread waits for each, for as long as its sender likes.

The server reads heads without a thread and with a limit of time; it has none for bodies. So some threads are kept for
what has no body, readers' pages among it, and no network gets all the others.
"""

from __future__ import annotations

from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING

from byline.attempts import network_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_AT_ONCE = 12
"""Bodies under way; ``cli/server.py`` has more threads than that."""
MOST_A_NETWORK = 6
OVERLOADED = "byline.crowded"
"""Stands in the environment of a request whose body is one too many: it is to be refused unread."""


def limit_bodies(app: WSGIApplication) -> WSGIApplication:
    """A WSGI function around an application that marks the requests whose body is not to be waited for."""
    lock, under_way = Lock(), Counter[str]()

    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("CONTENT_LENGTH", "0") in {"", "0"} and "HTTP_TRANSFER_ENCODING" not in environ:
            return app(environ, start_response)
        network = network_of(environ.get("REMOTE_ADDR", ""))
        with lock:
            crowded = under_way.total() >= MOST_AT_ONCE or under_way[network] >= MOST_A_NETWORK
            under_way[network] += not crowded
        if crowded:
            environ[OVERLOADED] = True
        try:
            return app(environ, start_response)
        finally:
            with lock:
                under_way[network] -= not crowded
                if not under_way[network]:
                    del under_way[network]

    return wrapped
