"""A store that writes a line into the process's log for each audit event, once its commit was carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from byline.logs import security_line
from byline.store.port import Create, Replace
from byline.store.wrapper import StoreWrapper

if TYPE_CHECKING:
    from byline.store.port import Key, Record, Write

KINDS: Final = frozenset({"event", "security"})
"""The kinds of records that are audit events."""


class EventLogStore(StoreWrapper):
    """Logs what a commit recorded. A commit that fails, and one whose outcome is unknown, leaves no line."""

    def one(self, key: Key) -> Record | None:
        """See ``Store.one``."""
        return self.inner.one(key)

    def commit(self, *writes: Write) -> None:
        """See ``Store.commit``."""
        self.inner.commit(*writes)
        for write in writes:
            if isinstance(write, Create | Replace) and write.record.key.kind in KINDS:
                _log_event(write.record)


def _log_event(record: Record) -> None:
    data = record.data
    security_line(
        str(data["what"]),
        event=record.key.id,
        account=str(data["about"]).strip("0") and data["about"],  # noughts are no account
        by=data["by"],
        actor=data.get("by_kind"),
        details=data["details"],
    )
