"""What the jobs are about that keep lists, search entries, readers' pages and stored files as they should be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from byline.jobs.kinds import JobKind
from byline.jobs.payloads import Payload


@dataclass(frozen=True, slots=True)
class RebuildSearch(Payload):
    """Make the search entries of a slice of all accounts what they should be; ``number`` counts slices."""

    kind: ClassVar = JobKind.REBUILD_SEARCH
    after: str
    number: int


@dataclass(frozen=True, slots=True)
class RebuildList(Payload):
    """Make the entries of a slice of all accounts in the publisher's lists; ``number`` counts slices."""

    kind: ClassVar = JobKind.REBUILD_LIST
    after: str
    number: int


@dataclass(frozen=True, slots=True)
class AgeList(Payload):
    """Let pages that were not looked at for a year stand in the list of those."""

    kind: ClassVar = JobKind.AGE_LIST


@dataclass(frozen=True, slots=True)
class PublishIndex(Payload):
    """Write the files that list authors. ``change`` is the one that asked for it: it and others of the last minute are
    not left to a later run.
    """

    kind: ClassVar = JobKind.PUBLISH_INDEX
    change: str = ""


@dataclass(frozen=True, slots=True)
class Republish(Payload):
    """Write a slice of all pages anew. ``made_with`` is a digest of what goes into them, ``number`` counts slices."""

    kind: ClassVar = JobKind.REPUBLISH
    made_with: str
    after: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class DeleteVersions(Payload):
    """Delete the versions of a profile below ``live``."""

    kind: ClassVar = JobKind.DELETE_VERSIONS
    profile: str
    live: int


@dataclass(frozen=True, slots=True)
class SweepPhotos(Payload):
    """Delete the photos of a profile that no version and no draft (of ``owner``, without a page) names."""

    kind: ClassVar = JobKind.SWEEP_PHOTOS
    profile: str
    owner: str = ""
