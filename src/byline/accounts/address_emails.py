"""Emails about changes of an account's email address: to the new one, the one before, one it has no longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.accounts import address_change, address_undo
from byline.accounts.account_emails import send_email
from byline.accounts.actors import find_account
from byline.accounts.address_change_records import changes_from, changes_key
from byline.accounts.addresses import address_hash
from byline.accounts.model import State
from byline.accounts.records import account_from, account_key, claim_key, claiming_account
from byline.accounts.timing_decoys import NO_ACCOUNT_ID

if TYPE_CHECKING:
    from byline.accounts.address_change_records import AddressChanges
    from byline.accounts.model import Account
    from byline.jobs.model import Job
    from byline.jobs.payloads import SendAddressChange, SendAddressConfirmation
    from byline.ports import Ports


def send_address_confirmation_email(ports: Ports, job: Job[SendAddressConfirmation]) -> None:
    """Send link and code to the address that was asked for; if it has an account, its owner is told instead."""
    about = job.payload
    found = _load(ports, about.account)
    pending = found[1].pending if found else None
    if found is None or pending is None or pending.id != about.change or pending.emails != about.email:
        return  # cancelled, or overtaken by a newer email
    claim = ports.store.one(claim_key(address_hash(pending.address)))
    owner = find_account(ports, claiming_account(claim) or NO_ACCOUNT_ID)
    if owner is not None:
        send_email(ports, job, "address_taken", owner, url=f"{ports.site.url}/login")
        return
    send_email(
        ports,
        job,
        "address_confirmation",
        pending,
        url=address_change.link_for(ports, found[0].id, pending),
        code=address_change.code_for(ports, pending),
        until=pending.ends_at,
    )


def send_address_change_email(ports: Ports, job: Job[SendAddressChange]) -> None:
    """Tell the owner of the address before that a change was asked for or made, with the link that takes it back; or
    that of an address that the account no longer has, because its change was taken back.
    """
    about = job.payload
    found = _load(ports, about.account)
    if found is None:
        return
    account, changes = found
    if about.lost:
        url = f"{ports.site.url}/login"
        send_email(ports, job, "address_undone", about.lost, language=account.language, url=url, at=job.due_at)
        return
    pending = changes.pending if changes.pending and changes.pending.id == about.change else None
    done = next((each for each in changes.completed if each.id == about.change), None)
    change = pending or done
    if change is None:  # it was taken back meanwhile
        return
    send_email(
        ports,
        job,
        "address_change",
        account if done is None else done,
        to_name=account.name if account.confirmed_at else "",
        url=address_undo.link_for(ports, account.id, change),
        is_done=done is not None,
        at=pending.asked_at if pending else job.due_at,
        until=change.ends_at,
    )


def _load(ports: Ports, account_id: str) -> tuple[Account, AddressChanges] | None:
    records = ports.store.get(account_key(account_id), changes_key(account_id))
    record = records.get(account_key(account_id))
    account = account_from(record) if record else None
    if account is None or account.state is State.DELETED:
        return None
    return account, changes_from(account.id, records.get(changes_key(account_id)), ports.clock.now())
