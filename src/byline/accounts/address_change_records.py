"""Changes of an account's email address as a record: the one that waits, and those that can still be undone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from byline.accounts.confirmation import LINK_SECONDS
from byline.accounts.model import AccountId, Address  # noqa: TC001 - the codec reads the types
from byline.store.codec import Codec
from byline.store.port import Key, Record

if TYPE_CHECKING:
    from collections.abc import Mapping

UNDO_SECONDS: Final = 7 * 24 * 3600
"""How long the owner of the address before can undo a change."""


@dataclass(frozen=True, slots=True)
class PendingChange:
    """A change that waits until ``address`` is confirmed. ``id`` is what its link, its code and the link that stops it
    are bound to; ``emails`` counts its emails, each with another code, and ``tries`` the wrong codes since the last
    one. ``language`` is that of the emails.
    """

    id: str
    address: Address
    asked_at: datetime
    language: str = ""
    emails: int = 1
    tries: int = 0

    @property
    def ends_at(self) -> datetime:
        """Until when it can be confirmed."""
        return self.asked_at + timedelta(seconds=LINK_SECONDS)


@dataclass(frozen=True, slots=True)
class CompletedChange:
    """A change that was confirmed. ``address`` is the one before, whose owner can undo it."""

    id: str
    address: Address
    changed_at: datetime
    language: str = ""

    @property
    def ends_at(self) -> datetime:
        """Until when it can be undone."""
        return self.changed_at + timedelta(seconds=UNDO_SECONDS)


@dataclass(frozen=True, slots=True)
class AddressChanges:
    """What is known of an account's changes: at most one that waits, and the completed ones, the oldest first."""

    account_id: AccountId
    pending: PendingChange | None = None
    completed: tuple[CompletedChange, ...] = ()
    version: int = 0

    def at(self, now: datetime) -> AddressChanges:
        """What of it still counts at a time."""
        pending = self.pending if self.pending and now < self.pending.ends_at else None
        return replace(self, pending=pending, completed=tuple(each for each in self.completed if now < each.ends_at))

    def known_addresses(self) -> tuple[Address, ...]:
        """The addresses that the account had of late, besides its own."""
        return tuple(dict.fromkeys(each.address for each in self.completed))


_PENDING: Final = Codec(
    PendingChange, names={"asked_at": "asked"}, outside=(), optional=("language", "emails", "tries")
)
_COMPLETED: Final = Codec(CompletedChange, names={"changed_at": "changed"}, outside=(), optional=("language",))
_CHANGES: Final = Codec(
    AddressChanges,
    outside=("account_id", "version"),
    optional=("pending", "completed"),
    nested={"pending": _PENDING, "completed": _COMPLETED},
)


def changes_key(account_id: str) -> Key:
    """The key of the changes of an account's address."""
    return Key("address-change", account_id)


def changes_record(changes: AddressChanges) -> Record:
    """The changes as a record, at its next version. It is kept until nothing of it counts any more."""
    ends = [each.ends_at for each in (changes.pending, *changes.completed) if each is not None]
    return Record(
        changes_key(changes.account_id),
        _CHANGES.to_data(changes),
        version=changes.version + 1,
        expires_at=int(max(ends).timestamp()) if ends else None,
    )


def changes_from(account_id: AccountId, record: Record | None, now: datetime) -> AddressChanges:
    """What of a record still counts; nothing where there is none."""
    if record is None:
        return AddressChanges(account_id)
    return _CHANGES.from_data(record.data, account_id=account_id, version=record.version).at(now)


def prefetched_changes(account_id: AccountId, records: Mapping[Key, Record | None], now: datetime) -> AddressChanges:
    """The same, out of what was read."""
    return changes_from(account_id, records.get(changes_key(account_id)), now)
