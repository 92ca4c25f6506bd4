"""Authors whose page the press keeps. They have no account, so the id of the profile names them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from byline.accounts.actors import is_id, load_account
from byline.accounts.model import Account, AccountId, Address, Role, State
from byline.accounts.records import account_from, account_key
from byline.errors import NotFound
from byline.profiles import records as profile_records

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from byline.ports import Ports
    from byline.store.port import Key, Record


def managed_author(profile_id: str, name: str, created_at: datetime) -> Account:
    """What stands for the author of a page that the press keeps. It is never stored, and has no address."""
    return Account(
        id=AccountId(profile_id),
        address=Address(""),
        name=name,
        state=State.MANAGED,
        role=Role.AUTHOR,
        created_at=created_at,
        confirmed_at=None,
        profile_id=profile_id,
    )


def author_keys(author_id: str) -> tuple[Key, ...]:
    """The records that an id of an author may name."""
    return (account_key(author_id), profile_records.key(author_id)) if is_id(author_id) else ()


def author_in(found: Mapping[Key, Record | None], author_id: str) -> Account | None:
    """The account of an id, or what stands for the author of a page that the press keeps; ``None`` if it is neither.

    ``found`` are the records of ``author_keys``.
    """
    record = found.get(account_key(author_id))
    if record is not None:
        return account_from(record)
    page = found.get(profile_records.key(author_id))
    profile = profile_records.from_record(page) if page else None
    if profile is None or profile.account_id is not None or profile.merged_into:
        return None
    return managed_author(profile.id, profile.content.name, profile.created_at)


def find_author(ports: Ports, found: Mapping[Key, Record], author_id: str) -> Account | None:
    """The same for a job that has ``found`` the account, if there is one; else it is one more read."""
    if account_key(author_id) in found:
        return author_in(found, author_id)
    return author_in(ports.store.get(profile_records.key(author_id)), author_id)


def load_author(
    ports: Ports, author_id: str, prefetched: Mapping[Key, Record | None] = MappingProxyType({})
) -> Account:
    """The author of an id: what was read already, or one read. ``NotFound`` if there is none.

    The id of a page that the press kept leads to the account that it has by now: that is one more read. That of one
    which was merged into another leads nowhere, so that nothing is done to the wrong page.
    """
    keys = author_keys(author_id)
    found: Mapping[Key, Record | None] = {key: prefetched[key] for key in keys if prefetched.get(key)}
    if keys and not found:
        found = dict(ports.store.get(*keys))
    author = author_in(found, author_id)
    if author is not None:
        return author
    record = found.get(profile_records.key(author_id)) if keys else None
    profile = profile_records.from_record(record) if record else None
    if profile is None or profile.account_id is None:
        raise NotFound
    return load_account(ports, profile.account_id, prefetched)
