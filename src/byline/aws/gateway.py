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
from byline.web.context import ENDPOINT, REQUEST_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Event: TypeAlias = dict[str, Any]
Answer: TypeAlias = dict[str, Any]
Handler: TypeAlias = "Callable[[Event, Any], Answer]"

EDGE: Final = "x-byline-edge"
"""The header by which CloudFront proves itself: ``deploy/template.yaml`` has it sent."""
VIEWER: Final = "x-byline-viewer"
"""The header in which CloudFront says who asks."""

HEALTH: Final = "/healthz"
"""Answers also who does not come by CloudFront: a probe of the function itself."""

_AS_IT_IS: Final = "/%:@!$&'()*+,;=~"
_BROKEN: Final = {
    "statusCode": 500,
    "headers": {"content-type": "text/plain; charset=utf-8", "cache-control": "no-store"},
    "body": "Something went wrong here. It has been noted; try again in a while.",
    "isBase64Encoded": False,
}
_AROUND: Final = {**_BROKEN, "statusCode": 403, "body": "Open the portal at its own address."}
_log = logging.getLogger(__name__)


def gateway(
    app: WSGIApplication, *, edge_keys: Collection[str], clock: Callable[[], float] = time.monotonic
) -> Handler:
    """A function for Lambda that has ``app`` answer. Whatever happens, it answers, and raises nothing.

    With ``edge_keys``, only requests that carry one of them are answered: CloudFront has sent them, and says for whom.
    All others went around CloudFront and a firewall there, and are refused, but for ``/healthz``.
    """
    answer = make_lambda_handler(_noted(app, edge_keys, clock), binary_support=True)

    def handle(event: Event, context: Any) -> Answer:
        try:
            if edge_keys and not _is_proven(event, edge_keys) and _path(event) != HEALTH:
                _log.info("refused: not by CloudFront")
                return dict(_AROUND)
            return answer(_readable(event), context)
        except Exception as fault:  # noqa: BLE001 - Lambda would print its words, which may hold an address
            _log.error("unforeseen %s at %s", type(fault).__name__, raised_at(fault))
            return dict(_BROKEN)

    return handle


def client_of(event: Event, edge_keys: Collection[str]) -> str:
    """The address of who asks, as the nearest machine says that can be believed.

    An HTTP API and a function URL say who connected to them; a load balancer adds it at the end of a header whose
    beginning anybody may have written. With CloudFront in front, that is CloudFront, which then says who connected to
    it.
    """
    headers = {name.lower(): value for name, value in _headers(event)}
    if _is_proven(event, edge_keys):
        viewer = headers.get(VIEWER, "")
        if _is_address(viewer):
            return viewer
    context = event.get("requestContext", {})
    if "elb" in context:
        return headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return str(context.get("http", {}).get("sourceIp") or context.get("identity", {}).get("sourceIp") or "")


def _noted(app: WSGIApplication, edge_keys: Collection[str], clock: Callable[[], float]) -> WSGIApplication:
    """The application, told who asks; one line in the log for each answer, without path, query or address."""

    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        begun = clock()
        said: list[int] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], object]:
            said.append(int(status[:3]))
            return start_response(status, headers, exc_info)  # type: ignore[arg-type]

        environ["REMOTE_ADDR"] = client_of(environ["apig_wsgi.full_event"], edge_keys)
        environ[REQUEST_ID] = str(getattr(environ["apig_wsgi.context"], "aws_request_id", ""))
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


def _is_proven(event: Event, edge_keys: Collection[str]) -> bool:
    """Whether CloudFront has sent this. Two keys are good while one replaces the other."""
    sent = next((value for name, value in _headers(event) if name.lower() == EDGE), "").encode()
    return any(hmac.compare_digest(sent, key.encode()) for key in edge_keys)


def _path(event: Event) -> str:
    return str(event.get("rawPath") or event.get("path") or "")


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
