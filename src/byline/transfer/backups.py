"""Backing up an installation into one stream, and restoring it into an empty one."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO, Final, TypeVar

from byline.errors import Conflict, Invalid
from byline.files.port import File
from byline.jobs.model import enqueue
from byline.jobs.security_payloads import TellOfRestore
from byline.messages.transfers import RestoredDiffers
from byline.permissions import require
from byline.site import derived, inventory
from byline.store.port import Create, Record, Replace
from byline.transfer import archive, copies
from byline.transfer.checksums import differing
from byline.transfer.consistent_copy import copy_consistently
from byline.transfer.copy_lock import refuse_locked
from byline.transfer.file_set import FileSet
from byline.transfer.progress import counted, in_silence
from byline.transfer.record_set import RecordSet
from byline.transfer.restored_factors import NO_FACTORS, FactorWatch, RestoredFactors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from byline.audit import Actor
    from byline.ports import Ports
    from byline.store.port import Store
    from byline.transfer.checksums import Sum
    from byline.transfer.progress import Stage

    Scratch = Callable[[], AbstractContextManager[Store]]

_Item = TypeVar("_Item")
_LAST: Final = derived.LAST_BACKUP
_BYTES_A_READ = 1_000_000


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds: records by kind, files by their first folder.

    ``missing`` are the paths of photos that the records name and that are not there, ``factors`` what a restore
    brought back.
    """

    records: Mapping[str, Sum]
    files: Mapping[str, Sum]
    missing: tuple[str, ...] = ()
    factors: RestoredFactors = NO_FACTORS


def write(
    ports: Ports, by: Actor, stream: BinaryIO, *, made_by: str, scratch: Scratch, stage: Stage = in_silence
) -> Contents:
    """Write a backup of what is there, but of nobody's session and nothing that has expired, into ``stream``.

    The records are those of one moment, and the portal goes on meanwhile. Where the engine has no such read, they are
    copied into a ``scratch`` store first (``consistent_copy``). ``made_by`` is the version of this program.
    ``Unavailable`` if an engine does not answer.
    """
    require(by, "transfer.backups.write")
    refuse_locked(ports.store, ports.files)
    snapshot = ports.store.snapshot()
    if snapshot is not None:
        return _write(ports, stream, snapshot, made_by, stage)
    with scratch() as store:
        copy_consistently(ports.store, store, stage=stage)
        return _write(ports, stream, store.snapshot() or iter(()), made_by, stage)


def _write(ports: Ports, stream: BinaryIO, records: Iterator[Record], made_by: str, stage: Stage) -> Contents:
    now = ports.clock.now()
    about = {"made_at": now.isoformat(timespec="seconds"), "made_by": made_by}
    about |= {"site": ports.site.name, "url": ports.site.url, "key": ports.signer.key_names()[0]}
    photos = _Photos()
    with archive.Writer(stream, about, number=ports.store.format(), seconds=int(now.timestamp())) as writer:
        with stage("Writing records", None) as advance:
            writer.add_records(photos.watch(_lasting(counted(records, advance), now.timestamp())))
        # Only now, so that every photo that a record names is there: it was put away before the commit.
        with stage("Writing files", None) as advance:
            for file in photos.watch(counted(FileSet(ports.files).items(), advance)):
                writer.add_file(file)
        writer.complete()
    return Contents(writer.records.result(), writer.files.result(), photos.missing)


def _lasting(records: Iterator[Record], now: float) -> Iterator[Record]:
    """The records that belong into a backup."""
    for record in records:
        has_expired = record.expires_at is not None and record.expires_at <= now
        if not has_expired and not derived.is_left_out_of_backups(record):
            yield record


class _Photos:
    """Compares the photos that records name with the files that come after them."""

    def __init__(self) -> None:
        self._missing: set[str] = set()

    def watch(self, items: Iterable[_Item]) -> Iterator[_Item]:
        """The same records and files, with what they tell of photos noted."""
        for item in items:
            if isinstance(item, File):
                self._missing.discard(item.path)
            elif isinstance(item, Record):
                self._missing.update(inventory.photos_of(item))
            yield item

    @property
    def missing(self) -> tuple[str, ...]:
        """The paths of the photos that were named and did not come."""
        return tuple(sorted(self._missing))


def verify(by: Actor, stream: BinaryIO, *, stage: Stage = in_silence) -> tuple[Mapping[str, Any], Contents]:
    """Read a backup from end to end; what it says of itself, and what it holds.

    ``Invalid`` unless all of it is as it was written. The stream is read once, so it may come from another program.
    """
    require(by, "transfer.backups.verify")
    reader, photos = archive.Reader(stream), _Photos()
    with stage("Reading it whole", None) as advance:
        for _ in counted(photos.watch(reader), advance):
            pass
    return reader.about, Contents(reader.records.result(), reader.files.result(), photos.missing)


def restore(ports: Ports, by: Actor, stream: BinaryIO, *, stage: Stage = in_silence) -> Contents:
    """Fill an empty installation from a backup that ``verify`` found whole; interrupted, it goes on when called again.

    Who has a second factor is told by jobs that it is as it was in the backup. ``stream`` is a file.
    ``Misconfigured`` if anything but what a start makes is there, ``Invalid`` if what came out is not what went in.
    """
    require(by, "transfer.backups.restore")
    origin = f"the backup {_digest(stream)[:16]}"
    records, files = RecordSet(ports.store, number=_reader(stream).format), FileSet(ports.files)
    resumed = copies.is_begun(records, origin)  # its lock speaks for both: it comes first and goes last
    if not resumed:
        copies.is_begun(files, origin)
        files.clear()
        copies.begin(records, origin)
    files.lock(origin)
    with stage("Restoring records", None) as advance:
        records.fill(counted(_records(stream), advance), resumed=resumed)
    with stage("Restoring files", None) as advance:
        files.fill(counted(_files(stream), advance), resumed=resumed)
    until, factors = (ports.clock.now() + copies.SOON).timestamp(), FactorWatch(ports.signer)
    with stage("Comparing", None) as advance:
        there = records.sums(counted(factors.watch(records.items()), advance), until=until)
        put = files.sums(counted(files.items(), advance))
        different = differing(records.sums(_records(stream), until=until), there)
        different += differing(files.sums(_files(stream)), put)
    if different:
        raise Invalid({"file": RestoredDiffers(", ".join(different))})
    found, made_at = factors.result(), datetime.fromisoformat(_reader(stream).about["made_at"])
    files.unlock()
    records.unlock(*([enqueue(ports, TellOfRestore(made_at))] if found.people else []))
    return Contents(there, put, factors=found)


def has_other_key(ports: Ports, about: Mapping[str, Any]) -> bool:
    """Whether a backup was made under a secret key that this installation does not have. One from before November 2026
    does not say.
    """
    known = (*ports.signer.key_names(), *ports.signer.bound_key_names())
    return about.get("key", known[0]) not in known


def note_backup(ports: Ports, by: Actor) -> None:
    """Keep that a backup was made now, for ``last_backup_at``."""
    require(by, "transfer.backups.note_backup")
    before = ports.store.one(_LAST)
    record = Record(_LAST, {"at": ports.clock.now().isoformat()}, version=before.version + 1 if before else 1)
    with suppress(Conflict):  # another one was made at the same moment
        ports.store.commit(Replace(record) if before else Create(record))


def last_backup_at(ports: Ports, by: Actor) -> datetime | None:
    """When the last backup was made; ``None`` if none was."""
    require(by, "transfer.backups.last_backup_at")
    record = ports.store.one(_LAST)
    return datetime.fromisoformat(str(record.data["at"])) if record else None


def _reader(stream: BinaryIO) -> archive.Reader:
    stream.seek(0)
    return archive.Reader(stream)


def _records(stream: BinaryIO) -> Iterator[Record]:
    return (each for each in _reader(stream) if isinstance(each, Record))


def _files(stream: BinaryIO) -> Iterator[File]:
    return (each for each in _reader(stream) if isinstance(each, File))


def _digest(stream: BinaryIO) -> str:
    """The SHA-256 of a stream from its beginning."""
    digest = hashlib.sha256()
    stream.seek(0)
    while read := stream.read(_BYTES_A_READ):
        digest.update(read)
    return digest.hexdigest()
