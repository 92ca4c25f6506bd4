"""Accounts, credentials, registrations, sessions and counters as records: the one place that names their fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the codec reads the types
from typing import Final

from byline.accounts.model import (
    Account,
    AccountId,
    AddressHash,
    Credentials,
    Device,
    PendingRegistration,
    Session,
    State,
)
from byline.store.codec import Codec
from byline.store.port import IndexEntry, Key, Record

ACCOUNTS = "accounts"
"""The index of accounts by state: the waiting by when they asked, the others by name."""
DEVICES = "devices"
"""The index of the known devices of an account, by their last login."""
SESSIONS = "sessions"
"""The index of the sessions of an account, the oldest first."""
PUBLISHERS = "publishers"
"""The index of the accounts that get emails to publishers."""
UNDELIVERABLE = "letters-undelivered"
"""The index of accounts whose emails bounce, and of addresses without an account, by time."""
ACCOUNT_PREFIX = "account/"
UNMATCHED_BOUNCE = "astray/"
"""How the entries of either begin."""
SEARCH_MARK = Key("site", "search")
"""The record of which search entries the accounts have."""
LIST_COUNTS = Key("site", "list-counts")
"""The record of how many authors each of the publisher's lists has (``authors.list_index``)."""
FIRST_PUBLISHER = Key("site", "first-publisher")
"""The record that says that there is a publisher; while it is absent, the first-publisher link works."""
SLOTS = 5
"""Pending registrations an address may have."""


@dataclass(frozen=True, slots=True)
class _Claim:
    account: AccountId


_ACCOUNT: Final = Codec(
    Account,
    names={
        "embedded_password_hash": "password",
        "created_at": "created",
        "confirmed_at": "confirmed",
        "profile_id": "profile",
        "decided_at": "decided",
        "bounced_at": "came_back",
        "complained_at": "spam",
        "review_rule": "review",
        "factor_due_at": "factor_due",
        "no_reset_until": "no_reset",
    },
    optional=(
        "bounced_at",
        "complained_at",
        "language",
        "question",
        "review_rule",
        "factor_due_at",
        "no_reset_until",
        "embedded_password_hash",
    ),
)
_CREDENTIALS: Final = Codec(
    Credentials,
    names={"password_hash": "password", "has_authenticator": "totp", "recovery_codes": "recovery"},
    outside=("account_id", "version"),
    optional=("has_authenticator", "recovery_codes", "passkeys"),
)
_REGISTRATION: Final = Codec(
    PendingRegistration,
    names={
        "password_hash": "password",
        "created_at": "created",
        "expires_at": "expires",
        "sent_at": "sent",
        "state": "fate",
    },
    outside=("address_key", "slot", "version"),
    optional=("language",),
)
_SESSION: Final = Codec(
    Session,
    names={
        "created_at": "created",
        "seen_at": "seen",
        "proven_at": "proven",
        "expires_at": "expires",
        "idle_seconds": "idle",
    },
    seconds=("created_at", "seen_at", "proven_at", "expires_at"),
    optional=("proofs",),
)
_DEVICE: Final = Codec(
    Device,
    names={"expires_at": "expires", "created_at": "created", "seen_at": "seen", "passkey_offered": "offered"},
    outside=("id", "address_key", "version"),
    optional=("name", "browser", "created_at", "seen_at", "passkey_offered"),
    seconds=("expires_at", "created_at", "seen_at"),
)
_CLAIM: Final = Codec(_Claim)
_NO_CLAIM: Final = {"account": ""}


def account_key(account_id: str) -> Key:
    """The key of an account."""
    return Key("account", account_id)


def credentials_key(account_id: str) -> Key:
    """The key of an account's credentials."""
    return Key("credentials", account_id)


def claim_key(address_key: str) -> Key:
    """The key of an address's claim: it names the one account the address has."""
    return Key("claim", address_key)


def slot_key(address_key: str, slot: int) -> Key:
    """The key of one of an address's slots for pending registrations."""
    return Key("proposal", f"{address_key}/{slot}")


def slot_keys(address_key: str) -> tuple[Key, ...]:
    """The keys of all the slots of an address."""
    return tuple(slot_key(address_key, slot) for slot in range(SLOTS))


def session_key(session_id: str) -> Key:
    """The key of a session."""
    return Key("session", session_id)


def counter_key(what: str, address_key: str) -> Key:
    """The key of a counter of tries."""
    return Key("counter", f"{what}/{address_key}")


def publisher_key(account_id: str) -> Key:
    """The key of the record by which a publisher is found for emails to all publishers."""
    return Key("publisher", account_id)


def claim_record(address_key: AddressHash, account_id: AccountId) -> Record:
    """The claim of an address."""
    return Record(claim_key(address_key), _CLAIM.to_data(_Claim(account_id)))


def claiming_account(record: Record | None) -> AccountId | None:
    """Whose account an address's claim names. An absent claim is decoded from a decoy, so that the time is the same."""
    return _CLAIM.from_data(_NO_CLAIM if record is None else record.data).account or None


def publisher_record(account: Account) -> Record:
    """The record by which a publisher is found."""
    return Record(publisher_key(account.id), {}, entry=IndexEntry(PUBLISHERS, account.id))


def undeliverable_key(account_id: str) -> Key:
    """The key of the record by which an account with a mark is found."""
    return Key("marked", account_id)


def undeliverable_record(account: Account, at: datetime) -> Record:
    """The record by which an account is found whose emails bounce; it is as old as the mark."""
    return Record(
        undeliverable_key(account.id),
        {},
        entry=IndexEntry(UNDELIVERABLE, f"{ACCOUNT_PREFIX}{at.isoformat()}/{account.id}"),
    )


def unmatched_bounce_key(address_key: str) -> Key:
    """The key of the record that an email to an address without an account bounced."""
    return Key("astray", address_key)


def unmatched_bounce_record(address_key: str, at: datetime, *, expires_at: int) -> Record:
    """The record that an email to an address without an account bounced: until when, and not to which address."""
    return Record(
        unmatched_bounce_key(address_key),
        {},
        entry=IndexEntry(UNDELIVERABLE, f"{UNMATCHED_BOUNCE}{at.isoformat()}/{address_key}"),
        expires_at=expires_at,
    )


def account_record(account: Account) -> Record:
    """An account as a record."""
    stands = account.created_at.isoformat() if account.state is State.WAITING else account.name.casefold()[:200]
    return Record(
        account_key(account.id),
        _ACCOUNT.to_data(account),
        version=account.version,
        entry=None
        if account.state is State.DELETED
        else IndexEntry(ACCOUNTS, f"{account.state.value}/{stands}/{account.id}"),
    )


def account_from(record: Record) -> Account:
    """The account in a record."""
    return _ACCOUNT.from_data(record.data, id=record.key.id, version=record.version)


def credentials_record(credentials: Credentials) -> Record:
    """An account's credentials as a record."""
    return Record(
        credentials_key(credentials.account_id), _CREDENTIALS.to_data(credentials), version=credentials.version
    )


def credentials_from(record: Record) -> Credentials:
    """The credentials in a record."""
    return _CREDENTIALS.from_data(record.data, account_id=record.key.id, version=record.version)


def registration_record(pending: PendingRegistration) -> Record:
    """A pending registration as a record."""
    return Record(
        slot_key(pending.address_key, pending.slot),
        _REGISTRATION.to_data(pending),
        version=pending.version,
        expires_at=int(pending.expires_at.timestamp()),
    )


def registration_from(record: Record) -> PendingRegistration:
    """The pending registration in a slot's record."""
    address_key, _, slot = record.key.id.rpartition("/")
    return _REGISTRATION.from_data(record.data, address_key=address_key, slot=int(slot), version=record.version)


def session_record(session: Session) -> Record:
    """A session as a record; times as epoch seconds, because every page view reads them."""
    entry = None
    if session.proofs:  # a program before format 6 would drop it
        account_id = session.subject.removeprefix("a.")
        entry = IndexEntry(SESSIONS, f"{account_id}/{session.created_at.isoformat()}/{session.id}")
    return Record(
        session_key(session.id),
        _SESSION.to_data(session),
        version=session.version,
        entry=entry,
        expires_at=int(session.expires_at.timestamp()),
    )


def session_from(record: Record) -> Session:
    """The session in a record."""
    return _SESSION.from_data(record.data, id=record.key.id, version=record.version)


def device_key(address_key: str, device_id: str) -> Key:
    """The key of a device that has logged in to the account of an address."""
    return Key("device", f"{address_key}/{device_id}")


def device_record(device: Device) -> Record:
    """A known device as a record."""
    last_login = device.seen_at.isoformat() if device.seen_at else ""
    return Record(
        device_key(device.address_key, device.id),
        _DEVICE.to_data(device),
        version=device.version,
        entry=IndexEntry(DEVICES, f"{device.account}/{last_login}/{device.id}") if last_login else None,
        expires_at=int(device.expires_at.timestamp()),
    )


def device_from(record: Record) -> Device:
    """The known device in a record."""
    address_key, _, device_id = record.key.id.partition("/")
    return _DEVICE.from_data(record.data, id=device_id, address_key=address_key, version=record.version)
