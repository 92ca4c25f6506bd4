"""Every refusal's status and sentence, in one table, and the pages that say them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, cast

from flask import Response, request
from werkzeug.exceptions import HTTPException

from byline import errors
from byline.accounts.rate_limits import DOCUMENTS
from byline.logs import request_id
from byline.messages import refusals
from byline.messages.accounts import CREDENTIALS_WRONG, Wait
from byline.messages.documents import WaitForDocument
from byline.messages.notices import TEXT_OF_ANOTHER_ACCOUNT
from byline.messages.outages import CHANGED_MEANWHILE
from byline.messages.second_factors import FACTOR_DUE
from byline.web import csrf, identity, page_form, refusal_log
from byline.web.access import Who, rule
from byline.web.context import ports
from byline.web.form_recovery import note_outcome, shown_again, typed_on_error_page
from byline.web.gate import NotYetAllowed
from byline.web.headers import is_for_readers
from byline.web.pages import Form
from byline.web.proof_pages import ask_for_factor, ask_for_proof, ask_for_second_step
from byline.web.redirects import SAFE_METHODS
from byline.web.render import render_error, render_page
from byline.web.waiting_pages import awaiting_approval_page, unconfirmed_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask
    from flask.typing import ResponseReturnValue

    from byline.messages.message import Message

_log = logging.getLogger(__name__)

STATUSES: dict[type[errors.BylineError], tuple[int, Message | None]] = {
    errors.Invalid: (422, refusals.FORM_REFUSED),
    errors.WrongCredentials: (422, CREDENTIALS_WRONG),
    errors.Barred: (403, None),
    errors.TooMany: (429, None),
    errors.DeadLink: (410, refusals.LINK_DEAD),
    errors.NotAllowed: (403, None),
    errors.NotFresh: (403, None),
    errors.FactorOverdue: (403, FACTOR_DUE),
    errors.SecondStepNeeded: (303, None),
    errors.Stale: (409, refusals.SAVED_IN_BETWEEN),
    errors.DraftStale: (409, refusals.DRAFT_SAVED_IN_BETWEEN),
    errors.AlreadyDecided: (409, refusals.DECIDED_BEFORE),
    errors.ReviewStale: (409, refusals.REVIEW_OVER),
    errors.NotFound: (404, None),
    csrf.Forged: (400, None),
    csrf.FromAnotherSite: (400, refusals.FROM_ANOTHER_SITE),
    csrf.AtAnotherAddress: (400, None),
    csrf.Embedded: (403, refusals.LOADED_BY_ANOTHER_SITE),
    csrf.WithoutCookie: (400, refusals.WITHOUT_COOKIE),
    csrf.OfEarlierSession: (400, refusals.OF_EARLIER_SESSION),
    csrf.OfAnother: (400, TEXT_OF_ANOTHER_ACCOUNT),
    NotYetAllowed: (403, None),
    errors.Unavailable: (503, None),
    errors.Rejected: (503, None),
    errors.Conflict: (503, CHANGED_MEANWHILE),
    errors.Misconfigured: (500, None),
}
"""What a refusal that no view answers itself becomes. A test walks the tree of errors and finds each of them here."""

_IN_FORM: dict[int, Message] = {
    400: refusals.FORM_UNREADABLE,
    500: refusals.FORM_AFTER_FAULT,
    503: refusals.FORM_AFTER_OUTAGE,
}
"""What a form says above its fields when it comes back for a failure that is not the person's."""
_SAID_IN_FORM = (
    errors.WrongCredentials, errors.Unavailable, errors.Conflict, csrf.WithoutCookie, csrf.OfEarlierSession
)  # fmt: skip
"""Whose own sentence the form says."""
_OUTAGE_SECONDS = 60
_MISSING = "public, max-age=0, s-maxage=60"
_REPEATABLE = {400, 429, 500, 503}


def set_up(app: Flask) -> None:
    """Answer refusals, HTTP errors and whatever else a view lets pass."""
    app.register_error_handler(errors.BylineError, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, broken)
    app.after_request(note_outcome)


def dead_link(kind: str, why: Message | None, *, address: str = "", again: bool = False) -> Response:
    """410: a link of an email that has expired or was used."""
    refusal_log.log_odd("dead_link", ports().clock.now())
    return render_page("registration/dead_link.html", 410, kind=kind, why=why, address=address, again=again)


def not_yet_allowed(status: int) -> Response:
    """What someone reads before their page opens: the email they must follow, or whom they wait for."""
    if identity.who(identity.visit()) is Who.UNCONFIRMED:
        return unconfirmed_page(Form(status=status))
    return awaiting_approval_page(status)


def broken(fault: Exception) -> Response:
    """500: a fault of our own, wherever it happened."""
    _log.error("unforeseen %s at %s in %s", type(fault).__name__, errors.raised_at(fault), request.endpoint)
    return _error(fault, 500)


def _refused(fault: errors.BylineError) -> ResponseReturnValue:
    status, sentence = STATUSES[type(fault)]
    refusal_log.log_fault(fault, ports().clock.now())
    if (page := _page_of(fault, status)) is not None:
        return page
    if isinstance(fault, csrf.Forged):
        _log.warning("refused at %s: %s", request.endpoint, fault.reason)
    if isinstance(fault, csrf.OfAnother):
        return render_page("profile/of_another.html", status, sentence=sentence)
    if isinstance(fault, csrf.AtAnotherAddress):
        sentence = refusals.AtAnotherAddress(ports().site.url)
    if isinstance(fault, csrf.OfEarlierSession) and (address := identity.address()):
        sentence = refusals.LoggedInMeanwhile(address)
    if isinstance(fault, errors.Unavailable):
        sentence = fault.why
    if status >= 500:  # noqa: PLR2004
        _log.error("%s at %s: %s", type(fault).__name__, request.endpoint, type(fault.__cause__ or fault).__name__)
    return _error(fault, status, sentence)


def _page_of(fault: errors.BylineError, status: int) -> ResponseReturnValue | None:
    """The page that a refusal has to itself."""
    if isinstance(fault, NotYetAllowed):
        return not_yet_allowed(status)
    if isinstance(fault, errors.Barred):
        return render_page("login/barred.html", status, state=fault.state, note=fault.note)
    if isinstance(fault, errors.DeadLink):
        return dead_link("confirm", fault.why)
    return _asking_for_more(fault)


def _asking_for_more(fault: errors.BylineError) -> ResponseReturnValue | None:
    """The page that asks for what a login, or a session, lacks."""
    if isinstance(fault, errors.NotFresh):
        return ask_for_proof()
    if isinstance(fault, errors.FactorOverdue) and request.method in SAFE_METHODS:
        return ask_for_factor()
    if isinstance(fault, errors.SecondStepNeeded):
        return ask_for_second_step(fault.token)
    return None


def _http(fault: HTTPException) -> Response:
    status = fault.code or 500
    if fault.response is not None or status < 400:  # noqa: PLR2004 - a redirect is its own answer
        return cast("Response", fault.get_response())
    if status == 400:  # noqa: PLR2004
        refusal_log.log_odd("malformed", ports().clock.now())
    known = {400, 404, 405, 413, 429}
    answer = _error(fault, status if status in known else 400)
    answer.headers.extend([pair for pair in fault.get_headers() if pair[0] == "Allow"])
    return answer


def _error(fault: Exception, status: int, sentence: Message | None = None) -> Response:
    """The form that was sent, with what was typed; or the page of an error, with the fields if the form is ours."""
    wait_seconds = fault.retry_after_seconds if isinstance(fault, errors.TooMany) else _OUTAGE_SECONDS
    if status == 404 and is_for_readers(request.path):  # noqa: PLR2004
        from byline.site.missing_page import missing_page  # noqa: PLC0415 - no other page needs any of it

        page = missing_page(ports(), request.path)
        if page is not None:
            # It is alike for everyone, so CloudFront may answer for a minute: nobody pays for guesses one by one.
            return Response(page, status, {"Cache-Control": _MISSING}, mimetype="text/html")
    unread = isinstance(fault, csrf.FromAnotherSite)
    is_elsewhere = isinstance(fault, csrf.AtAnotherAddress)
    shown = None if unread or request.method != "POST" else _form_again(fault, status, sentence)
    answer = shown or render_error(
        "errors/error.html",
        status,
        status=status,
        sentence=sentence,
        wait_minutes=-(-wait_seconds // 60) if status in {429, 503} else None,
        typed=None if unread else typed_on_error_page(),
        action=request.path,
        repeatable=status in _REPEATABLE and not is_elsewhere,
        site_url=ports().site.url if is_elsewhere else "",
        request_id=request_id() if status == 500 else "",  # noqa: PLR2004
    )
    if answer.status_code in {429, 503}:
        answer.headers["Retry-After"] = str(wait_seconds)
    return answer


def _form_again(fault: Exception, status: int, sentence: Message | None) -> Response | None:
    faults: Mapping[str, Message]
    if isinstance(fault, errors.Invalid):
        faults = fault.faults
        status = 413 if page_form.is_too_large(faults) else status
    elif isinstance(fault, errors.TooMany):
        faults = {"bio_file": WaitForDocument(fault.minutes)} if fault.what == DOCUMENTS else {"": Wait(fault.minutes)}
    elif sentence and isinstance(fault, _SAID_IN_FORM):
        faults = {"": sentence}
    elif status in _IN_FORM and not isinstance(fault, csrf.Forged):
        faults = {"": _IN_FORM[status]}
    else:
        return None
    return shown_again(rule(request.endpoint), fault, status, faults)
