"""How long security events are kept; set by publishers. A new number holds for what happens from then on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.accounts.actors import actor_unchanged, read_actor_again
from byline.audit import audit_events
from byline.errors import Unavailable
from byline.messages.retention import RETENTION_LATER
from byline.messages.security_events import RETENTION_CHANGED
from byline.permissions import require
from byline.security_events import MONTHS, RETENTION, months_in, months_kept
from byline.store import formats
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Record, write_over

if TYPE_CHECKING:
    from byline.audit import Actor
    from byline.errors import Conflict
    from byline.ports import Ports


@dataclass(frozen=True, slots=True)
class Retention:
    """How many months are set, and which numbers can be chosen: none while the store has an older format."""

    months: int
    choices: tuple[int, ...]


def shown(ports: Ports, by: Actor) -> Retention:
    """What the form shows that sets it: what was read with the actor, or one read."""
    is_there = ports.store.format() >= formats.FACTORS
    return Retention(months_kept(ports, by.prefetched), MONTHS if is_there else ())


def save(ports: Ports, by: Actor, wanted: int) -> bool:
    """Set it to one of ``MONTHS``; whether that changed anything. ``ValueError`` for another number."""
    require(by, "press.retention.save")
    if wanted not in MONTHS:
        raise ValueError("no number of months that can be chosen")
    if ports.store.format() < formats.FACTORS:
        raise Unavailable(RETENTION_LATER)

    def attempt(conflict: Conflict | None) -> bool:
        nonlocal by
        if conflict is not None:
            by = read_actor_again(ports, by)
        record = ports.store.one(RETENTION)
        if months_in(record) == wanted:
            return False
        ports.store.commit(
            write_over(record, Record(RETENTION, {"months": wanted})),
            *audit_events(ports, by, RETENTION_CHANGED, by.account_id, months=wanted),
            *actor_unchanged(by),
        )
        return True

    return retry_on_conflict(attempt)
