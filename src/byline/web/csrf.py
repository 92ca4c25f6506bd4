"""Requests that another site made a browser send: the check of where one comes from, and the token of its form."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import request, session

from byline.errors import Refusal
from byline.links import constant_time_equal
from byline.service_addresses import is_loopback
from byline.web import identity
from byline.web.context import ports

if TYPE_CHECKING:
    from byline.accounts.sessions import AnySession
    from byline.settings import Site


class Forged(Refusal):
    """A request that this site's own page did not send, or whose page is from another session."""


class OfAnother(Refusal):
    """A form of the editor that another account had open, which was logged in to this browser before."""


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
