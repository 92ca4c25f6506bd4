"""Letters to an author about what the publisher did: decided on them, or edited their page."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from byline.accounts.account_emails import contact_line, format_time, send_email
from byline.accounts.model import Account, State
from byline.accounts.records import account_from, account_key
from byline.accounts.states import Event
from byline.mail.email_parts import Button, Email

if TYPE_CHECKING:
    from byline.jobs.model import Job
    from byline.ports import Ports

_SUBJECTS = {
    Event.APPROVED: "Your author page is open",
    Event.DECLINED: "About your author account",
    Event.SUSPENDED: "Your author account is suspended",
    Event.REINSTATED: "Your author account is open again",
}
_STATES = {
    Event.APPROVED: State.ACTIVE,
    Event.DECLINED: State.DECLINED,
    Event.SUSPENDED: State.SUSPENDED,
    Event.REINSTATED: State.ACTIVE,
}


def send_decision_email(ports: Ports, job: Job) -> None:
    """Tell an author what was decided; nothing, if that is not so any more."""
    account = _account(ports, str(job.details["account"]))
    event = Event(str(job.details["decision"]))
    if account is None or account.state is not _STATES[event] or account.decision_job != job.id:
        return
    send_email(ports, job, to=account.address, letter=decision(ports, account, event))


def send_edited_email(ports: Ports, job: Job) -> None:
    """Tell an author that the publisher edited their page."""
    account = _account(ports, str(job.details["account"]))
    if account is None or account.state is not State.ACTIVE:
        return
    edited_at = datetime.fromisoformat(str(job.details["at"]))
    site = ports.site.name
    letter = Email(
        subject="Your author page was edited",
        preheader="Every earlier version is kept, and you can restore it.",
        opening=(
            f"{job.details['by']} edited your author page at {site} on your behalf, {format_time(edited_at)}.",
            "Look at what changed; every earlier version is kept, and you can restore any of them.",
        ),
        button=Button("See what changed", f"{ports.site.url}/history"),
        because="You get this letter because the page is yours.",
        contact=contact_line(ports),
        site=ports.site.name,
    )
    send_email(ports, job, to=account.address, letter=letter)


def decision(ports: Ports, account: Account, event: Event) -> Email:
    """The letter about a decision, with the note the account carries; also for a look at it before it is sent."""
    name, publisher = ports.site.name, ports.site.publisher_at_start
    words: dict[Event, tuple[str, tuple[str, ...], Button | None]] = {
        Event.APPROVED: (
            "Write your page; saving publishes it.",
            (f"{publisher} approved your account at {name}.", "Your author page is ready for you to write."),
            Button("Write your page", f"{ports.site.url}/"),
        ),
        Event.DECLINED: (
            "The publisher decided about your request.",
            (f"{publisher} looked at your request for an author account at {name} and declined it.",),
            None,
        ),
        Event.SUSPENDED: (
            "Your page is not shown for now.",
            (f"{publisher} suspended your account at {name}. Your page is not shown; nothing of it is lost.",),
            None,
        ),
        Event.REINSTATED: (
            "Your page is shown again.",
            (f"{publisher} restored your account at {name}. Your page is shown again.",),
            Button("Open your page", f"{ports.site.url}/"),
        ),
    }
    preheader, opening, button = words[event]
    return Email(
        subject=_SUBJECTS[event],
        preheader=preheader,
        opening=opening,
        quoted=account.note or None,
        button=button,
        because="You get this letter because you asked for an author account with this address.",
        contact=contact_line(ports),
        site=name,
    )


def _account(ports: Ports, account_id: str) -> Account | None:
    record = ports.store.get(account_key(account_id)).get(account_key(account_id))
    return account_from(record) if record else None
