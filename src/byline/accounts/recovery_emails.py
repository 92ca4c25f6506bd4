"""The emails of a recovery: that it was started, with the link that stops it; then the link that finishes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.accounts.account_emails import known_addresses, send_email
from byline.accounts.records import account_key
from byline.accounts.recovery import FINISH, STOP, link_for, recovery_of_link
from byline.accounts.recovery_records import Purpose, recovery_key
from byline.errors import DeadLink

if TYPE_CHECKING:
    from byline.jobs.model import Job
    from byline.jobs.security_payloads import SendRecovery
    from byline.ports import Ports


def send_recovery_email(ports: Ports, job: Job[SendRecovery]) -> None:
    """Send one of them; nothing if the recovery is under way no more (ASVS 6.3.7).

    Of the beginning every address is told that can still be put back, of the end that of the account alone; or the new
    one, where the mailbox is lost.
    """
    about = job.payload
    records = ports.store.get(account_key(about.account), recovery_key(about.account))
    try:
        account, recovery = recovery_of_link(ports, records, about.account, about.recovery)
    except DeadLink:
        return
    stop_url, is_address = link_for(ports, STOP, recovery), recovery.purpose is Purpose.ADDRESS
    if not about.is_ready:
        for number, to in enumerate(known_addresses(ports, account)):
            ready_at = recovery.ready_at
            send_email(
                ports,
                job,
                "recovery_started",
                to,
                number=number,
                url=stop_url,
                ready_at=ready_at,
                is_address=is_address,
            )
        return
    send_email(
        ports,
        job,
        "recovery_ready",
        recovery.address if is_address else account,
        language=account.language,
        url=link_for(ports, FINISH, recovery),
        stop_url=stop_url,
        ends_at=recovery.ends_at,
        is_address=is_address,
    )
