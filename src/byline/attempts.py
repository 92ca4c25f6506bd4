"""Attempts that this process has counted: by network, for the whole site, and by account. Lost at a restart.

They slow floods down, and nothing else depends on them. What must be exact is counted in the store
(``accounts/rate_limits.py``).
"""

from __future__ import annotations

import ipaddress
import re
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Final

from byline.errors import TooMany
from byline.limits import NETWORK_SHARE

if TYPE_CHECKING:
    from datetime import datetime

    from byline.limits import Limit, SharedLimit

MOST_REMEMBERED: Final = 30_000
"""Networks or accounts remembered for each kind of attempt; the one not seen for longest is forgotten first."""
SITE: Final = "*"
WIDER_NETWORKS: Final = ((64, 1), (56, 4), (48, 16))
"""Prefixes by which an address of IPv6 is counted, and how many times a network's limit each has. A provider gives a
customer a /64, a /56 or a /48, and everything in it is one sender (ASVS 5.0, 15.3.4)."""
_WITH_PORT = re.compile(r"\[([^\[\]]*)\](?::\d*)?|([\d.]+):\d*", re.ASCII)


@dataclass(slots=True)
class AttemptCounters:
    """The counters. A window begins with its first attempt."""

    _counts: dict[str, OrderedDict[str, tuple[int, datetime]]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def refuse_if_full(self, what: str, whose: str, limit: Limit, now: datetime) -> None:
        """``TooMany``, with the seconds to wait, if ``whose`` attempts of a kind have reached their limit."""
        count, since = self._count(what, whose, limit, now)
        if count >= limit.most:
            raise TooMany(int((since + timedelta(seconds=limit.seconds) - now).total_seconds()) + 1)

    def count(self, what: str, whose: str, limit: Limit, now: datetime) -> None:
        """Count one attempt."""
        with self._lock:
            count, since = self._count(what, whose, limit, now)
            counts = self._counts.setdefault(what, OrderedDict())
            counts[whose] = (count + 1, since)
            counts.move_to_end(whose)
            if len(counts) > MOST_REMEMBERED:
                counts.popitem(last=False)

    def refuse_network_if_full(self, limit: SharedLimit, address: str, now: datetime) -> None:
        """``TooMany`` if the network of a client address has reached its limit.

        The limit of the site refuses no one by itself: once it is reached, each network has a part of its own limit.
        """
        count, _ = self._count(limit.what, SITE, limit.site, now)
        share = NETWORK_SHARE if count >= limit.site.most else 1
        for network, times in networks_of(address):
            self.refuse_if_full(limit.what, network, _times(limit.network, times, share), now)

    def count_for_network(self, limit: SharedLimit, address: str, now: datetime) -> None:
        """Count one attempt for the network of a client address, the wider ones around it, and the site."""
        for network, times in networks_of(address):
            self.count(limit.what, network, _times(limit.network, times, 1), now)
        self.count(limit.what, SITE, limit.site, now)

    def _count(self, what: str, whose: str, limit: Limit, now: datetime) -> tuple[int, datetime]:
        counts = self._counts.get(what)
        count, since = counts.get(whose, (0, now)) if counts else (0, now)
        return (0, now) if now >= since + timedelta(seconds=limit.seconds) else (count, since)


def networks_of(address: str) -> tuple[tuple[str, int], ...]:
    """The networks that a client address is counted under, the narrowest first, each with its multiple of the limit.

    One of IPv4 is a network of its own. What is no address shares one network, "unknown".
    """
    try:
        parsed = ipaddress.ip_address(_without_port(address))
    except ValueError:
        return (("unknown", 1),)
    if isinstance(parsed, ipaddress.IPv4Address):
        return ((str(parsed), 1),)
    if parsed.ipv4_mapped:
        return ((str(parsed.ipv4_mapped), 1),)
    return tuple(
        (str(ipaddress.ip_network((int(parsed) >> 128 - prefix << 128 - prefix, prefix))), times)
        for prefix, times in WIDER_NETWORKS
    )


def _without_port(address: str) -> str:
    """A client address as proxies write it: some add the port (``9.9.9.7:4711``, ``[2001:db8::1]:443``)."""
    address = address.strip().strip('"')
    found = _WITH_PORT.fullmatch(address)
    return found[1] or found[2] or "" if found else address


def _times(limit: Limit, times: int, share: int) -> Limit:
    return type(limit)(max(1, limit.most * times // share), limit.seconds)
