"""Letters about decisions: to the author who was decided on, and to the publishers for whom somebody waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from byline.accounts.letters import contact, post, said
from byline.accounts.model import Account, State
from byline.accounts.records import PUBLISHERS, account_from, account_key
from byline.accounts.states import Event
from byline.authors.listing import waiting
from byline.errors import Conflict
from byline.mail.letter import Button, Letter
from byline.outbox.model import Job, JobKind, promise
from byline.store.port import Create, Key, Record, Replace

if TYPE_CHECKING:
    from byline.ports import Ports

NOTICE = Key("site", "waiting-letter")
"""The record that says when publishers were last told, and until when the next letter is put off."""
A_DAY = timedelta(days=1)

_SUBJECTS = {
    Event.APPROVED: "Your author page is open",
    Event.DECLINED: "About your author account",
    Event.SUSPENDED: "Your author account is suspended",
    Event.RESTORED: "Your author account is open again",
}
_STATES = {
    Event.APPROVED: State.ACTIVE,
    Event.DECLINED: State.DECLINED,
    Event.SUSPENDED: State.SUSPENDED,
    Event.RESTORED: State.ACTIVE,
}


def decision_letter(ports: Ports, job: Job) -> None:
    """Tell an author what was decided; nothing, if that is not so any more."""
    account = _account(ports, str(job.details["account"]))
    event = Event(str(job.details["decision"]))
    if account is None or account.state is not _STATES[event] or account.decision_job != job.id:
        return
    post(ports, job, to=account.address, letter=decision(ports, account, event))


def edited_letter(ports: Ports, job: Job) -> None:
    """Tell an author that the publisher edited their page."""
    account = _account(ports, str(job.details["account"]))
    if account is None or account.state is not State.ACTIVE:
        return
    edited_at = datetime.fromisoformat(str(job.details["at"]))
    letter = Letter(
        subject="Your author page was edited",
        preheader="Every earlier version is kept, and you can restore it.",
        opening=(
            f"{job.details['by']} edited your author page at {ports.site.name} on your behalf, {said(edited_at)}.",
            "Look at what changed; every earlier version is kept, and you can restore any of them.",
        ),
        button=Button("See what changed", f"{ports.site.url}/history"),
        because="You get this letter because the page is yours.",
        contact=contact(ports),
        site=ports.site.name,
    )
    post(ports, job, to=account.address, letter=letter)


def waiting_letter(ports: Ports, job: Job) -> None:
    """Tell the publishers that somebody waits: the first at once, then at most one letter a day.

    Within a day of the last letter, one is put off to the end of that day; more than one would say the same.
    """
    now = ports.clock.now()
    record = ports.store.get(NOTICE).get(NOTICE)
    sent_at = datetime.fromisoformat(str(record.data["sent"])) if record else None
    put_off_job = str(record.data["job"]) if record else ""
    if sent_at is not None and now < sent_at + A_DAY and put_off_job != job.id:
        if put_off_job:
            return  # the letter that is put off will speak of this one too
        later = Job(f"{job.id}-later", JobKind.WAITING_LETTER, job.details, sent_at + A_DAY)
        _notice(ports, record, sent_at, later.id, promise(later))
        return
    queue = waiting(ports)
    if not queue.rows:
        _notice(ports, record, sent_at or now - A_DAY, "")
        return
    count = f"{len(queue.rows)}{'+' if queue.next else ''}"
    who = "1 author waits" if count == "1" else f"{count} authors wait"
    letter = Letter(
        subject=f"{who} for approval",
        preheader=f"The longest since {said(queue.rows[0].account.created_at)}.",
        opening=(f"{who} for approval at {ports.site.name}.", "Log in to see who it is, and decide."),
        button=Button("Open the queue", f"{ports.site.url}/publisher"),
        because="You get this letter because you are a publisher of this site; at most one a day after the first.",
        contact=f"This letter comes from your own site, {ports.site.url}",
        site=ports.site.name,
    )
    # The note comes last: should the process die in between, the letters go out once more rather than never.
    for publisher in _publishers(ports):
        post(
            ports,
            Job(f"{job.id}-{publisher.id}", job.kind, job.details, job.due_at),
            to=publisher.address,
            letter=letter,
        )
    _notice(ports, record, now, "")


def _notice(ports: Ports, before: Record | None, sent_at: datetime, job_id: str, *also: Create) -> None:
    data = {"sent": sent_at.isoformat(), "job": job_id}
    record = Record(NOTICE, data, version=before.version + 1 if before else 1)
    try:
        ports.store.commit(Replace(record) if before else Create(record), *also)
    except Conflict:
        return  # another worker told them at the same moment


def _publishers(ports: Ports) -> list[Account]:
    page = ports.store.page(PUBLISHERS, limit=50)
    keys = [account_key(record.key.id) for record in page.records]
    found = ports.store.get(*keys) if keys else {}
    accounts = [account_from(record) for record in found.values()]
    return [account for account in accounts if account.state is State.ACTIVE]


def decision(ports: Ports, account: Account, event: Event) -> Letter:
    """The letter about a decision, with the note the account carries; also for a look at it before it is sent."""
    name, publisher = ports.site.name, ports.site.publisher_name
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
        Event.RESTORED: (
            "Your page is shown again.",
            (f"{publisher} restored your account at {name}. Your page is shown again.",),
            Button("Open your page", f"{ports.site.url}/"),
        ),
    }
    preheader, opening, button = words[event]
    return Letter(
        subject=_SUBJECTS[event],
        preheader=preheader,
        opening=opening,
        quoted=account.note or None,
        button=button,
        because="You get this letter because you asked for an author account with this address.",
        contact=contact(ports),
        site=name,
    )


def _account(ports: Ports, account_id: str) -> Account | None:
    record = ports.store.get(account_key(account_id)).get(account_key(account_id))
    return account_from(record) if record else None
