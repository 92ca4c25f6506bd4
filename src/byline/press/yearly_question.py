"""Whether authors are asked once a year if their page is still right; off until a publisher switches it on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from byline.accounts.actors import actor_unchanged, read_actor_again
from byline.audit import audit_events
from byline.errors import Unavailable
from byline.messages import events
from byline.messages.questions import YEARLY_QUESTION_LATER
from byline.permissions import require
from byline.store import formats
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Key, Record, write_over

if TYPE_CHECKING:
    from byline.audit import Actor
    from byline.errors import Conflict
    from byline.ports import Ports

KEY: Final = Key("settings", "yearly-question")


def is_on(ports: Ports, by: Actor | None = None) -> bool:
    """Whether authors are asked: what was read with the actor, or one read."""
    prefetched = by.prefetched if by else {}
    return _is_on(prefetched[KEY] if KEY in prefetched else ports.store.one(KEY))


def save(ports: Ports, by: Actor, *, on: bool) -> bool:
    """Switch the question on or off; whether that changed anything."""
    require(by, "press.yearly_question.save")
    if ports.store.format() < formats.DESK:
        raise Unavailable(YEARLY_QUESTION_LATER)

    def attempt(conflict: Conflict | None) -> bool:
        nonlocal by
        if conflict is not None:
            by = read_actor_again(ports, by)
        record = ports.store.one(KEY)
        if _is_on(record) is on:
            return False
        event = events.YEARLY_QUESTION_ON if on else events.YEARLY_QUESTION_OFF
        ports.store.commit(
            write_over(record, Record(KEY, {"on": on})),
            *audit_events(ports, by, event, by.account_id),
            *actor_unchanged(by),
        )
        return True

    return retry_on_conflict(attempt)


def _is_on(record: Record | None) -> bool:
    return record is not None and record.data.get("on") is True
