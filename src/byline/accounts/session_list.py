"""The sessions of one's own account: listed, and ended one by one or all but this one (ASVS 5.0, 7.4.3 and 7.5.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from byline.accounts.actors import load_account
from byline.accounts.recognition import is_expired
from byline.accounts.records import SESSIONS, account_record, session_from, session_key
from byline.accounts.session_cookies import is_session_id
from byline.accounts.sessions import begin_again, delete_op, proofs_of
from byline.accounts.states import Event, move
from byline.audit import audit_events
from byline.errors import Conflict
from byline.messages import events
from byline.permissions import require
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Replace

if TYPE_CHECKING:
    from byline.accounts.model import Session
    from byline.accounts.sessions import AccountSession, NewSession
    from byline.jobs.model import Job
    from byline.jobs.payloads import LimitSessions
    from byline.ports import Ports

MOST_SESSIONS: Final = 50
"""An account may have at a time (ASVS 5.0, 7.1.2): the oldest end when there are more."""
_MOST_READ: Final = 200


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A session of the account; ``is_this`` one is the browser's that asks."""

    session: Session
    is_this: bool


def read(ports: Ports, by: AccountSession) -> list[ListedSession]:
    """The sessions of one's account, this one first, then by last use. One that was begun a moment ago may be missing,
    and so may those that were begun before format 6, until they are used again.
    """
    require(by, "accounts.session_list.read")
    found = {session.id: session for session in _live(ports, by.account.id, by.account.generation)}
    found[by.session.id] = by.session
    listed = [ListedSession(session, session.id == by.session.id) for session in found.values()]
    return sorted(listed, key=lambda each: (not each.is_this, -each.session.seen_at.timestamp()))


def end(ports: Ports, by: AccountSession, session_id: str) -> bool:
    """End one of one's own sessions; whether there was one to end. Another person's is none."""
    require(by, "accounts.session_list.end")

    if not is_session_id(session_id):
        return False

    def attempt(_: Conflict | None) -> bool:
        record = ports.store.one(session_key(session_id))
        session = session_from(record) if record else None
        if session is None or session.subject != by.session.subject:
            return False
        ports.store.commit(
            delete_op(session),
            *audit_events(ports, by.actor, events.SESSION_ENDED, by.account.id),
        )
        return True

    return retry_on_conflict(attempt)


def end_others(ports: Ports, by: AccountSession, *, device_secret: str = "") -> NewSession:
    """End all other sessions of one's account, with its known devices and its links that are out; this browser goes on
    with a new session, and under the name that it had as a device.
    """
    require(by, "accounts.session_list.end_others")
    account = by.account

    def attempt(conflict: Conflict | None) -> NewSession:
        nonlocal account
        if conflict is not None:
            account = load_account(ports, account.id)
        moved = move(account, Event.SESSIONS_ENDED, by=account.id, at=ports.clock.now())
        entry = begin_again(ports, by, moved, device_secret=device_secret, proofs=proofs_of(by.session))
        ports.store.commit(
            Replace(account_record(moved)),
            *entry.writes,
            *audit_events(ports, by.actor, events.SESSIONS_ENDED, account.id),
        )
        return entry

    return retry_on_conflict(attempt)


def limit_sessions(ports: Ports, job: Job[LimitSessions]) -> None:
    """End the oldest sessions of an account that has more than it may."""
    account = load_account(ports, job.payload.account)
    sessions = sorted(_live(ports, account.id, account.generation), key=lambda each: each.seen_at)
    for session in sessions[:-MOST_SESSIONS]:
        try:
            ports.store.commit(delete_op(session))
        except Conflict:
            continue  # it was used this very moment, or has ended: the next login looks again


def _live(ports: Ports, account_id: str, generation: int) -> list[Session]:
    records = ports.store.page(SESSIONS, prefix=f"{account_id}/", limit=_MOST_READ, descending=True).records
    now = ports.clock.now()
    return [
        session
        for session in map(session_from, records)
        if session.generation == generation and not is_expired(session, now)
    ]
