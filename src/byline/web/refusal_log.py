"""Lines in the log about what was refused: too many tries, pages that are closed to someone, what no page sends."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flask import request

from byline.accounts.sessions import AccountSession
from byline.errors import NotAllowed, TooMany
from byline.logs import security_line
from byline.web import identity
from byline.web.context import web_context

if TYPE_CHECKING:
    from datetime import datetime

    from byline.accounts.sessions import AnySession
    from byline.errors import BylineError


def log_fault(fault: BylineError, now: datetime) -> None:
    """Note a refusal that matters for security; tries that come too often once a minute for each page and network."""
    if isinstance(fault, NotAllowed):
        log_refused()
    if not isinstance(fault, TooMany):
        return
    page = request.endpoint or "none"
    is_due, left_out = web_context().throttled.passes(f"{page} {request.remote_addr}", now)
    if is_due:
        security_line("throttled", level=logging.WARNING, page=page, limit=fault.what, more=left_out, **_who())


def log_odd(code: str, now: datetime) -> None:
    """Note what none of our pages sends, ``malformed`` or a ``dead_link``: once a minute for each page and network."""
    page = request.endpoint or "none"
    is_due, left_out = web_context().throttled.passes(f"{code} {page} {request.remote_addr}", now)
    if is_due:
        security_line(code, level=logging.WARNING, page=page, more=left_out)


def log_refused(visit: AnySession | None = None) -> None:
    """Note that someone asked for, or tried, what is not open to them."""
    security_line("access_refused", level=logging.WARNING, page=request.endpoint or "none", **_who(visit))


def _who(visit: AnySession | None = None) -> dict[str, str]:
    """The account that asks, and what it acts as. Of a registration its state alone: its name tells the address."""
    found = visit or identity.known()
    if found is None:
        return {}
    return {"account": found.account.id if isinstance(found, AccountSession) else "", "actor": found.kind.value}
