"""Showing a page to whoever asked: what every template needs is gathered here."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from flask import Response, g, session

from byline.accounts.sessions import AccountSession
from byline.messages.message import words
from byline.web import identity, protection
from byline.web.context import current_request, web_context
from byline.web.language import current_language

if TYPE_CHECKING:
    from byline.accounts.model import Account
    from byline.accounts.sessions import AnySession
    from byline.messages.message import Message


def render_page(name: str, status: int = 200, /, **context: Any) -> Response:
    """The answer that shows a template to whoever asked."""
    visit, account = identity.visit(), identity.account()
    context.update(
        me=_me(visit),
        csrf=protection.token(visit),
        notice=context.get("notice") or session.pop("said", None),
        here=current_request().path,
        unproven=account is not None and account.confirmed_at is None,
        undelivered=_undelivered(account),
    )
    return Response(web_context().pages.render(name, current_language(), context), status, mimetype="text/html")


def render_error(name: str, status: int, /, **context: Any) -> Response:
    """The same without session and store: for when one of these is what failed."""
    context.update(me=None, csrf="", notice=None, here=current_request().path, unproven=False, undelivered="")
    g.ended = None
    return Response(web_context().pages.render(name, current_language(), context), status, mimetype="text/html")


def flash(message: Message) -> None:
    """Let the next page of this browser begin with a message."""
    session["said"] = words(message, current_language())


def _undelivered(account: Account | None) -> str:
    """Why letters to whoever is logged in do not arrive: "", "spam" or "came back". Never of a registration."""
    if account is None:
        return ""
    return "spam" if account.complained_at else "came back" if account.bounced_at else ""


def _me(visit: AnySession | None) -> SimpleNamespace | None:
    if visit is None:
        return None
    account = identity.account()
    own = visit.account if isinstance(visit, AccountSession) else visit.registration
    return SimpleNamespace(
        name=own.name,
        email=own.address,
        role=account.role.value if account else "author",
        state=account.state.value if account else identity.who(visit).value,
        has_page=account is not None and account.profile_id is not None,
    )
