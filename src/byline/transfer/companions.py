"""Which records a commit may write together: where one of them is new, the others have to be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from byline.accounts import records as accounts
from byline.accounts.addresses import address_hash
from byline.profiles import records as profiles

if TYPE_CHECKING:
    from byline.store.port import Key, Record

IMMUTABLE: Final = frozenset({"version", "event"})
"""Kinds that are written once: what was read of them is what there is."""


def companions(record: Record) -> tuple[Key, ...]:
    """The keys of the records that may have been written in the same commit as this one, or that it names."""
    id_ = record.key.id
    keys: tuple[Key, ...] = ()
    match record.key.kind:
        case "claim":
            keys = _of_account(accounts.claiming_account(record) or "")
        case "proposal":
            keys = (accounts.claim_key(id_.rpartition("/")[0]),)
        case "account":
            account = accounts.account_from(record)
            claim = accounts.claim_key(address_hash(account.address))
            keys = (*_of_account(account.id), claim, profiles.key(account.profile_id or ""), profiles.draft_key(id_))
        case "credentials" | "publisher" | "marked":
            keys = _of_account(id_)
        case "event":
            keys = _of_account(str(record.data["about"]))
        case "version":
            keys = (profiles.key(id_.rpartition("/")[0]),)
        case "slug":
            keys = (profiles.key(str(record.data["profile"])),)
        case "profile":
            profile = profiles.from_record(record)
            versions = (profiles.version_key(profile.id, number) for number in range(1, profile.number))
            slugs = map(profiles.slug_key, {profile.slug, *profile.old_slugs})
            owner = profile.account_id or profile.id
            keys = (accounts.account_key(profile.account_id or ""), profiles.draft_key(owner), *slugs, *versions)
        case "draft":
            keys = (accounts.account_key(id_), profiles.key(profiles.draft_from(record).profile_id))
    return tuple(key for key in keys if key.id)


def _of_account(account_id: str) -> tuple[Key, ...]:
    key = accounts.account_key
    beside = (accounts.credentials_key, accounts.publisher_key, accounts.undeliverable_key)
    return (key(account_id), *(each(account_id) for each in beside))
