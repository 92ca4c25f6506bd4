"""A small stand-in for Lambda's runtime API, so that Amazon's own client of it can start the functions here.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html describes the five addresses.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from threading import Thread
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_VERSION = "/2018-06-01/runtime"
_PATIENCE_SECONDS = 110
_OVER = "over"


class FunctionError(Exception):
    """What the function said instead of an answer."""


@dataclass
class Function:
    """A function that runs in a process of its own, started by Amazon's client."""

    log: Path
    timeout_seconds: int = 300
    pid: int = 0
    _asked: Queue[tuple[str, bytes] | str] = field(default_factory=Queue)
    _said: Queue[tuple[str, bytes]] = field(default_factory=Queue)

    def invoke(self, event: dict[str, Any]) -> Any:
        """The function's answer to an event; ``FunctionError`` with what it reports if it failed."""
        self._asked.put((str(uuid4()), json.dumps(event).encode()))
        return self.said()

    def said(self) -> Any:
        """What the function says next."""
        try:
            kind, body = self._said.get(timeout=_PATIENCE_SECONDS)
        except Empty:
            raise AssertionError(f"the function says nothing:\n{self.log.read_text()}") from None
        if kind != "response":
            raise FunctionError(kind, json.loads(body))
        return json.loads(body)

    def lines(self) -> list[dict[str, Any]]:
        """The lines of its log that are JSON."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]


@contextmanager
def started(
    handler: str, environ: dict[str, str], folder: Path, *, python: Sequence[str] = (sys.executable,)
) -> Iterator[Function]:
    """Start a function as Lambda does, in ``folder``, by the words of ``python``; it ends with the block."""
    function = Function(folder / f"{handler.rpartition('.')[2]}.log")
    server = _Server(("127.0.0.1", 0), _Handler)
    server.function = function
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    lambdas = {
        "_HANDLER": handler,
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_address[1]}",
        "AWS_LAMBDA_FUNCTION_NAME": "byline-test",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_LOG_LEVEL": "INFO",
        "LAMBDA_TASK_ROOT": str(folder),
    }
    own = {name: value for name, value in os.environ.items() if not name.startswith(("BYLINE_", "AWS_"))}
    with function.log.open("w") as log:
        process = subprocess.Popen(
            [*python, "-m", "awslambdaric", handler],
            env=own | lambdas | environ,
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    function.pid = process.pid
    try:
        yield function
    finally:
        process.kill()
        process.wait()
        function._asked.put(_OVER)
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    function: Function

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a function that was ended while it waited for an event."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536
    server: _Server

    def do_GET(self) -> None:
        assert self.path == f"{_VERSION}/invocation/next"
        asked = self.server.function._asked.get()
        if isinstance(asked, str):
            self.close_connection = True
            return
        request_id, body = asked
        deadline = round((time.monotonic_ns() // 1_000_000 - _SINCE) + self.server.function.timeout_seconds * 1000)
        self._answer(
            200,
            body,
            {
                "Lambda-Runtime-Aws-Request-Id": request_id,
                "Lambda-Runtime-Deadline-Ms": str(deadline),
                "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:123456789012:function:byline-test",
                "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700",
            },
        )

    def do_POST(self) -> None:
        body = self._body()
        kind = "init" if self.path == f"{_VERSION}/init/error" else self.path.rpartition("/")[2]
        self._answer(202, b'{"status":"OK"}', {})
        self.server.function._said.put((kind, body))

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


_SINCE = time.monotonic_ns() // 1_000_000 - time.time_ns() // 1_000_000
"""From the clock that only grows to milliseconds since 1970, as Lambda gives deadlines."""
