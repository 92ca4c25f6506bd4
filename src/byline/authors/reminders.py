"""Reminding authors who have no page yet: an email with one button, once a week at most to each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from byline.accounts.actors import actor_unchanged, read_actor_again
from byline.accounts.model import State
from byline.accounts.records import account_from, account_key
from byline.audit import audit_events
from byline.authors import list_entries
from byline.authors.list_entries import PageState
from byline.errors import Conflict, Unavailable
from byline.jobs.model import enqueue
from byline.jobs.payloads import SendReminder
from byline.messages import events
from byline.messages.questions import REMINDERS_LATER
from byline.permissions import require
from byline.store import formats
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Key, Record, write_over

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from byline.audit import Actor
    from byline.ports import Ports
    from byline.store.port import Cursor, Write

ONCE_IN: Final = timedelta(days=7)
MOST: Final = 200
"""Authors reminded by one press of the button; pressing it again reminds the next."""
_A_SLICE: Final = 50
_MOST_SLICES: Final = 20
_TOGETHER: Final = 10


@dataclass(frozen=True, slots=True)
class Reminders:
    """The authors without a page who can be reminded now, by id, and how many were within the last week."""

    due: tuple[str, ...]
    recent: int


def read(ports: Ports, by: Actor) -> Reminders:
    """Who can be reminded; those whose emails bounce cannot."""
    require(by, "authors.reminders.remind")
    return _read(ports)


def remind(ports: Ports, by: Actor) -> int:
    """Enqueue an email to each author without a page, if there was none within a week; how many get one."""
    require(by, "authors.reminders.remind")
    if ports.store.format() < formats.DESK:
        raise Unavailable(REMINDERS_LATER)
    due = _read(ports).due
    return sum(_remind(ports, by, due[start : start + _TOGETHER]) for start in range(0, len(due), _TOGETHER))


def _read(ports: Ports) -> Reminders:
    due: list[str] = []
    now, recent = ports.clock.now(), 0
    for account_ids in _without_page(ports):
        found = ports.store.get(*map(account_key, account_ids), *map(_key, account_ids))
        for account_id in account_ids:
            record = found.get(account_key(account_id))
            account = account_from(record) if record else None
            if account is None or account.state is not State.ACTIVE or account.is_undeliverable:
                continue
            if _is_recent(found.get(_key(account_id)), now):
                recent += 1
            elif len(due) < MOST:
                due.append(account_id)
        if len(due) >= MOST:
            break
    return Reminders(tuple(due), recent)


def _without_page(ports: Ports) -> Iterator[Sequence[str]]:
    after: Cursor | None = None
    prefix, _ = list_entries.bounds(list_entries.of_page(PageState.NONE))
    for _ in range(_MOST_SLICES):
        page = ports.store.page(list_entries.BY_NAME, prefix=prefix, after=after, limit=_A_SLICE)
        if page.records:
            yield [list_entries.account_of(record) for record in page.records]
        after = page.next
        if after is None:
            return


def _remind(ports: Ports, by: Actor, account_ids: Sequence[str]) -> int:
    def attempt(conflict: Conflict | None) -> int:
        nonlocal by
        if conflict is not None:
            by = read_actor_again(ports, by)
        now = ports.clock.now()
        found = ports.store.get(*map(_key, account_ids))
        due = [each for each in account_ids if not _is_recent(found.get(_key(each)), now)]
        writes: list[Write] = []
        for account_id in due:
            until = int((now + 2 * ONCE_IN).timestamp())
            record = Record(_key(account_id), {"at": now.isoformat()}, expires_at=until)
            writes += [
                write_over(found.get(_key(account_id)), record),
                enqueue(ports, SendReminder(account_id)),
                *audit_events(ports, by, events.REMINDED, account_id),
            ]
        if writes:
            ports.store.commit(*writes, *actor_unchanged(by))
        return len(due)

    return retry_on_conflict(attempt)


def _is_recent(record: Record | None, now: datetime) -> bool:
    return record is not None and now < datetime.fromisoformat(str(record.data["at"])) + ONCE_IN


def _key(account_id: str) -> Key:
    return Key("reminder", account_id)
