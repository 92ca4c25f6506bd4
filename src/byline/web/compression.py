"""Answers that travel compressed: which are worth it, who takes it, and how a page does not betray what it holds."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from flask import request
from werkzeug.http import parse_accept_header

from byline.web.context import ports

if TYPE_CHECKING:
    from flask import Response

_TEXTS: Final = ("text/", "image/svg", "application/json", "application/xml")
_SMALL_BYTES: Final = 1_000
"""Up to here an answer is one packet anyway."""
_FASTEST: Final = 1
"""The level for what is compressed for one person: the fourth part of the default's time, for a seventh more bytes."""


def is_worth_it(body: bytes, content_type: str) -> bool:
    """Whether a body gets much smaller."""
    return content_type.startswith(_TEXTS) and len(body) > _SMALL_BYTES


def takes_gzip(accepted: str | None) -> bool:
    """Whether whoever sent this ``Accept-Encoding`` takes gzip."""
    return parse_accept_header(accepted).quality("gzip") > 0


def compress(response: Response) -> Response:
    """After a request: compress a page. Files that are sent in pieces stay as they are.

    Of a page that repeats what its address says, the length would tell bit by bit what else is on it (BREACH).
    So the token of its forms is masked (``csrf.token``), and up to 255 bytes of no meaning are in its length.
    """
    if response.is_streamed or response.direct_passthrough or "Content-Encoding" in response.headers:
        return response
    body = response.get_data()
    if not is_worth_it(body, response.content_type or ""):
        return response
    if takes_gzip(request.headers.get("Accept-Encoding")):
        response.set_data(_compressed(body, padding=ports().random.token(1)[0]))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _compressed(body: bytes, *, padding: int) -> bytes:
    import gzip  # noqa: PLC0415 - a cold start needs none

    made = BytesIO()
    # A file's name stands uncompressed in the head (RFC 1952, 2.3.1), and no one reads it.
    with gzip.GzipFile("a" * padding, "wb", compresslevel=_FASTEST, fileobj=made, mtime=0) as file:
        file.write(body)
    return made.getvalue()
