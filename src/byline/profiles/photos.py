"""The files of a profile's photos: how many there may be, and what becomes of those that nothing names."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from byline.errors import Invalid
from byline.jobs.model import enqueue
from byline.jobs.upkeep_payloads import SweepPhotos
from byline.messages.photos import TooManyPhotos
from byline.profiles import records, reviews

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from byline.files.port import File
    from byline.jobs.model import Job
    from byline.ports import Ports
    from byline.profiles.model import Photo, ProfileId

MOST_PHOTOS: Final = 100
MOST_BYTES: Final = 300_000_000
KEPT: Final = timedelta(hours=24)
"""How long a photo that nothing names is left alone: the save that will name it may be under way."""
_AT_A_TIME = 100
_YEAR_SECONDS = 365 * 24 * 3600


def folder(profile_id: ProfileId | str) -> str:
    """Where the photos of a profile are."""
    return f"photos/{profile_id}/"


def refuse_if_full(ports: Ports, profile_id: ProfileId, *, field: str = "profile_img") -> None:
    """``Invalid`` for the field if the profile has as many photos and covers, over all versions, as it may have."""
    entries = list(ports.files.entries(folder(profile_id)))
    photos = {_digest(entry.path) for entry in entries if "-master." not in entry.path}
    if len(photos) >= MOST_PHOTOS or sum(entry.size_bytes for entry in entries) >= MOST_BYTES:
        raise Invalid({field: TooManyPhotos(MOST_PHOTOS, MOST_BYTES // 1_000_000)})


def put_photo(ports: Ports, profile_id: ProfileId, files: Iterable[File], *, owner: str = "") -> None:
    """Put the files of a photo, before the commit that names it.

    First comes the sweep: whatever becomes of that commit, the photo does not stay if nothing names it. ``owner`` is
    whose draft will name it while the profile is not made yet.
    """
    due_at = ports.clock.now() + KEPT + timedelta(hours=1)
    ports.store.commit(enqueue(ports, SweepPhotos(profile_id, owner), due_at=due_at))
    for file in files:
        ports.files.put(file, cache_seconds=_YEAR_SECONDS)


def delete_photos(ports: Ports, profile_id: ProfileId, photos: Collection[Photo]) -> None:
    """Delete the files of photos that nothing names, and nothing can name any more."""
    if not photos:
        return
    for path in list(ports.files.paths(folder(profile_id))):
        if _digest(path) in _digests(photos):
            ports.files.delete(path)


def sweep(ports: Ports, job: Job[SweepPhotos]) -> None:
    """Delete the photos of a profile that no version, draft or review names and that were put more than a day ago."""
    profile_id = job.payload.profile
    before = ports.clock.now() - KEPT
    old = {entry.path for entry in ports.files.entries(folder(profile_id)) if entry.put_at < before}
    if not old:
        return
    named = _named_by_versions(ports, profile_id) | _named_now(ports, job.payload)
    for path in sorted(old):
        if _digest(path) not in named:
            _delete(ports, path, job.payload)


def _delete(ports: Ports, path: str, payload: SweepPhotos) -> None:
    """Delete a file; back with it, if a save has put and named the same photo in this moment."""
    file = ports.files.get(path)
    ports.files.delete(path)
    if file is not None and _digest(path) in _named_now(ports, payload):
        ports.files.put(file)


def _named_now(ports: Ports, payload: SweepPhotos) -> set[str]:
    """The digests of the photos that the live content, draft and review of a profile name, and of their masters."""
    record = ports.store.one(records.key(payload.profile))
    profile = records.from_record(record) if record else None
    owner = (profile.account_id if profile else payload.owner) or payload.profile
    draft = ports.store.one(records.draft_key(owner))
    named = _digests(records.draft_from(draft).photos) if draft else set()
    review = ports.store.one(reviews.review_key(payload.profile)) if profile and profile.review else None
    named |= _digests(reviews.review_from(review).content.photos) if review else set()
    return named | _digests(profile.content.photos) if profile else named


def _named_by_versions(ports: Ports, profile_id: str) -> set[str]:
    """The digests of the photos of all versions but the live one, and of their masters."""
    record = ports.store.one(records.key(profile_id))
    number = records.from_record(record).number if record else 0
    named: set[str] = set()
    for first in range(1, number, _AT_A_TIME):
        numbers = range(first, min(number, first + _AT_A_TIME))
        for version in ports.store.get(*(records.version_key(profile_id, number) for number in numbers)).values():
            named |= _digests(records.version_from(version).content.photos)
    return named


def _digests(photos: Iterable[Photo]) -> set[str]:
    return {digest for photo in photos for digest in (photo.digest, photo.master)}


def _digest(path: str) -> str:
    return path.rpartition("/")[2].partition("-")[0]
