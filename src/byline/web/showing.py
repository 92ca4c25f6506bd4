"""Showing a page to whoever asked: what every template needs is gathered here."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from flask import Response, g, request, session

from byline.web import identity, protection
from byline.web.here import house, ports

if TYPE_CHECKING:
    from byline.accounts.sessions import Visit
    from byline.web.access import Who


def show(name: str, status: int = 200, /, **context: Any) -> Response:
    """The answer that shows a template to whoever asked."""
    visit = identity.visit()
    # Stands where this browser's token will, so that a page all strangers share is made once. Nobody can guess it, or
    # a text of theirs could have somebody else's token put into it.
    hole = ports().signer.mac("csrf", "hole")
    context.update(
        me=_me(visit),
        csrf=hole,
        notice=context.get("notice") or session.pop("said", None),
        here=request.path,
        unproven=visit is not None and visit.account is not None and visit.account.confirmed_at is None,
    )
    html = house().pages.render(name, context, same_for_all=visit is None and request.method == "GET")
    return Response(html.replace(hole, protection.token(visit)), status, mimetype="text/html")


def show_plainly(name: str, status: int, /, **context: Any) -> Response:
    """The same without session and store: for when one of these is what failed."""
    context.update(me=None, csrf="", notice=None, here=request.path, unproven=False)
    g.ended = None
    return Response(house().pages.render(name, context), status, mimetype="text/html")


def say(sentence: str) -> None:
    """Let the next page of this browser begin with a sentence."""
    session["said"] = sentence


def _me(visit: Visit | None) -> SimpleNamespace | None:
    if visit is None:
        return None
    who: Who = identity.who(visit)
    if visit.account is not None:
        account = visit.account
        return SimpleNamespace(
            name=account.name,
            email=account.address,
            role=account.role.value,
            state=account.state.value,
            has_page=account.profile_id is not None,
        )
    assert visit.proposal is not None  # noqa: S101 - a visit has one of the two
    proposal = visit.proposal
    return SimpleNamespace(name=proposal.name, email=proposal.address, role="author", state=who.value, has_page=False)
