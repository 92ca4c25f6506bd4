"""Who acts, and the record of what was done: one event in the commit of each change, never altered afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.store.port import Create, Entry, Json, Key, Record

if TYPE_CHECKING:
    from byline.ports import Ports

EVENTS = "events"
"""The index of events, by whom they are about and when they happened."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account (or ``operator``, at the shell), and whether it has a publisher's powers."""

    account_id: str
    name: str
    is_publisher: bool = False


OPERATOR = Actor("operator", "the operator", is_publisher=True)
"""Whoever can type at the shell of the machine; they are vouched for by that."""


def audit_event(ports: Ports, by: Actor, what: str, about: str, **details: Json) -> Create:
    """The write that records ``what`` was done to ``about`` (an account's id) by whom; for the commit of the change.

    ``details`` are short facts, never secrets, never what a person wrote.
    """
    at = ports.clock.now().isoformat(timespec="milliseconds")
    event_id = ports.random.identifier()
    return Create(
        Record(
            Key("event", event_id),
            {
                "what": what,
                "about": about,
                "by": by.account_id,
                "by_name": by.name,
                "at": at,
                "details": details,
            },
            entry=Entry(EVENTS, f"{about}/{at}/{event_id}"),
        )
    )
