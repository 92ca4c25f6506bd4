"""The publisher's list of authors, slice by slice: by name or by last change, all of them or those of one list.

A slice takes two reads: the index, then the accounts with what the list says of their pages. The counts come with the
session, or are one more.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from byline.accounts import invitation_counts
from byline.accounts.model import State
from byline.accounts.records import LIST_COUNTS, account_from, account_key
from byline.authors import list_entries, list_index, listing, search_index
from byline.authors.list_entries import ALL, UNDELIVERABLE, PageState
from byline.authors.managed_authors import managed_author
from byline.permissions import require
from byline.richtext.lookalikes import skeleton

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from byline.accounts.model import Account
    from byline.audit import Actor
    from byline.authors.list_entries import Listed
    from byline.ports import Ports

A_SLICE = 50
_MOST_NUMBER = 10_000_000
_AFTER_ALL_WITH_THIS = "\x01"


class Order(StrEnum):
    """How a list is sorted: by the name for sorting, or the last change first."""

    NAME = "name"
    CHANGE = "changed"


@dataclass(frozen=True, slots=True)
class Person:
    """An account in the list, and what the list says of its page."""

    account: Account
    about: Listed


@dataclass(frozen=True, slots=True)
class Slice:
    """People of a list. ``first`` is the number of the first one, ``counts`` how many each list has (``None`` while
    they are counted). ``before`` and ``after`` lead to the slices beside it; "": there is none.
    """

    people: tuple[Person, ...]
    counts: Mapping[str, int] | None
    first: int = 1
    before: str = ""
    after: str = ""


def read(
    ports: Ports, by: Actor, name: str = ALL, *, order: Order = Order.NAME, after: str = "", before: str = ""
) -> Slice:
    """A slice of the list of a name (``list_entries``); ``ValueError`` for a cursor that is none of this list."""
    require(by, "authors.overview.read")
    counts = read_counts(ports, by)
    if counts is None:
        return _read_uncounted(ports, by, name, after=after)
    low, high = list_entries.bounds(name)
    number, place = _read_cursor(before or after, low, high)
    is_back = bool(before)
    descending = (order is Order.CHANGE) is not is_back
    first_bounds = (low, place or high) if descending else (place + _AFTER_ALL_WITH_THIS if place else low, high)
    index = list_entries.BY_CHANGE if order is Order.CHANGE else list_entries.BY_NAME
    page = ports.store.page(index, between=first_bounds, descending=descending, limit=A_SLICE + 2)
    records = [record for record in page.records if record.entry and record.entry.sort != place]
    is_more, records = len(records) > A_SLICE, records[:A_SLICE]
    records = records[::-1] if is_back else records
    if not records:
        return Slice((), counts)
    first = max(1, number - len(records)) if is_back else number + 1
    sorts = [record.entry.sort for record in records if record.entry]
    return Slice(
        _people(ports, [list_entries.account_of(record) for record in records]),
        counts,
        first,
        before=_cursor(first, sorts[0]) if (is_more if is_back else bool(place)) else "",
        after=_cursor(first + len(records) - 1, sorts[-1]) if is_back or is_more else "",
    )


def search(ports: Ports, by: Actor, typed: str, name: str = ALL) -> Slice:
    """The people of a list who have words beginning with each of those typed, by name; at most fifty."""
    require(by, "authors.listing.search")
    counts = read_counts(ports, by)
    if counts is None:
        people = _from_rows(ports, listing.search(ports, by, typed).rows)
    else:
        people = _people(ports, [account_id for account_id, _ in search_index.search(ports, typed, limit=A_SLICE)])
    found = [person for person in people if name in list_entries.lists_of(person.account, person.about)]
    return Slice(tuple(sorted(found, key=lambda person: list_entries.name_key(person.about))), counts)


def namesakes(ports: Ports, by: Actor, name: str) -> tuple[Person, ...]:
    """The people who have a name, or one that looks like it, with an account or without."""
    look = skeleton(name)
    return tuple(person for person in search(ports, by, name).people if skeleton(person.account.name) == look)


def read_counts(ports: Ports, by: Actor) -> Mapping[str, int] | None:
    """How many entries each list has; ``None`` while they are counted. No read where the session brought them along."""
    require(by, "authors.overview.read")
    if LIST_COUNTS in by.prefetched:
        return list_index.counts_in(by.prefetched[LIST_COUNTS])
    return list_index.counts_in(ports.store.one(LIST_COUNTS))


def tallies(by: Actor) -> dict[str, int]:
    """What the console counts, as far as the session brought it along: people and texts that wait, who is invited, and
    authors without a page.
    """
    counts = list_index.counts_in(by.prefetched.get(LIST_COUNTS)) or {}
    waiting = counts.get(list_entries.of_state(State.WAITING), 0)
    reviews = counts.get(list_entries.of_page(PageState.REVIEW), 0)
    without_page = counts.get(list_entries.of_page(PageState.NONE), 0)
    invited = invitation_counts.counted(by.prefetched)
    return {"waiting": waiting, "reviews": reviews, "invitations": invited, "without_page": without_page}


def _people(ports: Ports, account_ids: Sequence[str]) -> tuple[Person, ...]:
    """Accounts and what the list says of them in one read; deleted ones are left out."""
    firsts = [*map(list_entries.first_key, account_ids)]
    found = ports.store.get(*map(account_key, account_ids), *firsts) if account_ids else {}
    people = []
    for account_id, first in zip(account_ids, firsts, strict=True):
        record, entry = found.get(account_key(account_id)), found.get(first)
        about = list_entries.from_record(entry) if entry else None
        account = account_from(record) if record else _managed(account_id, about)
        if account is None or account.state is State.DELETED:
            continue
        people.append(Person(account, about or list_entries.listed(account, None, ports.clock.now())))
    return tuple(people)


def _managed(author_id: str, about: Listed | None) -> Account | None:
    """What stands for the author of a page that the press keeps, by what the list says of it; ``None``: it is none."""
    if about is None or about.profile != author_id:
        return None
    return managed_author(author_id, about.name, about.changed_at)


def _read_uncounted(ports: Ports, by: Actor, name: str, *, after: str) -> Slice:
    """A slice as the older lists have it, while the entries of this one are made."""
    kind, _, value = name.partition("/")
    if name == UNDELIVERABLE:
        rows = listing.undeliverable(ports, by, after=after)
    else:
        state = None if name == ALL else State.ACTIVE if kind == "page" else State(value)
        rows = listing.listed(ports, by, state, after=after)
    people = _from_rows(ports, rows.rows)
    shown = [person for person in people if kind != "page" or person.about.page is PageState(value)]
    return Slice(tuple(shown), None, after=rows.next or "")


def _from_rows(ports: Ports, rows: Sequence[listing.Row]) -> tuple[Person, ...]:
    now = ports.clock.now()
    return tuple(Person(row.account, list_entries.listed(row.account, row.profile, now)) for row in rows)


def _cursor(number: int, sort: str) -> str:
    return base64.urlsafe_b64encode(f"{number} {sort}".encode()).decode().rstrip("=")


def _read_cursor(text: str, low: str, high: str) -> tuple[int, str]:
    """The number and the place of the entry that a slice goes on from; 0 and "" for the beginning."""
    if not text:
        return 0, ""
    number, _, place = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True).decode().partition(" ")
    if (
        not low <= place <= high
        or len(place.encode()) > list_entries.MOST_BYTES
        or not 0 <= int(number) <= _MOST_NUMBER
    ):
        raise ValueError("no cursor of this list")
    return int(number), place
