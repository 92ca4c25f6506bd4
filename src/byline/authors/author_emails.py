"""Emails to an author about what the publisher did: decided about them, edited their page, or reviewed their text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from byline.accounts.account_emails import send_email
from byline.accounts.actors import find_account
from byline.accounts.model import Account, State
from byline.accounts.states import Event
from byline.authors import questions, still_right
from byline.mail.rendering import render
from byline.profiles import records as profile_records
from byline.profiles.reviews import review_from, review_key

if TYPE_CHECKING:
    from byline.jobs.model import Job
    from byline.jobs.payloads import (
        SendDecision,
        SendEdited,
        SendQuestion,
        SendReminder,
        SendReviewAnswer,
        SendStillRight,
    )
    from byline.mail.rendering import Rendered
    from byline.ports import Ports

_STATES = {
    Event.APPROVED: State.ACTIVE,
    Event.DECLINED: State.DECLINED,
    Event.SUSPENDED: State.SUSPENDED,
    Event.REINSTATED: State.ACTIVE,
}
_TEMPLATES = {Event.REINSTATED: "reinstated"}


def send_decision_email(ports: Ports, job: Job[SendDecision]) -> None:
    """Tell an author what was decided; nothing, if that is not so any more."""
    account = find_account(ports, job.payload.account)
    event = Event(job.payload.decision)
    if account is None or account.state is not _STATES[event] or account.decision_job != job.id:
        return
    name, values = _decision(ports, account, event)
    send_email(ports, job, name, account, **values)


def send_question_email(ports: Ports, job: Job[SendQuestion]) -> None:
    """Send a question that still waits for its answer."""
    account = find_account(ports, job.payload.account)
    if account is None or account.state is not State.WAITING or account.question is None:
        return
    question = account.question
    if question.asked_at != job.payload.at or question.answered_at is not None:
        return
    url = questions.question_link(ports, account, question)
    send_email(ports, job, "question", account, url=url, note=question.text)


def send_reminder_email(ports: Ports, job: Job[SendReminder]) -> None:
    """Remind an author that they have no page, if there is none yet."""
    account = find_account(ports, job.payload.account)
    if account is None or account.state is not State.ACTIVE or account.profile_id is None:
        return
    record = ports.store.one(profile_records.key(account.profile_id))
    if record is None or profile_records.from_record(record).number > 0:
        return
    send_email(ports, job, "reminder", account, url=f"{ports.site.url}/login?next=/")


def send_still_right_email(ports: Ports, job: Job[SendStillRight]) -> None:
    """Ask an author whether their page is still right; nothing, if they changed or confirmed it since."""
    about = job.payload
    account = find_account(ports, about.account)
    if account is None or account.state is not State.ACTIVE or account.profile_id is None:
        return
    profile_key, key = profile_records.key(account.profile_id), still_right.key(account.id)
    found = ports.store.get(profile_key, key)
    if profile_key not in found:
        return
    profile = profile_records.from_record(found[profile_key])
    if still_right.is_stale(profile, found.get(key), ports.clock.now()):
        url = still_right.link_for(ports, account, profile, about.at)
        send_email(ports, job, "still_right", account, url=url, changed_at=profile.saved_at)


def send_edited_email(ports: Ports, job: Job[SendEdited]) -> None:
    """Tell an author that the publisher edited their page."""
    account = find_account(ports, job.payload.account)
    if account is None or account.state is not State.ACTIVE:
        return
    url = f"{ports.site.url}/history"
    send_email(ports, job, "page_edited", account, url=url, edited_by=job.payload.by, edited_at=job.payload.at)


def send_review_answer_email(ports: Ports, job: Job[SendReviewAnswer]) -> None:
    """Tell an author how the publisher answered their text; nothing of a note, if they have gone on since."""
    about = job.payload
    account = find_account(ports, about.account)
    if account is None or account.state is not State.ACTIVE:
        return
    said: dict[str, Any] = {"by": about.by, "at": about.at}
    if about.answer in {"published", "edited"}:
        url = f"{ports.site.url}/history/{about.submitted}" if about.submitted else f"{ports.site.url}/history"
        send_email(ports, job, f"review_{about.answer}", account, url=url, **said)
        return
    record = ports.store.one(review_key(about.profile))
    review = review_from(record) if record else None
    if review is None or (review.number, review.state.value) != (about.number, about.answer):
        return
    send_email(ports, job, f"review_{about.answer}", account, url=f"{ports.site.url}/", note=review.note, **said)


def decision_email(ports: Ports, account: Account, event: Event) -> Rendered:
    """Look at the email about a decision, with the note the account carries, before it is sent."""
    name, values = _decision(ports, account, event)
    return render(name, ports.site, account.language or ports.site.language, to_name=account.name, **values)


def _decision(ports: Ports, account: Account, event: Event) -> tuple[str, dict[str, Any]]:
    """The template of an email about a decision, and its values."""
    return _TEMPLATES.get(event, event.value), {"url": f"{ports.site.url}/login?next=/", "note": account.note}
