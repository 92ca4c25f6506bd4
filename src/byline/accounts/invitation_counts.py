"""How many invitations of authors wait for an answer: derived by a job, so that no page has to count them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from byline.accounts.invitation_records import AUTHOR_INVITATIONS, UNANSWERED, invitation_from
from byline.store.port import MOST_LIMIT, Key, Record, write_over

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.jobs.model import Job
    from byline.jobs.payloads import CountInvitations
    from byline.ports import Ports

COUNT: Final = Key("site", "invitation-count")
"""The record that says how many there were when they were last counted."""


def count_invitations(ports: Ports, _: Job[CountInvitations]) -> None:
    """Carry out a COUNT_INVITATIONS job. Expired ones are not counted, and a thousand at most."""
    before, now = ports.store.one(COUNT), ports.clock.now()
    found = ports.store.page(AUTHOR_INVITATIONS, prefix=UNANSWERED, limit=MOST_LIMIT, descending=True).records
    number = sum(now < invitation_from(record).ends_at for record in found)
    ports.store.commit(write_over(before, Record(COUNT, {"open": number})))


def counted(prefetched: Mapping[Key, Record | None]) -> int:
    """How many wait, as far as it was read."""
    record = prefetched.get(COUNT)
    number = record.data.get("open") if record else 0
    return number if isinstance(number, int) else 0
