"""What stands before every view: the gate of the access table, the checks against forged requests, and the headers."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from flask import redirect, request, session
from werkzeug.exceptions import BadRequest, MethodNotAllowed, NotFound

from byline.errors import Refusal, TooMany
from byline.links import constant_time_equal
from byline.service_addresses import is_loopback
from byline.web import identity
from byline.web.access import Answer, Who, rule, rule_of_other_methods
from byline.web.body_limits import OVERLOADED
from byline.web.context import ENDPOINT, current_request, ports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Request
    from werkzeug.wrappers import Response

    from byline.accounts.sessions import AnySession
    from byline.settings import Site
    from byline.web.access import Rule

MOST_BYTES_FORM = 300_000
MOST_BYTES_UPLOAD = 24_000_000
"""Any photo that a telephone takes: one that is too large is told at its field, with the text still there. Files beyond
half a megabyte wait on the disk (werkzeug), not in memory. A gateway of Amazon's hands on less."""
MOST_BYTES_FIELD = 1_000_000
"""One field of such a form: whoever puts a whole book into it is told at the field, with the text still there. All of
them together are bounded by the upload. Shown again it is six times as long at most, which a gateway hands on."""
MOST_PARTS = 200
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)


class Forged(Refusal):
    """A request that this site's own page did not send, or whose page is from another session."""


class OfAnother(Refusal):
    """A form of the editor that another account had open, which was logged in to this browser before."""


class NotYetAllowed(Refusal):
    """Somebody who must confirm, or wait, before this page opens to them."""


def gate() -> Response | None:
    """Find out before every view who this is, whether they may, and whether their own page sent it."""
    request = current_request()
    request.environ[ENDPOINT] = request.endpoint or "none"
    if OVERLOADED in request.environ:
        raise TooMany(1)
    row = rule(request.endpoint)
    if request.method not in SAFE:
        check_origin()
    who = identity.who(identity.visit())
    _bound(request, row, who)
    answer = row.answers[who]
    fault = request.routing_exception
    if isinstance(fault, MethodNotAllowed) and rule_of_other_methods(fault).answers[who] not in _HIDDEN:
        raise fault
    if answer is Answer.HIDDEN or (answer is Answer.RESUME and request.method != "POST"):
        raise NotFound
    if answer is Answer.LOGIN:
        try:
            identity.let_in()
        except PermissionError:
            identity.say_that_it_ended()
            return redirect(_login_address(), 302)
    if answer is Answer.GATE:
        raise NotYetAllowed
    if answer is Answer.HOME:
        return redirect("/", 303)
    if request.method not in SAFE and request.endpoint not in _CHECK_THEMSELVES:
        check_token()
    return None


def _bound(request: Request, row: Rule, who: Who) -> None:
    """Say how much will be read of a form, before any of it is."""
    # Only parts are counted while they are read; a long row of "&a" becomes a quarter of a gigabyte of fields.
    in_parts = row.upload and request.mimetype == "multipart/form-data"
    request.max_content_length = MOST_BYTES_UPLOAD if in_parts else MOST_BYTES_FORM
    if in_parts and who is not Who.NOBODY:  # what rides through a log-in comes back from it in a form of the usual size
        request.max_form_memory_size = MOST_BYTES_FIELD


_HIDDEN = frozenset({Answer.HIDDEN, Answer.RESUME})
_CHECK_THEMSELVES = frozenset({"home", "edit_for"})
"""The editors: a form that outlived its session must not lose its text, so their views look at the token themselves."""


def token(visit: AnySession | None) -> str:
    """The CSRF token of this browser: of its session, or before a log-in of a nonce in its short-lived cookie."""
    if visit is not None:
        return ports().signer.mac("csrf", "session", visit.session.id)
    nonce = session.get("nonce")
    if not nonce:
        nonce = base64.urlsafe_b64encode(ports().random.token(16)).rstrip(b"=").decode()
        session["nonce"] = nonce
    return ports().signer.mac("csrf", "nonce", nonce)


def token_fits() -> bool:
    """Whether the form that was sent carries this browser's own token."""
    visit = identity.visit()
    if visit is None and not session.get("nonce"):
        return False
    sent = request.form.getlist("csrf_token")
    return len(sent) == 1 and constant_time_equal(sent[0], token(visit))


def check_token() -> None:
    """``Forged`` unless the form carries this browser's own token."""
    if not token_fits():
        raise Forged


def check_origin() -> None:
    """``Forged`` if the browser says that another site sent this (OWASP CSRF Prevention; Fetch, "Origin" header).

    ``null`` says nothing: it is what a page with ``no-referrer`` sends. The token decides then, as it does where an old
    browser says nothing at all.
    """
    headers = request.headers
    origin = headers.get("Origin", "null")
    if origin != "null":
        ours = _is_ours(origin, ports().site)
    elif "Sec-Fetch-Site" in headers:
        ours = headers["Sec-Fetch-Site"] in {"same-origin", "none"}
    else:
        ours = "Referer" not in headers or _is_ours(_origin_of(headers["Referer"]), ports().site)
    if not ours:
        raise Forged


def single(name: str) -> str:
    """One field of the form, "" if it was not sent. Doubled, or with NUL or lone surrogates in it: 400."""
    values = request.form.getlist(name)
    if len(values) > 1:
        raise BadRequest
    value = values[0] if values else ""
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise BadRequest
    return value


def inside(address: str) -> str:
    r"""Where to go after a log-in: a path of this site, rebuilt from its parts; ``/`` for anything else.

    Browsers drop control characters and take ``\\`` for ``/``, so any of these makes it foreign (CVE-2023-49438).
    """
    if not address.startswith("/") or len(address) > 512 or not address.isascii():  # noqa: PLR2004 - ASVS 4.2.5
        return "/"
    if any(letter <= " " or letter in "\\\x7f" for letter in address) or address.startswith("//"):
        return "/"
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    if parts.scheme or parts.netloc or parts.path.startswith("//"):
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")


def with_headers(app: WSGIApplication, site: Site) -> WSGIApplication:
    """A WSGI function around the whole application that sets the headers of every answer, errors and files too."""
    always = [
        ("Content-Security-Policy", CSP),
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
        ("X-Frame-Options", "DENY"),
    ]
    if site.secure:
        always.append(("Strict-Transport-Security", "max-age=31536000; includeSubDomains"))
    named = [(name.lower(), name, value) for name, value in always]
    preset = {"content-security-policy", "cache-control", "referrer-policy", "cross-origin-resource-policy"}

    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], object]:
            own = {name.lower() for name, _ in headers} & preset
            headers.extend([(name, value) for lower, name, value in named if lower not in own])
            if "cache-control" not in own:
                headers.append(("Cache-Control", "no-store"))
                headers.append(("Vary", "Cookie, Accept-Language"))
            if "referrer-policy" not in own:
                headers.append(("Referrer-Policy", _referrer(environ["PATH_INFO"])))
            return start_response(status, headers, exc_info)  # type: ignore[arg-type]

        return app(environ, start)

    return wrapped


_TOKEN_PAGES = ("/confirm/", "/reset/", "/publisher/first/")


def _referrer(path: str) -> str:
    return "no-referrer" if path.startswith(_TOKEN_PAGES) else "same-origin"


def _is_ours(origin: str, site: Site) -> bool:
    if origin == site.url:
        return True
    # On one machine, 127.0.0.1 and localhost are the same place.
    try:
        on_behalf, ours = urlsplit(origin), urlsplit(site.url)
        return site.on_loopback and is_loopback(on_behalf.hostname or "") and on_behalf.port == ours.port
    except ValueError:
        return False


def _origin_of(address: str) -> str:
    return "/".join(address.split("/", 3)[:3])


def _login_address() -> str:
    wanted = request.full_path.rstrip("?") if request.method in SAFE else "/"
    wanted = inside(wanted)
    return "/login" if wanted == "/" else f"/login?next={quote(wanted, safe='/')}"
