"""Another email address for one's own account: asked for here, confirmed at the new address by link or code.

The owner of the address before can stop it, and undo it for seven days (``address_undo``). Nothing here tells whether
the new address has an account: its owner is told, and the code that was never sent does not match.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from byline.accounts.address_change_records import (
    AddressChanges,
    PendingChange,
    changes_from,
    changes_key,
    changes_record,
    prefetched_changes,
)
from byline.accounts.address_switch import switch, switch_keys
from byline.accounts.addresses import address_hash
from byline.accounts.confirmation import CODE_SECONDS, MAX_TRIES_PER_EMAIL, read_code
from byline.accounts.credentials import load_credentials, unchanged
from byline.accounts.pending_registrations import EMAIL_INTERVAL_SECONDS
from byline.accounts.rate_limits import (
    CODE,
    REGISTER,
    Counter,
    address_change_counter,
    count_for_network,
    mailbox_counter,
    refuse_network_if_full,
)
from byline.accounts.records import account_record, claim_key, counter_key, credentials_key
from byline.accounts.session_cookies import CODES_COUNTER
from byline.accounts.sessions import begin_again, delete_op, proofs_of
from byline.audit import audit_events
from byline.errors import Conflict, DeadLink, Invalid, NotAllowed, TooMany, Unavailable
from byline.jobs.model import enqueue
from byline.jobs.payloads import SendAddressChange, SendAddressConfirmation
from byline.messages import events
from byline.messages.accounts import CODE_WRONG, EMAIL_TAKEN, LINK_REPLACED
from byline.messages.address_changes import ADDRESS_IS_YOURS, ADDRESSES_LATER, TOO_MANY_CHANGES
from byline.messages.browsers import code_of
from byline.messages.outages import CHANGED_MEANWHILE
from byline.permissions import require
from byline.store import formats
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Replace, write_op

if TYPE_CHECKING:
    from datetime import datetime

    from byline.accounts.clients import Client
    from byline.accounts.model import AccountId, Address
    from byline.accounts.sessions import AccountSession, NewSession
    from byline.ports import Ports

PURPOSE: Final = "address"
MOST_IN_A_WEEK: Final = 5
"""How many changes can be undone at a time: a thief must not push the first one out."""


def pending(ports: Ports, by: AccountSession) -> PendingChange | None:
    """The change that waits until the new address is confirmed, out of what was read with the session."""
    require(by, "accounts.address_change.pending")
    return _changes(ports, by).pending


def request(ports: Ports, by: AccountSession, *, address: Address, client: Client) -> None:
    """Ask for another address: an email with link and code goes there, and one with a way to stop it to the address of
    now. The same reads, writes and jobs whether the new one has an account or not.

    Asked again for the same address it is another email, with another code. ``Invalid`` at ``author_email`` for the
    address that the account has, ``TooMany`` within two minutes of the last email and after five in an hour.
    """
    require(by, "accounts.address_change.request")
    if ports.store.format() < formats.PERSONAL_DATA:
        raise Unavailable(ADDRESSES_LATER)
    account, address_key = by.account, address_hash(address)
    if address_key == address_hash(account.address):
        raise Invalid({"author_email": ADDRESS_IS_YOURS})
    refuse_network_if_full(ports, REGISTER, client)
    claim, requests_key, mailbox_key = (
        claim_key(address_key),
        address_change_counter(account.id),
        mailbox_counter(address),
    )

    def attempt(_: Conflict | None) -> None:
        now = ports.clock.now()
        records = ports.store.get(changes_key(account.id), claim, requests_key, mailbox_key)
        if ports.site.reveal_registered and claim in records:
            raise Invalid({"author_email": EMAIL_TAKEN})
        changes = changes_from(account.id, records.get(changes_key(account.id)), now)
        if len(changes.completed) >= MOST_IN_A_WEEK:
            raise Invalid({"author_email": TOO_MANY_CHANGES})
        requests = Counter.read(records.get(requests_key), requests_key, ports.site.limits.reset, now)
        emails = Counter.read(records.get(mailbox_key), mailbox_key, ports.site.limits.mailbox, now)
        if ports.site.throttle:
            _refuse_if_too_soon(changes.pending, now)
            requests.refuse_if_full(now, what="letters")
            emails.refuse_if_full(now, what="letters")
        before = changes.pending
        is_again = before is not None and before.address == address
        if before is not None and is_again:
            asked = replace(before, emails=before.emails + 1, asked_at=now, tries=0)
        else:
            asked = PendingChange(ports.random.identifier(), address, now, account.language)
        ports.store.commit(
            write_op(changes_record(replace(changes, pending=asked))),
            requests.increment(),
            emails.increment(),
            enqueue(ports, SendAddressConfirmation(account.id, asked.id, asked.emails)),
            *(
                ()
                if is_again
                else (
                    enqueue(ports, SendAddressChange(account.id, asked.id)),
                    *audit_events(ports, by.actor, events.ADDRESS_CHANGE_REQUESTED, account.id),
                )
            ),
        )

    retry_on_conflict(attempt, otherwise=TooMany(1))
    count_for_network(ports, REGISTER, client)


def cancel(ports: Ports, by: AccountSession) -> bool:
    """Let the address stay as it is: the link and the code that wait are dead. Whether there was anything to cancel."""
    require(by, "accounts.address_change.cancel")
    changes = _changes(ports, by)
    if changes.pending is None:
        return False
    try:
        ports.store.commit(
            write_op(changes_record(replace(changes, pending=None))),
            *audit_events(ports, by.actor, events.ADDRESS_CHANGE_STOPPED, by.account.id),
        )
    except Conflict as conflict:
        raise Unavailable(CHANGED_MEANWHILE) from conflict
    return True


def link_for(ports: Ports, account_id: AccountId, change: PendingChange) -> str:
    """The link that confirms the new address, in a browser that is logged in to the account."""
    token = ports.signer.make(PURPOSE, {"a": account_id, "i": change.id}, expires_at=change.ends_at)
    return f"{ports.site.url}/account/email/{token}"


def code_for(ports: Ports, change: PendingChange) -> str:
    """The six digits in the newest email about a change: computed, not stored."""
    return ports.signer.digits(PURPOSE, *_code_of(change))


def named_address(ports: Ports, by: AccountSession, token: str) -> Address:
    """The address that a link confirms. ``DeadLink``; ``NotAllowed`` if it is another account's."""
    require(by, "accounts.address_change.pending")
    return _linked(ports, by, token)[1].address


def confirm(ports: Ports, by: AccountSession, token: str, *, client: Client) -> NewSession:
    """Change the address by the link of the email: all other sessions, links and known devices end, this browser goes
    on with a new session. ``DeadLink``; ``NotAllowed`` if it is another account's.
    """
    require(by, "accounts.address_change.confirm")
    changes, change = _linked(ports, by, token)
    return _complete(ports, by, changes, change, client=client)


def confirm_by_code(ports: Ports, by: AccountSession, typed: str, *, client: Client) -> NewSession:
    """Change the address by the six digits; ``Invalid`` at ``code`` if they do not match, after counting the attempt.

    Five attempts an email, and twenty wrong codes a day for the new address (ASVS 6.6.3). ``DeadLink`` if no change
    waits any more.
    """
    require(by, "accounts.address_change.confirm_by_code")
    digits = read_code(typed)
    changes, now = _changes(ports, by), ports.clock.now()
    change = changes.pending
    if change is None:
        raise DeadLink(LINK_REPLACED)
    refuse_network_if_full(ports, CODE, client)
    key = counter_key(CODES_COUNTER, address_hash(change.address))
    wrong = Counter.read(ports.store.one(key), key, ports.site.limits.code, now)
    if ports.site.throttle:
        wrong.refuse_if_full(now)
    fresh = (now - change.asked_at).total_seconds() < CODE_SECONDS and change.tries < MAX_TRIES_PER_EMAIL
    if ports.signer.verifies_digits(digits, PURPOSE, *_code_of(change)) and fresh:
        try:
            return _complete(ports, by, changes, change, client=client, wrong=wrong)
        except DeadLink:
            pass  # the address has an account: its code is answered like any wrong one
    tried = replace(change, tries=change.tries + 1)
    try:
        ports.store.commit(write_op(changes_record(replace(changes, pending=tried))), wrong.increment())
    except Conflict as conflict:  # guesses side by side: none is answered before it is counted
        raise TooMany(1) from conflict
    count_for_network(ports, CODE, client)
    raise Invalid({"code": CODE_WRONG})


def _complete(
    ports: Ports,
    by: AccountSession,
    changes: AddressChanges,
    change: PendingChange,
    *,
    client: Client,
    wrong: Counter | None = None,
) -> NewSession:
    account, new = by.account, claim_key(address_hash(change.address))
    records = ports.store.get(credentials_key(account.id), *switch_keys(account, change.address))
    credentials = load_credentials(ports, account, records)
    device = code_of(by.session.device)
    moved, writes = switch(
        ports, account, credentials, changes, records, address=change.address, change_id=change.id, device=device
    )
    entry = begin_again(ports, by, moved, device_secret=client.device_secret, proofs=proofs_of(by.session))
    try:
        ports.store.commit(
            Replace(account_record(moved)),
            unchanged(credentials),
            *writes,
            *entry.writes,
            delete_op(by.session),
            *([wrong.unchanged()] if wrong else []),
            *audit_events(ports, by.actor, events.ADDRESS_CHANGED, account.id),
        )
    except Conflict as conflict:
        if wrong is not None and wrong.key in conflict.keys:
            raise TooMany(1) from conflict
        if new in conflict.keys:
            raise DeadLink(LINK_REPLACED) from conflict
        raise Unavailable(CHANGED_MEANWHILE) from conflict
    return entry


def _linked(ports: Ports, by: AccountSession, token: str) -> tuple[AddressChanges, PendingChange]:
    claims = ports.signer.read(PURPOSE, token, now=ports.clock.now())
    if claims.fields["a"] != by.account.id:
        raise NotAllowed
    changes = _changes(ports, by)
    change = changes.pending
    if change is None or change.id != claims.fields["i"]:
        raise DeadLink(LINK_REPLACED)
    return changes, change


def _changes(ports: Ports, by: AccountSession) -> AddressChanges:
    return prefetched_changes(by.account.id, by.prefetched, ports.clock.now())


def _code_of(change: PendingChange) -> tuple[str, str]:
    return change.id, str(change.emails)


def _refuse_if_too_soon(change: PendingChange | None, now: datetime) -> None:
    if change is not None:
        waited = int((now - change.asked_at).total_seconds())
        if waited < EMAIL_INTERVAL_SECONDS:
            raise TooMany(EMAIL_INTERVAL_SECONDS - waited, what="letters")
