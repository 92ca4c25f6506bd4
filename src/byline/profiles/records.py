"""Profiles, versions and slugs as records: the fields are spelt here and nowhere else.

A profile's record carries its live content; a version's record is written when the next one takes its place, so every
text is stored once.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from byline.profiles.model import Content, Link, Photo, Profile, ProfileId, Slug, Version
from byline.store.port import Json, Key, Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any


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
    return Record(
        key(profile.id),
        {
            "account": profile.account_id,
            "slug": profile.slug,
            "old_slugs": list(profile.old_slugs),
            "content": _content(profile.content),
            "number": profile.number,
            "by": profile.saved_by,
            "at": profile.saved_at.isoformat(),
            "created": profile.created_at.isoformat(),
        },
        version=profile.version,
    )


def from_record(record: Record) -> Profile:
    """The profile in a record."""
    data: Mapping[str, Any] = record.data
    return Profile(
        id=ProfileId(record.key.id),
        account_id=data["account"],
        slug=Slug(data["slug"]),
        content=_content_from(data["content"]),
        number=data["number"],
        saved_by=data["by"],
        saved_at=datetime.fromisoformat(data["at"]),
        created_at=datetime.fromisoformat(data["created"]),
        old_slugs=tuple(Slug(slug) for slug in data["old_slugs"]),
        version=record.version,
    )


def version_record(version: Version) -> Record:
    """An earlier version as a record; it is never changed."""
    return Record(
        version_key(version.profile_id, version.number),
        {"content": _content(version.content), "by": version.by, "at": version.at.isoformat()},
    )


def version_from(record: Record) -> Version:
    """The version in a record."""
    data: Mapping[str, Any] = record.data
    profile_id, _, number = record.key.id.rpartition("/")
    return Version(
        ProfileId(profile_id),
        int(number),
        _content_from(data["content"]),
        data["by"],
        datetime.fromisoformat(data["at"]),
    )


def live_version(profile: Profile) -> Version:
    """The version that a profile's record carries."""
    return Version(profile.id, profile.number, profile.content, profile.saved_by, profile.saved_at)


def _content(content: Content) -> Mapping[str, Json]:
    photo = content.photo
    return {
        "name": content.name,
        "sort_name": content.sort_name,
        "bio": content.bio,
        "links": [[link.label, link.url] for link in content.links],
        "photo": None
        if photo is None
        else {"digest": photo.digest, "sizes": [list(size) for size in photo.sizes], "suffix": photo.suffix},
    }


def _content_from(data: Mapping[str, Any]) -> Content:
    photo: Mapping[str, Any] | None = data["photo"]
    links: Sequence[Sequence[str]] = data["links"]
    return Content(
        name=data["name"],
        sort_name=data["sort_name"],
        bio=data["bio"],
        links=tuple(Link(label, url) for label, url in links),
        photo=None
        if photo is None
        else Photo(photo["digest"], tuple((width, height) for width, height in photo["sizes"]), photo["suffix"]),
    )
