"""A store that writes the id of the request on every job it enqueues, so that the logs of both can be joined."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from byline.jobs.model import key
from byline.store.port import Create
from byline.store.wrapper import StoreWrapper

if TYPE_CHECKING:
    from byline.store.port import Store, Write

_JOB = key("").kind


class RequestIdStore(StoreWrapper):
    """Writes ``request`` on new jobs; it is set before each request is answered."""

    def __init__(self, inner: Store) -> None:
        super().__init__(inner)
        self.request = ""

    def commit(self, *writes: Write) -> None:
        """See ``Store.commit``."""
        self.inner.commit(*map(self._with_request, writes))

    def _with_request(self, write: Write) -> Write:
        if not isinstance(write, Create) or write.record.key.kind != _JOB or not self.request:
            return write
        return replace(write, record=replace(write.record, data={**write.record.data, "request": self.request}))
