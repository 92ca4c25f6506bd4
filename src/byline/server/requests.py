"""Requests as they are read from a connection, and the answer to what is none."""

from __future__ import annotations

from typing import Final

from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask
from waitress.utilities import BadRequest, RequestEntityTooLarge

_HEADERS: Final = [
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
]


class Request(HTTPRequestParser):  # type: ignore[misc]
    """Reads one request of HTTP/1. One whose body is too large goes to the application without the body's end."""

    is_cut = False

    def received(self, data: bytes) -> int:
        """Take bytes; how many of them belong to this request."""
        try:
            consumed: int = super().received(data)
        except ValueError:  # a length of thousands of digits
            self.error, self.completed, consumed = BadRequest("length"), True, len(data)
        if isinstance(self.error, RequestEntityTooLarge):
            self.error, self.is_cut = None, True
            self.headers["CONTENT_LENGTH"] = str(max(self.content_length, self.body_bytes_received))
            self.headers["CONNECTION"] = "close"
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head. What two readers could understand in two ways is refused, or is the last on its connection."""
        if header_plus.count(b"\n") > self.adj.head_lines:
            raise ParsingError("lines")
        super().parse_header(header_plus)
        if self.version not in {"1.0", "1.1"}:
            raise ParsingError("version")
        if "TRANSFER_ENCODING" in self.headers:  # in HTTP/1.0, where it means nothing (RFC 9112, 6.1)
            raise ParsingError("encoding")
        if self.chunked and "CONTENT_LENGTH" in self.headers:  # as above
            self.headers["CONNECTION"] = "close"


class Refusal(ErrorTask):  # type: ignore[misc]
    """The answer to what is no request, without a word about the server."""

    def execute(self) -> None:
        """Write it."""
        fault = self.request.error
        body = f"{fault.reason}\n".encode()
        self.status = f"{fault.code} {fault.reason}"
        self.response_headers.extend(_HEADERS)
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)
