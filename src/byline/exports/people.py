"""Who is in an export, read slice by slice, so that its size does not matter.

That is every author whose account is active, with what readers see of their page. A draft is in no export, nor is
anything else that is not live.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from byline.accounts.actors import is_id
from byline.accounts.model import Role, State
from byline.accounts.records import ACCOUNTS, account_from, account_key
from byline.profiles import records as profile_records
from byline.store.port import MOST_BYTES_SORT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from byline.accounts.model import Account
    from byline.ports import Ports
    from byline.profiles.model import Profile
    from byline.store.port import Record

MOST_CHOSEN: Final = 100
"""Authors that are chosen one by one."""
_SLICE: Final = 50
_PREFIX: Final = f"{State.ACTIVE.value}/"
_END: Final = f"{State.ACTIVE.value}0"
"""Behind everything that begins with the prefix."""


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
    is_place = after.startswith(_PREFIX) and len(after.encode()) <= MOST_BYTES_SORT
    start = after if is_place else _PREFIX
    page = ports.store.page(ACCOUNTS, between=(start, _END), limit=_SLICE)
    while True:
        places = {record.key.id: record.entry.sort for record in page.records if record.entry}
        accounts = [account_from(record) for record in page.records if places.get(record.key.id) != after]
        yield from _as_they_are(ports, accounts, places)
        if page.next is None:
            return
        page = ports.store.page(ACCOUNTS, between=(start, _END), after=page.next, limit=_SLICE)


def chosen(ports: Ports, account_ids: Sequence[str], *, after: str = "") -> Iterator[ExportedAuthor]:
    """Some authors, in the order of their ids; who is none, or not active, is left out."""
    ids = [account_id for account_id in dict.fromkeys(account_ids[:MOST_CHOSEN]) if is_id(account_id)]
    places = {account_id: f"{number:03}" for number, account_id in enumerate(ids, 1)}
    keys = [account_key(account_id) for account_id in ids if places[account_id] > after]
    found = ports.store.get(*keys) if keys else {}
    yield from _with_pages(ports, [found[key] for key in keys if key in found], places)


def _as_they_are(ports: Ports, accounts: Sequence[Account], places: dict[str, str]) -> Iterator[ExportedAuthor]:
    """The accounts of a slice of the index, which may lag, as their records say."""
    keys = [account_key(account.id) for account in accounts]
    found = ports.store.get(*keys) if keys else {}
    return _with_pages(ports, [found[key] for key in keys if key in found], places)


def _with_pages(ports: Ports, records: Sequence[Record], places: dict[str, str]) -> Iterator[ExportedAuthor]:
    accounts = [account for account in map(account_from, records) if account.state is State.ACTIVE]
    keys = [profile_records.key(account.profile_id) for account in accounts if account.profile_id]
    found = ports.store.get(*keys) if keys else {}
    for account in accounts:
        record = found.get(profile_records.key(account.profile_id)) if account.profile_id else None
        profile = profile_records.from_record(record) if record else None
        page = profile if profile is not None and profile.number else None
        if page is not None or account.role is Role.AUTHOR:  # a publisher without a page is no author
            yield ExportedAuthor(account, page, places[account.id])
