"""Which files the records name, and which of them are there: each photo of every version, and readers' pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.permissions import require
from byline.press import files
from byline.press.records import KEY as BRANDING
from byline.press.records import branding_from
from byline.profiles import portraits, records, reviews
from byline.site import addresses, entries
from byline.store.all_records import all_records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from byline.audit import Actor
    from byline.ports import Ports
    from byline.profiles.model import Photo
    from byline.store.port import Record

_OWN = ("photos/", "authors/")
"""Where the files are that records name; an installation keeps other things elsewhere."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """The paths of photos and of published files that are not there, and of files that nothing names; all sorted.

    ``named`` is how many the records name.
    """

    named: int
    missing_photos: tuple[str, ...]
    missing_pages: tuple[str, ...]
    unnamed: tuple[str, ...]


def take_inventory(ports: Ports, by: Actor, advance: Callable[[int], None]) -> Inventory:
    """Compare everything that records name with the files there are. A portal that runs meanwhile may differ a little:
    what is named is looked for once more before it counts as missing.
    """
    require(by, "site.inventory.take_inventory")
    photos: set[str] = set()
    published: dict[str, set[str]] = {}
    visible: set[str] = set()
    for record in all_records(ports.store):
        advance(1)
        photos.update(photos_of(record))
        owner, paths = _published_files(record)
        published.setdefault(owner, set()).update(paths)
        if entries.is_entry(record):
            visible.add(record.key.id)
    pages = set().union(*(published.get(profile_id, set()) for profile_id in visible))
    there = {path for path in ports.files.paths() if path.startswith(_OWN)}
    lost = {path for path in (photos | pages) - there if ports.files.get(path) is None}
    return Inventory(
        named=len(photos | pages),
        missing_photos=tuple(sorted(lost & photos)),
        missing_pages=tuple(sorted(lost & pages)),
        unnamed=tuple(sorted(path for path in there - photos - pages if not addresses.is_shared(path))),
    )


def photos_of(record: Record) -> Iterator[str]:
    """The paths of the photos that a record names, where no reader gets to, or of the press's logos.

    Most kinds of records name none.
    """
    if record.key == BRANDING:
        yield from files.paths(branding_from(record))
    owner, photos = _photos_of(record)
    for photo in photos:
        yield from portraits.paths(owner, photo)


def _photos_of(record: Record) -> tuple[str, tuple[Photo, ...]]:
    if record.key.kind == "profile":
        profile = records.from_record(record)
        return profile.id, profile.content.photos
    if record.key.kind == "version":
        version = records.version_from(record)
        return version.profile_id, version.content.photos
    if record.key.kind == "draft":
        draft = records.draft_from(record)
        return draft.profile_id, draft.photos
    if record.key.kind == "review":
        review = reviews.review_from(record)
        return review.profile_id, review.content.photos
    return "", ()


def _published_files(record: Record) -> tuple[str, set[str]]:
    """Whose published files a record names, and which: the live photo of a profile, or the pages of an entry."""
    if entries.is_entry(record):
        entry = entries.from_record(record)
        pages = {addresses.page(slug) for slug in (entry.slug, *entry.old_slugs)}
        return entry.profile_id, {*pages, addresses.json_page(entry.slug)}
    if record.key.kind == "profile":
        owner, photos = _photos_of(record)
        return owner, {addresses.photo(owner, photo, name) for photo in photos for name in portraits.names(photo)}
    return "", set()
