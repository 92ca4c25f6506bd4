"""Security events: who logged in, tried to, or was logged out. They are kept for as long as publishers set.

They stand apart from other audit events, since they are many, and end. Each has a copy, as a record has one index
entry: its own is in the index by whom it is about, the copy's in the one by time.

Wrong passwords are one event for an address and a day, with their number, so that guessing fills no store. For an
address without an account the same records are written, with nothing in them and for minutes only.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from byline.audit import ActorKind
from byline.store import formats
from byline.store.port import Create, IndexEntry, Key, Record, write_over

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from byline.audit import Actor
    from byline.ports import Ports
    from byline.store.port import Json, Write

SECURITY: Final = "security"
"""The index of security events, by whom they are about and when they happened."""
SECURITY_ACTIVITY: Final = "security-activity"
"""The index of their copies, by when they happened."""
RETENTION: Final = Key("settings", "retention")
"""The record of how long they are kept."""
USUAL_MONTHS: Final = 13
"""Where no publisher has set another number."""
MONTHS: Final = (3, 6, 13, 24)
"""What publishers can set."""
_DAYS_A_MONTH: Final = 31
_DECOYS: Final = "security-decoys"
_NO_ACCOUNT: Final = "0" * 24
"""In place of an account's id, in an event about an address that has none."""


def months_in(record: Record | None) -> int:
    """How many months the setting's record says."""
    months = record.data.get("months") if record else None
    return months if isinstance(months, int) else USUAL_MONTHS


def months_kept(ports: Ports, prefetched: Mapping[Key, Record | None]) -> int:
    """How many months security events are kept: as was read already, or in one read."""
    return months_in(prefetched[RETENTION] if RETENTION in prefetched else ports.store.one(RETENTION))


def security_key(event_id: str) -> Key:
    """The key of a security event."""
    return Key("security", event_id)


def security_copy_key(event_id: str) -> Key:
    """The key of its copy."""
    return Key("security-copy", event_id)


def security_events(
    ports: Ports, by: Actor, code: str, about: str, *, months: int, **details: Json
) -> tuple[Write, ...]:
    """The event that something happened to the access to an account, and its copy; for the commit of its cause.

    ``code`` is one of ``messages.events``. Nothing while the store has an older format.
    """
    if ports.store.format() < formats.FACTORS:
        return ()
    now = ports.clock.now()
    data = _data(code, about, by, now, details)
    event_id, until = ports.random.identifier(), _until(now, months)
    at = str(data["at"])
    return (
        Create(Record(security_key(event_id), data, 1, IndexEntry(SECURITY, f"{about}/{at}/{event_id}"), until)),
        Create(Record(security_copy_key(event_id), data, 1, IndexEntry(SECURITY_ACTIVITY, f"{at}/{event_id}"), until)),
    )


@dataclass(frozen=True, slots=True)
class FailedLogins:
    """The wrong passwords of an address and a day, as a login read them, and how long they are kept."""

    event_id: str
    record: Record | None
    copy: Record | None
    months: int

    @classmethod
    def read(cls, records: Mapping[Key, Record], address_hash: str, now: datetime) -> FailedLogins:
        """What stands in the records of ``failed_login_keys``."""
        _, key, copy_key = failed_login_keys(address_hash, now)
        return cls(key.id, records.get(key), records.get(copy_key), months_in(records.get(RETENTION)))

    def one_more(
        self, ports: Ports, code: str, account_id: str, *, decoy_until: int, device: str, stops: bool
    ) -> tuple[Write, ...]:
        """The writes that count one more, for an account; of an address without one ("") as many of the same size.

        ``stops``: further tries have to wait now.
        """
        if ports.store.format() < formats.FACTORS:
            return ()
        now, about = ports.clock.now(), account_id or _NO_ACCOUNT
        before = self._details(about)
        count = before.get("count")
        details: dict[str, Json] = {"count": count + 1 if isinstance(count, int) else 1, "device": device}
        if stops or before.get("stopped"):
            details["stopped"] = True
        data = _data(code, about, None, now, details)
        until = _until(now, self.months) if account_id else decoy_until
        at, event_id = str(data["at"]), self.event_id
        own = IndexEntry(SECURITY if account_id else _DECOYS, f"{about}/{at}/{event_id}")
        by_time = IndexEntry(SECURITY_ACTIVITY if account_id else _DECOYS, f"{at}/{event_id}")
        return (
            write_over(self.record, Record(security_key(event_id), data, entry=own, expires_at=until)),
            write_over(self.copy, Record(security_copy_key(event_id), data, entry=by_time, expires_at=until)),
        )

    def _details(self, about: str) -> Mapping[str, Json]:
        """What was counted; nothing that belongs to an account which the address had before."""
        details = self.record.data["details"] if self.record and self.record.data["about"] == about else None
        return details if isinstance(details, dict) else {}


def failed_login_keys(address_hash: str, now: datetime) -> tuple[Key, Key, Key]:
    """What ``FailedLogins`` reads. The event's id tells no one whose address it is."""
    event_id = hashlib.sha256(f"{address_hash}/{now.date().isoformat()}".encode()).hexdigest()[:24]
    return RETENTION, security_key(event_id), security_copy_key(event_id)


def _data(code: str, about: str, by: Actor | None, at: datetime, details: Mapping[str, Json]) -> dict[str, Json]:
    return {
        "what": code,
        "about": about,
        "by": by.account_id if by else "",
        "by_kind": by.kind.value if by else ActorKind.NOBODY.value,
        "at": at.isoformat(timespec="milliseconds"),
        "details": {name: value for name, value in details.items() if value not in {"", None}},
    }


def _until(now: datetime, months: int) -> int:
    return int((now + timedelta(days=months * _DAYS_A_MONTH)).timestamp())
