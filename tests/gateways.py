"""Amazon's gateways for tests: a WSGI request becomes the event that one of them would hand to Lambda, and goes back.

Each event is what Amazon's documents describe, down to its oddities: an HTTP API decodes the path and joins repeated
headers; a load balancer lists them; cookies are a list or a header; bodies that are no text are base64.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Event: TypeAlias = dict[str, Any]

MOST_BYTES = 6 * 1024 * 1024
"""What Lambda takes and gives in one piece, as JSON."""
_TEXT = ("text/", "application/json", "application/javascript", "application/xml")
_SAFE = "/%:@!$&'()*+,;=~-._"


_requests = count(1)


@dataclass
class Context:
    """What Lambda tells a function of the invocation."""

    aws_request_id: str = field(default_factory=lambda: f"8f2c4c7e-0000-4000-8000-{next(_requests):012x}")
    milliseconds: int = 300_000

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


@dataclass
class Gateway:
    """A WSGI application that asks a function of Lambda's, by the events of one kind of gateway."""

    handler: Callable[[Event, Any], Event]
    event_of: Callable[[WSGIEnvironment], Event]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status, headers, body = answered(self.handler(_carried(self.event_of(environ)), Context()))
        start_response(f"{status} Of The Function", headers)
        return [body]


def answered(answer: Event) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers and body of a function's answer."""
    answer = _carried(answer)
    body = answer["body"]
    content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    several = answer.get("multiValueHeaders")
    if several is not None:
        headers = [(name, value) for name, values in several.items() for value in values]
    else:
        headers = list(answer["headers"].items())
    headers += [("set-cookie", cookie) for cookie in answer.get("cookies", ())]
    return answer["statusCode"], headers, content


def http_api(environ: WSGIEnvironment) -> Event:
    """What an HTTP API of API Gateway sends (payload format 2.0): the path is decoded."""
    event = function_url(environ)
    event["rawPath"] = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
    return event


def function_url(environ: WSGIEnvironment) -> Event:
    """What a function URL sends: format 2.0 as well, the path as the browser wrote it."""
    headers = _headers(environ)
    cookies = [cookie.strip() for cookie in headers.pop("cookie", "").split(";") if cookie.strip()]
    path = quote(environ["PATH_INFO"].encode("latin-1"), safe=_SAFE)
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": environ.get("QUERY_STRING", ""),
        **({"cookies": cookies} if cookies else {}),
        "headers": headers,
        "requestContext": {
            "http": {
                "method": environ["REQUEST_METHOD"],
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": environ.get("REMOTE_ADDR", "127.0.0.1"),
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "stage": "$default",
        },
        **_body(environ),
    }


def load_balancer(environ: WSGIEnvironment) -> Event:
    """What an Application Load Balancer sends, with lists of headers and query values switched on."""
    headers = _headers(environ)
    forwarded = [value for value in (headers.get("x-forwarded-for"), environ.get("REMOTE_ADDR", "127.0.0.1")) if value]
    headers["x-forwarded-for"] = ", ".join(forwarded)
    query: dict[str, list[str]] = {}
    for pair in filter(None, environ.get("QUERY_STRING", "").split("&")):
        name, _, value = pair.partition("=")
        query.setdefault(name, []).append(value)  # as they were sent: a load balancer does not decode
    return {
        "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/t/1"}},
        "httpMethod": environ["REQUEST_METHOD"],
        "path": quote(environ["PATH_INFO"].encode("latin-1"), safe=_SAFE),
        "multiValueQueryStringParameters": query,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        **_body(environ),
    }


GATEWAYS = {"http-api": http_api, "function-url": function_url, "load-balancer": load_balancer}


def _carried(data: Event) -> Event:
    """As it arrives on the other side: JSON, and no more of it than Lambda takes."""
    text = json.dumps(data)
    assert len(text.encode()) <= MOST_BYTES, f"{len(text)} bytes are more than Lambda takes"
    carried: Event = json.loads(text)
    return carried


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    names = {name.removeprefix("HTTP_"): value for name, value in environ.items() if name.startswith("HTTP_")}
    names |= {name: environ[name] for name in ("CONTENT_TYPE", "CONTENT_LENGTH") if environ.get(name)}
    headers = {name.lower().replace("_", "-"): str(value) for name, value in names.items()}
    return headers | {"x-forwarded-proto": "https", "x-forwarded-port": "443"}


def _body(environ: WSGIEnvironment) -> Event:
    content = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    if not content:
        return {"isBase64Encoded": False}
    if environ.get("CONTENT_TYPE", "").startswith(_TEXT):
        return {"body": content.decode(), "isBase64Encoded": False}
    return {"body": base64.b64encode(content).decode(), "isBase64Encoded": True}
