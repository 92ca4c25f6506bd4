"""Requests that another site made a browser send: the check of where one comes from, and the token of its form."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import current_app, g, request, session

from byline.accounts.session_cookies import session_id
from byline.errors import Refusal
from byline.service_addresses import is_loopback
from byline.web.context import ports, web_context
from byline.web.cookies import LOGGED_IN, Cookies

if TYPE_CHECKING:
    from byline.settings import Site


_BYTES = 16
"""Of a session's token, of the mask on it, and of the nonce."""


class Forged(Refusal):
    """A request that this site's own page did not send to this very session. ``reason``: for the log."""

    reason = "a form without this session's token"


class FromAnotherSite(Forged):
    """The page of another site sent it."""

    reason = "the browser says that another site's page sent it"


class AtAnotherAddress(Forged):
    """This portal was opened at another address than its own, which browsers take for another site."""

    reason = "the portal was opened at another address than BYLINE_URL"


class WithoutCookie(Forged):
    """The browser sent neither cookie that a token can belong to."""

    reason = "the cookie that belongs to the form did not come with it"


class OfEarlierSession(Forged):
    """A form that was opened before this browser last logged in or out."""

    reason = "the form is older than this browser's session"


class OfAnother(Forged):
    """A form of the editor that another account had open, which was logged in to this browser before."""

    reason = "the form is of another account than the one logged in now"


class Embedded(Refusal):
    """A page that another site did not open but load: as a picture, in a frame, by script."""


def check_load() -> None:
    """``Embedded`` if the browser says that another site loads this address without going there (Fetch Metadata).

    A link leads here from anywhere, webmail too. What is loaded brings no cookies along in browsers that keep to
    ``SameSite``; this is for the others, and for sites beside this one under the same name, which count as the same.
    """
    headers = request.headers
    if headers.get("Sec-Fetch-Site") not in {"cross-site", "same-site"}:
        return
    if (headers.get("Sec-Fetch-Mode"), headers.get("Sec-Fetch-Dest")) != ("navigate", "document"):
        raise Embedded


def token() -> str:
    """The CSRF token of this browser for one answer: masked anew each time, since answers are compressed.

    What repeats makes a compressed answer shorter, so lengths would betray a text that is always the same (BREACH).
    """
    mask = ports().random.token(_BYTES)
    return _encoded(mask + _xor(mask, _decoded(ports().signer.mac("csrf", *_owner()))))


def unmasked(sent: str) -> str:
    """The session's token in a token as a form sends it; what is none stays as it is.

    So does one without a mask: of a page that was open when the portal was upgraded.
    """
    try:
        raw = _decoded(sent)
    except (binascii.Error, ValueError):
        return sent
    return _encoded(_xor(raw[:_BYTES], raw[_BYTES:])) if len(raw) == 2 * _BYTES else sent


def _owner() -> tuple[str, str]:
    """What a token belongs to: this browser's session, or before a login a nonce in its short-lived cookie.

    The session is named by its cookie, so a form can be told for genuine while the store does not answer.
    """
    name = session.get(LOGGED_IN)
    if name:
        return "session", session_id(name)
    nonce = session.get("nonce")
    if not nonce:
        nonce = _encoded(ports().random.token(_BYTES))
        session["nonce"] = nonce
    return "nonce", nonce


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def has_token() -> bool:
    """Whether this browser has a token already."""
    return bool(session.get(LOGGED_IN) or session.get("nonce"))


def token_fits() -> bool:
    """Whether the form that was sent carries this browser's own token, which may have begun a new session since."""
    if g.get("token_fitted"):
        return True
    if not has_token():
        return False
    sent = request.form.getlist("csrf_token")
    g.token_fitted = len(sent) == 1 and ports().signer.verifies(unmasked(sent[0]), "csrf", *_owner())
    return bool(g.token_fitted)


def token_fault() -> Forged:
    """Why a form's token is not this browser's, as far as the server can tell."""
    cookies = current_app.session_interface
    assert isinstance(cookies, Cookies)  # noqa: S101 - what the application was made with
    if not request.cookies.keys() & {cookies.login_name, cookies.visit_name}:
        return WithoutCookie()
    return OfEarlierSession()


def check_origin() -> None:
    """``Forged`` if the browser says that another site sent this (OWASP CSRF Prevention; Fetch, "Origin" header).

    ``null`` says nothing: it is what a page with ``no-referrer`` sends. The token decides then, as it does where an old
    browser says nothing at all.
    """
    headers = request.headers
    origin = headers.get("Origin", "null")
    if origin == "null" and "Sec-Fetch-Site" in headers:
        if headers["Sec-Fetch-Site"] not in {"same-origin", "none"}:
            raise FromAnotherSite
    elif origin != "null":
        _check_is_ours(origin)
    elif "Referer" in headers:
        _check_is_ours(_origin_of(headers["Referer"]))


def _check_is_ours(origin: str) -> None:
    if not _is_ours(origin, web_context().ports.site):
        raise AtAnotherAddress if origin.partition("://")[2] == request.headers.get("Host") else FromAnotherSite


def _is_ours(origin: str, site: Site) -> bool:
    if origin == site.url:
        return True
    # On one machine, 127.0.0.1 and localhost are the same place.
    try:
        theirs, ours = urlsplit(origin), urlsplit(site.url)
        return site.on_loopback and is_loopback(theirs.hostname or "") and theirs.port == ours.port
    except ValueError:
        return False


def _origin_of(address: str) -> str:
    return "/".join(address.split("/", 3)[:3])
