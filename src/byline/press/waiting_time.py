"""The usual waiting time: after so many days the queue marks who waits; set by publishers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from byline.accounts.actors import actor_unchanged, read_actor_again
from byline.audit import audit_events
from byline.errors import Unavailable
from byline.messages import events
from byline.messages.branding import WAITING_TIME_LATER
from byline.permissions import require
from byline.store import formats
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Key, Record, write_over

if TYPE_CHECKING:
    from byline.audit import Actor
    from byline.errors import Conflict
    from byline.ports import Ports

KEY: Final = Key("settings", "waiting-time")
USUAL_DAYS: Final = 14
"""Where no publisher has set another."""
MOST_DAYS: Final = 365


def usual_days(ports: Ports, by: Actor) -> int:
    """The usual waiting time in days: what was read with the actor, or one read."""
    record = by.prefetched[KEY] if KEY in by.prefetched else ports.store.one(KEY)
    days = record.data.get("days") if record else None
    return days if isinstance(days, int) else USUAL_DAYS


def save(ports: Ports, by: Actor, days: int) -> bool:
    """Set it, 1 to 365 days; whether it changed. Of two publishers at the same moment the later one counts."""
    require(by, "press.waiting_time.save")
    if ports.store.format() < formats.DESK:
        raise Unavailable(WAITING_TIME_LATER)

    def attempt(conflict: Conflict | None) -> bool:
        nonlocal by
        if conflict is not None:
            by = read_actor_again(ports, by)
        record = ports.store.one(KEY)
        if record is not None and record.data.get("days") == days:
            return False
        ports.store.commit(
            write_over(record, Record(KEY, {"days": days})),
            *audit_events(ports, by, events.WAITING_TIME_CHANGED, by.account_id, days=days),
            *actor_unchanged(by),
        )
        return True

    return retry_on_conflict(attempt)
