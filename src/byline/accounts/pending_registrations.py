"""The status of an address: its claim and its five slots for pending registrations, from one read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from byline.accounts.model import Address, PendingRegistration, RegistrationState
from byline.accounts.records import claim_key, claiming_account, registration_from, registration_record, slot_keys
from byline.accounts.timing_decoys import registration_decoy
from byline.store import formats
from byline.store.port import write_op

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from byline.accounts.model import AccountId, AddressHash
    from byline.ports import Ports
    from byline.store.port import Create, Key, Record, Replace

MAX_EMAILS_PER_HOUR = 5
EMAIL_INTERVAL_SECONDS = 120


@dataclass(frozen=True, slots=True)
class AddressStatus:
    """The status of an address from one read: its account, and its registrations, ended and confirmed ones included."""

    account_id: AccountId | None
    pending_registrations: tuple[PendingRegistration, ...]
    taken_slots: Mapping[int, Record]

    @property
    def newest(self) -> PendingRegistration | None:
        """The newest registration, whose password a login checks too. It never becomes an older one."""
        return max(self.pending_registrations, key=lambda pending: (pending.created_at, pending.id), default=None)


def read_address_status(records: Mapping[Key, Record], address_key: AddressHash, now: datetime) -> AddressStatus:
    """Read an address's claim and slots, by the same work whatever it has; registrations end after seven days."""
    claim = records.get(claim_key(address_key))
    slots = {slot: records[key] for slot, key in enumerate(slot_keys(address_key)) if key in records}
    every = [registration_from(records.get(key) or registration_decoy(key)) for key in slot_keys(address_key)]
    pending_registrations = tuple(p for p in every if p.slot in slots and now < p.expires_at)
    return AddressStatus(claiming_account(claim), pending_registrations, slots)


def load_address_status(ports: Ports, address_key: AddressHash) -> AddressStatus:
    """The status of an address, in one read."""
    records = ports.store.get(claim_key(address_key), *slot_keys(address_key))
    return read_address_status(records, address_key, ports.clock.now())


def seconds_until_next_email(pending: PendingRegistration, now: datetime) -> int:
    """The seconds until another email may be requested, or 0."""
    recent = sent_within_hour(pending, now)
    waits = [0.0]
    if recent:
        waits.append((recent[-1] + timedelta(seconds=EMAIL_INTERVAL_SECONDS) - now).total_seconds())
    if len(recent) >= MAX_EMAILS_PER_HOUR:
        waits.append((recent[-MAX_EMAILS_PER_HOUR] + timedelta(hours=1) - now).total_seconds())
    longest = max(waits)
    return int(longest) + (longest > int(longest))


def withdraw(pending: PendingRegistration) -> PendingRegistration:
    """A withdrawn registration: it cannot be confirmed, contains no personal data, and gives way to a new one."""
    return replace(
        pending,
        state=RegistrationState.WITHDRAWN,
        name="",
        address=Address(""),
        password_hash=None,
        version=pending.version + 1,
    )


def save_op(pending: PendingRegistration) -> Create | Replace:
    """The write that saves a registration."""
    return write_op(registration_record(pending))


def sent_within_hour(pending: PendingRegistration, now: datetime) -> tuple[datetime, ...]:
    """When the emails of the last hour were requested, oldest first."""
    return tuple(at for at in pending.sent_at if now < at + timedelta(hours=1))


def kept_language(ports: Ports, language: str) -> str:
    """What is kept of the language of emails: "" while an older program, which would drop it, may come back."""
    return language if ports.store.format() >= formats.LANGUAGES else ""
