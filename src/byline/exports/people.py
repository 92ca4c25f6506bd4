"""Who is in an export, read slice by slice, so that its size does not matter.

That is every author whose account is active or whose page the press keeps, with what readers see of their page. A draft
is in no export, nor is anything else that is not live.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import merge as in_order
from itertools import islice
from typing import TYPE_CHECKING, Final

from byline.accounts.actors import is_id
from byline.accounts.model import Role, State
from byline.accounts.records import ACCOUNTS
from byline.authors import list_entries, named
from byline.authors.event_records import sort_of
from byline.authors.managed_authors import author_in, author_keys
from byline.profiles import records as profile_records
from byline.store.port import MOST_BYTES_SORT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from byline.accounts.model import Account
    from byline.ports import Ports
    from byline.profiles.model import Profile
    from byline.store.port import Cursor

MOST_CHOSEN: Final = 100
"""Authors that are chosen one by one."""
_SLICE: Final = 50
_STATES: Final = (State.ACTIVE, State.MANAGED)


@dataclass(frozen=True, slots=True)
class ExportedAuthor:
    """An author in an export: ``page`` is ``None`` where nothing is published. ``place`` is where they stand among all,
    or among those who were chosen.
    """

    account: Account
    page: Profile | None
    place: str

    @property
    def name(self) -> str:
        """The name that readers see, or the account's."""
        return self.page.content.name if self.page else self.account.name


def everyone(ports: Ports, *, after: str = "") -> Iterator[ExportedAuthor]:
    """All authors, by name; those behind the ``place`` of one of them. What is no place begins at the first."""
    is_place = after.startswith(tuple(f"{state}/" for state in _STATES)) and len(after.encode()) <= MOST_BYTES_SORT
    behind = after if is_place else ""
    by_name = in_order(
        *(_entries(ports, state, _name_in(behind)) for state in _STATES), key=lambda each: _name_in(each[0])
    )
    entries = (entry for entry in by_name if entry[0] != behind)
    while places := {author_id: place for place, author_id in islice(entries, _SLICE)}:
        yield from _with_pages(ports, places)


def chosen(ports: Ports, account_ids: Sequence[str], *, after: str = "") -> Iterator[ExportedAuthor]:
    """Some authors, in the order of their ids; who is none, or not active, is left out."""
    ids = [account_id for account_id in dict.fromkeys(account_ids[:MOST_CHOSEN]) if is_id(account_id)]
    places = {account_id: f"{number:03}" for number, account_id in enumerate(ids, 1)}
    yield from _with_pages(ports, {account_id: place for account_id, place in places.items() if place > after})


def of_list(ports: Ports, name: str, *, after: str = "") -> Iterator[ExportedAuthor]:
    """The authors of one of the publisher's lists (``list_entries``), by the name for sorting; else as ``everyone``."""
    low, high = list_entries.bounds(name)
    behind = after if low <= after <= high and len(after.encode()) <= MOST_BYTES_SORT else ""
    going_on: Cursor | None = None
    while True:
        bounds = (behind or low, high)
        page = ports.store.page(list_entries.BY_NAME, between=bounds, after=going_on, limit=_SLICE)
        entries = [record for record in page.records if record.entry and record.entry.sort != behind]
        yield from _with_pages(ports, {list_entries.account_of(each): sort_of(each) for each in entries})
        going_on = page.next
        if going_on is None:
            return


def _entries(ports: Ports, state: State, name: str) -> Iterator[tuple[str, str]]:
    """The places of the authors in a state, from a name on, and whose they are; read as they are taken."""
    bounds = (f"{state}/{name}", f"{state}0")  # "0" is behind everything that begins with "/"
    after: Cursor | None = None
    while True:
        page = ports.store.page(ACCOUNTS, between=bounds, after=after, limit=_SLICE)
        yield from ((record.entry.sort, record.key.id) for record in page.records if record.entry)
        after = page.next
        if after is None:
            return


def _name_in(place: str) -> str:
    return place.partition("/")[2]


def _with_pages(ports: Ports, places: Mapping[str, str]) -> Iterator[ExportedAuthor]:
    """Authors by their ids, as their records say: an index may lag."""
    found = named.read_all(ports, (key for author_id in places for key in author_keys(author_id)))
    authors = [author_in(found, author_id) for author_id in places]
    accounts = [author for author in authors if author is not None and author.state in _STATES]
    keys = {profile_records.key(account.profile_id) for account in accounts if account.profile_id}
    found = {**found, **named.read_all(ports, keys - found.keys())}
    for account in accounts:
        record = found.get(profile_records.key(account.profile_id)) if account.profile_id else None
        profile = profile_records.from_record(record) if record else None
        page = profile if profile is not None and profile.is_published else None
        if page is not None or account.role is Role.AUTHOR:  # a publisher without a page is no author
            yield ExportedAuthor(account, page, places[account.id])
