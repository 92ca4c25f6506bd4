"""What happened on the whole site, newest first, narrowed by person, kind and time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import BadRequest

from byline.authors import activity, listing
from byline.authors.activity import Filter
from byline.messages import console, events
from byline.web import identity
from byline.web.access import CONSOLE, open_to
from byline.web.context import ports
from byline.web.render import render_page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from byline.accounts.model import Account
    from byline.messages.message import Message

bp = Blueprint("activity", __name__)
_KINDS = (
    ("pages", console.ACTIVITY_PAGES),
    ("reviews", console.ACTIVITY_REVIEWS),
    ("accounts", console.ACTIVITY_ACCOUNTS),
    ("invitations", console.ACTIVITY_INVITATIONS),
    (activity.OTHER, console.ACTIVITY_OTHER),
    (activity.LOGINS, console.ACTIVITY_LOGINS),
)
_YEARS = range(2000, 2200)


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """An event as ``publisher/activity.html`` shows it.

    ``about`` is the name of whom it is about, ``by`` who did it, "" where it is the same person; ``change_url`` is
    where what a save changed is.
    """

    at: datetime
    sentence: Message
    by: str | Message
    by_url: str
    about: str
    about_url: str
    change_url: str


@bp.get("/publisher/activity")
@open_to(CONSOLE)
def overview() -> ResponseReturnValue:
    """The activity; a name that is typed leads to whoever it is."""
    actor, typed = identity.me().actor, request.args.get("person", "").strip()
    people = [row.account for row in listing.search(ports(), actor, typed).rows] if typed else []
    query = _query()
    if typed and len(people) != 1:
        return _page(query, activity.Slice(()), typed=typed, people=people)
    if people:
        values: dict[str, Any] = {**query, "about": people[0].id, "by": None}
        return redirect(url_for("activity.overview", **values))
    asked = Filter(
        about=query.get("about", ""),
        by=query.get("by", ""),
        kind=query.get("kind", ""),
        since=_day(query.get("since", "")),
        until=_day(query.get("until", "")),
    )
    after, before = request.args.get("after", ""), request.args.get("before", "")
    try:
        found = activity.read(ports(), actor, asked, after=after, before=before)
    except ValueError as fault:
        raise BadRequest from fault
    return _page(query, found)


def _page(
    query: dict[str, str], found: activity.Slice, *, typed: str = "", people: Sequence[Account] = ()
) -> ResponseReturnValue:
    return render_page(
        "publisher/activity.html",
        query=query,
        kinds=_KINDS,
        rows=[_row(each) for each in found.happenings],
        person=found.person,
        person_id=query.get("about") or query.get("by") or "",
        typed=typed,
        people=people,
        newer=found.newer,
        older=found.older,
        back_to=found.back_to,
        now=ports().clock.now(),
    )


def _query() -> dict[str, str]:
    """What the address says of the filter, as far as it can be used."""
    query = {name: request.args.get(name, "") for name in ("about", "by", "kind", "since", "until")}
    if query["kind"] not in dict(_KINDS):
        query["kind"] = ""
    for name in ("since", "until"):
        if _day(query[name]) is None:
            query[name] = ""
    return {name: value for name, value in query.items() if value}


def _day(text: str) -> date | None:
    """A day as a browser's field of a date sends it; ``None`` for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in _YEARS else None


def _row(each: activity.Happening) -> ActivityRow:
    is_own = bool(each.by_id) and each.about_id == each.by_id
    return ActivityRow(
        each.at,
        each.message,
        "" if is_own else each.by,
        "" if is_own else _author_url(each.by_id),
        each.about,
        _author_url(each.about_id),
        _change_url(each),
    )


def _author_url(account_id: str) -> str:
    return url_for("author.overview", account_id=account_id) if account_id else ""


def _change_url(each: activity.Happening) -> str:
    """Where the version that a save made stands beside the one before."""
    if not each.about_id or each.version < 1 or each.message.code not in {events.SAVED, events.VERSION_RESTORED}:
        return ""
    at: dict[str, Any] = {"number": each.version - 1, "to": each.version} if each.version > 1 else {"number": 1}
    return url_for("author.version", account_id=each.about_id, **at)
