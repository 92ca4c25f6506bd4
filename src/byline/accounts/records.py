"""Accounts, proposals, sessions and counters as records: the fields are spelt here and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime

from byline.accounts.model import (
    Account,
    AccountId,
    Address,
    AddressHash,
    Decision,
    PendingRegistration,
    RegistrationState,
    Role,
    Session,
    State,
)
from byline.store.port import Entry, Json, Key, Record

ACCOUNTS = "accounts"
"""The index of accounts by state: the waiting by when they asked, the others by name."""
PUBLISHERS = "publishers"
"""The index of those who get the publisher's letters."""
UNDELIVERABLE = "letters-undelivered"
"""The index of accounts whose letters do not arrive, and of addresses without an account, by since when."""
ACCOUNT_PREFIX = "account/"
UNMATCHED_BOUNCE = "astray/"
"""How the entries of either begin."""
FIRST_PUBLISHER = Key("site", "first-publisher")
"""The record that says that there is a publisher; while it is absent, the first-publisher link works."""
LEGACY_HASHES = Key("site", "inherited-passwords")
"""The record of the kinds of hashes that authors brought along, and until when they are checked."""
SLOTS = 5
"""Live proposals an address may have."""


def account_key(account_id: str) -> Key:
    """The key of an account."""
    return Key("account", account_id)


def claim_key(address_key: str) -> Key:
    """The key of an address's claim: it names the one account the address has."""
    return Key("claim", address_key)


def slot_key(address_key: str, slot: int) -> Key:
    """The key of one of an address's proposal slots."""
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
    """The key of the record by which a publisher is found when a letter goes to all of them."""
    return Key("publisher", account_id)


def claim_record(address_key: AddressHash, account_id: AccountId) -> Record:
    """The claim of an address."""
    return Record(claim_key(address_key), {"account": account_id})


def claiming_account(record: Record | None) -> AccountId | None:
    """Whose account an address's claim names."""
    return None if record is None else AccountId(str(record.data["account"]))


def publisher_record(account: Account) -> Record:
    """The record by which a publisher is found."""
    return Record(publisher_key(account.id), {}, entry=Entry(PUBLISHERS, account.id))


def undeliverable_key(account_id: str) -> Key:
    """The key of the record by which an account with a mark is found."""
    return Key("marked", account_id)


def undeliverable_record(account: Account, at: datetime) -> Record:
    """The record by which an account is found whose letters do not arrive; it is as old as the mark."""
    return Record(
        undeliverable_key(account.id), {}, entry=Entry(UNDELIVERABLE, f"{ACCOUNT_PREFIX}{at.isoformat()}/{account.id}")
    )


def unmatched_bounce_record(address_key: str, at: datetime, *, expires_at: int) -> Record:
    """The record that a letter came back from an address without an account; until when, and not from which."""
    return Record(
        Key("astray", address_key),
        {},
        entry=Entry(UNDELIVERABLE, f"{UNMATCHED_BOUNCE}{at.isoformat()}/{address_key}"),
        expires_at=expires_at,
    )


def legacy_hashes_record(kinds: tuple[str, ...], until: datetime, *, version: int = 1) -> Record:
    """Which kinds of hashes from elsewhere are checked, and until when."""
    return Record(LEGACY_HASHES, {"kinds": list(kinds), "until": until.isoformat()}, version=version)


def legacy_hashes_from(record: Record | None) -> tuple[tuple[str, ...], datetime | None]:
    """The kinds that a record names, and until when they are checked (``None``: none are)."""
    if record is None:
        return (), None
    kinds = record.data["kinds"]
    assert isinstance(kinds, list | tuple)  # noqa: S101 - our own record
    return tuple(map(str, kinds)), _time(record.data["until"])


def account_record(account: Account) -> Record:
    """An account as a record."""
    stands = account.created_at.isoformat() if account.state is State.WAITING else account.name.casefold()[:200]
    return Record(
        account_key(account.id),
        {
            "address": account.address,
            "name": account.name,
            "state": account.state.value,
            "role": account.role.value,
            "password": account.password_hash,
            "created": account.created_at.isoformat(),
            "confirmed": _when(account.confirmed_at),
            "profile": account.profile_id,
            "generation": account.generation,
            "decided": _when(account.decided_at),
            "decided_by": account.decided_by,
            "decision_job": account.decision_job,
            "note": account.note,
            "before": _before(account.before),
            "refusals": account.refusals,
            **({"came_back": account.bounced_at.isoformat()} if account.bounced_at else {}),
            **({"spam": account.complained_at.isoformat()} if account.complained_at else {}),
        },
        version=account.version,
        entry=None
        if account.state is State.DELETED
        else Entry(ACCOUNTS, f"{account.state.value}/{stands}/{account.id}"),
    )


def account_from(record: Record) -> Account:
    """The account in a record."""
    data = record.data
    return Account(
        id=AccountId(record.key.id),
        address=Address(str(data["address"])),
        name=str(data["name"]),
        state=State(str(data["state"])),
        role=Role(str(data["role"])),
        password_hash=_text(data["password"]),
        created_at=_time(data["created"]),
        confirmed_at=_time(data["confirmed"]) if data["confirmed"] else None,
        profile_id=_text(data["profile"]),
        generation=_number(data["generation"]),
        decided_at=_time(data["decided"]) if data["decided"] else None,
        decided_by=str(data["decided_by"]),
        decision_job=str(data["decision_job"]),
        note=str(data["note"]),
        before=_before_from(data["before"]),
        refusals=_number(data["refusals"]),
        bounced_at=_time(data["came_back"]) if "came_back" in data else None,
        complained_at=_time(data["spam"]) if "spam" in data else None,
        version=record.version,
    )


def registration_record(pending: PendingRegistration) -> Record:
    """A proposal as a record."""
    return Record(
        slot_key(pending.address_key, pending.slot),
        {
            "id": pending.id,
            "address": pending.address,
            "name": pending.name,
            "password": pending.password_hash,
            "created": pending.created_at.isoformat(),
            "expires": pending.expires_at.isoformat(),
            "letters": pending.letters,
            "sent": [at.isoformat() for at in pending.sent_at],
            "tries": pending.tries,
            "fate": pending.state.value,
        },
        version=pending.version,
        expires_at=int(pending.expires_at.timestamp()),
    )


def registration_from(record: Record) -> PendingRegistration:
    """The proposal in a slot's record."""
    data = record.data
    address_key, _, slot = record.key.id.rpartition("/")
    sent = data["sent"]
    assert isinstance(sent, list | tuple)  # noqa: S101 - our own record
    return PendingRegistration(
        address_key=AddressHash(address_key),
        slot=int(slot),
        id=str(data["id"]),
        address=Address(str(data["address"])),
        name=str(data["name"]),
        password_hash=_text(data["password"]),
        created_at=_time(data["created"]),
        expires_at=_time(data["expires"]),
        letters=_number(data["letters"]),
        sent_at=tuple(_time(at) for at in sent),
        tries=_number(data["tries"]),
        state=RegistrationState(str(data["fate"])),
        version=record.version,
    )


def session_record(session: Session) -> Record:
    """A session as a record; times as epoch seconds, because every page view reads them."""
    return Record(
        session_key(session.id),
        {
            "subject": session.subject,
            "generation": session.generation,
            "created": int(session.created_at.timestamp()),
            "seen": int(session.seen_at.timestamp()),
            "proven": int(session.proven_at.timestamp()),
            "expires": int(session.expires_at.timestamp()),
            "idle": session.idle_seconds,
            "remembered": session.remembered,
            "device": session.device,
        },
        version=session.version,
        expires_at=int(session.expires_at.timestamp()),
    )


def session_from(record: Record) -> Session:
    """The session in a record."""
    data = record.data
    return Session(
        id=record.key.id,
        subject=str(data["subject"]),
        generation=_number(data["generation"]),
        created_at=_epoch(data["created"]),
        seen_at=_epoch(data["seen"]),
        proven_at=_epoch(data["proven"]),
        expires_at=_epoch(data["expires"]),
        idle_seconds=_number(data["idle"]),
        remembered=bool(data["remembered"]),
        device=str(data["device"]),
        version=record.version,
    )


def _before(before: Decision | None) -> Json:
    if before is None:
        return None
    return [before.state.value, _when(before.decided_at), before.decided_by, before.decision_job, before.note]


def _before_from(value: Json) -> Decision | None:
    if not isinstance(value, list):
        return None
    state, at, by, job, note = value
    return Decision(State(str(state)), _time(at) if at else None, str(by), str(job), str(note))


def _when(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _time(value: Json) -> datetime:
    return datetime.fromisoformat(str(value))


def _epoch(value: Json) -> datetime:
    return datetime.fromtimestamp(_number(value), UTC)


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Json) -> int:
    assert isinstance(value, int)  # noqa: S101 - our own record
    return value
