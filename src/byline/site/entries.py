"""What the lists remember of each published author: one small record, made from the profile by its publishing.

It holds nothing that readers do not see, and can be made again from the profile at any time. Whenever one comes, goes
or changes, the same commit makes a ``Change``, which stays until the lists show it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from byline.profiles import collation, names, records
from byline.profiles.model import Photo, ProfileId, Slug
from byline.richtext import sanitize
from byline.store.codec import Codec
from byline.store.port import Create, IndexEntry, Key, Record

if TYPE_CHECKING:
    from byline.ports import Ports
    from byline.profiles.model import Content, Profile
    from byline.store.port import Json

PUBLISHED = "published"
"""The index of published authors, in the order of the alphabet."""
CHANGES = "published-changes"
"""The index of changes that the lists do not show yet, oldest first."""

_MOST_BYTES_OF_SORT_KEY = 700  # the port takes 1,000 for sort key and id together
_LONGEST_ABOUT = 90
_END_OF_SORT_KEY = "\t"  # before every character that a sort key has


@dataclass(frozen=True, slots=True)
class Published:
    """An author as the index, the letters, the JSON index and the sitemap show them.

    ``modified_at`` is when a person last saved the profile; publishing again does not move it. ``sort`` is the place
    in the order of the alphabet: the sort key of the name, and the id. Computing it takes longer than all else here, so
    it is read from where the record stands in the index. ``summary`` and ``photo`` are as in the content,
    ``created_at`` as in the profile.
    ``about`` is how the summary, or else the biography, begins: it tells people of one name apart.
    """

    profile_id: ProfileId
    name: str
    sort_name: str
    slug: Slug
    old_slugs: tuple[Slug, ...]
    modified_at: datetime
    sort: str
    summary: str = ""
    photo: Photo | None = None
    created_at: datetime | None = None
    about: str = ""

    @property
    def letter(self) -> str:
        """The id of the letter it stands under."""
        return collation.heading(self.sort)[0]


_CODEC: Final = Codec(
    Published,
    names={"modified_at": "modified", "created_at": "created"},
    outside=("profile_id", "sort"),
    optional=("summary", "photo", "created_at", "about"),
    nested={"photo": records.PHOTO},
)


@dataclass(frozen=True, slots=True)
class Change:
    """An author's entry came, went or changed; ``before`` is the ``sort`` that it had, empty if there was none.

    ``is_edit``: nothing but the time of the last edit changed, which only programs are told.
    """

    id: str
    profile_id: ProfileId
    before: str
    is_edit: bool
    at: datetime


def key(profile_id: str) -> Key:
    """The key of a profile's entry; absent while its page may not be seen."""
    return Key("published", profile_id)


def is_entry(record: Record) -> bool:
    """Whether a record is such an entry."""
    return record.key == key(record.key.id)


def published(profile: Profile) -> Published:
    """The entry that a profile should have."""
    return Published(
        profile_id=profile.id,
        name=profile.content.name,
        sort_name=profile.content.sort_name,
        slug=profile.slug,
        old_slugs=profile.old_slugs,
        modified_at=profile.saved_at,
        sort=sort_text(profile.content.sort_name, profile.id),
        summary=profile.content.summary,
        photo=profile.content.photo,
        created_at=profile.created_at,
        about=_about(profile.content),
    )


def _about(content: Content) -> str:
    text = content.summary or " ".join(sanitize.plain_text(content.bio).split())
    return text if len(text) <= _LONGEST_ABOUT else text[:_LONGEST_ABOUT].rpartition(" ")[0].rstrip(" ,;:") + "…"


def sort_text(sort_name: str, profile_id: str) -> str:
    """Where an author stands in the order of the alphabet, compared code point by code point."""
    sort_key = names.sort_key(sort_name).encode()[:_MOST_BYTES_OF_SORT_KEY].decode(errors="ignore")
    return f"{sort_key}{_END_OF_SORT_KEY}{profile_id}"


def to_record(entry: Published, *, version: int = 1) -> Record:
    """An entry as a record."""
    return Record(
        key(entry.profile_id), _CODEC.to_data(entry), version=version, entry=IndexEntry(PUBLISHED, entry.sort)
    )


def from_record(record: Record) -> Published:
    """The entry in a record. One that an older program stored stands elsewhere in the index."""
    sort = record.entry.sort if record.entry else ""
    if _END_OF_SORT_KEY not in sort:
        sort = sort_text(str(record.data["sort_name"]), record.key.id)
    return _CODEC.from_data(record.data, profile_id=record.key.id, sort=sort)


def change(ports: Ports, profile_id: ProfileId, before: Record | None, *, is_edit: bool) -> Create:
    """The write that tells the lists of a change, for its commit; ``before`` is the entry's record until then."""
    change_id = ports.random.identifier()
    at = ports.clock.now().isoformat(timespec="milliseconds")
    sort = before.entry.sort if before and before.entry else ""
    data: dict[str, Json] = {"profile": profile_id, "before": sort, "edit": is_edit}
    return Create(Record(change_key(change_id), data, entry=IndexEntry(CHANGES, f"{at}/{change_id}")))


def change_key(change_id: str) -> Key:
    """The key of a change's record."""
    return Key("published-change", change_id)


def change_from_record(record: Record) -> Change:
    """The change in a record."""
    at = record.entry.sort.partition("/")[0] if record.entry else ""
    return Change(
        id=record.key.id,
        profile_id=ProfileId(str(record.data["profile"])),
        before=str(record.data["before"]),
        is_edit=record.data.get("edit") is True,
        at=datetime.fromisoformat(at),
    )
