"""What the index remembers of each published author: one small record, made from the profile by its publishing.

It holds nothing that readers do not see, and can be made again from the profile at any time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the codec reads the types
from typing import TYPE_CHECKING, Final

from byline.profiles import names
from byline.profiles.model import ProfileId, Slug  # noqa: TC001 - as above
from byline.store.codec import Codec
from byline.store.port import IndexEntry, Key, Record

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


_CODEC: Final = Codec(Published, names={"modified_at": "modified"}, outside=("profile_id",))


def key(profile_id: str) -> Key:
    """The key of a profile's entry; absent while its page may not be seen."""
    return Key("published", profile_id)


def published(profile: Profile) -> Published:
    """The entry that a profile expected_entry."""
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
        _CODEC.to_data(entry),
        version=version,
        entry=IndexEntry(PUBLISHED, f"{names.letter(entry.sort_name).id}/{sort_key}/{entry.profile_id}"),
    )


def from_record(record: Record) -> Published:
    """The entry in a record."""
    return _CODEC.from_data(record.data, profile_id=record.key.id)
