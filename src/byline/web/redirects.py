"""Where to go next, inside this site only."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import current_app, request

_AUTHOR = re.compile(r"/publisher(?:/authors/[0-9a-f]+(?=/))?")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing (RFC 9110, 9.2.1)."""


def inside(address: str) -> str:
    r"""Where to go after a log-in: a path of this site, rebuilt from its parts; ``/`` for anything else.

    Browsers drop control characters and take ``\\`` for ``/``, so any of these makes it foreign (CVE-2023-49438).
    """
    if not address.startswith("/") or len(address) > 512 or not address.isascii():  # noqa: PLR2004 - ASVS 4.2.5
        return "/"
    if any(character <= " " or character in "\\\x7f" for character in address) or address.startswith("//"):
        return "/"
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    if parts.scheme or parts.netloc or parts.path.startswith("//"):
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")


def login_address() -> str:
    """The log-in that leads back to the page that was asked for; from a button of the console, to the author's page."""
    asked = _AUTHOR.match(request.path)
    behind = asked[0] if asked else "/"
    wanted = inside(request.full_path.rstrip("?")) if request.method in SAFE_METHODS else behind
    # Not by ``url_for``, which fails where the Host header is none that Flask can read.
    return current_app.url_map.bind("").build("login.log_in", {} if wanted == "/" else {"next": wanted})
