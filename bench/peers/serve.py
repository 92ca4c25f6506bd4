"""Serves a peer behind the server that Byline uses.

``python -m bench.peers.serve floor --port 8001  --data FOLDER --sizes JSON``
"""

from __future__ import annotations

import argparse
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from byline.server.http_server import HttpServer

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from bench.peers.desk import Desk


def floor() -> WSGIApplication:
    """Make the floor, once it is asked for."""
    from bench.peers import floor as peer  # noqa: PLC0415 - one peer must not pay for another's imports

    return peer.application(_desk())


def bare_flask() -> WSGIApplication:
    """Make bare Flask, once it is asked for."""
    from bench.peers import bare_flask as peer  # noqa: PLC0415 - as above

    return peer.application(_desk())


def unpublished() -> WSGIApplication:
    """Make Byline without publishing, once it is asked for."""
    from bench.peers import unpublished as peer  # noqa: PLC0415 - as above

    return peer.application()


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser()
    parser.add_argument("peer", choices=["floor", "bare_flask", "unpublished"])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--sizes", default="{}")
    given = parser.parse_args()
    os.environ["PEER_DATA"], os.environ["PEER_SIZES"] = given.data, given.sizes
    os.environ["BYLINE_DATA"], os.environ["BYLINE_PORT"] = given.data, str(given.port)
    application = {"floor": floor, "bare_flask": bare_flask, "unpublished": unpublished}[given.peer]()
    HttpServer(application, socket.create_server(("127.0.0.1", given.port), backlog=1024)).run()


def _desk() -> Desk:
    from bench.peers import desk  # noqa: PLC0415 - needed in the worker only

    return desk.Desk(Path(os.environ["PEER_DATA"]), desk.Sizes.parse(os.environ["PEER_SIZES"]))


if __name__ == "__main__":
    main()
