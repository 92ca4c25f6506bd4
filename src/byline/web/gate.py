"""The gate before every view: who this is, what the access table says, and whether this site's own page sent it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, url_for
from werkzeug.exceptions import MethodNotAllowed, NotFound

from byline.accounts.actors import actor_kind
from byline.accounts.sessions import AccountSession
from byline.errors import FactorOverdue, Refusal
from byline.web import answer_grid, identity
from byline.web.access import CLOSED, Answer, Who, is_in_console, rule, rule_of_other_methods
from byline.web.context import ENDPOINT, current_request
from byline.web.csrf import check_load, check_origin, token_fault, token_fits
from byline.web.form_recovery import without_token
from byline.web.headers import is_for_readers
from byline.web.redirects import SAFE_METHODS
from byline.web.refusal_log import log_refused
from byline.web.secret_links import move_token, page_without_token

if TYPE_CHECKING:
    from flask import Request
    from flask.typing import ResponseReturnValue

    from byline.accounts.sessions import AnySession
    from byline.web.access import Rule

MOST_BYTES_FORM = 300_000
MOST_BYTES_UPLOAD = 24_000_000
"""Any photo that a telephone takes: one that is too large is told at its field, with the text still there. Files beyond
half a megabyte wait on the disk (werkzeug), not in memory. A gateway of Amazon's hands on less."""
MOST_BYTES_FIELD = 1_000_000
"""One field of such a form: whoever puts a whole book into it is told at the field, with the text still there. All of
them together are bounded by the upload. Shown again it is six times as long at most, which a gateway hands on."""
MOST_PARTS = 200
MOST_PARTS_UPLOAD = 1_500
"""Fields of the editor's form: a page may have a hundred books, of ten fields each."""


class NotYetAllowed(Refusal):
    """Somebody who must confirm, or wait, before this page opens to them."""


def gate() -> ResponseReturnValue | None:
    """Decide before every view what this visitor gets; ``None`` lets them pass."""
    request = current_request()
    request.environ[ENDPOINT] = request.endpoint or "none"
    row = rule(request.endpoint)
    changes_something = request.method not in SAFE_METHODS
    _check_source(request.path, changes_something=changes_something)
    if (moved := move_token(row, request)) is not None:
        return moved
    visit = identity.visit()
    who = identity.who(visit)
    _limit_form(request, row, who)
    genuine = not changes_something or row is CLOSED or token_fits()
    if not genuine and (recovered := without_token(row, who)) is not None:
        return recovered
    if _needs_factor(row):
        raise FactorOverdue
    answer = _answer(row, who, request)
    if answer is Answer.HIDDEN:
        _log_refused(visit, row, request)
        raise NotFound
    if answer is Answer.LOGIN and (to_login := identity.require_login()) is not None:
        return to_login
    if answer is Answer.GATE:
        raise NotYetAllowed
    if answer is Answer.HOME:
        return redirect(url_for("own_page.edit"), 303)
    if not genuine:
        raise token_fault()
    return page_without_token(row, request)


def _check_source(path: str, *, changes_something: bool) -> None:
    """Refuse what another site sends, or loads, but for what tells of no one who is logged in."""
    if changes_something:
        check_origin()
    elif not path.startswith("/.well-known/") and not is_for_readers(path):
        check_load()


def _log_refused(visit: AnySession | None, row: Rule, request: Request) -> None:
    """Note who is logged in and asks for what is closed to them; an address that does not exist is that to everyone."""
    is_there = row is not CLOSED or is_in_console(request.path)
    if visit is not None and is_there and identity.who(visit) is not Who.PUBLISHER:
        log_refused(visit)


def _needs_factor(row: Rule) -> bool:
    """Whether this page would be open to whoever asks if their second factor were not overdue."""
    session = identity.visit()
    if not isinstance(session, AccountSession) or not session.is_factor_overdue:
        return False
    full = Who(actor_kind(session.account).value)
    return row.answers[full] is Answer.PASS and row.answers[identity.who(session)] is not Answer.PASS


def _answer(row: Rule, who: Who, request: Request) -> Answer:
    """What the visitor gets; raises the fault of a method that an address which they may know does not take."""
    if who is Who.NOBODY and is_in_console(request.path):
        return Answer.HIDDEN if request.method == "OPTIONS" else Answer.LOGIN  # Flask-Login lets OPTIONS pass
    fault = request.routing_exception
    if isinstance(fault, MethodNotAllowed) and rule_of_other_methods(fault).answers[who] is not Answer.HIDDEN:
        raise fault
    return row.answers[who]


def _limit_form(request: Request, row: Rule, who: Who) -> None:
    """Say how much will be read of a form, before any of it is; then the grid of its answer begins."""
    # Only parts are counted while they are read; a long row of "&a" becomes a quarter of a gigabyte of fields.
    in_parts = row.upload and request.mimetype == "multipart/form-data"
    request.max_content_length = MOST_BYTES_UPLOAD if in_parts else MOST_BYTES_FORM
    if in_parts:
        request.max_form_parts = MOST_PARTS_UPLOAD
    if in_parts and who is not Who.NOBODY:  # what rides through a log-in comes back from it in a form of the usual size
        request.max_form_memory_size = MOST_BYTES_FIELD
    if (row.on_grid or row.for_strangers) and request.method not in SAFE_METHODS:
        answer_grid.begin(request)
