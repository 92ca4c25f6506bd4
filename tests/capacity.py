"""What DynamoDB would charge: the capacity units of each call, by the sizes of the records that it touches.

Amazon's rules, of which DynamoDB Local keeps those of single writes only: a consistent read is one unit per started
4 KB of each record, absent ones included, and half of that from an index, whose records count together; a write in a
transaction is two per started KB of the larger of old and new, a mere check as well; an index entry is one per started
KB for each time it is put or taken away.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.store.dynamodb import stored
from byline.store.port import Check, Create, CreateCopy, Replace
from byline.store.wrapper import StoreWrapper

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.store.port import Cursor, Key, Page, Record, Store, Write

KB = 1024


@dataclass(frozen=True, slots=True)
class Touch:
    """What one record took part in, and its units: ``what`` is how and of which kind ("get account", "Create job")."""

    what: str
    reads: float = 0
    writes: int = 0
    index_writes: int = 0


class CapacityStore(StoreWrapper):
    """Counts the ``trips`` to the store inside, and keeps each record's ``touches``."""

    def __init__(self, inner: Store) -> None:
        super().__init__(inner)
        self.trips = 0
        self.touches: list[Touch] = []

    def reset(self) -> None:
        self.trips = 0
        self.touches.clear()

    def get(self, *keys: Key) -> Mapping[Key, Record]:
        found = self.inner.get(*keys)
        self.trips += bool(keys)
        for key in dict.fromkeys(keys):
            self.touches.append(Touch(f"get {key.kind}", reads=_started(size_of(found.get(key)), 4 * KB)))
        return found

    def page(
        self,
        index: str,
        *,
        prefix: str = "",
        between: tuple[str, str] | None = None,
        after: Cursor | None = None,
        limit: int = 50,
        descending: bool = False,
    ) -> Page:
        page = self.inner.page(index, prefix=prefix, between=between, after=after, limit=limit, descending=descending)
        self.trips += 1
        size = sum(map(size_of, page.records))
        self.touches.append(Touch(f"page {index}", reads=_started(size, 4 * KB) / 2))
        return page

    def scan(self, **_: object) -> Page:
        raise AssertionError("no request reads everything")

    def commit(self, *writes: Write) -> None:
        keys = [write.record.key if isinstance(write, Create | CreateCopy | Replace) else write.key for write in writes]
        before = self.inner.get(*keys)
        self.inner.commit(*writes)
        self.trips += bool(writes)
        for key, write in zip(keys, writes, strict=True):
            old = before.get(key)
            new = write.record if isinstance(write, Create | CreateCopy | Replace) else None
            units = 2 * _started(max(size_of(old), size_of(new)), KB)
            index_units = 0 if isinstance(write, Check) else _of_index(old, new)
            touch = Touch(f"{type(write).__name__} {key.kind}", writes=units, index_writes=index_units)
            self.touches.append(touch)


def size_of(record: Record | None) -> int:
    """The bytes of a record as an item: names and values; of a number one, and one for two digits less ending zeros."""
    if record is None:
        return 0
    text = json.dumps(record.data, ensure_ascii=False, separators=(",", ":"))
    values = {"k": f"{record.key.kind}#{record.key.id}"}
    if record.entry:
        values |= {"ix": record.entry.index, "so": record.entry.sort}
    size = sum(len(name.encode()) + len(value.encode()) for name, value in values.items())
    (data,) = stored(text).values()
    size += len("d") + len(data.encode() if isinstance(data, str) else data)
    numbers = {"v": record.version} | ({} if record.expires_at is None else {"ttl": record.expires_at})
    digits = {name: len(str(number).rstrip("0")) for name, number in numbers.items()}
    return size + sum(len(name) + (count + 1) // 2 + 1 for name, count in digits.items())


def _of_index(old: Record | None, new: Record | None) -> int:
    was, is_ = old.entry if old else None, new.entry if new else None
    if was and is_ and was == is_:
        return _started(max(size_of(old), size_of(new)), KB) if old != new else 0
    return (_started(size_of(old), KB) if was else 0) + (_started(size_of(new), KB) if is_ else 0)


def _started(size: int, unit: int) -> int:
    """How many units a size begins; something absent counts as one."""
    return max(1, -(-size // unit))
