"""How a portal is: what its operator has to know, and whether its files and emails work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.accounts import bounces
from byline.accounts.records import FIRST_PUBLISHER, LEGACY_HASHES, legacy_hashes_from
from byline.authors import listing
from byline.errors import Rejected
from byline.files.port import File
from byline.jobs import worker
from byline.mail.port import Mail
from byline.permissions import require

if TYPE_CHECKING:
    from datetime import datetime

    from byline.accounts.model import Account
    from byline.audit import Actor
    from byline.jobs.model import Job
    from byline.jobs.payloads import Payload
    from byline.ports import Ports

MAX_COUNTED = 50
"""How many of a kind are looked at; so many mean: so many or more."""
_PROBE = "private/check.txt"


@dataclass(frozen=True, slots=True)
class PortalStatus:
    """What the store says of a portal.

    ``legacy_until`` is when the hash schemes of imported passwords end, ``None`` where none is checked.
    ``rejected_emails`` counts emails that mail servers refused for good; ``dead_letters`` are all other failed jobs.
    ``overdue_seconds`` is for how long the oldest job has been due. ``undeliverable`` are accounts to which emails do
    not arrive, the first fifty of them if there are ``more_undeliverable``.
    """

    has_publisher: bool
    legacy_schemes: tuple[str, ...]
    legacy_until: datetime | None
    dead_letters: tuple[Job[Payload], ...]
    rejected_emails: int
    overdue_seconds: float
    undeliverable: tuple[Account, ...]
    more_undeliverable: bool
    unmatched_bounces: int


def read_status(ports: Ports, by: Actor) -> PortalStatus:
    """Read a portal's status from its store."""
    require(by, "authors.status.read_status")
    jobs = worker.dead_letters(ports, limit=MAX_COUNTED)
    dead_letters = tuple(job for job in jobs if job.last_fault != Rejected.__name__)
    records = ports.store.get(FIRST_PUBLISHER, LEGACY_HASHES)
    undeliverable = listing.undeliverable(ports, by, limit=MAX_COUNTED)
    schemes, until = legacy_hashes_from(records.get(LEGACY_HASHES))
    return PortalStatus(
        has_publisher=FIRST_PUBLISHER in records,
        legacy_schemes=schemes,
        legacy_until=until if until is not None and until > ports.clock.now() else None,
        dead_letters=dead_letters,
        rejected_emails=len(jobs) - len(dead_letters),
        overdue_seconds=worker.overdue_seconds(ports),
        undeliverable=tuple(row.account for row in undeliverable.rows),
        more_undeliverable=undeliverable.next is not None,
        unmatched_bounces=bounces.count_unmatched_bounces(ports, limit=MAX_COUNTED),
    )


def probe_files(ports: Ports) -> None:
    """Write a file and delete it again; raises what the files raise where that fails."""
    ports.files.put(File(_PROBE, b"ok", "text/plain"))
    ports.files.delete(_PROBE)


def probe_mail(ports: Ports) -> None:
    """Go as far as an email would, and send none; raises what the mailer raises where one could not leave."""
    email = Mail("postmaster@localhost", "Nothing", "Nothing", "<p>Nothing</p>", "check", ports.clock.now())
    ports.mailer.rehearse(email)
