"""Finding an author by the start of name, sort name or address: small records in one index, derived from the account.

A finder is never right or wrong on its own: it is made again from account and profile whenever one of them changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.accounts.model import State
from byline.accounts.records import account_from, account_key
from byline.profiles import names
from byline.profiles import records as profile_records
from byline.store.port import Create, Delete, IndexEntry, Key, Record, Replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from byline.accounts.model import Account
    from byline.jobs.model import Job
    from byline.jobs.payloads import UpdateSearch
    from byline.ports import Ports
    from byline.profiles.model import Profile
    from byline.store.port import Write

SEARCH = "search"
"""The index of finders, by what they find."""
_FINDERS = 5


def refresh(ports: Ports, job: Job[UpdateSearch]) -> None:
    """Carry out a FIND job: make the finders of an account what they should be."""
    account_id = job.payload.account
    keys = [_key(account_id, number) for number in range(_FINDERS)]
    found = ports.store.get(account_key(account_id), *keys)
    record = found.get(account_key(account_id))
    account = account_from(record) if record else None
    wanted = _wanted(account, _profile(ports, account)) if account else []
    data = {"account": account_id, "profile": account.profile_id if account else None}
    writes: list[Write] = []
    for number, key in enumerate(keys):
        before = found.get(key)
        sort = f"{wanted[number]}/{account_id}" if number < len(wanted) else None
        if before is not None and sort is None:
            writes.append(Delete(key, before.version))
        elif before is None and sort is not None:
            writes.append(Create(Record(key, data, entry=IndexEntry(SEARCH, sort))))
        elif (
            before is not None and sort is not None and (before.entry, before.data) != (IndexEntry(SEARCH, sort), data)
        ):
            writes.append(Replace(Record(key, data, version=before.version + 1, entry=IndexEntry(SEARCH, sort))))
    if writes:
        ports.store.commit(*writes)


def search(ports: Ports, typed: str, *, limit: int = 100) -> tuple[tuple[str, str | None], ...]:
    """The accounts (and profiles, by id) that a typed beginning finds, each once, in the order of what was found."""
    prefix = names.folded(typed)
    if not prefix:
        return ()
    page = ports.store.page(SEARCH, prefix=prefix, limit=limit)
    pairs = ((str(record.data["account"]), record.data["profile"]) for record in page.records)
    return tuple(dict.fromkeys((account, str(profile) if profile else None) for account, profile in pairs))


def _wanted(account: Account, profile: Profile | None) -> list[str]:
    if account.state is State.DELETED:
        return []
    words: Iterable[str] = [account.address, account.name, names.sort_name(account.name)]
    if profile is not None:
        words = [*words, profile.content.name, profile.content.sort_name]
    return list(dict.fromkeys(filter(None, map(names.folded, words))))[:_FINDERS]


def _profile(ports: Ports, account: Account) -> Profile | None:
    if account.profile_id is None:
        return None
    record = ports.store.one(profile_records.key(account.profile_id))
    return profile_records.from_record(record) if record else None


def _key(account_id: str, number: int) -> Key:
    return Key("finder", f"{account_id}/{number}")
