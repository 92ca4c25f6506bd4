"""A proxy in front of DynamoDB Local that misbehaves on demand, as the real one does and the local one never would."""

from __future__ import annotations

import http.client
import json
import socket
from collections import defaultdict, deque
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

    Fault = Callable[["_Handler", dict[str, Any]], None]

_JSON = "application/x-amz-json-1.0"
_NAMESPACE = "com.amazonaws.dynamodb.v20120810#"


@dataclass
class FaultyProxy:
    """Forwards to ``endpoint``, but takes a fault from ``plan[operation]`` first, one for each call.

    ``seen`` keeps every call as (operation, request).
    """

    endpoint: str
    plan: defaultdict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    seen: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    over: Event = field(default_factory=Event)

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.proxy = self
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self._server.shutdown()
        for connection in self._server.open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        """Where the proxy listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def requests(self, operation: str) -> list[dict[str, Any]]:
        """What was asked of an operation."""
        return [request for found, request in self.seen if found == operation]


def error(code: str, status: int = 400, **more: object) -> Fault:
    """Answer with an error of DynamoDB's."""
    return lambda handler, _: handler.answer(status, {"__type": _NAMESPACE + code, "message": "on demand", **more})


def cancelled(*reasons: str) -> Fault:
    """Cancel a transaction, giving one reason for each write."""
    listed = [{"Code": reason} if reason == "None" else {"Code": reason, "Message": "on demand"} for reason in reasons]
    return error("TransactionCanceledException", CancellationReasons=listed)


def lost(handler: _Handler, _: dict[str, Any]) -> None:
    """Have it carried out, but lose the answer."""
    handler.forward()
    handler.hang_up()


def reset(handler: _Handler, _: dict[str, Any]) -> None:
    """Hang up without a word."""
    handler.hang_up()


def slow(handler: _Handler, _: dict[str, Any]) -> None:
    """Answer nothing for as long as the test runs."""
    handler.proxy.over.wait(30)
    handler.hang_up()


def html(handler: _Handler, _: dict[str, Any]) -> None:
    """Answer as a broken machine in between does."""
    handler.answer(502, b"<html><body>Bad Gateway</body></html>", "text/html")


def unprocessed(handler: _Handler, request: dict[str, Any]) -> None:
    """Read nothing and hand all the keys back."""
    handler.answer(200, {"Responses": {}, "UnprocessedKeys": request["RequestItems"]})


def partly(handler: _Handler, request: dict[str, Any]) -> None:
    """Read the last record only and hand the other keys back."""
    (table, asked) = next(iter(request["RequestItems"].items()))
    status, answer = handler.forward({"RequestItems": {table: {**asked, "Keys": asked["Keys"][-1:]}}})
    rest = {"UnprocessedKeys": {table: {**asked, "Keys": asked["Keys"][:-1]}}}
    handler.answer(status, {**json.loads(answer), **rest})


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    proxy: FaultyProxy

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.open: list[socket.socket] = []

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        if isinstance(request, socket.socket):
            self.open.append(request)
        super().process_request(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536
    server: _Server

    @property
    def proxy(self) -> FaultyProxy:
        return self.server.proxy

    def do_POST(self) -> None:
        operation = self.headers["X-Amz-Target"].rpartition(".")[2]
        self.body = self.rfile.read(int(self.headers["Content-Length"]))
        request = json.loads(self.body)
        self.proxy.seen.append((operation, request))
        faults = self.proxy.plan[operation]
        if faults:
            faults.popleft()(self, request)
        else:
            self.answer(*self.forward())

    def forward(self, request: dict[str, Any] | None = None) -> tuple[int, bytes]:
        """Ask the engine behind."""
        connection = http.client.HTTPConnection(urlsplit(self.proxy.endpoint).netloc, timeout=10)
        headers = {name: self.headers[name] for name in ("X-Amz-Target", "Content-Type", "Authorization", "X-Amz-Date")}
        body = self.body if request is None else json.dumps(request).encode()
        connection.request("POST", "/", body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, content

    def answer(self, status: int, content: object, kind: str = _JSON) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def hang_up(self) -> None:
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""
