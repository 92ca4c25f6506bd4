"""Whether this portal can write, and whether what it stores is whole: looked at in the background, told at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from byline.errors import BylineError, Conflict, Unavailable
from byline.store.port import Create, Key, Record, Replace

if TYPE_CHECKING:
    from byline.ports import Ports

EVERY_SECONDS: Final = 30
STALE_SECONDS: Final = 120
"""A probe that has not ended for so long has met an engine that does not answer."""
PROBE: Final = Key("lease", "probe")


@dataclass(slots=True)
class Probe:
    """What the last look found. Run it every ``EVERY_SECONDS``; ``check`` costs nothing."""

    _looked_at: datetime | None = None
    _fault: str = field(default="", repr=False)

    def run(self, ports: Ports) -> str:
        """Write one record, and let the engine look at all of them; what is wrong, empty if nothing."""
        try:
            _write(ports)
            self._fault = "; ".join(ports.store.damage())
        except BylineError as fault:
            self._fault = str(fault) or type(fault).__name__
        self._looked_at = ports.clock.now()
        return self._fault

    def check(self, now: datetime) -> None:
        """``Unavailable`` if the last look found a fault, or is too old. Before the first there is nothing to say."""
        if self._fault:
            raise Unavailable(self._fault)
        if self._looked_at is not None and now - self._looked_at > timedelta(seconds=STALE_SECONDS):
            raise Unavailable("the store has not answered the probe")


def _write(ports: Ports) -> None:
    record = ports.store.one(PROBE)
    data = {"at": ports.clock.now().isoformat()}
    try:
        if record is None:
            ports.store.commit(Create(Record(PROBE, data)))
        else:
            ports.store.commit(Replace(Record(PROBE, data, version=record.version + 1)))
    except Conflict:
        return  # another process of this portal wrote it: it can be written
