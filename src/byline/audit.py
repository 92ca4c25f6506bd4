"""Who acts, and the record of what was done: one event in the commit of each change, never altered afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from byline.store import formats
from byline.store.port import Create, IndexEntry, Json, Key, Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.ports import Ports
    from byline.proofs import Proof

EVENTS = "events"
"""The index of events, by whom they are about and when they happened."""
ACTIVITY = "activity"
"""The index of their copies, by when they happened: a record has one index entry."""
ACTIVITY_KEPT = timedelta(days=396)
"""How long a copy is kept: thirteen months. The event itself stays."""


class ActorKind(StrEnum):
    """What somebody is when they act. Declined, suspended and deleted people cannot log in: they are nobody."""

    NOBODY = "nobody"
    UNCONFIRMED = "unconfirmed"
    AWAITING_APPROVAL = "waiting"
    AUTHOR = "author"
    PUBLISHER = "publisher"
    OPERATOR = "operator"
    MAIL_SYSTEM = "mail system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account, a pending registration, the operator at the shell, or the mail system.

    ``version`` is the version of the account's record as it was read, ``proof_ages`` are the seconds since each proof
    of its session was given. ``prefetched`` are the records that were read together with it: a use case takes from them
    what it needs, so that a request stays at one read. One that was asked for and is not there is ``None``.
    """

    account_id: str
    name: str
    kind: ActorKind
    version: int = 0
    proof_ages: Mapping[Proof, int] = field(default_factory=dict, compare=False, repr=False)
    prefetched: Mapping[Key, Record | None] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_publisher(self) -> bool:
        """Whether they have a publisher's powers. The operator has: they hold the machine."""
        return self.kind in {ActorKind.PUBLISHER, ActorKind.OPERATOR}

    def without_prefetched(self) -> Actor:
        """The same actor, for reading again what somebody else has changed meanwhile."""
        return replace(self, prefetched={})


OPERATOR = Actor("operator", "the operator", ActorKind.OPERATOR)
"""Whoever can type at the shell of the machine; they are vouched for by that."""


def event_key(event_id: str) -> Key:
    """The key of an event."""
    return Key("event", event_id)


def activity_key(event_id: str) -> Key:
    """The key of an event's copy for the activity of the whole site."""
    return Key("activity", event_id)


def audit_events(ports: Ports, by: Actor, code: str, about: str, **details: Json) -> tuple[Create, ...]:
    """The event as ``audit_event`` makes it, with its copy for the activity of the whole site; for the same commit."""
    event = audit_event(ports, by, code, about, **details)
    if ports.store.format() < formats.DESK:
        return (event,)
    data, event_id = event.record.data, event.record.key.id
    until = int((ports.clock.now() + ACTIVITY_KEPT).timestamp())
    copy = Record(
        activity_key(event_id), data, entry=IndexEntry(ACTIVITY, f"{data['at']}/{event_id}"), expires_at=until
    )
    return event, Create(copy)


def audit_event(ports: Ports, by: Actor, code: str, about: str, **details: Json) -> Create:
    """The write that records what was done to ``about`` (an account's id) by whom; for the commit of the change.

    ``code`` is one of ``messages.events``, ``details`` its parameters: short facts, never secrets, never what a person
    wrote. An event holds ids and no names; ``by_name`` is there for programs that still read one.
    """
    at = ports.clock.now().isoformat(timespec="milliseconds")
    event_id = ports.random.identifier()
    return Create(
        Record(
            event_key(event_id),
            {
                "what": code,
                "about": about,
                "by": by.account_id,
                "by_name": "",
                "at": at,
                "details": details,
            },
            entry=IndexEntry(EVENTS, f"{about}/{at}/{event_id}"),
        )
    )
