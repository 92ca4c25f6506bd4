"""What may be wrong with a set-up, each with what to do."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, NoReturn

from byline.accounts import bounces
from byline.accounts.model import Role
from byline.accounts.records import FIRST_PUBLISHER, LEGACY_HASHES, legacy_hashes_from
from byline.authors import listing
from byline.cli.output import answer
from byline.errors import BylineError, Misconfigured, Rejected
from byline.files.port import File
from byline.jobs.worker import dead_letters, overdue_seconds
from byline.mail.port import Mail
from byline.transfer.unfinished import refuse_unfinished
from byline.wiring import connect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from byline.jobs.model import Job
    from byline.ports import Ports
    from byline.settings import Settings

USUAL_PASSWORD_MIN = 15
LATE_SECONDS = 600
_PROBE = "private/check.txt"
_A_GLANCE = 50
_UNHEARD = (
    "Letters to {name} <{address}>, a publisher, do not arrive, so nobody there hears who waits. When they arrive "
    "again, take the mark off in the console, or choose a new password by mail."
)
_INHERITED = (
    "Authors who were imported may log in with their old passwords ({kinds}) until {until:%d %B %Y}; whoever has not "
    "by then chooses a new one by mail. Every log-in takes longer meanwhile, so that the clock does not tell of whom."
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know: what it is about, and a sentence; ``wrong`` if it must be mended."""

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
    """Look at settings, store, files and outbox."""
    found: list[Finding] = []
    if settings.site.password_min < USUAL_PASSWORD_MIN:
        found.append(
            Finding(
                "BYLINE_PASSWORD_MIN",
                f"Passwords may have {settings.site.password_min} characters. While a log-in asks nothing else, "
                f"{USUAL_PASSWORD_MIN} is the least that NIST SP 800-63B-4 calls safe.",
            )
        )
    if settings.site.reveal_registered:
        found.append(Finding("BYLINE_REVEAL_REGISTERED", "Anybody can find out which addresses have an account."))
    if not settings.site.contact:
        found.append(
            Finding(
                "BYLINE_PUBLISHER_EMAIL",
                "Letters and pages name no address to write to, and answers to letters go to "
                f"{settings.mail_from}: set one.",
            )
        )
    if settings.site.secure and settings.proxies == 0 and settings.edge_key is None:
        found.append(
            Finding(
                "BYLINE_PROXIES",
                "BYLINE_URL is https, so a proxy is in front, but none is trusted to say who the client is: everybody "
                "counts as one network, and the throttle will stop them together. Set BYLINE_PROXIES=1.",
                wrong=True,
            )
        )
    if not settings.site.throttle:
        found.append(Finding("BYLINE_THROTTLE", "The brakes are off: for tests only.", wrong=True))
    try:
        ports = connect(settings).ports
    except BylineError as fault:
        found.append(Finding("start", str(fault), wrong=True))
        return found
    return [*found, *_store(ports), *_files(ports), *_mail(ports)]


def _store(ports: Ports) -> list[Finding]:
    try:
        ports.store.ping()
        refuse_unfinished(ports.store)
        found = _lost(dead_letters(ports))
        records = ports.store.get(FIRST_PUBLISHER, LEGACY_HASHES)
        kinds, until = legacy_hashes_from(records.get(LEGACY_HASHES))
        if until is not None and until > ports.clock.now():
            found.append(Finding("passwords", _INHERITED.format(kinds=", ".join(kinds), until=until)))
        if FIRST_PUBLISHER not in records:
            found.append(
                Finding("publisher", "There is no publisher yet: open the link that `byline serve` prints.", wrong=True)
            )
        found += _undelivered(ports)
        if overdue_seconds(ports) > LATE_SECONDS:
            found.append(
                Finding("outbox", "Jobs have been due for over ten minutes: is the server running?", wrong=True)
            )
    except Misconfigured as fault:
        return [Finding("store", str(fault), wrong=True)]
    except BylineError as fault:
        return [Finding("store", f"The store does not answer: {fault}", wrong=True)]
    return found


def _lost(jobs: Sequence[Job]) -> list[Finding]:
    """What was given up. Letters that a mail server refused are no fault of the site: anybody can mistype one."""
    refused = [job for job in jobs if job.last_fault == Rejected.__name__]
    found = [
        Finding(
            "outbox",
            f"A job ({job.kind.value}) was given up after {job.tries} tries: {job.last_fault}. "
            "Mend the cause, then: byline deliver --again",
            wrong=True,
        )
        for job in jobs
        if job not in refused
    ]
    if refused:
        count = f"{len(refused)} letters were" if len(refused) > 1 else "1 letter was"
        sentence = (
            f"{count} refused for good in the last 30 days: mistyped addresses, unless no letter arrives any more. "
            "Then the mail server refuses this site; mend that, then: byline deliver --again"
        )
        found.append(Finding("mail", sentence, wrong=False))
    return found


def _undelivered(ports: Ports) -> list[Finding]:
    """Whom letters do not reach. A publisher's own mailbox is the site's to mend; an address anybody can mistype."""
    marked = listing.undeliverable(ports, limit=_A_GLANCE)
    found = [
        Finding("publisher", _UNHEARD.format(name=row.account.name, address=row.account.address), wrong=True)
        for row in marked.rows
        if row.account.role is Role.PUBLISHER
    ]
    authors = len(marked.rows) - len(found)
    if authors:
        whose = f"{authors}{'+' if marked.next else ''} {'authors' if authors > 1 else 'author'}"
        found.append(Finding("mail", f"Letters to {whose} do not arrive: the console says whose, and what to do."))
    strays = bounces.count_unmatched_bounces(ports, limit=_A_GLANCE)
    if strays:
        count = "1 address" if strays == 1 else f"{strays}{'+' if strays == _A_GLANCE else ''} addresses"
        sentence = f"Letters to {count} without an account came back in the last 30 days: mistyped, most likely."
        found.append(Finding("mail", sentence))
    return found


def _files(ports: Ports) -> list[Finding]:
    try:
        ports.files.put(File(_PROBE, b"ok", "text/plain"))
        ports.files.delete(_PROBE)
    except BylineError as fault:
        return [Finding("files", f"Files cannot be written: {fault}", wrong=True)]
    return []


def _mail(ports: Ports) -> list[Finding]:
    """Go as far as a letter would, and send none."""
    nobody = Mail("postmaster@localhost", "Nothing", "Nothing", "<p>Nothing</p>", "check", ports.clock.now())
    try:
        ports.mailer.rehearse(nobody)
    except BylineError as fault:
        return [Finding("mail", f"No letter can leave: {fault}", wrong=True)]
    return []
