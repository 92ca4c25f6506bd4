"""An id for each request, by which the lines of the log that belong together are found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from byline.environment import SystemRandom
from byline.logs import caused_by
from byline.web.context import REQUEST_ID

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_BYTES: Final = 8
_random = SystemRandom()


def with_request_ids(app: WSGIApplication) -> WSGIApplication:
    """A WSGI function whose log lines name the request: by the id that it brings along, or else by a new one."""

    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with caused_by(environ.get(REQUEST_ID) or _random.token(_BYTES).hex(), environ.get("REMOTE_ADDR", "")):
            return app(environ, start_response)

    return wrapped
