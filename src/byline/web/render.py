"""Pages for whoever asked: what the layout of every page needs is gathered here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Response, get_flashed_messages, session, url_for

from byline.accounts.recovery import live_recovery
from byline.accounts.recovery_records import recovery_key
from byline.accounts.sessions import AccountSession
from byline.audit import ActorKind
from byline.messages.message import words
from byline.web import console, csrf, identity
from byline.web.access import is_in_console
from byline.web.context import current_request, ports, web_context
from byline.web.cookies import LOGGED_IN
from byline.web.language import current_language

if TYPE_CHECKING:
    from byline.accounts.model import Account
    from byline.accounts.recovery_records import Recovery
    from byline.accounts.sessions import AnySession

CONFIRMED = "confirmed"
"""Under which ``session`` keeps the name of a browser's copy of a form that was carried out, for the next page."""
UNDO = "undo"
"""Under which ``session`` keeps the account of a decision that can still be taken back, for the next page."""


@dataclass(frozen=True, slots=True)
class Me:
    """Who is logged in, for the layout; ``state`` is that of the account, or "unconfirmed"."""

    name: str
    email: str
    role: str
    state: str
    has_page: bool


def render_page(name: str, status: int = 200, /, **context: Any) -> Response:
    """The answer that shows a template to whoever asked. A ``notice``, a message, stands before what was flashed."""
    visit = identity.visit()
    language, own_notice = current_language(), context.get("notice")
    endpoint = current_request().endpoint or ""
    notice = words(own_notice, language) if own_notice else _flashed()
    context.update(
        csrf=csrf.token(),
        notice=notice,
        undo=_undo_address() if notice else "",
        endpoint=endpoint,
        console=console.links(endpoint, _counts(visit) | context.get("counts", {})) if _is_in_console(visit) else (),
        confirmed=session.pop(CONFIRMED, ""),
    )
    return _rendered(name, status, visit, context)


def render_error(name: str, status: int, /, **context: Any) -> Response:
    """The same without asking the store: for when that is what failed."""
    visit = identity.known()
    context.update(csrf=csrf.token() if csrf.has_token() else "", notice=None, undo="", endpoint="", confirmed="")
    context["console"] = ()
    return _rendered(name, status, visit, context)


def _rendered(name: str, status: int, visit: AnySession | None, context: dict[str, Any]) -> Response:
    account = visit.account if isinstance(visit, AccountSession) else None
    context.update(
        me=_me(visit, account),
        unknown=identity.is_unknown(),
        copies_of=_copies_of(),
        posted=current_request().method == "POST",
        unproven=account is not None and account.confirmed_at is None,
        undelivered=_undelivered(account),
        recovery=_recovery(visit),
        factor_due_at=visit.factor_due_at if isinstance(visit, AccountSession) else None,
    )
    return Response(
        web_context().pages.render(name, current_language(), context, ports().site), status, mimetype="text/html"
    )


def _counts(visit: AnySession | None) -> dict[str, int]:
    """How many wait, as the lists were counted; of what a page itself counts it says ``counts``."""
    from byline.authors import overview  # noqa: PLC0415 - the console alone needs it

    return overview.tallies(visit.actor) if visit else {}


def _is_in_console(visit: AnySession | None) -> bool:
    return visit is not None and visit.kind is ActorKind.PUBLISHER and is_in_console(current_request().path)


def _copies_of() -> str:
    """Whose copies of forms this browser may show on this page: the account's, or before a login this nonce's.

    It is the same in all sessions of an account, and tells nothing about it. The cookie alone says whose session it is.
    """
    mac = web_context().ports.signer.lasting_mac
    if LOGGED_IN in session:
        return f"account-{mac('copies', session[LOGGED_IN].rsplit('.', 2)[0])}"
    return f"visit-{mac('copies', session['nonce'])}" if "nonce" in session else ""


def _flashed() -> str | None:
    messages = get_flashed_messages()
    return str(messages[-1]) if messages else None


def _undo_address() -> str:
    """Where the decision that the notice tells of is taken back; "" if the notice tells of none."""
    decided = session.pop(UNDO, None)
    if isinstance(decided, list):
        return url_for("publisher.undo_many", author=decided)
    return url_for("decisions.undo", account_id=decided) if decided else ""


def _undelivered(account: Account | None) -> str:
    """Why emails to whoever is logged in do not arrive: "", "spam" or "came back". Never of a registration."""
    if account is None:
        return ""
    return "spam" if account.complained_at else "came back" if account.bounced_at else ""


def _recovery(visit: AnySession | None) -> Recovery | None:
    """The recovery of whose account is logged in, if one is under way, and this page has read it."""
    if not isinstance(visit, AccountSession) or visit.prefetched.get(recovery_key(visit.account.id)) is None:
        return None
    return live_recovery(ports(), visit.account, visit.prefetched)


def _me(visit: AnySession | None, account: Account | None) -> Me | None:
    if visit is None:
        return None
    own = visit.account if isinstance(visit, AccountSession) else visit.registration
    return Me(
        name=own.name,
        email=own.address,
        role=account.role.value if account else "author",
        state=account.state.value if account else identity.who(visit).value,
        has_page=account is not None and account.profile_id is not None,
    )
