"""Emails to an author about what the publisher did: decided about them, or edited their page."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from byline.accounts.account_emails import load_account, send_email
from byline.accounts.model import Account, State
from byline.accounts.states import Event
from byline.mail.rendering import render

if TYPE_CHECKING:
    from byline.jobs.model import Job
    from byline.mail.rendering import Rendered
    from byline.ports import Ports

_STATES = {
    Event.APPROVED: State.ACTIVE,
    Event.DECLINED: State.DECLINED,
    Event.SUSPENDED: State.SUSPENDED,
    Event.REINSTATED: State.ACTIVE,
}
_TEMPLATES = {Event.REINSTATED: "reinstated"}


def send_decision_email(ports: Ports, job: Job) -> None:
    """Tell an author what was decided; nothing, if that is not so any more."""
    account = load_account(ports, str(job.details["account"]))
    event = Event(str(job.details["decision"]))
    if account is None or account.state is not _STATES[event] or account.decision_job != job.id:
        return
    name, values = _decision(ports, account, event)
    send_email(ports, job, name, to=account.address, language=account.language, **values)


def send_edited_email(ports: Ports, job: Job) -> None:
    """Tell an author that the publisher edited their page."""
    account = load_account(ports, str(job.details["account"]))
    if account is None or account.state is not State.ACTIVE:
        return
    send_email(
        ports,
        job,
        "page_edited",
        to=account.address,
        language=account.language,
        url=f"{ports.site.url}/history",
        edited_by=str(job.details["by"]),
        edited_at=datetime.fromisoformat(str(job.details["at"])),
    )


def decision_email(ports: Ports, account: Account, event: Event) -> Rendered:
    """Look at the email about a decision, with the note the account carries, before it is sent."""
    name, values = _decision(ports, account, event)
    return render(name, ports.site, account.language or ports.site.language, **values)


def _decision(ports: Ports, account: Account, event: Event) -> tuple[str, dict[str, Any]]:
    """The template of an email about a decision, and its values."""
    return _TEMPLATES.get(event, event.value), {"url": f"{ports.site.url}/", "note": account.note}
