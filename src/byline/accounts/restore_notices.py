"""After a restore: everyone who has a second factor, and every publisher, is told that it is as it was in the backup.

One that was removed since, perhaps since someone else had it, works again; one that was added since is gone. Under
another secret key the codes of authenticator apps cannot be checked; passkeys and recovery codes go on working.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from byline.accounts import seeds
from byline.accounts.account_emails import send_email
from byline.accounts.authenticator_records import authenticator_from, authenticator_key
from byline.accounts.credentials import load_credentials
from byline.accounts.model import Role
from byline.accounts.records import ACCOUNTS, account_from, account_key, credentials_key
from byline.accounts.states import may_log_in
from byline.errors import Conflict
from byline.jobs.model import enqueue
from byline.jobs.security_payloads import SendRestored, TellOfRestore
from byline.store.port import Cursor

if TYPE_CHECKING:
    from byline.jobs.model import Job
    from byline.ports import Ports

A_SLICE: Final = 25


def tell_of_restore(ports: Ports, job: Job[TellOfRestore]) -> None:
    """Carry out a TELL_OF_RESTORE job: enqueue the emails to a slice of the accounts, and the next slice."""
    about = job.payload
    page = ports.store.page(ACCOUNTS, after=Cursor(about.after) if about.after else None, limit=A_SLICE)
    accounts = [account for account in map(account_from, page.records) if may_log_in(account)]
    keys = [credentials_key(account.id) for account in accounts]
    found = dict.fromkeys(keys) | dict(ports.store.get(*keys)) if keys else {}
    told = [
        account
        for account in accounts
        if account.role is Role.PUBLISHER or load_credentials(ports, account, found).has_second_factor
    ]
    root = job.id.partition(".")[0]
    writes = [
        enqueue(ports, SendRestored(account.id, about.made_at), job_id=f"{root}-{account.id}") for account in told
    ]
    if page.next is not None:
        following = replace(about, after=page.next, number=about.number + 1)
        writes.append(enqueue(ports, following, job_id=f"{root}.{following.number}"))
    with suppress(Conflict):  # this slice was done before
        ports.store.commit(*writes)


def send_restored_email(ports: Ports, job: Job[SendRestored]) -> None:
    """Tell a person what became of their second factors."""
    about = job.payload
    keys = account_key(about.account), authenticator_key(about.account)
    records = ports.store.get(*keys)
    record, own = records.get(keys[0]), records.get(keys[1])
    if record is None or not may_log_in(account := account_from(record)):
        return
    send_email(
        ports,
        job,
        "restored",
        account,
        url=f"{ports.site.url}/login?next=/account/security",
        made_at=about.made_at,
        is_app_over=own is not None and not seeds.is_readable(ports.signer, authenticator_from(own).sealed),
    )
