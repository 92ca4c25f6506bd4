"""Lists for the publisher: who waits, who is there, what happened. Two reads each: an index, then the records.

An index may lag, so what it names is judged again on the records.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from byline.accounts.bounces import MAIL_SYSTEM
from byline.accounts.model import Account, Role, State
from byline.accounts.records import ACCOUNT_PREFIX, ACCOUNTS, PUBLISHERS, UNDELIVERABLE, account_from, account_key
from byline.audit import EVENTS, OPERATOR
from byline.authors import search_index
from byline.authors.managed_authors import author_in
from byline.messages.events import HANDED_OVER, THE_OPERATOR, message
from byline.permissions import require
from byline.profiles import records as profile_records
from byline.richtext.lookalikes import skeleton
from byline.store.port import MOST_KEYS, Cursor

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from byline.audit import Actor
    from byline.messages.message import Message
    from byline.ports import Ports
    from byline.profiles.model import Profile
    from byline.store.port import Record

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Namesake:
    """An active author who has the name of another, or one that looks like it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """An author in a list: the account, and what others make worth knowing.

    ``waiting_namesakes`` are those who wait as well, ``namesakes`` active authors, with this name or one like it.
    """

    account: Account
    profile: Profile | None = None
    waiting_namesakes: int = 0
    namesakes: tuple[Namesake, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """A slice of a list and where the next one begins."""

    rows: tuple[Row, ...]
    next: Cursor | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One event of an account's life; ``by`` is a name, "" where no one acted who has one."""

    message: Message
    by: str | Message
    at: datetime


def waiting(ports: Ports, by: Actor, *, after: str = "", limit: int = A_PAGE) -> Rows:
    """Who waits for approval, longest first, without their profiles.

    A name that another of them or an active author has too, or one like it, is pointed out, as their search
    entries say. Of those alike who waited when these were made, and wait no more, that is one more read.
    """
    require(by, "authors.listing.waiting")
    page = ports.store.page(ACCOUNTS, prefix=f"{State.WAITING.value}/", after=_cursor(after), limit=limit)
    ids = [record.key.id for record in page.records]
    found = ports.store.get(*map(account_key, ids), *map(search_index.first_key, ids)) if ids else {}
    accounts = [account_from(found[key]) for key in map(account_key, ids) if key in found]
    accounts = [account for account in accounts if account.state is State.WAITING]
    names = [skeleton(account.name) for account in accounts]
    firsts = {each.id: found.get(search_index.first_key(each.id)) for each in accounts}
    said = {each: search_index.called_in(first) or {} for each, first in firsts.items()}
    unsaid = {each: set(search_index.alike_in(first)).difference(ids, said[each]) for each, first in firsts.items()}
    active = _active(ports, {other for others in unsaid.values() for other in others})
    rows = (
        Row(
            account,
            waiting_namesakes=names.count(name) - 1,
            namesakes=_with_look(
                name, {**said[account.id], **{each: active[each].name for each in unsaid[account.id] if each in active}}
            ),
        )
        for account, name in zip(accounts, names, strict=True)
    )
    return Rows(tuple(rows), page.next)


def listed(ports: Ports, by: Actor, state: State | None, *, after: str = "", limit: int = A_PAGE) -> Rows:
    """The accounts in a state, or in any: the waiting by when they asked, the others by name."""
    require(by, "authors.listing.listed")
    page = ports.store.page(ACCOUNTS, prefix=f"{state.value}/" if state else "", after=_cursor(after), limit=limit)
    pairs = [(each.key.id, each.key.id if _is_page(each) else account_from(each).profile_id) for each in page.records]
    return Rows(_rows(ports, pairs, state), page.next)


def undeliverable(ports: Ports, by: Actor, *, after: str = "", limit: int = A_PAGE) -> Rows:
    """The accounts whose emails bounce, longest first; one more read, because an entry names no profile."""
    require(by, "authors.listing.undeliverable")
    page = ports.store.page(UNDELIVERABLE, prefix=ACCOUNT_PREFIX, after=_cursor(after), limit=limit)
    found = _rows(ports, [(record.key.id, None) for record in page.records], None)
    pairs = [(row.account.id, row.account.profile_id) for row in found if row.account.is_undeliverable]
    return Rows(_rows(ports, pairs, None), page.next)


def _cursor(after: str) -> Cursor | None:
    """Where a list goes on: ``Rows.next`` as a text, "" for its beginning."""
    return Cursor(after) if after else None


def search(ports: Ports, by: Actor, typed: str, *, state: State | None = None) -> Rows:
    """The accounts that have, in names or address, words beginning with each of those typed; at most fifty."""
    require(by, "authors.listing.search")
    return Rows(_rows(ports, search_index.search(ports, typed, limit=A_PAGE), state))


def namesakes(ports: Ports, by: Actor, account: Account) -> tuple[Namesake, ...]:
    """The active authors who have the name of an account, or one that looks like it; two reads."""
    require(by, "authors.listing.search")
    active = _active(ports, search_index.alike(ports, account)).values()
    return _with_look(skeleton(account.name), {each.id: each.name for each in active})


def all_accounts(ports: Ports, by: Actor, *, state: State | None = None) -> list[tuple[Account, Profile | None]]:
    """All accounts with their profiles, state by state: for the shell, never for a page."""
    require(by, "authors.listing.all_accounts")
    everyone: list[tuple[Account, Profile | None]] = []
    for each in [state] if state else [state for state in State if state is not State.DELETED]:
        after: str = ""
        while True:
            rows = listed(ports, by, each, after=after)
            everyone += [(row.account, row.profile) for row in rows.rows]
            after = rows.next or ""
            if not after:
                break
    return everyone


def publishers(ports: Ports, by: Actor) -> list[Account]:
    """Everyone who has the publisher role, suspended ones too: for the shell."""
    require(by, "authors.listing.publishers")
    found: list[Account] = []
    page = ports.store.page(PUBLISHERS, limit=MOST_KEYS)
    while True:
        accounts = [row.account for row in _rows(ports, [(record.key.id, None) for record in page.records], None)]
        found += [account for account in accounts if account.role is Role.PUBLISHER]
        if page.next is None:
            return found
        page = ports.store.page(PUBLISHERS, after=page.next, limit=MOST_KEYS)


def events(ports: Ports, by: Actor, account: Account, *, limit: int = A_PAGE) -> tuple[AuditEntry, ...]:
    """What happened to an account, newest first; one read more if others acted than the account and who looks, and one
    for what happened while the press kept the page.
    """
    require(by, "authors.listing.events")
    records = _events(ports, account.id, limit)
    if account.profile_id and any(record.data["what"] == HANDED_OVER for record in records):
        records = [*records, *_events(ports, account.profile_id, limit)][:limit]
    names: dict[str, str | Message] = {
        OPERATOR.account_id: THE_OPERATOR,
        by.account_id: by.name,
        account.id: account.name,
    }
    others = {str(record.data["by"]) for record in records} - names.keys() - {MAIL_SYSTEM.account_id}
    found = ports.store.get(*map(account_key, others)) if others else {}
    names |= {record.key.id: account_from(record).name for record in found.values()}
    return tuple(_event(record, names) for record in records)


def _events(ports: Ports, about: str, limit: int) -> Sequence[Record]:
    return ports.store.page(EVENTS, prefix=f"{about}/", limit=limit, descending=True).records


def _active(ports: Ports, account_ids: Collection[str]) -> dict[str, Account]:
    """Those of some accounts that are active, by id, in the order of the ids."""
    keys = [account_key(account_id) for account_id in account_ids]
    active: dict[str, Account] = {}
    for start in range(0, len(keys), MOST_KEYS):
        some = keys[start : start + MOST_KEYS]
        found = ports.store.get(*some)
        accounts = (account_from(found[key]) for key in some if key in found)
        active |= {account.id: account for account in accounts if account.state is State.ACTIVE}
    return active


def _is_page(record: Record) -> bool:
    """Whether a record of the index of accounts is a page that the press keeps."""
    return record.entry is not None and record.entry.sort.startswith(f"{profile_records.MANAGED}/")


def _with_look(look: str, names: Mapping[str, str]) -> tuple[Namesake, ...]:
    return tuple(Namesake(author_id, name) for author_id, name in names.items() if name and skeleton(name) == look)


def _event(record: Record, names: Mapping[str, str | Message]) -> AuditEntry:
    """Read an event of any age: one from before events held ids alone says the name that it was stored with."""
    data, details = record.data, record.data["details"]
    return AuditEntry(
        message(str(data["what"]), details if isinstance(details, dict) else {}),
        names.get(str(data["by"])) or str(data.get("by_name", "")),
        datetime.fromisoformat(str(data["at"])),
    )


def _rows(ports: Ports, pairs: Sequence[tuple[str, str | None]], state: State | None) -> tuple[Row, ...]:
    """Accounts and profiles in one read; what the index named but is not so any more is left out."""
    keys = [account_key(account_id) for account_id, _ in pairs]
    keys += [profile_records.key(profile_id) for _, profile_id in pairs if profile_id]
    found = ports.store.get(*keys) if keys else {}
    rows = []
    for account_id, _ in pairs:
        account = author_in(found, account_id)
        if account is None or account.state is State.DELETED or (state and account.state is not state):
            continue
        prefetched = found.get(profile_records.key(account.profile_id)) if account.profile_id else None
        rows.append(Row(account, profile_records.from_record(prefetched) if prefetched else None))
    return tuple(rows)
