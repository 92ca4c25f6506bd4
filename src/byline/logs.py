"""What the process writes into its log: lines of JSON in UTC, each with the request that caused it.

Amazon's runtime writes such lines of itself, with the same names. A line about security has a code and ids, and of the
network that a request came from no more than its beginning: never an address, a secret, a token or what people typed.
"""

from __future__ import annotations

import ipaddress
import json
import logging
from collections import OrderedDict
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from byline.errors import raised_at

if TYPE_CHECKING:
    from collections.abc import Iterator

SECURITY: Final = "byline.security"
"""The logger of what happened to accounts and of what was refused."""
_PREFIXES: Final = {4: 24, 6: 48}
"""How much of an address of IPv4 and IPv6 is written: whole networks, which tell no household apart."""
_PLAIN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_MOST_REMEMBERED: Final = 1_000
_EVERY_SECONDS: Final = 60
_security = logging.getLogger(SECURITY)


@dataclass(frozen=True, slots=True)
class Cause:
    """The request that something is done for: its id, and the network that it came from."""

    request_id: str
    network: str


_cause: ContextVar[Cause | None] = ContextVar("cause", default=None)


@contextmanager
def caused_by(request_id: str, client_address: str) -> Iterator[None]:
    """Let the lines that are written meanwhile name this request."""
    token = _cause.set(Cause(request_id, network_of(client_address)))
    try:
        yield
    finally:
        _cause.reset(token)


def request_id() -> str:
    """The id of the request that is answered now, "" outside of one."""
    cause = _cause.get()
    return cause.request_id if cause else ""


def security_line(code: str, *, level: int = logging.INFO, **facts: Any) -> None:
    """Write a line about security: a code, ids and numbers. Facts that are empty are left out."""
    if not _security.isEnabledFor(level):
        return
    cause = _cause.get()
    facts["network"] = cause.network if cause else ""
    _security.log(level, "%s", code, extra={name: fact for name, fact in facts.items() if fact})


def network_of(address: str) -> str:
    """The network of a client address: /24 of IPv4, /48 of IPv6; "" for what is no address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return str(ipaddress.ip_network((parsed, _PREFIXES[parsed.version]), strict=False))


@dataclass(slots=True)
class Sampler:
    """Lets one line of a kind pass in a minute, and counts the others, so that a flood of tries is none of lines."""

    _since: OrderedDict[str, tuple[datetime, int]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def passes(self, what: str, now: datetime) -> tuple[bool, int]:
        """Whether a line is written now, and how many were not since the last one."""
        with self._lock:
            since, left_out = self._since.get(what, (None, 0))
            is_due = since is None or (now - since).total_seconds() >= _EVERY_SECONDS
            self._since[what] = (now, 0) if since is None or is_due else (since, left_out + 1)
            self._since.move_to_end(what)
            if len(self._since) > _MOST_REMEMBERED:
                self._since.popitem(last=False)
            return is_due, left_out if is_due else 0


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON; of a fault it has the class and the place, never the words."""

    def format(self, record: logging.LogRecord) -> str:
        """The line: ``json`` escapes whatever could begin another one."""
        at = datetime.fromtimestamp(record.created, UTC)
        line = {
            "timestamp": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            "requestId": request_id(),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["fault"] = f"{type(record.exc_info[1]).__name__} at {raised_at(record.exc_info[1])}"
        line |= {name: value for name, value in vars(record).items() if name not in _PLAIN}
        return json.dumps({name: value for name, value in line.items() if value != ""}, default=str)


def write_json_lines() -> None:
    """Let the process write its log to standard error, from INFO on."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
