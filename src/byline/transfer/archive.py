"""A backup's file: a gzipped tar that any system opens, written and read in one go, whatever its size.

::

    manifest.json           what it was made of, and as ``version`` the format of the store it came from
    records/000001.jsonl …  the records, one a line
    files/…                 the files, at their paths
    sums.json               how many there are of each kind, with checksums; a file without it is not complete

It is checked against damage, not against malice: whoever can write into it can make it say anything.
"""

from __future__ import annotations

import gzip
import json
import tarfile
import zlib
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from byline.errors import Invalid
from byline.files.paths import checked, content_type
from byline.files.port import File
from byline.messages.transfers import BACKUP_DAMAGED, BACKUP_FOREIGN, BACKUP_NEWER
from byline.store import bounds, formats
from byline.store.port import CreateCopy, Record
from byline.transfer import file_set
from byline.transfer.checksums import Sum, Sums
from byline.transfer.jsonl import from_line, to_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FORMAT = "byline-backup"
ABOUT = ("made_at", "made_by", "site", "url")
"""What a manifest says besides: when (ISO 8601), by which Byline, the site's name and its address."""
_MANIFEST, _RECORDS, _FILES, _SUMS = "manifest.json", "records/", "files/", "sums.json"
_BYTES_A_PART = 1_000_000
_MOST_BYTES_MEMBER = 100_000_000
"""More than any file has; nothing larger is taken into memory."""


class Writer:
    """Writes a backup into ``stream``: the records, then the files; ``complete`` makes it one. Use it by ``with``."""

    def __init__(self, stream: BinaryIO, about: Mapping[str, str], *, number: int, seconds: int) -> None:
        """``about`` has a text for each of ``ABOUT``; ``number`` is the store's format, ``seconds`` since 1970 when."""
        self._seconds = seconds
        # Photos do not get smaller, and the rest is text: a middling effort does.
        self._gzip = gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=6, mtime=seconds, filename="")
        self._tar = tarfile.open(fileobj=self._gzip, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - closed by __exit__
        self.records = Sums()
        self.files = Sums()
        self._member(_MANIFEST, json.dumps({"format": FORMAT, "version": number, **about}, indent=2).encode())

    def add_records(self, records: Iterable[Record]) -> None:
        """Write all the records."""
        part, number, size = [], 0, 0
        for record in records:
            line = to_line(record)
            self.records.add(record.key.kind, line)
            part.append(line + b"\n")
            size += len(line)
            if size >= _BYTES_A_PART:
                number += 1
                self._member(f"{_RECORDS}{number:06d}.jsonl", b"".join(part))
                part, size = [], 0
        if part:
            self._member(f"{_RECORDS}{number + 1:06d}.jsonl", b"".join(part))

    def add_file(self, file: File) -> None:
        """Write a file."""
        file_set.add(self.files, file)
        self._member(f"{_FILES}{file.path}", file.body)

    def complete(self) -> None:
        """Write the sums: all is there."""
        self._member(_SUMS, json.dumps(_both(self.records, self.files), indent=2).encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # Also where it is given up: left to itself it would write its end whenever memory is tidied up.
        self._tar.close()
        self._gzip.close()

    def _member(self, name: str, body: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = len(body), self._seconds, 0o600
        self._tar.addfile(info, BytesIO(body))
        self._tar.members.clear()  # type: ignore[attr-defined]  # else every name would be kept in memory


class Reader:
    """Reads a backup from ``stream``, once: what it says of itself at first, then all that is in it, records first.

    ``Invalid`` if it is none, or as soon as anything in it is not as it was written. What came before that may be right
    and not all: only a run to the end tells that a backup is whole.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.records, self.files = Sums(), Sums()
        self._members = _members(stream)
        with _refusing():
            self.about = _manifest(next(self._members, ("", b"")))

    @property
    def format(self) -> int:
        """The format that the records have."""
        return int(self.about["version"])

    def __iter__(self) -> Iterator[Record | File]:
        with _refusing():
            for name, body in self._members:
                if name == _SUMS:
                    if json.loads(body) != _both(self.records, self.files):
                        raise ValueError("the sums do not fit")
                    for _ in self._members:
                        raise ValueError("something after the sums")
                    return
                if name.startswith(_RECORDS):
                    for line in body.splitlines():
                        record = from_line(line)
                        bounds.check_commit([CreateCopy(record)])
                        self.records.add(record.key.kind, line)
                        yield record
                elif name.startswith(_FILES):
                    path = checked(name.removeprefix(_FILES))
                    file = File(path, body, content_type(path))
                    file_set.add(self.files, file)
                    yield file
                else:
                    raise ValueError("a member that no backup has")
            raise ValueError("it ends before its sums")


def _members(stream: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """The names and bodies in a backup, one after another, down to the checksum at the stream's own end."""
    with gzip.GzipFile(fileobj=stream, mode="rb") as unzipped, tarfile.open(fileobj=unzipped, mode="r|") as tar:
        while (info := tar.next()) is not None:
            tar.members.clear()  # type: ignore[attr-defined]  # as above
            if not info.isreg() or info.size > _MOST_BYTES_MEMBER:
                raise ValueError("a member that no backup has")
            found = tar.extractfile(info)
            assert found is not None  # noqa: S101 - a regular file
            yield info.name, found.read()
        while rest := unzipped.read(_BYTES_A_PART):
            if rest.strip(b"\0"):
                raise ValueError("something after the end")


def _manifest(member: tuple[str, bytes]) -> Mapping[str, Any]:
    name, body = member
    found = json.loads(body) if name == _MANIFEST else None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise Invalid({"file": BACKUP_FOREIGN})
    version = found.get("version")
    if not isinstance(version, int) or not all(isinstance(found.get(name), str) for name in ABOUT):
        raise Invalid({"file": BACKUP_FOREIGN})
    if version < formats.FIRST:
        raise Invalid({"file": BACKUP_FOREIGN})
    if version > formats.NEWEST:
        raise Invalid({"file": BACKUP_NEWER})
    return found


@contextmanager
def _refusing() -> Iterator[None]:
    """Turn whatever a wrong file leads to into a sentence."""
    try:
        yield
    except gzip.BadGzipFile as fault:
        raise Invalid({"file": BACKUP_FOREIGN if "Not a gzipped file" in str(fault) else BACKUP_DAMAGED}) from fault
    except (tarfile.TarError, EOFError, zlib.error, ValueError, RecursionError) as fault:
        raise Invalid({"file": BACKUP_DAMAGED}) from fault


def plain(sums: Mapping[str, Sum]) -> dict[str, dict[str, Any]]:
    """Sums as they are written in JSON."""
    return {kind: {"count": each.count, "checksum": each.checksum} for kind, each in sums.items()}


def _both(records: Sums, files: Sums) -> dict[str, Any]:
    return {"records": plain(records.result()), "files": plain(files.result())}
