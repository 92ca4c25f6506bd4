"""The files of a profile's photos: how many there may be, and what becomes of those that nothing names."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from byline.errors import Invalid
from byline.messages.pages import TooManyPhotos
from byline.profiles import records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from byline.jobs.model import Job
    from byline.jobs.payloads import SweepPhotos
    from byline.ports import Ports
    from byline.profiles.model import Profile, ProfileId

MOST_PHOTOS: Final = 100
MOST_BYTES: Final = 300_000_000
KEPT: Final = timedelta(hours=24)
"""How long a photo that nothing names is left alone: the save that will name it may be under way."""
_AT_A_TIME = 100


def folder(profile_id: ProfileId | str) -> str:
    """Where the photos of a profile are."""
    return f"photos/{profile_id}/"


def refuse_if_full(ports: Ports, profile_id: ProfileId) -> None:
    """``Invalid`` for ``profile_img`` if the profile has as many photos, over all versions, as it may have."""
    entries = list(ports.files.entries(folder(profile_id)))
    photos = {_digest(entry.path) for entry in entries if "-master." not in entry.path}
    if len(photos) >= MOST_PHOTOS or sum(entry.size_bytes for entry in entries) >= MOST_BYTES:
        raise Invalid({"profile_img": TooManyPhotos(MOST_PHOTOS, MOST_BYTES // 1_000_000)})


def sweep(ports: Ports, job: Job[SweepPhotos]) -> None:
    """Delete the photos of a profile that no version names and that were put more than a day ago."""
    profile_id = job.payload.profile
    before = ports.clock.now() - KEPT
    old = {entry.path for entry in ports.files.entries(folder(profile_id)) if entry.put_at < before}
    record = ports.store.one(records.key(profile_id)) if old else None
    if record is None:
        return
    profile = records.from_record(record)
    named = set(_named(ports, profile))
    for path in sorted(old):
        if _digest(path) not in named:
            _delete(ports, path, profile)


def _delete(ports: Ports, path: str, profile: Profile) -> None:
    """Delete a file; back with it, if a save has put and named the same photo in this moment."""
    file = ports.files.get(path)
    ports.files.delete(path)
    record = ports.store.one(records.key(profile.id))
    live = records.from_record(record).content.photo if record else None
    if file is not None and live is not None and _digest(path) in {live.digest, live.master}:
        ports.files.put(file)


def _named(ports: Ports, profile: Profile) -> Iterator[str]:
    """The digests of the photos of all versions and of their masters, the live one included."""
    if profile.content.photo is not None:
        yield from (profile.content.photo.digest, profile.content.photo.master)
    for first in range(1, profile.number, _AT_A_TIME):
        numbers = range(first, min(profile.number, first + _AT_A_TIME))
        for record in ports.store.get(*(records.version_key(profile.id, number) for number in numbers)).values():
            photo = records.version_from(record).content.photo
            if photo is not None:
                yield from (photo.digest, photo.master)


def _digest(path: str) -> str:
    return path.rpartition("/")[2].partition("-")[0]
