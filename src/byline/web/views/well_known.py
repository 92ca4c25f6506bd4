"""Addresses that programs look for by themselves (RFC 8615); anyone may load them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from byline.messages.catalogue import LANGUAGES
from byline.web.access import EVERYBODY, open_to
from byline.web.context import ports

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = Blueprint("well_known", __name__, url_prefix="/.well-known")

_GOOD_FOR: Final = timedelta(days=180)
"""Less than a year, as RFC 9116 (2.5.5) recommends."""


@bp.get("/security.txt")
@open_to(EVERYBODY)
def security_txt() -> ResponseReturnValue:
    """Whom to tell of a hole (RFC 9116): the press's contact, in the site's language first. Without one it is 404."""
    site = ports().site
    if not site.contact:
        raise NotFound
    until = (ports().clock.now() + _GOOD_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    languages = dict.fromkeys((site.language, *LANGUAGES))
    lines = (
        f"Contact: mailto:{quote(site.contact, safe='@')}",
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(languages)}",
        f"Canonical: {site.url}/.well-known/security.txt",
    )
    return Response("".join(f"{line}\n" for line in lines), mimetype="text/plain")
