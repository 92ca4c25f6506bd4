"""Rate limits: counters of attempts per address in the store, per network and for the whole site in the process.

The counter of an address is exact: it is written in the commit of the outcome, and a commit that finds it changed is
repeated, so that every attempt is counted before its answer leaves. Networks are counted in memory: that slows floods
down, and nothing else depends on it.
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from byline.accounts.records import counter_key
from byline.errors import TooMany
from byline.store.port import Check, Create, Record, Replace

if TYPE_CHECKING:
    from byline.store.port import Key, Write

MOST_NETWORKS = 10_000
"""Networks remembered for each kind of try; the one not seen for longest is forgotten first."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` tries in ``seconds``; ``what`` names the counter."""

    what: str
    most: int
    seconds: int


LOGIN = Limit("login", 10, 15 * 60)
"""Wrong passwords for one address. NIST SP 800-63B-4, 3.2.2 allows 100 in a row; the account is never locked."""
RESET = Limit("reset", 5, 3600)
CODES = Limit("codes", 20, 24 * 3600)
OLD_PASSWORD = Limit("old-password", 10, 15 * 60)

NETWORK_LIMITS = {
    "login": Limit("login", 100, 15 * 60),
    "register": Limit("register", 30, 3600),
    "reset": Limit("reset", 30, 3600),
    "code": Limit("code", 60, 3600),
    "save": Limit("save", 300, 3600),
}
SITE_LIMITS = {
    "login": Limit("login", 3_000, 15 * 60),
    "register": Limit("register", 600, 3600),
    "reset": Limit("reset", 600, 3600),
    "code": Limit("code", 3_000, 3600),
    "save": Limit("save", 5_000, 3600),
}


@dataclass(frozen=True, slots=True)
class Counter:
    """The state of an address's counter as it was read, and what may be done with it."""

    key: Key
    limit: Limit
    count: int
    since: datetime
    version: int

    @classmethod
    def read(cls, record: Record | None, limit: Limit, address_key: str, now: datetime) -> Counter:
        """The counter in a record; one whose window is over counts from nothing."""
        key = counter_key(limit.what, address_key)
        if record is None:
            return cls(key, limit, 0, now, 0)
        count, since = record.data["count"], datetime.fromisoformat(str(record.data["since"]))
        assert isinstance(count, int)  # noqa: S101 - our own record
        if now >= since + timedelta(seconds=limit.seconds):
            return cls(key, limit, 0, now, record.version)
        return cls(key, limit, count, since, record.version)

    def refuse_if_full(self, now: datetime) -> None:
        """``TooMany`` with the seconds until the window is over."""
        if self.count >= self.limit.most:
            left = self.since + timedelta(seconds=self.limit.seconds) - now
            raise TooMany(int(left.total_seconds()) + 1)

    def increment(self) -> Write:
        """The write that counts one more try."""
        record = Record(
            self.key,
            {"count": self.count + 1, "since": self.since.isoformat()},
            version=self.version + 1,
            expires_at=int(self.since.timestamp()) + self.limit.seconds,
        )
        return Replace(record) if self.version else Create(record)

    def unchanged(self) -> Check:
        """The condition that no attempt was counted in between, for the commit of a success."""
        return Check(self.key, self.version or None)


@dataclass(slots=True)
class NetworkLimiter:
    """Counters of this process, by network and for the whole site; lost at a restart."""

    _counts: dict[str, OrderedDict[str, tuple[int, datetime]]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def count(self, what: str, remote: str, now: datetime) -> None:
        """Count one try of ``what`` from the client address ``remote``; ``TooMany`` once a lane is full."""
        with self._lock:
            for bucket, limit in ((network_of(remote), NETWORK_LIMITS[what]), ("*", SITE_LIMITS[what])):
                lanes = self._counts.setdefault(what, OrderedDict())
                count, since = lanes.pop(bucket, (0, now))
                if now >= since + timedelta(seconds=limit.seconds):
                    count, since = 0, now
                lanes[bucket] = (count + 1, since)
                if len(lanes) > MOST_NETWORKS:
                    lanes.popitem(last=False)
                if count >= limit.most:
                    raise TooMany(int((since + timedelta(seconds=limit.seconds) - now).total_seconds()) + 1)


def network_of(remote: str) -> str:
    """The network a client address is counted under: itself for IPv4, its /64 for IPv6 (ASVS 15.3.4)."""
    try:
        address = ipaddress.ip_address(remote)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))
    return str(address)
