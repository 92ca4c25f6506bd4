"""The store: whether it answers, its jobs, its publishers, whose emails bounce, and the last backup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.accounts.model import Role
from byline.audit import OPERATOR
from byline.authors import status
from byline.authors.status import MAX_COUNTED
from byline.cli.checks.finding import Finding
from byline.store import formats
from byline.transfer import backups
from byline.transfer.copy_lock import refuse_locked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from byline.authors.status import PortalStatus
    from byline.ports import Ports

LATE_SECONDS = 600
PUT_OFF_SECONDS = 120
"""A job that waits for longer after a failed try is told: three tries failed by then."""
LATE_BACKUP_DAYS = 7
MANY_JOBS = 100
_UNREACHABLE = (
    "Emails to {name} <{address}>, a publisher, bounce, so this publisher does not learn who is waiting. When emails "
    "arrive again, say so in the console, or choose a new password by email."
)
_LEGACY_HASHES = (
    "Authors who were imported may log in with their old passwords ({schemes}) until {until:%d %B %Y}; those who have "
    "not by then choose a new one by email. Until then every login takes longer, so that timing reveals no one."
)


def check_store(ports: Ports) -> Iterator[Finding]:
    """What the store says."""
    ports.store.ping()
    refuse_locked(ports.store, ports.files)
    found = status.read_status(ports, OPERATOR)
    yield from _jobs(found)
    yield from _accounts(found)
    yield from _undeliverable(found)
    yield from _backup(ports)
    if change := formats.coming_change(ports.store):
        sentence = f"The next `byline serve` moves the store {change}. Make a backup first: byline backup FILE"
        yield Finding("format", sentence)


def _jobs(found: PortalStatus) -> Iterator[Finding]:
    """Failed and late jobs. Emails that mail servers refused are no fault of the site: anyone can mistype one."""
    for job in found.dead_letters:
        sentence = f"A job ({job.kind.value}) failed for good after {job.tries} tries: {job.last_fault}. "
        yield Finding("outbox", f"{sentence}Fix the cause, then: byline deliver --again", wrong=True)
    if found.rejected_emails:
        count = f"{found.rejected_emails} emails were" if found.rejected_emails > 1 else "1 email was"
        yield Finding(
            "mail",
            f"{count} refused for good in the last 30 days: mistyped addresses, unless no email arrives any more. "
            "Then the mail server refuses this site; fix that, then: byline deliver --again",
        )
    count = f"{found.waiting_jobs}{'+' if found.more_waiting_jobs else ''}"
    oldest = found.oldest_waiting
    if oldest.last_fault and oldest.seconds > PUT_OFF_SECONDS:
        sentence = (
            f"A job has been tried in vain for {oldest.seconds // 60:.0f} minutes ({count} are waiting). The last "
        )
        yield Finding("outbox", f"{sentence}try met: {oldest.last_fault}. It is tried again by itself.", wrong=True)
    elif oldest.seconds > LATE_SECONDS:
        minutes = oldest.seconds // 60
        sentence = f"Jobs have been due for over ten minutes ({count} of them, for {minutes:.0f} minutes): "
        yield Finding("outbox", f"{sentence}is the server running?", wrong=True)
    elif found.waiting_jobs >= MANY_JOBS:
        yield Finding("outbox", f"{count} jobs are waiting; the oldest has been due for {oldest.seconds:.0f} s.")


def _accounts(found: PortalStatus) -> Iterator[Finding]:
    if found.legacy_until is not None:
        schemes = ", ".join(found.legacy_schemes)
        yield Finding("passwords", _LEGACY_HASHES.format(schemes=schemes, until=found.legacy_until))
    if not found.has_publisher:
        sentence = "There is no publisher yet: open the link that `byline serve` prints."
        yield Finding("publisher", sentence, wrong=True)


def _undeliverable(found: PortalStatus) -> Iterator[Finding]:
    """Whose emails bounce. A publisher's mailbox is the operator's to fix; anyone can mistype an address."""
    publishers = [account for account in found.undeliverable if account.role is Role.PUBLISHER]
    for account in publishers:
        yield Finding("publisher", _UNREACHABLE.format(name=account.name, address=account.address), wrong=True)
    authors = len(found.undeliverable) - len(publishers)
    if authors:
        whose = f"{authors}{'+' if found.more_undeliverable else ''} {'authors' if authors > 1 else 'author'}"
        yield Finding("mail", f"Emails to {whose} bounce: the console says whose, and what to do.")
    bounces = found.unmatched_bounces
    if bounces:
        count = "1 address" if bounces == 1 else f"{bounces}{'+' if bounces == MAX_COUNTED else ''} addresses"
        sentence = f"Emails to {count} without an account bounced in the last 30 days: mistyped, most likely."
        yield Finding("mail", sentence)


def _backup(ports: Ports) -> Iterator[Finding]:
    """When the last backup was made. Where there was one, somebody wants one regularly, and has to know if it fails."""
    at = backups.last_backup_at(ports, OPERATOR)
    if at is None:
        yield Finding("backup", "No backup was made yet: byline backup FILE")
        return
    days = (ports.clock.now() - at).days
    ago = f", {days} days ago: make one, and see why none is made regularly" if days >= LATE_BACKUP_DAYS else ""
    yield Finding("backup", f"The last backup was made at {at:%Y-%m-%d %H:%M} UTC{ago}.", wrong=bool(ago))
