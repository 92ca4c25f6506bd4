"""``/csp-report``: what browsers kept a page of ours from doing, as lines of the log.

A WSGI function around Flask: it takes no session, asks no store and answers alike whatever the report says. Addresses
and texts of a page may contain a token, or what somebody typed. So of a report are logged the directive, the name of
the page, and where the refused thing is from.
"""

from __future__ import annotations

import json
import logging
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_options_header

from byline.errors import TooMany
from byline.web.context import ENDPOINT
from byline.web.headers import REPORTS, is_for_readers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from werkzeug.routing import MapAdapter

    from byline.ports import Ports

_log = logging.getLogger(__name__)

MOST_BYTES: Final = 8_000
MOST_IN_ONE: Final = 5
"""Violations of one report that are logged: browsers put several into one."""
TYPES: Final = ("application/csp-report", "application/reports+json")
"""Of CSP 2 and of the Reporting API. No form of another site can send either without asking first (Fetch, CORS)."""
_WORD = re.compile(r"[a-z0-9-]{1,40}")
_ORIGIN = re.compile(r"https?://[a-z0-9.:\[\]-]{1,100}")
_ELSEWHERE: Final = "unknown"


def with_reports(app: WSGIApplication, ports: Ports, urls: MapAdapter) -> WSGIApplication:
    """Answer browsers' reports; hand everything else on. ``urls``: the addresses of the portal's pages."""

    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != REPORTS or environ["REQUEST_METHOD"] != "POST":
            return app(environ, start_response)
        environ[ENDPOINT] = "csp_report"
        status, headers = _take(environ, ports, urls)
        start_response(f"{status.value} {status.phrase}", headers)
        return []

    return wrapped


def _take(environ: WSGIEnvironment, ports: Ports, urls: MapAdapter) -> tuple[HTTPStatus, list[tuple[str, str]]]:
    limit, network, now = ports.site.limits.shared("report"), environ.get("REMOTE_ADDR", ""), ports.clock.now()
    try:
        if ports.site.throttle:
            ports.attempts.refuse_network_if_full(limit, network, now)
    except TooMany as fault:
        return HTTPStatus.TOO_MANY_REQUESTS, [("Retry-After", str(fault.retry_after_seconds))]
    ports.attempts.count_for_network(limit, network, now)
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() or parse_options_header(environ.get("CONTENT_TYPE"))[0] not in TYPES:
        return HTTPStatus.BAD_REQUEST, []
    if len(length) > 9 or int(length) > MOST_BYTES:  # noqa: PLR2004 - a number that fits into any integer
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, []
    try:
        sent = json.loads(environ["wsgi.input"].read(int(length)))
    except (ValueError, RecursionError, OSError, HTTPException):
        return HTTPStatus.BAD_REQUEST, []
    for line in _lines(sent, ports.site.url, urls):
        _log.warning("%s", line)
    return HTTPStatus.NO_CONTENT, []


def _lines(sent: object, site_url: str, urls: MapAdapter) -> Iterator[str]:
    """A line for each violation in a report of either kind; none for what is neither."""
    reports = sent if isinstance(sent, list) else [sent]
    for report in reports[:MOST_IN_ONE]:
        body = report.get("csp-report", report.get("body")) if isinstance(report, dict) else None
        if not isinstance(body, dict):
            continue
        directive = _word(_first(body, "effectiveDirective", "effective-directive", "violated-directive"))
        page = _page(_first(body, "documentURL", "document-uri"), site_url, urls)
        source = _source(_first(body, "blockedURL", "blocked-uri"))
        yield f"refused by the content security policy: {directive} on {page}, from {source}"


def _first(body: dict[str, Any], *names: str) -> str:
    found = next((body[name] for name in names if name in body), "")
    return found if isinstance(found, str) else ""


def _word(text: str) -> str:
    word = text.partition(" ")[0].lower()
    return word if _WORD.fullmatch(word) else _ELSEWHERE


def _page(address: str, site_url: str, urls: MapAdapter) -> str:
    """The name of the page of this portal at an address, without its variable parts."""
    try:
        path = urlsplit(address).path
        if not address.startswith(f"{site_url}/"):
            return _ELSEWHERE
        return "readers" if is_for_readers(path) else str(urls.match(path, method="GET")[0])
    except (ValueError, HTTPException):
        return _ELSEWHERE


def _source(address: str) -> str:
    """Where a refused thing is from: a word such as "inline", or the site of an address alone."""
    if _WORD.fullmatch(address):
        return address
    origin = "/".join(address.lower().split("/", 3)[:3])
    return origin if _ORIGIN.fullmatch(origin) else _ELSEWHERE
