"""Which files the records name: each photo of every version, and each page that readers must find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.profiles import records
from byline.site import addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from byline.store.port import Record


def photos_of(record: Record) -> Iterator[str]:
    """The paths of the photos that a record names, where no reader gets to; none for most kinds of records."""
    if record.key.kind not in {"profile", "version"}:
        return
    if record.key.kind == "profile":
        profile = records.from_record(record)
        owner, photo = profile.id, profile.content.photo
    else:
        version = records.version_from(record)
        owner, photo = version.profile_id, version.content.photo
    if photo is not None:
        yield from (addresses.private_photo(owner, photo, width) for width, _ in photo.sizes)
