"""Profiles, versions and slugs as records: the fields are spelt here and nowhere else.

A profile's record carries its live content; a version's record is written when the next one takes its place, so every
text is stored once.
"""

from __future__ import annotations

from typing import Final

from byline.profiles.model import Book, Content, Draft, Photo, Profile, ProfileId, Slug, Version
from byline.store.codec import Codec
from byline.store.port import IndexEntry, Key, Record

PHOTO: Final = Codec(
    Photo, optional=("alt", "credit", "may_be_used", "crop", "focus", "shapes", "master", "master_size")
)
_BOOK: Final = Codec(
    Book, optional=("title", "subtitle", "publisher", "year", "isbn", "url", "cover"), nested={"cover": PHOTO}
)
CONTENT: Final = Codec(Content, optional=("summary", "books"), nested={"photo": PHOTO, "books": _BOOK})
_CONTENT: Final = {"content": CONTENT}
_PROFILE: Final = Codec(
    Profile,
    optional=("ended_slugs", "review", "is_unpublished", "merged_into"),
    names={
        "account_id": "account",
        "saved_by": "by",
        "saved_at": "at",
        "created_at": "created",
        "is_unpublished": "unpublished",
        "merged_into": "merged",
    },
    nested=_CONTENT,
)
_VERSION: Final = Codec(Version, outside=("profile_id", "number"), nested=_CONTENT)
_DRAFT: Final = Codec(
    Draft,
    outside=("owner", "version"),
    optional=("photo", "covers"),
    names={"profile_id": "profile", "saved_by": "by", "saved_at": "at"},
    nested={"photo": PHOTO, "covers": PHOTO},
)

EVERYONE: Final = "accounts"
"""The index of all accounts. A page that the press keeps stands in it itself, having no account that would."""
MANAGED: Final = "managed"


def key(profile_id: str) -> Key:
    """The key of a profile."""
    return Key("profile", profile_id)


def version_key(profile_id: str, number: int) -> Key:
    """The key of an earlier version of a profile."""
    return Key("version", f"{profile_id}/{number:06d}")


def slug_key(slug: str) -> Key:
    """The key of a slug's claim."""
    return Key("slug", slug)


def slug_record(slug: Slug, profile_id: ProfileId) -> Record:
    """A slug's claim: it names the profile for ever, also when the slug is an old one."""
    return Record(slug_key(slug), {"profile": profile_id})


def to_record(profile: Profile) -> Record:
    """A profile as a record."""
    return Record(key(profile.id), _PROFILE.to_data(profile), version=profile.version, entry=_entry(profile))


def from_record(record: Record) -> Profile:
    """The profile in a record."""
    return _PROFILE.from_data(record.data, id=record.key.id, version=record.version)


def version_record(version: Version) -> Record:
    """An earlier version as a record; it is never changed."""
    return Record(version_key(version.profile_id, version.number), _VERSION.to_data(version))


def version_from(record: Record) -> Version:
    """The version in a record."""
    profile_id, _, number = record.key.id.rpartition("/")
    return _VERSION.from_data(record.data, profile_id=profile_id, number=int(number))


def live_version(profile: Profile) -> Version:
    """The version that a profile's record carries."""
    return Version(profile.id, profile.number, profile.content, profile.saved_by, profile.saved_at)


def draft_key(owner: str) -> Key:
    """The key of the draft for a page: ``owner`` is its account, or its profile where it has none."""
    return Key("draft", owner)


def draft_record(draft: Draft) -> Record:
    """A draft as a record."""
    return Record(draft_key(draft.owner), _DRAFT.to_data(draft), version=draft.version)


def draft_from(record: Record) -> Draft:
    """The draft in a record."""
    return _DRAFT.from_data(record.data, owner=record.key.id, version=record.version)


def _entry(profile: Profile) -> IndexEntry | None:
    if profile.account_id is not None or profile.merged_into:
        return None
    name = profile.content.name.casefold()[:200]
    return IndexEntry(EVERYONE, f"{MANAGED}/{name}/{profile.id}")
