"""Emails to the publishers: that authors and texts are waiting, and that emails to some accounts are not delivered.

Of each kind the first at once, then at most one a day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from byline.accounts.account_emails import send_email
from byline.accounts.actors import find_account
from byline.accounts.model import Account, State
from byline.accounts.records import PUBLISHERS, account_from, account_key
from byline.audit import OPERATOR
from byline.authors import listing, reviews
from byline.errors import Conflict, Rejected
from byline.jobs.model import Job, enqueue
from byline.jobs.payloads import SendUndelivered, SendWaiting
from byline.store.port import Create, Key, Record, write_over

if TYPE_CHECKING:
    from collections.abc import Callable

    from byline.ports import Ports

WAITING_NOTICE = Key("site", "waiting-letter")
UNDELIVERED_NOTICE = Key("site", "undelivered-letter")
"""The records that say when publishers were last told of either, and until when the next email is put off."""
A_DAY = timedelta(days=1)
T = TypeVar("T", SendWaiting, SendUndelivered)
_Email = tuple[str, dict[str, Any]]
"""An email's templates and their values."""


def send_waiting_email(ports: Ports, job: Job[SendWaiting]) -> None:
    """Tell the publishers that authors are waiting for approval, and texts for review."""
    _send_daily(ports, job, WAITING_NOTICE, _waiting, _publishers(ports))


def send_undelivered_email(ports: Ports, job: Job[SendUndelivered]) -> None:
    """Tell the publishers that emails to an account are not delivered. It does not say whose: the console does.

    A publisher whose own emails are not delivered gets none: the console tells them at the top of each page.
    """
    readers = [publisher for publisher in _publishers(ports) if not publisher.is_undeliverable]
    _send_daily(ports, job, UNDELIVERED_NOTICE, _undelivered, readers)


def _waiting(ports: Ports, _: Job[SendWaiting]) -> _Email | None:
    queue = listing.waiting(ports, OPERATOR)
    texts = reviews.waiting(ports, OPERATOR)
    if texts.rows:
        path = "/publisher" if queue.rows else "/publisher/reviews"
        return "waiting_texts", {
            "url": f"{ports.site.url}{path}", "count": len(texts.rows), "more": bool(texts.after),
            "authors": len(queue.rows), "more_authors": queue.next is not None,
            "since": texts.rows[0].review.submitted_at,
        }  # fmt: skip
    if not queue.rows:
        return None
    count, since = len(queue.rows), queue.rows[0].account.created_at
    return "waiting_authors", {
        "url": f"{ports.site.url}/publisher", "count": count, "more": queue.next is not None, "since": since,
    }  # fmt: skip


def _undelivered(ports: Ports, job: Job[SendUndelivered]) -> _Email | None:
    """Count all accounts that are marked; the one of this job may be missing in the index yet."""
    marked = listing.undeliverable(ports, OPERATOR)
    known = {row.account.id for row in marked.rows}
    account = find_account(ports, job.payload.account)
    count = len(known | ({account.id} if account is not None and account.is_undeliverable else set()))
    url = f"{ports.site.url}/publisher/authors?letters=undelivered"
    return ("undelivered", {"url": url, "count": count, "more": marked.next is not None}) if count else None


def _send_daily(
    ports: Ports, job: Job[T], notice: Key, about: Callable[[Ports, Job[T]], _Email | None], readers: list[Account]
) -> None:
    """Send an email to publishers, unless they had one of its kind within a day.

    In that case the job is postponed to the end of that day. A publisher whose mail server refuses the email does not
    keep it from the others.
    """
    now = ports.clock.now()
    record = ports.store.one(notice)
    sent_at = datetime.fromisoformat(str(record.data["sent"])) if record else None
    put_off_job = str(record.data["job"]) if record else ""
    if sent_at is not None and now < sent_at + A_DAY and put_off_job != job.id:
        if put_off_job:
            return  # the email that is put off will speak of this one too
        later = enqueue(ports, job.payload, due_at=sent_at + A_DAY, job_id=f"{job.id}-later")
        _save_notice(ports, notice, record, sent_at, later.record.key.id, later)
        return
    email = about(ports, job)
    if email is None:
        _save_notice(ports, notice, record, sent_at or now - A_DAY, "")
        return
    name, values = email
    # The note comes last: should the process die in between, the emails go out once more rather than never.
    refused: list[Rejected] = []
    for publisher in readers:
        own = replace(job, id=f"{job.id}-{publisher.id}")
        try:
            send_email(ports, own, name, publisher, **values)
        except Rejected as fault:
            refused.append(fault)
    if refused and len(refused) == len(readers):
        raise refused[0]
    _save_notice(ports, notice, record, now, "")


def _save_notice(
    ports: Ports, notice: Key, before: Record | None, sent_at: datetime, job_id: str, *extra_writes: Create
) -> None:
    data = {"sent": sent_at.isoformat(), "job": job_id}
    try:
        ports.store.commit(write_over(before, Record(notice, data)), *extra_writes)
    except Conflict:
        return  # another worker told them at the same moment


def _publishers(ports: Ports) -> list[Account]:
    page = ports.store.page(PUBLISHERS, limit=50)
    keys = [account_key(record.key.id) for record in page.records]
    found = ports.store.get(*keys) if keys else {}
    accounts = [account_from(record) for record in found.values()]
    return [account for account in accounts if account.state is State.ACTIVE]
