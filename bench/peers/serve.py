"""Serves a peer behind the server that Byline uses, with as many processes and threads.

``python -m bench.peers.serve floor --port 8001 --threads 16 --data FOLDER --sizes JSON``
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from granian import Granian
from granian.constants import Interfaces

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from bench.peers.desk import Desk


def floor() -> WSGIApplication:
    """Make the floor, in the server's worker process."""
    from bench.peers import floor as peer  # noqa: PLC0415 - one peer must not pay for another's imports

    return peer.application(_desk())


def bare_flask() -> WSGIApplication:
    """Make bare Flask, in the server's worker process."""
    from bench.peers import bare_flask as peer  # noqa: PLC0415 - as above

    return peer.application(_desk())


def unpublished() -> WSGIApplication:
    """Make Byline without publishing, in the server's worker process."""
    from bench.peers import unpublished as peer  # noqa: PLC0415 - as above

    return peer.application()


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser()
    parser.add_argument("peer", choices=["floor", "bare_flask", "unpublished"])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--sizes", default="{}")
    given = parser.parse_args()
    # The worker is another process: it finds these in its environment.
    os.environ["PEER_DATA"], os.environ["PEER_SIZES"] = given.data, given.sizes
    os.environ["BYLINE_DATA"], os.environ["BYLINE_PORT"] = given.data, str(given.port)
    Granian(
        f"bench.peers.serve:{given.peer}",
        factory=True,
        port=given.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=given.threads,
        log_enabled=False,
        websockets=False,
    ).serve()


def _desk() -> Desk:
    from bench.peers import desk  # noqa: PLC0415 - needed in the worker only

    return desk.Desk(Path(os.environ["PEER_DATA"]), desk.Sizes.parse(os.environ["PEER_SIZES"]))


if __name__ == "__main__":
    main()
