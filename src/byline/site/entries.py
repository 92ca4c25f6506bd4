"""What the index remembers of each published author: one small record, made from the profile by its publishing.

It holds nothing that readers do not see, and can be made again from the profile at any time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from byline.profiles import names
from byline.profiles.model import ProfileId, Slug
from byline.store.port import Entry, Key, Record

if TYPE_CHECKING:
    from byline.profiles.model import Profile

PUBLISHED = "published"
"""The index of published authors, in the order of the alphabet."""

_MOST_BYTES_OF_SORT_KEY = 700  # the port takes 1,000 for letter, key and id together


@dataclass(frozen=True, slots=True)
class Published:
    """An author as the index, the letters, the JSON index and the sitemap show them.

    ``modified_at`` is when a person last saved the profile; publishing again does not move it.
    """

    profile_id: ProfileId
    name: str
    sort_name: str
    slug: Slug
    old_slugs: tuple[Slug, ...]
    modified_at: datetime


def key(profile_id: str) -> Key:
    """The key of a profile's entry; absent while its page may not be seen."""
    return Key("published", profile_id)


def published(profile: Profile) -> Published:
    """The entry that a profile deserves."""
    return Published(
        profile_id=profile.id,
        name=profile.content.name,
        sort_name=profile.content.sort_name,
        slug=profile.slug,
        old_slugs=profile.old_slugs,
        modified_at=profile.saved_at,
    )


def to_record(entry: Published, *, version: int = 1) -> Record:
    """An entry as a record, standing in the index by letter, sort key and id."""
    sort_key = names.sort_key(entry.sort_name).encode()[:_MOST_BYTES_OF_SORT_KEY].decode(errors="ignore")
    return Record(
        key(entry.profile_id),
        {
            "name": entry.name,
            "sort_name": entry.sort_name,
            "slug": entry.slug,
            "old_slugs": list(entry.old_slugs),
            "modified": entry.modified_at.isoformat(),
        },
        version=version,
        entry=Entry(PUBLISHED, f"{names.letter(entry.sort_name).id}/{sort_key}/{entry.profile_id}"),
    )


def from_record(record: Record) -> Published:
    """The entry in a record."""
    data = record.data
    old_slugs = data["old_slugs"]
    assert isinstance(old_slugs, list | tuple)  # noqa: S101 - our own record
    return Published(
        profile_id=ProfileId(record.key.id),
        name=str(data["name"]),
        sort_name=str(data["sort_name"]),
        slug=Slug(str(data["slug"])),
        old_slugs=tuple(Slug(str(slug)) for slug in old_slugs),
        modified_at=datetime.fromisoformat(str(data["modified"])),
    )
