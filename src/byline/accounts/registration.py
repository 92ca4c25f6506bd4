"""Registration: pending until the address is confirmed, the same for known and unknown addresses.

Every function here costs the same store calls, hashes and jobs whether the address has an account or not.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from byline.accounts.addresses import address_hash
from byline.accounts.model import PendingRegistration, RegistrationState
from byline.accounts.pending_registrations import (
    EMAIL_INTERVAL_SECONDS,
    kept_language,
    read_address_status,
    save_op,
    seconds_until_next_email,
    sent_within_hour,
    withdraw,
)
from byline.accounts.policy import check_password
from byline.accounts.rate_limits import (
    REGISTER,
    Counter,
    count_for_network,
    mailbox_counter,
    refuse_network_if_full,
)
from byline.accounts.records import SLOTS, claim_key, session_key, slot_key, slot_keys
from byline.accounts.sessions import (
    REGISTRATION_SECONDS,
    AnySession,
    NewSession,
    RegistrationSession,
    begin_for_registration,
    delete_op,
    read_again,
)
from byline.errors import Conflict, Invalid, TooMany, Unavailable
from byline.jobs.model import enqueue
from byline.jobs.payloads import SendRegistration
from byline.messages.accounts import EMAIL_TAKEN, EMAIL_UNCHANGED
from byline.messages.outages import CHANGED_MEANWHILE
from byline.permissions import require
from byline.store.conflicts import retry_on_conflict

if TYPE_CHECKING:
    from datetime import datetime

    from byline.accounts.clients import Client
    from byline.accounts.model import Address, AddressHash
    from byline.accounts.pending_registrations import AddressStatus
    from byline.ports import Ports
    from byline.store.port import Create, Record


def register(
    ports: Ports,
    by: AnySession | None,
    *,
    address: Address,
    name: str,
    password: str,
    client: Client,
    language: str = "",
) -> NewSession:
    """Register an account: a pending registration, a session of it and its email, in one commit.

    ``by`` is this browser's session so far; it ends, and a registration of the same address is replaced. ``language``
    is that of the emails ("": the site's). Raises ``Invalid`` for the password, and ``TooMany`` when the address has
    five registrations.
    """
    require(by, "accounts.registration.register")
    check_password(password, ports.site, field="author_password", name=name, address=address)
    refuse_network_if_full(ports, REGISTER, client)
    with ports.hash_queue.turn(first=False):
        password_hash = ports.hasher.hash(password)
    address_key = address_hash(address)
    current = by

    def attempt(conflict: Conflict | None) -> NewSession:
        nonlocal current
        if conflict is not None and current and session_key(current.session.id) in conflict.keys:
            current = read_again(ports, current)
        own = current.registration if isinstance(current, RegistrationSession) else None
        if own is not None and own.address_key != address_key:
            own = None
        slot, over, emails = _free_slot(ports, address, own)
        now = ports.clock.now()
        pending = _new_registration(
            ports,
            address_key,
            slot,
            address=address,
            name=name,
            password_hash=password_hash,
            language=kept_language(ports, language),
            over=over,
        )
        if own is not None:
            wait = seconds_until_next_email(own, now)
            if wait > EMAIL_INTERVAL_SECONDS:
                raise TooMany(wait, what="letters")
            pending = replace(pending, sent_at=(*sent_within_hour(own, now), now))
        entry = begin_for_registration(ports, pending, device=client.name)
        ports.store.commit(
            save_op(pending),
            emails.increment(),
            *entry.writes,
            _email_job(ports, pending),
            *([delete_op(current.session)] if current else []),
        )
        return entry

    entry = retry_on_conflict(attempt, otherwise=TooMany(1, what="registrations"))
    count_for_network(ports, REGISTER, client)
    return entry


def send_again(ports: Ports, by: RegistrationSession, *, client: Client) -> None:
    """Send link and code once more; ``TooMany`` within two minutes of the last email and after five in an hour.

    Earlier links stay valid, the code is a new one.
    """
    require(by, "accounts.registration.send_again")
    refuse_network_if_full(ports, REGISTER, client)
    pending = by.registration
    now = ports.clock.now()
    wait = seconds_until_next_email(pending, now)
    if wait:
        raise TooMany(wait, what="letters")
    again = replace(
        pending,
        letters=pending.letters + 1,
        sent_at=(*sent_within_hour(pending, now), now),
        tries=0,
        version=pending.version + 1,
    )
    key = mailbox_counter(pending.address)
    emails = Counter.read(ports.store.one(key), key, ports.site.limits.mailbox, now)
    if ports.site.throttle:
        emails.refuse_if_full(now, what="letters")
    try:
        ports.store.commit(save_op(again), emails.increment(), _email_job(ports, again))
    except Conflict as conflict:
        is_pressed_twice = slot_key(pending.address_key, pending.slot) in conflict.keys  # one email is on its way
        raise TooMany(EMAIL_INTERVAL_SECONDS if is_pressed_twice else 1, what="letters") from conflict
    count_for_network(ports, REGISTER, client)


def use_another_address(ports: Ports, by: RegistrationSession, *, address: Address, client: Client) -> NewSession:
    """Move a registration to another address: same password and session end, old link and code dead, same last day.

    Two reads (the session's and this one's) and one commit, for a known and an unknown target alike.
    """
    require(by, "accounts.registration.use_another_address")
    pending = by.registration
    address_key = address_hash(address)
    if address_key == pending.address_key:
        raise Invalid({"author_email": EMAIL_UNCHANGED})
    refuse_network_if_full(ports, REGISTER, client)
    current: AnySession = by

    def attempt(conflict: Conflict | None) -> NewSession:
        nonlocal current
        if conflict is not None:
            again = read_again(ports, current) if session_key(current.session.id) in conflict.keys else current
            if again is None or slot_key(pending.address_key, pending.slot) in conflict.keys:
                raise Unavailable(CHANGED_MEANWHILE) from conflict
            current = again
        now = ports.clock.now()
        if seconds_until_next_email(pending, now) > EMAIL_INTERVAL_SECONDS:
            raise TooMany(seconds_until_next_email(pending, now), what="letters")
        slot, over, emails = _free_slot(ports, address, None)
        moved = replace(
            _new_registration(
                ports,
                address_key,
                slot,
                address=address,
                name=pending.name,
                password_hash=pending.password_hash,
                language=pending.language,
                over=over,
            ),
            expires_at=pending.expires_at,
            sent_at=(*sent_within_hour(pending, now), now),
        )
        entry = begin_for_registration(ports, moved, device=current.session.device)
        ports.store.commit(
            save_op(moved),
            emails.increment(),
            save_op(withdraw(pending)),
            *entry.writes,
            delete_op(current.session),
            _email_job(ports, moved),
        )
        return entry

    entry = retry_on_conflict(attempt, otherwise=TooMany(1, what="registrations"))
    count_for_network(ports, REGISTER, client)
    return entry


def delete_registration(ports: Ports, by: RegistrationSession) -> None:
    """Withdraw a registration: its link, code, password and session end, and its slot is free for another."""
    require(by, "accounts.registration.delete_registration")
    ports.store.commit(save_op(withdraw(by.registration)), delete_op(by.session))


def _new_registration(
    ports: Ports,
    address_key: AddressHash,
    slot: int,
    *,
    address: Address,
    name: str,
    password_hash: str | None,
    language: str,
    over: Record | None,
) -> PendingRegistration:
    now = ports.clock.now()
    return PendingRegistration(
        address_key=address_key,
        slot=slot,
        id=ports.random.identifier(),
        address=address,
        name=name,
        password_hash=password_hash,
        language=language,
        created_at=now,
        expires_at=now + timedelta(seconds=REGISTRATION_SECONDS),
        sent_at=(now,),
        version=over.version + 1 if over else 1,
    )


def _email_job(ports: Ports, pending: PendingRegistration) -> Create:
    return enqueue(ports, SendRegistration(pending.address_key, pending.slot, pending.id, pending.letters))


def _free_slot(ports: Ports, address: Address, own: PendingRegistration | None) -> tuple[int, Record | None, Counter]:
    """The slot that a new registration of an address takes, the record that lies in it, and the counter of the emails
    to its mailbox, in one read.

    The browser's own slot for this address, else a free one at random: taken in turn, the cookie, which names it, would
    tell how many others registered this address lately. ``Invalid`` where the site tells who is registered.
    """
    now, address_key, counter = ports.clock.now(), address_hash(address), mailbox_counter(address)
    records = ports.store.get(claim_key(address_key), *slot_keys(address_key), counter)
    have = read_address_status(records, address_key, now)
    if ports.site.reveal_registered and have.account_id is not None:
        raise Invalid({"author_email": EMAIL_TAKEN})
    slot: int | None
    if own is not None and own.state is RegistrationState.PENDING:
        slot = own.slot
    else:
        empty = set(range(SLOTS)) - {each.slot for each in have.pending_registrations}
        withdrawn = {p.slot for p in have.pending_registrations if p.state is RegistrationState.WITHDRAWN}
        free = sorted(empty or withdrawn)
        slot = free[int.from_bytes(ports.random.token(8)) % len(free)] if free else None
    if slot is None:
        raise TooMany(_seconds_until_free(have, now), what="registrations")
    emails = Counter.read(records.get(counter), counter, ports.site.limits.mailbox, now)
    if ports.site.throttle:
        emails.refuse_if_full(now, what="registrations")
    return slot, have.taken_slots.get(slot), emails


def _seconds_until_free(have: AddressStatus, now: datetime) -> int:
    first = min(pending.expires_at for pending in have.pending_registrations)
    return int((first - now).total_seconds()) + 1
