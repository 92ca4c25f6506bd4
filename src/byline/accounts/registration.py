"""Registering: a proposal until the mailbox is proven, the same for known and unknown addresses.

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
    read_address_status,
    registration_of,
    save_op,
    seconds_until_next_email,
    sent_within_hour,
    withdraw,
)
from byline.accounts.policy import check_password
from byline.accounts.records import SLOTS, claim_key, session_key, session_record, slot_key, slot_keys
from byline.accounts.sessions import (
    REGISTRATION_SECONDS,
    NewSession,
    Visit,
    begin_for_registration,
    delete_op,
    read_again,
)
from byline.errors import Conflict, Invalid, TooMany, Unavailable
from byline.jobs.model import Job, JobKind, enqueue
from byline.messages.accounts import EMAIL_TAKEN, EMAIL_UNCHANGED
from byline.store.port import Create

if TYPE_CHECKING:
    from datetime import datetime

    from byline.accounts.model import Address, AddressHash
    from byline.accounts.pending_registrations import AddressStatus
    from byline.ports import Ports
    from byline.store.port import Json, Record

_MAX_ATTEMPTS = 12
"""How often a commit that others overtook is tried again: five slots can be filled before one's eyes, not more."""


def register(
    ports: Ports, *, address: Address, name: str, password: str, device: str, current: Visit | None = None
) -> NewSession:
    """Propose an account: a proposal, a session of it and its letter, in one commit.

    ``held`` is the visit of a browser that already holds a proposal or an account: its session ends with this, and a
    proposal for the same address is replaced. ``Invalid`` for the password, ``TooMany`` when the address has five.
    """
    check_password(password, ports.site, field="author_password", name=name, address=address)
    password_hash = ports.hasher.hash(password)
    address_key = address_hash(address)
    for _ in range(_MAX_ATTEMPTS):
        now = ports.clock.now()
        have = read_address_status(ports.store.get(claim_key(address_key), *slot_keys(address_key)), address_key, now)
        if ports.site.reveal_registered and have.account_id is not None:
            raise Invalid({"author_email": EMAIL_TAKEN})
        slot = _slot_for(ports, have, address_key, current)
        if slot is None:
            raise TooMany(_seconds_until_free(have, now), what="registrations")
        pending = _new_registration(
            ports,
            address_key,
            slot,
            address=address,
            name=name,
            password_hash=password_hash,
            over=have.taken_slots.get(slot),
        )
        own = current.pending if current else None
        if own is not None and own.address_key == address_key:
            wait = seconds_until_next_email(own, now)
            if wait > EMAIL_INTERVAL_SECONDS:
                raise TooMany(wait, what="letters")
            pending = replace(pending, sent_at=(*sent_within_hour(own, now), now))
        entry = begin_for_registration(ports, pending, device=device)
        try:
            ports.store.commit(
                save_op(pending),
                Create(session_record(entry.session)),
                _email_job(ports, pending),
                *([delete_op(current.session)] if current else []),
            )
        except Conflict as conflict:
            if current and session_key(current.session.id) in conflict.keys:
                current = read_again(ports, current)
            continue
        return entry
    raise TooMany(1, what="registrations")


def send_again(ports: Ports, visit: Visit) -> None:
    """Send link and code once more; ``TooMany`` within two minutes of the last letter and after five in an hour.

    Earlier links stay valid, the code is a new one.
    """
    pending = registration_of(visit)
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
    try:
        ports.store.commit(save_op(again), _email_job(ports, again))
    except Conflict as conflict:  # the button pressed twice: one letter is on its way
        raise TooMany(EMAIL_INTERVAL_SECONDS, what="letters") from conflict


def use_another_address(ports: Ports, visit: Visit, *, address: Address) -> NewSession:
    """Move a proposal to another address: same password and session end, old link and code dead, same last day.

    Two reads (the visit's and this one's) and one commit, for a known and an unknown target alike.
    """
    pending = registration_of(visit)
    address_key = address_hash(address)
    if address_key == pending.address_key:
        raise Invalid({"author_email": EMAIL_UNCHANGED})
    for _ in range(_MAX_ATTEMPTS):
        now = ports.clock.now()
        if seconds_until_next_email(pending, now) > EMAIL_INTERVAL_SECONDS:
            raise TooMany(seconds_until_next_email(pending, now), what="letters")
        have = read_address_status(ports.store.get(claim_key(address_key), *slot_keys(address_key)), address_key, now)
        if ports.site.reveal_registered and have.account_id is not None:
            raise Invalid({"author_email": EMAIL_TAKEN})
        slot = _slot_for(ports, have, address_key, None)
        if slot is None:
            raise TooMany(_seconds_until_free(have, now), what="registrations")
        moved = replace(
            _new_registration(
                ports,
                address_key,
                slot,
                address=address,
                name=pending.name,
                password_hash=pending.password_hash,
                over=have.taken_slots.get(slot),
            ),
            expires_at=pending.expires_at,
            sent_at=(*sent_within_hour(pending, now), now),
        )
        entry = begin_for_registration(ports, moved, device=visit.session.device)
        try:
            ports.store.commit(
                save_op(moved),
                save_op(withdraw(pending)),
                Create(session_record(entry.session)),
                delete_op(visit.session),
                _email_job(ports, moved),
            )
        except Conflict as conflict:
            if slot_key(pending.address_key, pending.slot) in conflict.keys:
                raise Unavailable("This registration was changed at the same moment.") from conflict
            if session_key(visit.session.id) in conflict.keys:
                again = read_again(ports, visit)
                if again is None:
                    raise Unavailable("This registration was changed at the same moment.") from conflict
                visit = again
            continue
        return entry
    raise TooMany(1, what="registrations")


def delete_registration(ports: Ports, visit: Visit) -> None:
    """Give a proposal up: its link, code, password and session are dead; its slot stays taken for its seven days."""
    pending = registration_of(visit)
    try:
        ports.store.commit(save_op(withdraw(pending)), delete_op(visit.session))
    except Conflict as conflict:
        raise Unavailable("This registration was changed at the same moment.") from conflict


def _new_registration(
    ports: Ports,
    address_key: AddressHash,
    slot: int,
    *,
    address: Address,
    name: str,
    password_hash: str | None,
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
        created_at=now,
        expires_at=now + timedelta(seconds=REGISTRATION_SECONDS),
        sent_at=(now,),
        version=over.version + 1 if over else 1,
    )


def _email_job(ports: Ports, pending: PendingRegistration) -> Create:
    details: dict[str, Json] = {
        "place": pending.address_key,
        "slot": pending.slot,
        "proposal": pending.id,
        "letter": pending.letters,
    }
    return enqueue(Job(ports.random.identifier(), JobKind.REGISTRATION_EMAIL, details, ports.clock.now()))


def _slot_for(ports: Ports, have: AddressStatus, address_key: AddressHash, current: Visit | None) -> int | None:
    """The slot a new proposal takes: the browser's own one for this address, else a free one by chance.

    The cookie names it: taken in turn, it would tell how many others registered this address lately.
    """
    own = current.pending if current else None
    if own is not None and own.address_key == address_key and own.state is RegistrationState.PENDING:
        return own.slot
    live = {pending.slot for pending in have.pending_registrations}
    free = [slot for slot in range(SLOTS) if slot not in live]
    return free[int.from_bytes(ports.random.token(8)) % len(free)] if free else None


def _seconds_until_free(have: AddressStatus, now: datetime) -> int:
    first = min(pending.expires_at for pending in have.pending_registrations)
    return int((first - now).total_seconds()) + 1
