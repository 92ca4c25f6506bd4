"""Which records a commit may write together: where one of them is new, the others have to be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from byline import audit
from byline.accounts import records as accounts
from byline.accounts.addresses import address_hash
from byline.accounts.passkey_records import owner_from, owner_key, passkeys_from, passkeys_key
from byline.authors.handover import handover_key
from byline.authors.merging import merge_key
from byline.profiles import records as profiles
from byline.profiles.reviews import review_from, review_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from byline.profiles.model import Profile
    from byline.store.port import Key, Record

IMMUTABLE: Final = frozenset({"version", "event", "activity"})
"""Kinds that are written once: what was read of them is what there is."""


def companions(record: Record) -> tuple[Key, ...]:
    """The keys of the records that may have been written in the same commit as this one, or that it names."""
    of_kind = _OF_KINDS.get(record.key.kind)
    return tuple(key for key in of_kind(record) if key.id) if of_kind else ()


def _of_account_record(record: Record) -> tuple[Key, ...]:
    account = accounts.account_from(record)
    claim = accounts.claim_key(address_hash(account.address))
    page = profiles.key(account.profile_id or ""), profiles.draft_key(account.id)
    return (*_of_account(account.id), claim, *page)


def _of_event(record: Record) -> tuple[Key, ...]:
    about = str(record.data["about"])
    return (*_of_account(about), profiles.key(about), audit.activity_key(record.key.id))


def _of_version_or_slug(record: Record) -> tuple[Key, ...]:
    return (profiles.key(str(record.data.get("profile") or record.key.id.rpartition("/")[0])),)


def _of_account(account_id: str) -> tuple[Key, ...]:
    key = accounts.account_key
    beside = (accounts.credentials_key, passkeys_key, accounts.publisher_key, accounts.undeliverable_key)
    return (key(account_id), *(each(account_id) for each in beside))


def _ids(record: Record) -> tuple[str, ...]:
    return tuple(key.id for key in passkeys_from(record).keys)


def _of_profile(profile: Profile) -> tuple[Key, ...]:
    versions = (profiles.version_key(profile.id, number) for number in range(1, profile.number))
    slugs = map(profiles.slug_key, {profile.slug, *profile.old_slugs})
    drafts = (profiles.draft_key(profile.account_id or profile.id), review_key(profile.id if profile.review else ""))
    of_press = merge_key(profile.id), handover_key(profile.id)
    return (accounts.account_key(profile.account_id or ""), *drafts, *of_press, *slugs, *versions)


_OF_KINDS: Final[Mapping[str, Callable[[Record], tuple[Key, ...]]]] = {
    "claim": lambda record: _of_account(accounts.claiming_account(record) or ""),
    "proposal": lambda record: (accounts.claim_key(record.key.id.rpartition("/")[0]),),
    "account": _of_account_record,
    "credentials": lambda record: _of_account(record.key.id),
    "passkeys": lambda record: (*_of_account(record.key.id), *map(owner_key, _ids(record))),
    "passkey": lambda record: _of_account(owner_from(record).account),
    "publisher": lambda record: _of_account(record.key.id),
    "marked": lambda record: _of_account(record.key.id),
    "event": _of_event,
    "activity": lambda record: (audit.event_key(record.key.id),),
    "version": _of_version_or_slug,
    "slug": _of_version_or_slug,
    "profile": lambda record: _of_profile(profiles.from_record(record)),
    "review": lambda record: (profiles.key(record.key.id), profiles.slug_key(review_from(record).slug)),
    "draft": lambda record: (accounts.account_key(record.key.id), profiles.key(profiles.draft_from(record).profile_id)),
    "merge": lambda record: (profiles.key(record.key.id), profiles.key(str(record.data["lost"]))),
    "handover": lambda record: (profiles.key(record.key.id),),
}
