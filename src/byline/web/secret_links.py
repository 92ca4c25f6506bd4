"""Links of emails that are enough by themselves to act: their token leaves the address on first sight (ASVS 14.2.1).

Else it would stay in the browser's history, and in whatever logs addresses. It waits in the short-lived cookie, and the
browser is led to an address that names it by its digest. The form of that page is sent there too, so that of two links
in two tabs each form acts for its own.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final

from flask import redirect, session, url_for

from byline.errors import DeadLink
from byline.web.context import ports
from byline.web.form_recovery import typed_fields
from byline.web.render import render_page

if TYPE_CHECKING:
    from flask import Request, Response
    from flask.typing import ResponseReturnValue

    from byline.web.access import Rule

LINKS: Final = "links"
"""Under which ``session`` keeps the tokens of the links that were opened last, the newest at the end."""
_MOST: Final = 3
_MOST_CHARACTERS: Final = 1_400
"""Of all of them together: they share a cookie of 4,096 bytes. An invitation for the longest name has 1,300."""
_SIGN: Final = "~"
"""What a digest begins with in an address, and no token."""


def move_token(row: Rule, request: Request) -> ResponseReturnValue | None:
    """Lead away from an address with a token that is good; the store is not asked.

    ``None`` where there is none to hide. A digest in the address is replaced by its token for the view.
    """
    given = (request.view_args or {}).get("token")
    if not row.link or given is None:
        return None
    if given.startswith(_SIGN):
        for token in session.get(LINKS, ()):
            if _digest(token) == given:
                request.view_args["token"] = token  # type: ignore[index]
        return None
    if request.method not in {"GET", "HEAD"} or len(given) > _MOST_CHARACTERS:
        return None
    try:
        ports().signer.read(row.link, given, now=ports().clock.now())
    except DeadLink:
        return None
    session[LINKS] = _with(session.get(LINKS, []), given)
    return redirect(url_for(str(request.endpoint), token=_digest(given)), 303)


def page_without_token(row: Rule, request: Request) -> Response | None:
    """What to do where this browser does not have the token that its address names; ``None`` where it does.

    It was opened in another browser, or this one keeps no cookies, or not for so long.
    """
    if not row.link or not str((request.view_args or {}).get("token", "")).startswith(_SIGN):
        return None
    typed = typed_fields() if request.method == "POST" else []
    return render_page("registration/link_elsewhere.html", 400, typed=[value for _, value in typed if value.strip()])


def _with(tokens: list[str], newest: str) -> list[str]:
    kept = [*(token for token in tokens if token != newest), newest][-_MOST:]
    while sum(map(len, kept)) > _MOST_CHARACTERS:
        kept = kept[1:]
    return kept


def _digest(token: str) -> str:
    digest = hashlib.sha256(token.encode()).digest()[:16]
    return _SIGN + base64.urlsafe_b64encode(digest).decode().rstrip("=")
