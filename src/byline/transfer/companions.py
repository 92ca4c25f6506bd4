"""Which records a commit may write together: where one of them is new, the others have to be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from byline.accounts import records as accounts
from byline.accounts.addresses import address_hash
from byline.profiles import records as profiles
from byline.profiles.reviews import review_from, review_key

if TYPE_CHECKING:
    from byline.profiles.model import Profile
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
        case "version" | "slug":
            keys = (profiles.key(str(record.data.get("profile") or id_.rpartition("/")[0])),)
        case "profile":
            keys = _of_profile(profiles.from_record(record))
        case "review":
            keys = (profiles.key(id_), profiles.slug_key(review_from(record).slug))
        case "draft":
            keys = (accounts.account_key(id_), profiles.key(profiles.draft_from(record).profile_id))
    return tuple(key for key in keys if key.id)


def _of_account(account_id: str) -> tuple[Key, ...]:
    key = accounts.account_key
    beside = (accounts.credentials_key, accounts.publisher_key, accounts.undeliverable_key)
    return (key(account_id), *(each(account_id) for each in beside))


def _of_profile(profile: Profile) -> tuple[Key, ...]:
    versions = (profiles.version_key(profile.id, number) for number in range(1, profile.number))
    slugs = map(profiles.slug_key, {profile.slug, *profile.old_slugs})
    drafts = (profiles.draft_key(profile.account_id or profile.id), review_key(profile.id if profile.review else ""))
    return (accounts.account_key(profile.account_id or ""), *drafts, *slugs, *versions)
