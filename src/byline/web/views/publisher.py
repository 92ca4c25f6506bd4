"""The publisher's lists: who waits for approval, and the authors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request, session, url_for
from werkzeug.exceptions import BadRequest

from byline.authors import bulk_approval, listing, overview
from byline.messages import notices
from byline.press import waiting_time
from byline.web import author_rows, form_recovery, identity
from byline.web.access import CONSOLE, open_to, usual_waiting_time
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.render import UNDO, render_page
from byline.web.views.author import lookalike_warnings

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response
    from flask.typing import ResponseReturnValue

    from byline.accounts.model import Question
    from byline.messages.message import Message

bp = Blueprint("publisher", __name__)
_MOST_UNDONE = 50
"""As many are ticked on one page; the ids of more would not fit into the cookie."""


@dataclass(frozen=True, slots=True)
class WaitingAuthor:
    """A row of ``publisher/queue.html``; ``is_late``: for longer than is usual. ``refusals``: how often they were
    declined before.
    """

    id: str
    name: str
    email: str
    days: int
    is_late: bool
    refusals: int
    question: Question | None
    warnings: tuple[Message, ...]
    namesakes: tuple[listing.Namesake, ...]


@dataclass(frozen=True, slots=True)
class NotApproved:
    """One of several who were ticked, and why they were not approved."""

    name: str
    why: Message


@bp.get("/publisher")
@open_to(CONSOLE, extra_keys=usual_waiting_time)
def queue() -> ResponseReturnValue:
    """Who waits for approval, longest first."""
    return _queue()


@bp.post("/publisher/approve")
@open_to(CONSOLE, extra_keys=usual_waiting_time, decision=True)
def approve_many() -> ResponseReturnValue:
    """Let in all who were ticked; the queue says who could not be."""
    ticked = [each for each in request.form.getlist("author") if each.isascii()]
    outcome = bulk_approval.approve_many(ports(), identity.me().actor, ticked)
    if outcome.refused:
        told = notices.AuthorsApproved(len(outcome.approved)) if outcome.approved else None
        return _queue(notice=told, refused=[_not_approved(each) for each in outcome.refused])
    flash(notices.AuthorsApproved(len(outcome.approved)) if outcome.approved else notices.NO_ONE_TICKED)
    if outcome.approved and len(outcome.approved) <= _MOST_UNDONE:
        session[UNDO] = [each.id for each in outcome.approved]
    return redirect(url_for("publisher.queue"), 303)


@bp.post("/publisher/approve/undo")
@open_to(CONSOLE, decision=True)
def undo_many() -> ResponseReturnValue:
    """Take the approval of several back while their emails are not out."""
    waiting, late = bulk_approval.undo_many(ports(), identity.me().actor, request.args.getlist("author"))
    flash(notices.EmailsAreOut(late) if late else notices.AuthorsWaitAgain(waiting))
    return redirect(url_for("publisher.queue"), 303)


def _queue(**shown: Any) -> Response:
    rows = _page(lambda after: listing.waiting(ports(), identity.me().actor, after=after))
    return render_page(
        "publisher/queue.html",
        owner_of=form_recovery.owner_of,
        waiting=[_waiting(row) for row in rows.rows],
        counts={} if rows.next or request.args.get("after") else {"waiting": len(rows.rows)},
        after=rows.next,
        without_page=overview.tallies(identity.me().actor)["without_page"],
        register_url=f"{ports().site.url}/register",
        **{"refused": (), **shown},
    )


@bp.get("/publisher/authors")
@open_to(CONSOLE)
def authors() -> ResponseReturnValue:
    """The authors, in the list and the order that the query asks for, or those of the list with the words typed."""
    asked, by = author_rows.asked(), identity.me().actor
    try:
        found = (
            overview.search(ports(), by, asked.typed, asked.name)
            if asked.typed.strip()
            else overview.read(ports(), by, asked.name, order=asked.order, after=asked.after, before=asked.before)
        )
    except ValueError as fault:
        raise BadRequest from fault
    invited = overview.tallies(by)["invitations"]
    return render_page("publisher/authors.html", invited=invited, **author_rows.shown(asked, found))


def _waiting(row: listing.Row) -> WaitingAuthor:
    account = row.account
    days = (ports().clock.now() - account.created_at).days
    return WaitingAuthor(
        id=account.id,
        name=account.name,
        email=account.address,
        days=days,
        is_late=days > waiting_time.usual_days(ports(), identity.me().actor),
        refusals=account.refusals,
        question=account.question,
        warnings=_warnings(row),
        namesakes=row.namesakes,
    )


def _not_approved(refused: bulk_approval.Refused) -> NotApproved:
    if not refused.state:
        return NotApproved(refused.name, notices.NOT_APPROVED)
    decision = notices.STATES[refused.state]
    return NotApproved(refused.name, notices.ApprovedBefore(refused.by, decision) if refused.by else decision)


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
