"""The list of authors as its page shows it: what narrows it, and a row for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request, url_for
from werkzeug.exceptions import NotFound

from byline.accounts.model import State
from byline.authors import list_entries
from byline.authors.list_entries import ALL, PageState
from byline.authors.overview import Order
from byline.messages import console, notices
from byline.profiles import collation
from byline.site import addresses
from byline.web.context import ports

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from byline.authors.overview import Person, Slice
    from byline.messages.message import Message
    from byline.profiles.model import Photo

MAX_QUERY_LENGTH = 200
NARROWING = ("q", "state", "page", "email")
"""Of a query: what says who is in the list."""
_DAYS_A_MONTH = 30.4
_LEAST_WIDTH = 72
"""Pixels of a portrait in a row, on a screen that has two for one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a query asks for: the ``name`` of a list (``list_entries``), its order, words, and where to go on."""

    name: str
    order: Order
    typed: str
    after: str
    before: str


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A list that the page can show: what leads to it, how many it has (``None``: not counted), whether it is shown."""

    label: Message
    query: Mapping[str, str]
    count: int | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class Row:
    """An author. ``page`` is as in ``list_entries.PageState``, "" where no page is to be written; ``months``: for how
    long nobody looked at it. ``review_url`` leads to the text that waits, or is "". ``photo`` is the address of a small
    portrait, ``initial`` what stands for one.
    """

    id: str
    sort_name: str
    name: str
    email: str
    about: str
    state: str
    state_label: Message
    is_publisher: bool
    is_undelivered: bool
    page: str
    months: int
    changed_at: datetime
    page_url: str
    review_url: str
    photo: str
    initial: str


_LISTS: tuple[tuple[str, Message, Mapping[str, str]], ...] = (
    (ALL, console.ALL, {}),
    (list_entries.of_page(PageState.PUBLISHED), console.PUBLISHED, {"page": "published"}),
    (list_entries.of_page(PageState.REVIEW), console.IN_REVIEW, {"page": "review"}),
    (list_entries.of_page(PageState.DRAFT), console.DRAFT, {"page": "draft"}),
    (list_entries.of_page(PageState.NONE), console.NO_PAGE, {"page": "none"}),
    (list_entries.of_state(State.MANAGED), console.MANAGED, {"state": "managed"}),
    (list_entries.of_page(PageState.STALE), console.STALE, {"page": "stale"}),
    (list_entries.of_state(State.WAITING), notices.STATES["waiting"], {"state": "waiting"}),
    (list_entries.of_state(State.ACTIVE), notices.STATES["active"], {"state": "active"}),
    (list_entries.of_state(State.DECLINED), notices.STATES["declined"], {"state": "declined"}),
    (list_entries.of_state(State.SUSPENDED), notices.STATES["suspended"], {"state": "suspended"}),
    (list_entries.UNDELIVERABLE, console.UNDELIVERED, {"email": "undeliverable"}),
)
"""What narrows the list, in the order of the page; the names of a query are documented in ``docs/addresses.md``."""
_NOT_EXPORTED = {list_entries.of_state(state) for state in (State.WAITING, State.DECLINED, State.SUSPENDED)}
_ACTIVE = list_entries.of_state(State.ACTIVE)
"""A list without a link of its own: the lists of pages have everyone who is active."""


def asked(given: Mapping[str, str] | None = None) -> Asked:
    """What the query of the request, or a form with the same fields, asks for; 404 for a value that there is nothing
    for. Of what narrows the list, the email counts more than the page, and the page more than the state.
    """
    given = request.args if given is None else given
    email = given.get("email") or ("undeliverable" if given.get("letters") == "undelivered" else "")
    page, state = given.get("page", ""), given.get("state", "")
    try:
        name = list_entries.of_page(PageState(page)) if page else list_entries.of_state(State(state)) if state else ALL
        name = {"": name, "undeliverable": list_entries.UNDELIVERABLE}[email]
        order = Order(given.get("sort") or Order.NAME)
    except (KeyError, ValueError) as fault:
        raise NotFound from fault
    typed = given.get("q", "")[:MAX_QUERY_LENGTH].replace("\0", "").encode("utf-8", "ignore").decode()
    return Asked(name, order, typed, given.get("after", ""), given.get("before", ""))


def shown(asked: Asked, found: Slice) -> dict[str, Any]:
    """What ``publisher/authors.html`` is filled with."""
    last = found.first + len(found.people) - 1
    is_counted = found.counts is not None and not asked.typed.strip()
    return {
        "q": asked.typed,
        "query": _query_of(asked.name),
        "sort": asked.order.value,
        "sorting": {} if asked.order is Order.NAME else {"sort": asked.order.value},
        "lists": _narrowings(asked.name, found.counts),
        "people": [row(person) for person in found.people],
        "first": found.first,
        "last": last,
        "total": max(last, (found.counts or {}).get(asked.name, 0)) if is_counted else None,
        "exported": exported(asked) if found.counts is not None and found.people else {},
        "before": found.before,
        "after": found.after,
        "register_url": f"{ports().site.url}/register",
    }


def exported(asked: Asked) -> Mapping[str, str]:
    """What leads from a list to its export; nothing for that of all, and where no one is an author yet or any more."""
    if asked.name in _NOT_EXPORTED or not (asked.typed.strip() or asked.name != ALL):
        return {}
    return {**_query_of(asked.name), **({"q": asked.typed} if asked.typed.strip() else {})}


def label_of(name: str) -> Message:
    """What a list is called."""
    return next((label for each, label, _ in _LISTS if each == name), console.ALL)


def _query_of(name: str) -> Mapping[str, str]:
    """What leads to a list."""
    return next((query for each, _, query in _LISTS if each == name), {})


def _narrowings(name: str, counts: Mapping[str, int] | None) -> tuple[Narrowing, ...]:
    """The lists that are worth a link: those with anybody in them, and the one that is shown."""
    return tuple(
        Narrowing(label, query, None if counts is None else counts.get(each, 0), each == name)
        for each, label, query in _LISTS
        if each in (name, ALL) or (each != _ACTIVE and (counts is None or counts.get(each)))
    )


def row(person: Person) -> Row:
    """The row of an author."""
    account, about = person.account, person.about
    is_active = account.state in {State.ACTIVE, State.MANAGED}
    is_public = is_active and about.slug is not None
    now = ports().clock.now()
    return Row(
        id=account.id,
        sort_name=about.sort_name,
        name=account.name,
        email=account.address,
        about=about.about,
        state=account.state.value,
        state_label=notices.STATES[account.state.value],
        is_publisher=account.role.value == "publisher",
        is_undelivered=account.is_undeliverable,
        page=about.page.value if about.page and is_active else "",
        months=int((now - about.changed_at).days / _DAYS_A_MONTH),
        changed_at=about.changed_at,
        page_url=f"{ports().site.url}/authors/{about.slug}/" if is_public else "",
        review_url=_review_url(person) if about.page is PageState.REVIEW and is_active else "",
        photo=small_photo(about.profile, about.photo) if is_public else "",
        initial=collation.initial(about.sort_name),
    )


def _review_url(person: Person) -> str:
    return url_for("reviews.review", profile_id=person.about.profile, author=person.account.id)


def small_photo(profile_id: str | None, photo: Photo | None, least_width: int = _LEAST_WIDTH) -> str:
    """The address of the narrowest size of a published photo that is wide enough; "" if there is none."""
    if profile_id is None or photo is None:
        return ""
    wide = [width for width, _ in photo.sizes if width >= least_width] or [photo.sizes[0][0]]
    return addresses.local(addresses.photo(profile_id, photo, min(wide)))
