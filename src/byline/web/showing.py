"""Showing a page to whoever asked: what every template needs is gathered here."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from flask import Response, g, session

from byline.web import identity, protection
from byline.web.here import asked, house

if TYPE_CHECKING:
    from byline.accounts.sessions import Visit
    from byline.web.pages import Blanks


def show(name: str, status: int = 200, /, *, blanks: Blanks | None = None, **context: Any) -> Response:
    """The answer that shows a template to whoever asked.

    ``blanks``: those of a page that many people see with other texts in it. What strangers ask for is such a page.
    """
    visit, request = identity.visit(), asked()
    pages = house().pages
    if blanks is None and visit is None and request.method == "GET":
        blanks = pages.blanks()
    token = protection.token(visit)
    context.update(
        me=_me(visit, blanks),
        csrf=blanks(token) if blanks else token,
        notice=context.get("notice") or session.pop("said", None),
        here=request.path,
        unproven=visit is not None and visit.account is not None and visit.account.confirmed_at is None,
        undelivered=_undelivered(visit),
    )
    return Response(pages.render(name, context, blanks), status, mimetype="text/html")


def show_plainly(name: str, status: int, /, **context: Any) -> Response:
    """The same without session and store: for when one of these is what failed."""
    context.update(me=None, csrf="", notice=None, here=asked().path, unproven=False, undelivered="")
    g.ended = None
    return Response(house().pages.render(name, context), status, mimetype="text/html")


def say(sentence: str) -> None:
    """Let the next page of this browser begin with a sentence."""
    session["said"] = sentence


def _undelivered(visit: Visit | None) -> str:
    """Why letters to whoever is logged in do not arrive: "", "spam" or "came back". Never of a registration."""
    if visit is None or visit.account is None:
        return ""
    return "spam" if visit.account.spam_at else "came back" if visit.account.came_back_at else ""


def _me(visit: Visit | None, blanks: Blanks | None) -> SimpleNamespace | None:
    if visit is None:
        return None
    own = visit.account or visit.proposal
    assert own is not None  # noqa: S101 - a visit has one of the two
    account = visit.account
    return SimpleNamespace(
        name=blanks(own.name) if blanks else own.name,
        email=blanks(own.address) if blanks else own.address,
        role=account.role.value if account else "author",
        state=account.state.value if account else identity.who(visit).value,
        has_page=account is not None and account.profile_id is not None,
    )
