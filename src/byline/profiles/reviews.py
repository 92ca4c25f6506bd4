"""Reviews: a text that an author submitted and that waits for the publisher; what it is, and its record.

There is at most one for a profile, which names it by its number. Every change of a review replaces the profile's record
too, so that of two changes at one moment one wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the codec reads the types
from enum import StrEnum
from typing import Final

from byline.profiles.model import Content, ProfileId, Slug  # noqa: TC001 - as above
from byline.profiles.records import CONTENT
from byline.store.codec import Codec
from byline.store.port import IndexEntry, Key, Record

REVIEWS: Final = "reviews"
"""The index of the reviews that wait, longest first."""


class ReviewState(StrEnum):
    """What became of a submitted text. A published one is a version of the page, and its review is gone."""

    WAITING = "waiting"
    WITHDRAWN = "withdrawn"
    CHANGE_WANTED = "change"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Review:
    """A text as it was submitted; it is never changed.

    ``number`` is the version of the profile's record that the submission wrote: no two reviews of a profile have the
    same, and a later one has a higher. ``base`` is the number of the page's version that the text was made from.
    ``answered_by`` is the account of who answered, with a ``note``.
    """

    profile_id: ProfileId
    number: int
    base: int
    content: Content
    slug: Slug
    submitted_by: str
    submitted_at: datetime
    state: ReviewState = ReviewState.WAITING
    note: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None
    version: int = 1

    @property
    def mark(self) -> str:
        """What a form says that was made from this text, where one made from a draft says the draft's mark."""
        return f"review-{self.number}"

    @property
    def waits(self) -> bool:
        """Whether it waits for an answer."""
        return self.state is ReviewState.WAITING

    @property
    def reserves_slug(self) -> bool:
        """Whether nobody else can take the page address that it asks for."""
        return self.state in {ReviewState.WAITING, ReviewState.CHANGE_WANTED}


_REVIEW: Final = Codec(
    Review,
    outside=("profile_id", "version"),
    optional=("note", "answered_by", "answered_at"),
    names={"submitted_by": "by", "submitted_at": "at"},
    nested={"content": CONTENT},
)


def review_key(profile_id: str) -> Key:
    """The key of the review of a profile."""
    return Key("review", profile_id)


def review_record(review: Review) -> Record:
    """A review as a record; it is in the index while it waits."""
    return Record(
        review_key(review.profile_id),
        _REVIEW.to_data(review),
        version=review.version,
        entry=IndexEntry(REVIEWS, review_sort(review)) if review.waits else None,
    )


def review_sort(review: Review) -> str:
    """Where a review stands among those that wait: by when it was submitted."""
    return f"{review.submitted_at.isoformat()}/{review.profile_id}"


def review_from(record: Record) -> Review:
    """The review in a record."""
    return _REVIEW.from_data(record.data, profile_id=record.key.id, version=record.version)
