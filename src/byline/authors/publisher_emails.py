"""Letters to the publishers: that somebody waits, and that letters to somebody do not arrive.

Of each kind the first at once, then at most one a day.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from byline.accounts.account_emails import format_time, send_email
from byline.accounts.model import Account, State
from byline.accounts.records import PUBLISHERS, account_from, account_key
from byline.authors import listing
from byline.errors import Conflict, Rejected
from byline.jobs.model import Job, enqueue
from byline.mail.email_parts import Button, Email
from byline.store.port import Create, Key, Record, Replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from byline.ports import Ports

WAITING_NOTICE = Key("site", "waiting-letter")
UNDELIVERED_NOTICE = Key("site", "undelivered-letter")
"""The records that say when publishers were last told of either, and until when the next letter is put off."""
A_DAY = timedelta(days=1)


def send_waiting_email(ports: Ports, job: Job) -> None:
    """Tell the publishers that somebody waits for approval."""
    _send_daily(ports, job, WAITING_NOTICE, _waiting_email, _publishers(ports))


def send_undelivered_email(ports: Ports, job: Job) -> None:
    """Tell the publishers that letters to an account do not arrive. It does not say whose: the console does.

    A publisher whose own letters do not arrive gets none: the console tells them at the top of each page.
    """
    readers = [publisher for publisher in _publishers(ports) if not publisher.is_undeliverable]
    _send_daily(ports, job, UNDELIVERED_NOTICE, _undelivered_email, readers)


def _waiting_email(ports: Ports, _: Job) -> Email | None:
    queue = listing.waiting(ports)
    if not queue.rows:
        return None
    count = f"{len(queue.rows)}{'+' if queue.next else ''}"
    who = "1 author waits" if count == "1" else f"{count} authors wait"
    return Email(
        subject=f"{who} for approval",
        preheader=f"The longest since {format_time(queue.rows[0].account.created_at)}.",
        opening=(f"{who} for approval at {ports.site.name}.", "Log in to see who it is, and decide."),
        button=Button("Open the queue", f"{ports.site.url}/publisher"),
        because="You get this letter because you are a publisher of this site; at most one a day after the first.",
        contact=_contact(ports),
        site=ports.site.name,
    )


def _undelivered_email(ports: Ports, job: Job) -> Email | None:
    """The letter about all whose mark is there still; the one of this job may be missing in the index yet."""
    marked = listing.undeliverable(ports)
    known = {row.account.id for row in marked.rows}
    account = _account(ports, str(job.details["account"]))
    count = len(known | ({account.id} if account is not None and account.is_undeliverable else set()))
    if not count:
        return None
    many = f"{count}{'+' if marked.next else ''}"
    whose = "1 account" if many == "1" else f"{many} accounts"
    return Email(
        subject=f"Letters to {whose} do not arrive",
        preheader="Log in to see whose, since when, and what to do.",
        opening=(
            f"Letters to {whose} at {ports.site.name} come back, or were marked as spam.",
            "Whoever it is misses what the site writes to them. Log in to see who, and what to do.",
        ),
        button=Button("See whose", f"{ports.site.url}/publisher/authors?letters=undelivered"),
        because="You get this letter because you are a publisher of this site; once for each account, at most daily.",
        contact=_contact(ports),
        site=ports.site.name,
    )


def _send_daily(
    ports: Ports, job: Job, notice: Key, about: Callable[[Ports, Job], Email | None], readers: list[Account]
) -> None:
    """Send a letter to publishers, unless they had one of its kind within a day.

    Then it is put off to the end of that day; more than one would say the same. Whom a mail server refuses for good
    keeps it from nobody else.
    """
    now = ports.clock.now()
    record = ports.store.get(notice).get(notice)
    sent_at = datetime.fromisoformat(str(record.data["sent"])) if record else None
    put_off_job = str(record.data["job"]) if record else ""
    if sent_at is not None and now < sent_at + A_DAY and put_off_job != job.id:
        if put_off_job:
            return  # the letter that is put off will speak of this one too
        later = Job(f"{job.id}-later", job.kind, job.details, sent_at + A_DAY)
        _save_notice(ports, notice, record, sent_at, later.id, enqueue(later))
        return
    letter = about(ports, job)
    if letter is None:
        _save_notice(ports, notice, record, sent_at or now - A_DAY, "")
        return
    # The note comes last: should the process die in between, the letters go out once more rather than never.
    refused: list[Rejected] = []
    for publisher in readers:
        own = Job(f"{job.id}-{publisher.id}", job.kind, job.details, job.due_at)
        try:
            send_email(ports, own, to=publisher.address, letter=letter)
        except Rejected as fault:
            refused.append(fault)
    if refused and len(refused) == len(readers):
        raise refused[0]
    _save_notice(ports, notice, record, now, "")


def _save_notice(
    ports: Ports, notice: Key, before: Record | None, sent_at: datetime, job_id: str, *also: Create
) -> None:
    data = {"sent": sent_at.isoformat(), "job": job_id}
    record = Record(notice, data, version=before.version + 1 if before else 1)
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


def _account(ports: Ports, account_id: str) -> Account | None:
    record = ports.store.get(account_key(account_id)).get(account_key(account_id))
    return account_from(record) if record else None


def _contact(ports: Ports) -> str:
    return f"This letter comes from your own site, {ports.site.url}"
