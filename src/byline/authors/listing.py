"""Lists for the publisher: who waits, who is there, what happened. Two reads each: an index, then the records.

An index may lag, so what it names is judged again on the records.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from byline.accounts.model import Account, State
from byline.accounts.records import ACCOUNTS, account_from, account_key
from byline.audit import EVENTS
from byline.authors import finding
from byline.profiles import records as profile_records
from byline.store.port import MOST_KEYS, Cursor

if TYPE_CHECKING:
    from byline.ports import Ports
    from byline.profiles.model import Profile

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """An author in a list: the account, and what others in it make worth knowing."""

    account: Account
    namesakes: int = 0


@dataclass(frozen=True, slots=True)
class Rows:
    """A slice of a list and where the next one begins."""

    rows: tuple[Row, ...]
    next: Cursor | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of an account's life."""

    what: str
    by: str
    at: datetime
    version: int | None


def waiting(ports: Ports, *, after: Cursor | None = None, limit: int = A_PAGE) -> Rows:
    """Who waits for approval, longest first; a name that another of them has too is pointed out."""
    rows = with_state(ports, State.WAITING, after=after, limit=limit)
    names = [row.account.name.casefold() for row in rows.rows]
    return Rows(tuple(Row(row.account, names.count(row.account.name.casefold()) - 1) for row in rows.rows), rows.next)


def with_state(ports: Ports, state: State, *, after: Cursor | None = None, limit: int = A_PAGE) -> Rows:
    """The accounts in a state: the waiting by when they asked, the others by name."""
    page = ports.store.page(ACCOUNTS, prefix=f"{state.value}/", after=after, limit=limit)
    accounts = _accounts(ports, [record.key.id for record in page.records])
    return Rows(tuple(Row(account) for account in accounts if account.state is state), page.next)


def search(ports: Ports, typed: str, *, state: State | None = None) -> Rows:
    """The accounts whose name, sort name or address begins like this."""
    accounts = _accounts(ports, list(finding.found_by(ports, typed, limit=MOST_KEYS)))
    return Rows(
        tuple(
            Row(account)
            for account in accounts
            if account.state is not State.DELETED and (state is None or account.state is state)
        )
    )


def everybody(ports: Ports, *, state: State | None = None) -> list[tuple[Account, Profile | None]]:
    """All accounts with their profiles, state by state: for the shell, never for a page."""
    everyone: list[tuple[Account, Profile | None]] = []
    for each in [state] if state else [state for state in State if state is not State.DELETED]:
        after: Cursor | None = None
        while True:
            rows = with_state(ports, each, after=after, limit=A_PAGE)
            keys = [profile_records.key(row.account.profile_id) for row in rows.rows if row.account.profile_id]
            found = ports.store.get(*keys) if keys else {}
            for row in rows.rows:
                record = found.get(profile_records.key(row.account.profile_id or ""))
                everyone.append((row.account, profile_records.from_record(record) if record else None))
            after = rows.next
            if after is None:
                break
    return everyone


def events(ports: Ports, account_id: str, *, limit: int = A_PAGE) -> tuple[Happened, ...]:
    """What happened to an account, newest first."""
    page = ports.store.page(EVENTS, prefix=f"{account_id}/", limit=limit, descending=True)
    happened = []
    for record in page.records:
        details = record.data["details"]
        number = details.get("version") if isinstance(details, dict) else None
        happened.append(
            Happened(
                str(record.data["what"]),
                str(record.data["by_name"]),
                datetime.fromisoformat(str(record.data["at"])),
                number if isinstance(number, int) else None,
            )
        )
    return tuple(happened)


def _accounts(ports: Ports, ids: list[str]) -> list[Account]:
    found = ports.store.get(*map(account_key, ids)) if ids else {}
    return [account_from(found[account_key(each)]) for each in ids if account_key(each) in found]
