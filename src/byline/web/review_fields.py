"""What the editor tells an author of their text's review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from byline.profiles.reviews import Review


@dataclass(frozen=True, slots=True)
class ShownReview:
    """A review as its author sees it: "waiting", "withdrawn", "change" or "rejected" in ``state``.

    ``at`` is when it was submitted, and ``note`` the publisher's words.
    """

    state: str
    at: datetime
    note: str


def shown(review: Review | None) -> ShownReview | None:
    """The review of one's own page; ``None`` if there is none."""
    return ShownReview(review.state.value, review.submitted_at, review.note) if review else None
