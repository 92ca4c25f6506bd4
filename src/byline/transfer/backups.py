"""Backing up an installation into one stream, and restoring it into an empty one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from byline.errors import Invalid, Unavailable
from byline.files.port import File
from byline.messages.message import Plain
from byline.store.port import Record
from byline.transfer import archive, file_sets, stores
from byline.transfer.checksums import Sums, differing
from byline.transfer.copy_lock import refuse_locked
from byline.transfer.progress import in_silence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from byline.environment import Clock
    from byline.files.port import Files
    from byline.store.port import Store
    from byline.transfer.checksums import Sum
    from byline.transfer.progress import Stage

_TRIES = 5
_BYTES_A_READ = 1_000_000


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds: records by kind, files by their first folder."""

    records: Mapping[str, Sum]
    files: Mapping[str, Sum]


def write(
    stream: BinaryIO,
    store: Store,
    files: Files,
    *,
    about: Mapping[str, str],
    passing: Callable[[Record], bool],
    clock: Clock,
    stage: Stage = in_silence,
) -> Contents:
    """Write a backup of what is there but what is ``passing`` or has expired; the stream is at its beginning.

    The records are read twice: only if both times agree do they belong together. So a portal may run meanwhile, unless
    it is so busy that five tries find no quiet moment: then ``Unavailable``.
    """
    refuse_locked(store)
    now = clock.now().timestamp()

    def lasting(advance: Callable[[int], None]) -> Iterator[Record]:
        for record in stores.counted(stores.everything(store), advance):
            if not passing(record) and (record.expires_at is None or record.expires_at > now):
                yield record

    for _ in range(_TRIES):
        stream.seek(0)
        stream.truncate()
        with archive.Writer(stream, about, number=store.format(), seconds=int(now)) as writer:
            with stage("Writing records", None) as advance:
                writer.add_records(lasting(advance))
            with stage("Reading them again", None) as advance:
                again = stores.survey(lasting(advance))
            if again != writer.records.result():
                continue
            # Only now, so that every photo that a record names is there: it was put away before the commit.
            with stage("Writing files", None) as advance:
                for file in file_sets.read(files, advance):
                    writer.add_file(file)
            writer.complete()
        return Contents(writer.records.result(), writer.files.result())
    raise Unavailable("The portal is too busy to be copied whole: stop it, or try again at a quieter hour.")


def examine(stream: BinaryIO, *, stage: Stage = in_silence) -> None:
    """Read a backup from end to end; ``Invalid`` unless all of it is as it was written."""
    with stage("Looking whether it is whole", None) as advance:
        for _ in archive.contents(stream):
            advance(1)


def restore(
    stream: BinaryIO,
    store: Store,
    files: Files,
    *,
    negligible_record: Callable[[Record], bool],
    negligible_file: Callable[[str], bool],
    cache_seconds: Callable[[str], int],
    clock: Clock,
    stage: Stage = in_silence,
) -> Contents:
    """Fill an empty installation from a backup that ``examine`` found whole; interrupted, it goes on when called again.

    ``Misconfigured`` if anything but what is negligible is there, ``Invalid`` if what came out is not what went in.
    """
    origin = f"the backup {_digest(stream)[:16]}"
    resumed = stores.check(store, origin, negligible=negligible_record)
    if not resumed:  # the store's mark speaks for both
        file_sets.check(files, origin, negligible=negligible_file)
        file_sets.clear(files)
        stores.begin(store, origin, negligible=negligible_record)
    with stage("Restoring records", None) as advance:
        records = (each for each in archive.contents(stream) if isinstance(each, Record))
        stores.fill(records, store, resumed=resumed, advance=advance)
    put = Sums()
    with stage("Restoring files", None) as advance:
        for each in archive.contents(stream):
            if isinstance(each, File):
                file_sets.put(files, each, resumed=resumed, cache_seconds=cache_seconds(each.path))
                file_sets.add(put, each)
                advance(1)
    until = (clock.now() + stores.SOON).timestamp()
    with stage("Comparing", None) as advance:
        written = (each for each in archive.contents(stream) if isinstance(each, Record))
        there = stores.survey(stores.counted(stores.everything(store), advance), until=until)
        different = differing(stores.survey(written, until=until), there)
        different += differing(put.result(), file_sets.survey(files, advance))
    if different:
        why = f"What was restored is not what the backup holds ({', '.join(different)}): is the portal running?"
        raise Invalid({"file": Plain("restored_differs", why)})
    stores.finish(store, archive.format_of(stream))
    return Contents(there, put.result())


def _digest(stream: BinaryIO) -> str:
    """The SHA-256 of a stream from its beginning."""
    digest = hashlib.sha256()
    stream.seek(0)
    while read := stream.read(_BYTES_A_READ):
        digest.update(read)
    return digest.hexdigest()
