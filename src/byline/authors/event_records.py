"""What the lists of events read of their records, and the cursors that lead from one slice to the next."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.store.port import Record

FIRST: Final = "0"
"""What stands before every place in an index of times or ids."""
LAST: Final = "\U0010ffff"
"""What stands behind every place in an index."""
_MOST_PLACE: Final = 200


def details_of(record: Record) -> Mapping[str, object]:
    """The parameters of an event."""
    details = record.data["details"]
    return details if isinstance(details, dict) else {}


def happened_at(record: Record) -> datetime:
    """When it happened."""
    return datetime.fromisoformat(str(record.data["at"]))


def has_expired(record: Record, now: float) -> bool:
    """Whether its time is over, which the engine's sweeper may not have noticed yet."""
    return record.expires_at is not None and record.expires_at <= now


def sort_of(record: Record) -> str:
    """Its place in its index."""
    return record.entry.sort if record.entry else ""


def cursor(place: str) -> str:
    """What an address says to go on from a place."""
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def place_in(text: str, low: str, high: str) -> str:
    """The place that a cursor names; "" for none, ``ValueError`` for one outside of the list."""
    if not text:
        return ""
    place = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True).decode()
    if not low <= place <= high or len(place) > _MOST_PLACE:
        raise ValueError("no cursor of this list")
    return place
