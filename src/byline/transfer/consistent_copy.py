"""A consistent copy of a store that has no read of one moment, while people go on writing to it.

Everything is read twice. What both times agree on did not change between the end of the first time and the beginning
of the second, so all of that belongs together. Each of the other records is read again, together with those that a
commit may have written with it, until two reads in a row agree. So what belongs together is of one moment; what does
not, such as the pages of two authors, may be seconds apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from byline.errors import Unavailable
from byline.store.port import MOST_KEYS, CreateCopy, Delete
from byline.transfer.companions import IMMUTABLE, companions
from byline.transfer.progress import counted, in_silence
from byline.transfer.record_set import RecordSet, batches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from byline.store.port import Key, Record, Store
    from byline.transfer.progress import Stage

_BACKGROUND: Final = frozenset(
    {
        "job",
        "lease",
        "counter",
        "session",
        "device",
        "site",
        "published",
        "published-change",
        "finder",
        "security",
        "security-copy",
    }
)
"""Kinds that change all the time, and without which nothing else is wrong: taken as they were last read."""
_MOST_READS: Final = 50
"""How often records are read again before they count as never at rest."""


def copy_consistently(source: Store, scratch: Store, *, stage: Stage = in_silence) -> None:
    """Fill an empty ``scratch`` store with what the source holds. ``Unavailable`` if a record is never at rest."""
    everything, copy = RecordSet(source), RecordSet(scratch)
    with stage("Reading records", None) as advance:
        copy.fill(counted(everything.items(), advance), resumed=False)
    changed: dict[Key, None] = {}
    seen: set[Key] = set()
    with stage("Reading them again", None) as advance:
        for batch in batches(counted(everything.items(), advance)):
            seen.update(record.key for record in batch)
            before = scratch.get(*(record.key for record in batch))
            moved = [record for record in batch if before.get(record.key) != record]
            changed.update(dict.fromkeys(record.key for record in moved if record.key.kind not in _BACKGROUND))
            _put(scratch, {record.key: record for record in moved}, [record.key for record in moved])
    gone = [key for key in copy.names() if key not in seen]
    changed.update(dict.fromkeys(key for key in gone if key.kind not in _BACKGROUND))
    _put(scratch, {}, [key for key in gone if key.kind in _BACKGROUND])
    with stage("Reading what changed", len(changed)) as advance:
        done: set[Key] = set()
        for key in counted(changed, advance):
            if key not in done:
                done |= _copy_group(source, scratch, key)


def _copy_group(source: Store, scratch: Store, key: Key) -> set[Key]:
    """Bring a record, and what may have been written with it, to one moment; the keys of all that."""
    group = {key}
    before: Mapping[Key, Record] = {}
    for _ in range(_MOST_READS):
        now = _read(source, group)
        gone = _read(scratch, group - now.keys())  # a draft goes with the commit that publishes it
        found = {each for record in (*now.values(), *gone.values()) for each in companions(record)}
        there = _read(scratch, found)
        more = {each for each in found - group if each.kind not in IMMUTABLE or each not in there}
        if not more and now == before:
            _put(scratch, now, group)
            return group
        group |= more
        before = now
    raise Unavailable("What someone writes changes faster than it can be read: try again at a quieter hour.")


def _read(store: Store, keys: Iterable[Key]) -> dict[Key, Record]:
    return {key: record for some in _portions(keys) for key, record in store.get(*some).items()}


def _put(scratch: Store, records: Mapping[Key, Record], keys: Iterable[Key]) -> None:
    """Let the scratch store have these records under these keys, and no others."""
    for some in _portions(keys):
        there = scratch.get(*some)
        scratch.commit(*(Delete(key, record.version) for key, record in there.items()))
    for batch in batches(records.values()):
        scratch.commit(*map(CreateCopy, batch))


def _portions(keys: Iterable[Key]) -> Iterator[Sequence[Key]]:
    """Keys in portions that one read takes."""
    every = sorted(keys)
    return (every[start : start + MOST_KEYS] for start in range(0, len(every), MOST_KEYS))
