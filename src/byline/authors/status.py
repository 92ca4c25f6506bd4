"""How a portal is: what its operator has to know, and whether its files and emails work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.accounts import bounces
from byline.accounts.legacy_hash_records import LEGACY_HASHES, legacy_hashes_from
from byline.accounts.records import FIRST_PUBLISHER
from byline.authors import listing
from byline.errors import Rejected
from byline.files.port import File
from byline.jobs import worker
from byline.mail.port import Mail
from byline.mail.rendering import render
from byline.permissions import require

if TYPE_CHECKING:
    from datetime import datetime

    from byline.accounts.model import Account, Address
    from byline.audit import Actor
    from byline.jobs.model import Job
    from byline.jobs.payloads import Payload
    from byline.jobs.worker import WaitingJob
    from byline.ports import Ports

MAX_COUNTED = 50
"""How many of a kind are looked at; so many mean: so many or more."""
_PROBE = "private/check.txt"


@dataclass(frozen=True, slots=True)
class PortalStatus:
    """What the store says of a portal.

    ``legacy_until`` is when the hash schemes of imported passwords end, ``None`` where none is checked.
    ``rejected_emails`` counts emails that mail servers refused for good; ``dead_letters`` are all other failed jobs.
    ``oldest_waiting`` is the job that has waited for longest, ``waiting_jobs`` how many are due or will be, the
    first thousand of them if there are ``more_waiting_jobs``. ``undeliverable`` are accounts to which emails do
    not arrive, the first fifty of them if there are ``more_undeliverable``.
    """

    has_publisher: bool
    legacy_schemes: tuple[str, ...]
    legacy_until: datetime | None
    dead_letters: tuple[Job[Payload], ...]
    rejected_emails: int
    oldest_waiting: WaitingJob
    waiting_jobs: int
    more_waiting_jobs: bool
    undeliverable: tuple[Account, ...]
    more_undeliverable: bool
    unmatched_bounces: int


def read_status(ports: Ports, by: Actor) -> PortalStatus:
    """Read a portal's status from its store."""
    require(by, "authors.status.read_status")
    jobs = worker.dead_letters(ports, limit=MAX_COUNTED)
    dead_letters = tuple(job for job in jobs if job.last_fault != Rejected.__name__)
    waiting, more = worker.count_waiting(ports)
    records = ports.store.get(FIRST_PUBLISHER, LEGACY_HASHES)
    undeliverable = listing.undeliverable(ports, by, limit=MAX_COUNTED)
    schemes, until = legacy_hashes_from(records.get(LEGACY_HASHES))
    return PortalStatus(
        has_publisher=FIRST_PUBLISHER in records,
        legacy_schemes=schemes,
        legacy_until=until if until is not None and until > ports.clock.now() else None,
        dead_letters=dead_letters,
        rejected_emails=len(jobs) - len(dead_letters),
        oldest_waiting=worker.oldest_waiting(ports),
        waiting_jobs=waiting,
        more_waiting_jobs=more,
        undeliverable=tuple(row.account for row in undeliverable.rows),
        more_undeliverable=undeliverable.next is not None,
        unmatched_bounces=bounces.count_unmatched_bounces(ports, limit=MAX_COUNTED),
    )


def probe_files(ports: Ports) -> None:
    """Write a file and delete it again; raises what the files raise where that fails."""
    ports.files.put(File(_PROBE, b"ok", "text/plain"))
    ports.files.delete(_PROBE)


def probe_mail(ports: Ports, to: str) -> None:
    """Ask whether an email to an address would be taken, and send none; raises what the mailer raises if not."""
    ports.mailer.probe(Mail(to, "Nothing", "Nothing", "<p>Nothing</p>", "check", ports.clock.now()))


def send_test_email(ports: Ports, by: Actor, to: Address) -> None:
    """Send an email that says that emails arrive, at once and not by a job; raises what the mailer raises."""
    require(by, "authors.status.send_test_email")
    email = render("test", ports.site, ports.site.language, sent_at=ports.clock.now())
    message_id = f"test-{ports.random.identifier()}"
    ports.mailer.send(Mail(to, email.subject, email.text, email.html, message_id, ports.clock.now()))
