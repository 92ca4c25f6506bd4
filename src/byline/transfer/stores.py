"""Copying a whole store into an empty one, through the port alone, so that it does not matter which engines they are.

While it is under way a mark stands in the target. Killed and started again, the copy finds its mark and goes on: what
is there and right is left alone. At the end both sides are read once more and must agree, kind by kind.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from byline.errors import Conflict, Misconfigured
from byline.store.formats import MARK
from byline.store.port import MOST_KEYS, Adopt, Delete
from byline.transfer import copy_lock
from byline.transfer.checksums import Sums, agree
from byline.transfer.jsonl import to_line
from byline.transfer.progress import in_silence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from byline.environment import Clock
    from byline.store.port import Record, Store, Write
    from byline.transfer.checksums import Sum
    from byline.transfer.progress import Advance, Stage

_SLICE = 500
_MOST_BYTES_BATCH = 2_000_000
"""Half of what a commit may be: a line is about as long as what the port counts."""
SOON = timedelta(hours=1)
"""What expires so soon is not compared: engines sweep it out when they like."""


def copy(
    source: Store,
    target: Store,
    *,
    origin: str,
    clock: Clock,
    negligible: Callable[[Record], bool] = lambda _: False,
    stage: Stage = in_silence,
) -> Mapping[str, Sum]:
    """Make an empty store hold what another does, and return what both hold by kind.

    ``origin`` names the source, so that an interrupted copy can be told from another's. The target may hold what is
    ``negligible``, which makes way. Nobody may write to either meanwhile; what expires within the hour is copied, but
    not compared, since engines sweep it out when they like.
    ``Misconfigured`` if the target cannot be filled from here, ``Invalid`` if the sides differ at the end: then one of
    them is in use, and the same copy started again goes on.
    """
    if copy_lock.is_locked(source):
        raise Misconfigured("The source is itself a copy that was not finished: finish that one first.")
    with stage("Counting", None) as advance:
        count = sum(1 for _ in counted(everything(source), advance))
    if not count:
        raise Misconfigured("The source is empty: there is nothing to copy.")
    resumed = begin(target, origin, negligible=negligible)
    with stage("Copying", count) as advance:
        fill(everything(source), target, resumed=resumed, advance=advance)
    if resumed:
        with stage("Looking for what is gone by now", count) as advance:
            prune(source, target, advance)
    until = (clock.now() + SOON).timestamp()
    with stage("Comparing", 2 * count) as advance:
        here = survey(counted(everything(source), advance), until=until)
        there = survey(counted(everything(target), advance), until=until)
    agree(here, there)
    finish(target, source.format())
    return here


def everything(store: Store) -> Iterator[Record]:
    """Every record of a store but the mark of a copy, read slice by slice."""
    page = store.scan(limit=_SLICE)
    while True:
        yield from (record for record in page.records if record.key != MARK)
        if page.next is None:
            return
        page = store.scan(after=page.next, limit=_SLICE)


def counted(records: Iterable[Record], advance: Advance) -> Iterator[Record]:
    """The same records, each counted when it comes by."""
    for record in records:
        advance(1)
        yield record


def survey(records: Iterable[Record], *, until: float = 0) -> Mapping[str, Sum]:
    """What records amount to, by kind, without those that expire before ``until`` (epoch seconds)."""
    sums = Sums()
    for record in records:
        if record.expires_at is None or record.expires_at >= until:
            sums.add(record.key.kind, to_line(record))
    return sums.result()


def check(target: Store, origin: str, *, negligible: Callable[[Record], bool]) -> bool:
    """Whether a store is being filled from ``origin`` already, and only has to be gone on with; nothing is written.

    ``Misconfigured`` if it is being filled from elsewhere, or holds anything that is not negligible.
    """
    source = copy_lock.source_of(target)
    if source is None:
        for record in everything(target):
            if not negligible(record):
                raise Misconfigured(
                    f"The target is not empty (its store has a record of the kind {record.key.kind}): "
                    "take an empty one."
                )
    elif source != origin:
        raise Misconfigured(f"The target is being filled from {source}: go on with that, or take an empty target.")
    return source is not None


def begin(target: Store, origin: str, *, negligible: Callable[[Record], bool]) -> bool:
    """Mark a store as being filled from ``origin``, without what is negligible; else as ``check``."""
    if check(target, origin, negligible=negligible):
        return True
    for batch in _batches(list(everything(target))):
        _commit(target, *(Delete(record.key, record.version) for record in batch))
    _commit(target, copy_lock.lock(target, origin))
    return False


def fill(records: Iterable[Record], target: Store, *, resumed: bool, advance: Advance) -> None:
    """Put records into a target that is marked; where that was ``resumed``, look what is there already."""
    for batch in _batches(records):
        there = target.get(*(record.key for record in batch)) if resumed else {}
        missing = [record for record in batch if there.get(record.key) != record]
        overtaken = [there[record.key] for record in missing if record.key in there]
        _commit(target, *(Delete(record.key, record.version) for record in overtaken))
        _commit(target, *map(Adopt, missing))
        advance(len(batch))


def prune(source: Store, target: Store, advance: Advance) -> None:
    """Delete from a target what the source has no more, since it was copied by a run that did not end."""
    for batch in _batches(everything(target)):
        there = source.get(*(record.key for record in batch))
        _commit(target, *(Delete(record.key, record.version) for record in batch if record.key not in there))
        advance(len(batch))


def finish(target: Store, number: int) -> None:
    """Unlock the target: all is there, and its records may have the format ``number``."""
    target.raise_format(number)
    _commit(target, *copy_lock.unlock(target))


def _commit(target: Store, *writes: Write) -> None:
    """Write to a target that should be ours alone."""
    try:
        target.commit(*writes)
    except Conflict as conflict:
        raise Misconfigured("The target is in use: stop what writes to it, and start again.") from conflict


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
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
