"""``byline check``: what may be wrong with an installation, each with what to do."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, NoReturn

from byline.accounts.model import Role
from byline.audit import OPERATOR
from byline.authors import status
from byline.authors.status import MAX_COUNTED
from byline.cli.output import answer
from byline.errors import BylineError, Misconfigured
from byline.transfer import backups
from byline.transfer.copy_lock import refuse_locked
from byline.wiring import connect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from byline.authors.status import PortalStatus
    from byline.ports import Ports
    from byline.settings import Settings

USUAL_PASSWORD_MIN = 15
LATE_SECONDS = 600
LATE_BACKUP_DAYS = 7
_UNREACHABLE = (
    "Emails to {name} <{address}>, a publisher, bounce, so this publisher does not learn who is waiting. When emails "
    "arrive again, say so in the console, or choose a new password by email."
)
_LEGACY_HASHES = (
    "Authors who were imported may log in with their old passwords ({schemes}) until {until:%d %B %Y}; those who have "
    "not by then choose a new one by email. Until then every login takes longer, so that timing reveals no one."
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know: what it is about, and a sentence; ``wrong`` if it must be fixed."""

    about: str
    sentence: str
    wrong: bool = False


def report(found: Sequence[Finding], *, json_wanted: bool) -> NoReturn:
    """Print findings, for people or for programs, and end the command: exit code 1 if anything is wrong."""
    lines = [f"{'WRONG' if finding.wrong else 'note '}  {finding.about}: {finding.sentence}" for finding in found]
    wrong = any(finding.wrong for finding in found)
    if not wrong:
        lines.append("Nothing is wrong.")
    answer([asdict(finding) for finding in found], "\n".join(lines), json_wanted=json_wanted)
    sys.exit(1 if wrong else 0)


def findings(settings: Settings) -> list[Finding]:
    """Check settings, store, jobs, files and mail."""
    found: list[Finding] = []
    if settings.site.password_min < USUAL_PASSWORD_MIN:
        found.append(
            Finding(
                "BYLINE_PASSWORD_MIN",
                f"Passwords may have {settings.site.password_min} characters. While a login asks for nothing else, "
                f"{USUAL_PASSWORD_MIN} is the least that NIST SP 800-63B-4 calls safe.",
            )
        )
    if settings.site.reveal_registered:
        found.append(Finding("BYLINE_REVEAL_REGISTERED", "Anyone can find out which addresses have an account."))
    if not settings.site.contact:
        found.append(
            Finding(
                "BYLINE_PUBLISHER_EMAIL",
                "Emails and pages name no address to write to, and replies to emails go to "
                f"{settings.mail_from}: set one.",
            )
        )
    if settings.site.secure and settings.proxies == 0 and settings.edge_key is None:
        found.append(
            Finding(
                "BYLINE_PROXIES",
                "BYLINE_URL is https, so a proxy is in front, but none is trusted to report the client: everyone "
                "counts as one network, and the rate limits stop them together. Set BYLINE_PROXIES=1.",
                wrong=True,
            )
        )
    if not settings.site.throttle:
        found.append(Finding("BYLINE_THROTTLE", "The rate limits are off: for tests only.", wrong=True))
    try:
        ports = connect(settings, makes=False).ports
    except BylineError as fault:
        found.append(Finding("start", str(fault), wrong=True))
        return found
    return [*found, *_store(ports), *_backup(ports), *_files(ports), *_mail(ports)]


def _store(ports: Ports) -> list[Finding]:
    try:
        ports.store.ping()
        refuse_locked(ports.store, ports.files)
        found = status.read_status(ports, OPERATOR)
    except Misconfigured as fault:
        return [Finding("store", str(fault), wrong=True)]
    except BylineError as fault:
        return [Finding("store", f"The store does not answer: {fault}", wrong=True)]
    return [*_jobs(found), *_accounts(found), *_undeliverable(found)]


def _backup(ports: Ports) -> Iterator[Finding]:
    """When the last backup was made. Where there was one, somebody wants one regularly, and has to know if it fails."""
    try:
        at = backups.last_backup_at(ports, OPERATOR)
    except BylineError:
        return  # the store said so already
    if at is None:
        yield Finding("backup", "No backup was made yet: byline backup FILE")
        return
    days = (ports.clock.now() - at).days
    ago = f", {days} days ago: make one, and see why none is made regularly" if days >= LATE_BACKUP_DAYS else ""
    yield Finding("backup", f"The last backup was made at {at:%Y-%m-%d %H:%M} UTC{ago}.", wrong=bool(ago))


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
    if found.overdue_seconds > LATE_SECONDS:
        yield Finding("outbox", "Jobs have been due for over ten minutes: is the server running?", wrong=True)


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


def _files(ports: Ports) -> Iterator[Finding]:
    try:
        status.probe_files(ports)
    except BylineError as fault:
        yield Finding("files", f"Files cannot be written: {fault}", wrong=True)


def _mail(ports: Ports) -> Iterator[Finding]:
    try:
        status.probe_mail(ports)
    except BylineError as fault:
        yield Finding("mail", f"No email can be sent: {fault}", wrong=True)
