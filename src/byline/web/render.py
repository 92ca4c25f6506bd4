"""Showing a page to whoever asked: what every template needs is gathered here."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from flask import Response, g, session

from byline.messages.message import words
from byline.web import identity, protection
from byline.web.context import current_request, web_context
from byline.web.language import current_language

if TYPE_CHECKING:
    from byline.accounts.sessions import Visit
    from byline.messages.message import Message


def render_page(name: str, status: int = 200, /, **context: Any) -> Response:
    """The answer that shows a template to whoever asked."""
    visit = identity.visit()
    context.update(
        me=_me(visit),
        csrf=protection.token(visit),
        notice=context.get("notice") or session.pop("said", None),
        here=current_request().path,
        unproven=visit is not None and visit.account is not None and visit.account.confirmed_at is None,
        undelivered=_undelivered(visit),
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


def _undelivered(visit: Visit | None) -> str:
    """Why letters to whoever is logged in do not arrive: "", "spam" or "came back". Never of a registration."""
    if visit is None or visit.account is None:
        return ""
    return "spam" if visit.account.complained_at else "came back" if visit.account.bounced_at else ""


def _me(visit: Visit | None) -> SimpleNamespace | None:
    if visit is None:
        return None
    own = visit.account or visit.pending
    assert own is not None  # noqa: S101 - a visit has one of the two
    account = visit.account
    return SimpleNamespace(
        name=own.name,
        email=own.address,
        role=account.role.value if account else "author",
        state=account.state.value if account else identity.who(visit).value,
        has_page=account is not None and account.profile_id is not None,
    )
