"""The one table of what may become of an account, and of what dies with each change.

Sessions, known devices and a recovery that waits die by a raised generation. Links die because their fingerprint holds
the generation, the version of the credentials and the address: whatever changes one of these kills them. A property
test holds every use case to this table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from byline.accounts.model import Account, Decision, State
from byline.errors import AlreadyDecided

if TYPE_CHECKING:
    from datetime import datetime


class Event(StrEnum):
    """What can happen to an account."""

    APPROVED = "approved"
    DECLINED = "declined"
    SUSPENDED = "suspended"
    REINSTATED = "restored"
    DELETED = "deleted"
    MADE_PUBLISHER = "made-publisher"
    MADE_AUTHOR = "made-author"
    MAILBOX_PROVEN = "mailbox-proven"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 - an event
    PASSWORD_RESET = "password-reset"  # noqa: S105 - an event
    SESSIONS_ENDED = "sessions-ended"
    FACTORS_CHANGED = "factors-changed"
    FACTORS_RECOVERED = "factors-recovered"
    ADDRESS_CHANGED = "address-changed"
    ADDRESS_RESTORED = "address-restored"


@dataclass(frozen=True, slots=True)
class Move:
    """Where an event leads, and whether every session, link and waiting recovery of the account ends with it."""

    to: State
    ends_sessions: bool = False


_W, _A, _D, _S = State.WAITING, State.ACTIVE, State.DECLINED, State.SUSPENDED

MOVES: dict[tuple[State, Event], Move] = {
    (_W, Event.APPROVED): Move(_A),
    (_W, Event.DECLINED): Move(_D, ends_sessions=True),
    (_D, Event.APPROVED): Move(_A),
    (_A, Event.SUSPENDED): Move(_S, ends_sessions=True),
    (_S, Event.REINSTATED): Move(_A),
    (_W, Event.DELETED): Move(State.DELETED, ends_sessions=True),
    (_W, Event.MADE_PUBLISHER): Move(_A, ends_sessions=True),
    (_A, Event.MADE_PUBLISHER): Move(_A, ends_sessions=True),
    (_D, Event.MADE_PUBLISHER): Move(_A, ends_sessions=True),
    (_A, Event.MADE_AUTHOR): Move(_A, ends_sessions=True),
    (_S, Event.MADE_AUTHOR): Move(_S, ends_sessions=True),
    (_A, Event.MAILBOX_PROVEN): Move(_A),
    (_A, Event.PASSWORD_CHANGED): Move(_A, ends_sessions=True),
    (_W, Event.SESSIONS_ENDED): Move(_W, ends_sessions=True),
    (_A, Event.SESSIONS_ENDED): Move(_A, ends_sessions=True),
    (_W, Event.FACTORS_CHANGED): Move(_W, ends_sessions=True),
    (_A, Event.FACTORS_CHANGED): Move(_A, ends_sessions=True),
    (_W, Event.FACTORS_RECOVERED): Move(_W, ends_sessions=True),
    (_A, Event.FACTORS_RECOVERED): Move(_A, ends_sessions=True),
    (_W, Event.ADDRESS_CHANGED): Move(_W, ends_sessions=True),
    (_A, Event.ADDRESS_CHANGED): Move(_A, ends_sessions=True),
    **{(state, Event.ADDRESS_RESTORED): Move(state, ends_sessions=True) for state in (_W, _A, _D, _S)},
    **{(state, Event.PASSWORD_RESET): Move(state, ends_sessions=True) for state in (_W, _A, _D, _S)},
}

UNDONE: dict[tuple[State, State], Move] = {
    (_A, _W): Move(_W),
    (_A, _D): Move(_D, ends_sessions=True),
    (_D, _W): Move(_W),
}
"""Taking a decision back: by the state it made and the state there was before. Other decisions are decided anew."""

_DECISIONS = {Event.APPROVED, Event.DECLINED, Event.SUSPENDED, Event.REINSTATED}
_CAN_BE_UNDONE = {Event.APPROVED, Event.DECLINED}
_NO_MATTER = {
    Event.MAILBOX_PROVEN,
    Event.PASSWORD_CHANGED,
    Event.PASSWORD_RESET,
    Event.SESSIONS_ENDED,
    Event.FACTORS_CHANGED,
    Event.FACTORS_RECOVERED,
    Event.ADDRESS_CHANGED,
    Event.ADDRESS_RESTORED,
}
"""What leaves the last decision as it was."""


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
    if event in _NO_MATTER:
        return moved
    before = Decision(account.state, account.decided_at, account.decided_by, account.decision_job, account.note)
    moved = replace(moved, before=before if event in _CAN_BE_UNDONE else None)
    if event in _DECISIONS:
        moved = replace(moved, decided_by=by, decided_at=at, note=note)
    return moved


def undo_decision(account: Account) -> Account:
    """The account as it stood before the last decision; ``AlreadyDecided`` if that is none that can be taken back."""
    step = UNDONE.get((account.state, account.before.state)) if account.before else None
    if step is None or account.before is None:
        raise AlreadyDecided(account.state.value, account.decided_by, account.decided_at)
    return replace(
        account,
        state=step.to,
        generation=account.generation + step.ends_sessions,
        decided_at=account.before.decided_at,
        decided_by=account.before.decided_by,
        note=account.before.note,
        decision_job=account.before.decision_job,
        before=None,
        refusals=account.refusals - (account.state is State.DECLINED),
        version=account.version + 1,
    )


def may_log_in(account: Account) -> bool:
    """Whether this account may hold a session: the waiting may, to be told what they wait for."""
    return account.state in {State.WAITING, State.ACTIVE}
