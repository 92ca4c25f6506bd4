"""Rate limits: exact counters of attempts in the store, and what this process has counted for networks.

A counter in the store is written in the commit of the outcome, and a commit that finds it changed is repeated, so that
every attempt is counted before its answer leaves. For networks and the site only outcomes are counted, never arrivals:
a form that is refused for what is in it counts nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from byline.accounts.addresses import mailbox_hash
from byline.accounts.records import counter_key
from byline.errors import TooMany
from byline.store.port import Check, Create, Record, Replace

if TYPE_CHECKING:
    from byline.accounts.clients import Client
    from byline.accounts.model import Address
    from byline.audit import Actor
    from byline.limits import Limit
    from byline.ports import Ports
    from byline.store.port import Key, Write

LOGIN: Final = "login"
REGISTER: Final = "register"
RESET: Final = "reset"
CODE: Final = "code"
DOCUMENTS: Final = "documents"
"""What there is too much of, where it is Word files."""


def login_counter(address_key: str) -> Key:
    """The counter of wrong passwords for an address."""
    return counter_key("login", address_key)


def old_password_counter(account_id: str) -> Key:
    """The counter of wrong old passwords of an account."""
    return counter_key("old-password", account_id)


def second_step_counter(account_id: str) -> Key:
    """The counter of wrong codes of the second step of an account."""
    return counter_key("second-step", account_id)


def reset_counter(address_key: str) -> Key:
    """The counter of requests to choose a password by email."""
    return counter_key("reset", address_key)


def address_change_counter(account_id: str) -> Key:
    """The counter of the emails by which an account asked for another address."""
    return counter_key("address-change", account_id)


def mailbox_counter(address: Address) -> Key:
    """The counter of the emails of registrations to the mailbox of an address."""
    return counter_key("mailbox", mailbox_hash(address))


def reset_mailbox_counter(address: Address, *, is_counted: bool = True) -> Key:
    """The counter of the emails to choose a password that went to a mailbox without an account; or the one that is
    written in its place where there is nothing to count, so that the work is the same.
    """
    return counter_key("mailbox-reset" if is_counted else "mailbox-other", mailbox_hash(address))


def refuse_network_if_full(ports: Ports, what: str, client: Client) -> None:
    """``TooMany`` if the network that a form comes from has made too many attempts of this kind."""
    if ports.site.throttle:
        ports.attempts.refuse_network_if_full(ports.site.limits.shared(what), client.address, ports.clock.now())


def count_for_network(ports: Ports, what: str, client: Client) -> None:
    """Count an attempt for the network that a form came from, and for the site."""
    ports.attempts.count_for_network(ports.site.limits.shared(what), client.address, ports.clock.now())


def count_save(ports: Ports, by: Actor) -> None:
    """Count a save by an account; ``TooMany`` if it has saved too often. The operator is not counted."""
    _count(ports, by, "save", ports.site.limits.save)


def count_draft(ports: Ports, by: Actor) -> None:
    """The same for a save of a draft."""
    _count(ports, by, "draft", ports.site.limits.draft)


def count_document(ports: Ports, by: Actor) -> None:
    """The same for a Word file that is read; ``TooMany`` of ``DOCUMENTS``."""
    try:
        _count(ports, by, "document", ports.site.limits.document)
    except TooMany as fault:
        raise TooMany(fault.retry_after_seconds, what=DOCUMENTS) from fault


@dataclass(frozen=True, slots=True)
class Counter:
    """The state of a counter as it was read, and what may be done with it."""

    key: Key
    limit: Limit
    count: int
    since: datetime
    version: int

    @classmethod
    def read(cls, record: Record | None, key: Key, limit: Limit, now: datetime) -> Counter:
        """The counter in a record; one whose window is over counts from nothing."""
        if record is None:
            return cls(key, limit, 0, now, 0)
        count, since = record.data["count"], datetime.fromisoformat(str(record.data["since"]))
        assert isinstance(count, int)  # noqa: S101 - our own record
        if now >= since + timedelta(seconds=limit.seconds):
            return cls(key, limit, 0, now, record.version)
        return cls(key, limit, count, since, record.version)

    @property
    def is_full(self) -> bool:
        """Whether as many attempts were made as there may be."""
        return self.count >= self.limit.most

    @property
    def fills_up(self) -> bool:
        """Whether one more makes as many as there may be."""
        return self.count + 1 >= self.limit.most

    def refuse_if_full(self, now: datetime, *, what: str = "tries") -> None:
        """``TooMany`` of ``what``, with the seconds until the window is over."""
        if self.is_full:
            left = self.since + timedelta(seconds=self.limit.seconds) - now
            raise TooMany(int(left.total_seconds()) + 1, what=what)

    def ends_at(self) -> int:
        """When its window is over, in seconds since 1970."""
        return int(self.since.timestamp()) + self.limit.seconds

    def increment(self) -> Write:
        """The write that counts one more try."""
        record = Record(
            self.key,
            {"count": self.count + 1, "since": self.since.isoformat()},
            version=self.version + 1,
            expires_at=self.ends_at(),
        )
        return Replace(record) if self.version else Create(record)

    def unchanged(self) -> Check:
        """The condition that no attempt was counted in between, for the commit of a success."""
        return Check(self.key, self.version or None)


def _count(ports: Ports, by: Actor, what: str, limit: Limit) -> None:
    if ports.site.throttle and by.account_id:
        now = ports.clock.now()
        ports.attempts.refuse_if_full(what, by.account_id, limit, now)
        ports.attempts.count(what, by.account_id, limit, now)
