"""The publisher's lists: who waits for approval, and the authors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, request
from werkzeug.exceptions import BadRequest, NotFound

from byline.accounts.model import State
from byline.authors import listing
from byline.messages import notices
from byline.web import form_recovery, identity
from byline.web.access import CONSOLE, open_to
from byline.web.context import ports
from byline.web.render import render_page
from byline.web.views.author import lookalike_warnings, page_url

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from byline.accounts.model import Account
    from byline.messages.message import Message

MAX_QUERY_LENGTH = 200
bp = Blueprint("publisher", __name__)


@dataclass(frozen=True, slots=True)
class WaitingAuthor:
    """A row of ``publisher/queue.html``."""

    id: str
    name: str
    email: str
    confirmed_at: datetime
    asked_at: datetime
    warnings: tuple[Message, ...]
    namesakes: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class ListedAuthor:
    """A row of ``publisher/authors.html``."""

    id: str
    name: str
    email: str
    state: str
    role: str
    page_url: str
    undelivered: bool
    since: datetime


@bp.get("/publisher")
@open_to(CONSOLE)
def queue() -> ResponseReturnValue:
    """Who waits for approval, longest first."""
    rows = _page(lambda after: listing.waiting(ports(), identity.me().actor, after=after))
    return render_page(
        "publisher/queue.html",
        owner_of=form_recovery.owner_of,
        waiting=[_waiting(row) for row in rows.rows],
        count=f"{len(rows.rows)}{'+' if rows.next else ''}",
        counts={"waiting": len(rows.rows)},
        after=rows.next,
        register_url=f"{ports().site.url}/register",
    )


@bp.get("/publisher/authors")
@open_to(CONSOLE)
def authors() -> ResponseReturnValue:
    """The authors, by state, or those whose name or address begins as typed."""
    unreached = request.args.get("letters") == "undelivered"
    typed = request.args.get("q", "")[:MAX_QUERY_LENGTH].replace("\0", "").encode("utf-8", "ignore").decode()
    try:
        state = State(request.args["state"]) if request.args.get("state") else None
    except ValueError as fault:
        raise NotFound from fault
    if unreached:
        rows = _page(lambda after: listing.undeliverable(ports(), identity.me().actor, after=after))
    elif typed.strip():
        rows = listing.search(ports(), identity.me().actor, typed, state=state)
    else:
        rows = _page(lambda after: listing.listed(ports(), identity.me().actor, state, after=after))
    return render_page(
        "publisher/authors.html",
        q=typed,
        state=state.value if state else "",
        unreached=unreached,
        people=[_listed(row) for row in rows.rows],
        after=rows.next,
        register_url=f"{ports().site.url}/register",
    )


def _waiting(row: listing.Row) -> WaitingAuthor:
    account = row.account
    return WaitingAuthor(
        id=account.id,
        name=account.name,
        email=account.address,
        confirmed_at=account.confirmed_at or account.created_at,
        asked_at=account.created_at,
        warnings=_warnings(row),
        namesakes=row.namesakes,
    )


def _listed(row: listing.Row) -> ListedAuthor:
    account = row.account
    return ListedAuthor(
        id=account.id,
        name=account.name,
        email=account.address,
        state=account.state.value,
        role=account.role.value,
        page_url=page_url(account, row.profile),
        undelivered=account.is_undeliverable,
        since=account.decided_at or account.created_at,
    )


def _warnings(row: listing.Row) -> tuple[Message, ...]:
    namesakes: tuple[Message, ...] = (notices.NAMESAKE_WAITING,) if row.waiting_namesakes else ()
    bounces = (notices.EMAILS_NOT_DELIVERED,) if row.account.is_undeliverable else ()
    return (*namesakes, *lookalike_warnings(row.account), *bounces)


def _page(read: Callable[[str], listing.Rows]) -> listing.Rows:
    """A slice of a list; a cursor that is none is a bad request."""
    try:
        return read(request.args.get("after", ""))
    except ValueError as fault:
        raise BadRequest from fault
