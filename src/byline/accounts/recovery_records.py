"""Recoveries as records: what an account waits for, whose owner lost a way in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from byline.accounts.model import AccountId  # noqa: TC001 - the codec reads the types
from byline.store.codec import Codec
from byline.store.port import Key, Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.accounts.model import Account

WAITS: Final = timedelta(hours=72)
"""How long the owner has to stop one before anything can be done."""
OPEN_FOR: Final = timedelta(days=7)
"""How long it can be finished after that."""


class Purpose(StrEnum):
    """What is done at the end of one."""

    FACTORS = "factors"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Recovery:
    """A recovery that ``started_by`` (an account or the operator) began for an account.

    ``id`` is what its links name. ``generation`` is that of the account's sessions: a recovery ends with them
    (``states.MOVES``). ``address`` is the one that the account is to have, where its mailbox is lost.
    """

    account_id: AccountId
    id: str
    purpose: Purpose
    started_by: str
    started_at: datetime
    generation: int
    address: str = ""
    version: int = 1

    @property
    def ready_at(self) -> datetime:
        """From when on it can be finished."""
        return self.started_at + WAITS

    @property
    def ends_at(self) -> datetime:
        """When it ends by itself."""
        return self.ready_at + OPEN_FOR

    def is_live(self, account: Account, now: datetime) -> bool:
        """Whether it is under way: neither over, nor ended by a change of the account."""
        return self.generation == account.generation and now < self.ends_at

    def is_ready(self, now: datetime) -> bool:
        """Whether the waiting time is over."""
        return now >= self.ready_at


_RECOVERY: Final = Codec(
    Recovery,
    names={"started_by": "by", "started_at": "started"},
    outside=("account_id", "version"),
    optional=("address",),
)


def recovery_key(account_id: str) -> Key:
    """The key of an account's recovery: there is one at most."""
    return Key("recovery", account_id)


def recovery_record(recovery: Recovery) -> Record:
    """A recovery as a record."""
    return Record(
        recovery_key(recovery.account_id),
        _RECOVERY.to_data(recovery),
        version=recovery.version,
        expires_at=int(recovery.ends_at.timestamp()),
    )


def live_recovery_in(found: Mapping[Key, Record | None], account: Account, now: datetime) -> Recovery | None:
    """The recovery that an account has under way, among records that were read."""
    record = found.get(recovery_key(account.id))
    recovery = recovery_from(record) if record else None
    return recovery if recovery is not None and recovery.is_live(account, now) else None


def recovery_from(record: Record) -> Recovery:
    """The recovery in a record."""
    return _RECOVERY.from_data(record.data, account_id=record.key.id, version=record.version)
