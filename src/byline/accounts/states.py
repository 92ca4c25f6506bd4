"""The one table of what may become of an account, and of what dies with each change.

Sessions die by a raised generation. Links die because their fingerprint holds the generation, the password's hash and
the address: whatever changes one of these kills them. A property test holds every use case to this table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from byline.accounts.model import Account, State
from byline.errors import AlreadyDecided

if TYPE_CHECKING:
    from datetime import datetime


class Event(StrEnum):
    """What can happen to an account."""

    APPROVED = "approved"
    DECLINED = "declined"
    SUSPENDED = "suspended"
    RESTORED = "restored"
    DECISION_UNDONE = "decision-undone"
    DELETED = "deleted"
    MADE_PUBLISHER = "made-publisher"
    MAILBOX_PROVEN = "mailbox-proven"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 - an event
    PASSWORD_RESET = "password-reset"  # noqa: S105 - an event


@dataclass(frozen=True, slots=True)
class Move:
    """Where an event leads, and whether every session and link of the account ends with it."""

    to: State
    ends_sessions: bool = False


_W, _A, _D, _S = State.WAITING, State.ACTIVE, State.DECLINED, State.SUSPENDED

MOVES: dict[tuple[State, Event], Move] = {
    (_W, Event.APPROVED): Move(_A),
    (_W, Event.DECLINED): Move(_D, ends_sessions=True),
    (_D, Event.APPROVED): Move(_A),
    (_A, Event.SUSPENDED): Move(_S, ends_sessions=True),
    (_S, Event.RESTORED): Move(_A),
    (_A, Event.DECISION_UNDONE): Move(_W),
    (_D, Event.DECISION_UNDONE): Move(_W),
    (_W, Event.DELETED): Move(State.DELETED, ends_sessions=True),
    (_W, Event.MADE_PUBLISHER): Move(_A, ends_sessions=True),
    (_A, Event.MADE_PUBLISHER): Move(_A, ends_sessions=True),
    (_D, Event.MADE_PUBLISHER): Move(_A, ends_sessions=True),
    (_A, Event.MAILBOX_PROVEN): Move(_A),
    (_A, Event.PASSWORD_CHANGED): Move(_A, ends_sessions=True),
    **{(state, Event.PASSWORD_RESET): Move(state, ends_sessions=True) for state in (_W, _A, _D, _S)},
}

_DECISIONS = {Event.APPROVED, Event.DECLINED, Event.SUSPENDED, Event.RESTORED, Event.DECISION_UNDONE}


def move(account: Account, event: Event, *, by: str, at: datetime, note: str = "") -> Account:
    """The account after an event; ``AlreadyDecided`` if it cannot happen to an account in this state."""
    step = MOVES.get((account.state, event))
    if step is None:
        raise AlreadyDecided(account.state.value, account.decided_by, account.decided_at)
    moved = replace(
        account,
        state=step.to,
        generation=account.generation + step.ends_sessions,
        version=account.version + 1,
    )
    if event in _DECISIONS:
        moved = replace(moved, decided_by=by, decided_at=at, note=note)
    return moved


def may_log_in(account: Account) -> bool:
    """Whether this account may hold a session: the waiting may, to be told what they wait for."""
    return account.state in {State.WAITING, State.ACTIVE}
