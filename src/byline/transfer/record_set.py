"""All records of a store, as a collection that can be copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.errors import Conflict, Misconfigured
from byline.site.derived import is_made_by_start
from byline.store.all_records import all_records
from byline.store.port import MOST_KEYS, CreateCopy, Delete
from byline.transfer import copy_lock
from byline.transfer.checksums import Sums
from byline.transfer.jsonl import to_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from byline.store.port import Key, Record, Store, Write
    from byline.transfer.checksums import Sum
    from byline.transfer.copies import Collection

_MOST_BYTES_BATCH = 2_000_000
"""Half of what a commit may be: a line is about as long as what the port counts."""


class RecordSet:
    """Implements ``copies.Collection`` by a store; when it was filled, it has the format ``number``."""

    def __init__(self, store: Store, *, number: int = 0) -> None:
        self._store = store
        self._number = number

    def names(self) -> Iterator[Key]:
        """The keys of the records."""
        return (record.key for record in self.items())

    def items(self) -> Iterator[Record]:
        """Every record."""
        return all_records(self._store)

    def sums(self, items: Iterable[Record], *, until: float) -> Mapping[str, Sum]:
        """What records amount to, by kind."""
        sums = Sums()
        for record in items:
            if record.expires_at is None or record.expires_at >= until:
                sums.add(record.key.kind, to_line(record))
        return sums.result()

    def strangers(self) -> Iterator[str]:
        """Records that a portal does not make by being started."""
        return (f"a record of the kind {each.key.kind}" for each in self.items() if not is_made_by_start(each))

    def clear(self) -> None:
        """Delete every record."""
        for batch in batches(list(self.items())):
            self._commit(*(Delete(record.key, record.version) for record in batch))

    def fill(self, items: Iterable[Record], *, resumed: bool) -> None:
        """Put records, with the versions they have."""
        for batch in batches(items):
            there = self._store.get(*(record.key for record in batch)) if resumed else {}
            missing = [record for record in batch if there.get(record.key) != record]
            overtaken = [there[record.key] for record in missing if record.key in there]
            self._commit(*(Delete(record.key, record.version) for record in overtaken))
            self._commit(*map(CreateCopy, missing))

    def prune(self, source: Collection[Record]) -> None:
        """Delete what the source no longer has."""
        there = set(source.names())
        for batch in batches([record for record in self.items() if record.key not in there]):
            self._commit(*(Delete(record.key, record.version) for record in batch))

    def origin(self) -> str | None:
        """From what the store is being filled."""
        return copy_lock.source_of(self._store)

    def lock(self, origin: str) -> None:
        """Lock the store, if it is not."""
        if self.origin() is None:
            self._commit(copy_lock.lock(self._store, origin))

    def unlock(self, *writes: Write) -> None:
        """Unlock it: all is there, and its records may have the format of where they came from. ``writes`` are for the
        same commit.
        """
        self._store.raise_format(self._number)
        self._commit(*copy_lock.unlock(self._store), *writes)

    def _commit(self, *writes: Write) -> None:
        """Write to a store that should be ours alone."""
        try:
            self._store.commit(*writes)
        except Conflict as conflict:
            raise Misconfigured("The target is in use: stop what writes to it, and start again.") from conflict


def batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Records in portions that one commit takes."""
    batch: list[Record] = []
    size = 0
    for record in records:
        more = len(to_line(record))
        if batch and (len(batch) == MOST_KEYS or size + more > _MOST_BYTES_BATCH):
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += more
    if batch:
        yield batch
