"""Every refusal's status and sentence, in one table, and the pages that say them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, cast

from flask import Response, request
from werkzeug.exceptions import HTTPException

from byline import errors
from byline.messages import refusals
from byline.messages.accounts import CREDENTIALS_WRONG
from byline.messages.notices import TEXT_OF_ANOTHER_ACCOUNT
from byline.web import csrf, identity
from byline.web.access import Who
from byline.web.gate import NotYetAllowed
from byline.web.pages import Form
from byline.web.render import render_error, render_page
from byline.web.waiting_pages import awaiting_approval_page, unconfirmed_page

if TYPE_CHECKING:
    from flask import Flask

    from byline.messages.message import Message

_log = logging.getLogger(__name__)

STATUSES: dict[type[errors.BylineError], tuple[int, Message | None]] = {
    errors.Invalid: (422, refusals.FORM_REFUSED),
    errors.WrongCredentials: (422, CREDENTIALS_WRONG),
    errors.Barred: (403, None),
    errors.TooMany: (429, None),
    errors.DeadLink: (410, refusals.LINK_DEAD),
    errors.NotAllowed: (403, None),
    errors.Stale: (409, refusals.SAVED_IN_BETWEEN),
    errors.AlreadyDecided: (409, refusals.DECIDED_BEFORE),
    errors.NotFound: (404, None),
    csrf.Forged: (400, None),
    csrf.OfAnother: (400, TEXT_OF_ANOTHER_ACCOUNT),
    NotYetAllowed: (403, None),
    errors.Unavailable: (503, None),
    errors.Rejected: (503, None),
    errors.Conflict: (503, None),
    errors.Misconfigured: (500, None),
}
"""What a refusal that no view answers itself becomes. A test walks the tree of errors and finds each of them here."""


def set_up(app: Flask) -> None:
    """Answer refusals, HTTP errors and whatever else a view lets pass."""
    app.register_error_handler(errors.BylineError, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, broken)


def dead_link(kind: str, why: Message | None, *, address: str = "", again: bool = False) -> Response:
    """410: a link of an email that has expired or was used."""
    return render_page("registration/dead_link.html", 410, kind=kind, why=why, address=address, again=again)


def barred(fault: errors.Barred) -> Response:
    """403: the right password of an account that is declined or suspended."""
    return render_page("login/barred.html", 403, state=fault.state, note=fault.note)


def too_many(fault: errors.TooMany, response: Response | None = None) -> Response:
    """429 with ``Retry-After`` in seconds, on a page of its own or on the one given."""
    answer = response or render_error("errors/error.html", 429, status=429, sentence=None, wait_minutes=minutes(fault))
    answer.headers["Retry-After"] = str(fault.retry_after_seconds)
    return answer


def minutes(fault: errors.TooMany) -> int:
    """How long to wait, in whole minutes, at least one."""
    return -(-fault.retry_after_seconds // 60)


def not_yet_allowed(status: int, form: Form | None = None) -> Response:
    """What someone reads before their page opens: the email they must follow, or whom they wait for."""
    if identity.who(identity.visit()) is Who.UNCONFIRMED:
        return unconfirmed_page(status, form or Form())
    return awaiting_approval_page(status)


def broken(fault: Exception) -> Response:
    """500: a fault of our own, wherever it happened."""
    _log.error("unforeseen %s at %s in %s", type(fault).__name__, errors.raised_at(fault), request.endpoint)
    return _error(500)


def _refused(fault: errors.BylineError) -> Response:
    if isinstance(fault, NotYetAllowed):
        return not_yet_allowed(403)
    if isinstance(fault, errors.TooMany):
        return too_many(fault)
    if isinstance(fault, errors.Barred):
        return barred(fault)
    if isinstance(fault, errors.DeadLink):
        return dead_link("confirm", fault.why)
    status, sentence = STATUSES[type(fault)]
    if isinstance(fault, csrf.OfAnother):
        return render_page("profile/of_another.html", status, sentence=sentence)
    if status >= 500:  # noqa: PLR2004
        _log.error("%s at %s: %s", type(fault).__name__, request.endpoint, type(fault.__cause__ or fault).__name__)
    return _error(status, sentence, wait_minutes=1 if status == 503 else None)  # noqa: PLR2004


def _http(fault: HTTPException) -> Response:
    status = fault.code or 500
    if fault.response is not None or status < 400:  # noqa: PLR2004 - a redirect is its own answer
        return cast("Response", fault.get_response())
    known = {400, 404, 405, 413, 429}
    answer = _error(status if status in known else 400)
    answer.headers.extend([pair for pair in fault.get_headers() if pair[0] == "Allow"])
    return answer


def _error(status: int, sentence: Message | None = None, wait_minutes: int | None = None) -> Response:
    return render_error("errors/error.html", status, status=status, sentence=sentence, wait_minutes=wait_minutes)
