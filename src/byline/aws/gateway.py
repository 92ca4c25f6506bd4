"""Between a gateway of Amazon's and the portal: events in, answers out, and one line in the log for each.

An API Gateway (HTTP API), a function URL and a load balancer (ALB) may stand in front, and CloudFront before that.
"""

from __future__ import annotations

import hmac
import logging
import time
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import quote

from apig_wsgi import make_lambda_handler

from byline.aws import metrics
from byline.errors import raised_at
from byline.web.context import ENDPOINT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Event: TypeAlias = dict[str, Any]
Answer: TypeAlias = dict[str, Any]
Handler: TypeAlias = "Callable[[Event, Any], Answer]"

EDGE: Final = "x-byline-edge"
"""The header by which CloudFront proves itself: ``deploy/template.yaml`` has it sent."""
VIEWER: Final = "x-byline-viewer"
"""The header in which CloudFront says who asks."""

_AS_IT_IS: Final = "/%:@!$&'()*+,;=~"
_BROKEN: Final = {
    "statusCode": 500,
    "headers": {"content-type": "text/plain; charset=utf-8", "cache-control": "no-store"},
    "body": "Something went wrong here. It has been noted; try again in a while.",
    "isBase64Encoded": False,
}
_log = logging.getLogger(__name__)


def gateway(app: WSGIApplication, *, edge_key: str | None, clock: Callable[[], float] = time.monotonic) -> Handler:
    """A function for Lambda that has ``app`` answer. Whatever happens, it answers, and raises nothing.

    ``edge_key`` is what CloudFront proves itself with; only then is it believed who asks.
    """
    answer = make_lambda_handler(_noted(app, edge_key, clock), binary_support=True)

    def handle(event: Event, context: Any) -> Answer:
        try:
            return answer(_readable(event), context)
        except Exception as fault:  # noqa: BLE001 - Lambda would print its words, which may hold an address
            _log.error("unforeseen %s at %s", type(fault).__name__, raised_at(fault))
            return dict(_BROKEN)

    return handle


def client_of(event: Event, edge_key: str | None) -> str:
    """The address of who asks, as the nearest machine says that can be believed.

    An HTTP API and a function URL say who connected to them; a load balancer adds it at the end of a header whose
    beginning anybody may have written. With CloudFront in front, that is CloudFront, which then says who connected to
    it.
    """
    headers = {name.lower(): value for name, value in _headers(event)}
    if edge_key and hmac.compare_digest(headers.get(EDGE, "").encode(), edge_key.encode()):
        viewer = headers.get(VIEWER, "")
        if _is_address(viewer):
            return viewer
    context = event.get("requestContext", {})
    if "elb" in context:
        return headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return str(context.get("http", {}).get("sourceIp") or context.get("identity", {}).get("sourceIp") or "")


def _noted(app: WSGIApplication, edge_key: str | None, clock: Callable[[], float]) -> WSGIApplication:
    """The application, told who asks; one line in the log for each answer, without path, query or address."""

    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        begun = clock()
        said: list[int] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], object]:
            said.append(int(status[:3]))
            return start_response(status, headers, exc_info)  # type: ignore[arg-type]

        environ["REMOTE_ADDR"] = client_of(environ["apig_wsgi.full_event"], edge_key)
        body = app(environ, start)
        endpoint = environ.get(ENDPOINT, "readers")
        method, status = environ["REQUEST_METHOD"], said[-1]
        milliseconds = round((clock() - begun) * 1000)
        extra = {"method": method, "endpoint": endpoint, "status": status, "milliseconds": milliseconds}
        _log.info("answered", extra=extra)
        if endpoint == "login.log_in" and method == "POST":
            metrics.put({"LogIns" if status < 400 else "RefusedLogIns": 1})  # noqa: PLR2004
        return body

    return wrapped


def _readable(event: Event) -> Event:
    """The event with its path quoted: an HTTP API hands it over decoded, the others as it was sent."""
    if "rawPath" not in event:
        return event
    return {**event, "rawPath": quote(event["rawPath"], safe=_AS_IT_IS)}


def _headers(event: Event) -> Iterable[tuple[str, str]]:
    several = event.get("multiValueHeaders")
    if several:
        return [(name, values[-1]) for name, values in several.items()]
    return (event.get("headers") or {}).items()


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
