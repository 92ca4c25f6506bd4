"""The store, as the core sees it: records under keys, one index entry each, commits with conditions.

Shaped after what DynamoDB does natively, so that both engines mean the same. No meaning lives in an adapter, and the
bounds belong to this port: SQLite refuses what DynamoDB would.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NewType, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"
"""What a record may hold. No floats: two engines would round them differently. Integers are 64 bit."""

Cursor = NewType("Cursor", str)
"""Where a page ended; opaque, made and read by one adapter. Printable ASCII, so that it may stand in a URL."""

MOST_KEYS = 100
"""Keys in one ``get``, writes in one ``commit`` (DynamoDB: BatchGetItem, TransactWriteItems)."""
MOST_LIMIT = 1_000
"""Records in one ``page`` or slice of a ``scan``."""
MOST_BYTES_COMMIT = 4_000_000
MOST_BYTES_RECORD = 400_000
MOST_BYTES_KEY = 1_000
MOST_BYTES_SORT = 1_000


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """A record's name: its kind (lower-case word, no ``#``) and its id within the kind (any non-empty text)."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """Where a record stands in an index: records of one index are read in the order of the UTF-8 bytes of ``sort``.

    Equal ``sort`` values come in no promised order; whoever needs one puts the id at the end of ``sort``.
    """

    index: str
    sort: str


@dataclass(frozen=True, slots=True)
class Record:
    """What is stored under a key. ``version`` counts its writes from 1.

    ``expires_at`` (epoch seconds) is a hint to the engine's sweeper: an expired record may still be returned, and the
    core judges it by its own clock.
    """

    key: Key
    data: Mapping[str, Json]
    version: int = 1
    entry: IndexEntry | None = None
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class Create:
    """Write a record that must be absent; its ``version`` is 1."""

    record: Record


@dataclass(frozen=True, slots=True)
class CreateCopy:
    """Write a record that comes from another store, with the version it had there; it must be absent."""

    record: Record


@dataclass(frozen=True, slots=True)
class Replace:
    """Write a record over the one whose stored version is ``record.version - 1``."""

    record: Record


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete the record whose stored version is ``version``."""

    key: Key
    version: int


@dataclass(frozen=True, slots=True)
class Check:
    """Write nothing, but fail the commit unless the stored version is ``version`` (``None``: absent)."""

    key: Key
    version: int | None


Write: TypeAlias = Create | CreateCopy | Replace | Delete | Check


def write_op(record: Record) -> Create | Replace:
    """The write that saves a record: at version 1 it must be absent, later the version before it must be stored."""
    return Create(record) if record.version == 1 else Replace(record)


def write_over(before: Record | None, record: Record) -> Create | Replace:
    """The write that puts a record in the place of the one that was read (``None``: there was none)."""
    return write_op(replace(record, version=before.version + 1 if before else 1))


@dataclass(frozen=True, slots=True)
class Page:
    """A slice of an index and where the next one begins (``None``: this was the last)."""

    records: tuple[Record, ...]
    next: Cursor | None


class Store(Protocol):
    """Records under keys. Every method raises ``Unavailable`` when the engine does not answer.

    Keys, records and commits out of bounds (see the constants), lone surrogates, floats, integers beyond 64 bit,
    and one key twice in a commit raise ``ValueError`` in every adapter, before anything is sent.
    """

    def get(self, *keys: Key) -> Mapping[Key, Record]:
        """Read several records in one round trip; absent ones are left out.

        Each is strongly consistent, together they are no snapshot: what is decided on them is a condition of the
        commit. Asking for one key twice is fine.
        """

    def one(self, key: Key) -> Record | None:
        """Read one record as ``get`` does; ``None`` if it is absent."""

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
        """Read a slice of one index, in order. It may lag behind.

        ``prefix`` is what each ``sort`` starts with, or ``between`` two texts that it lies between, both included.
        ``after`` is the ``next`` of a page with the same index and bounds; any other cursor raises ``ValueError``.
        """

    def scan(self, *, after: Cursor | None = None, limit: int = 200) -> Page:
        """Read everything, slice by slice, in no promised order: for backups and moves, never on a request's path."""

    def snapshot(self) -> Iterator[Record] | None:
        """Everything as it is at one moment, for backups; ``None`` where the engine has no such read.

        Commits go on meanwhile and wait for nothing. Read it to its end, or close it.
        """

    def commit(self, *writes: Write) -> None:
        """Carry out all the writes or none; ``Conflict`` names every key whose condition failed.

        After ``Unavailable`` they may have been carried out or not: nobody heard. A commit of nothing does nothing.
        """

    def format(self) -> int:
        """The format of what is stored (``store.formats``), from 1. It costs next to nothing to ask again.

        ``Misconfigured`` if it is newer than this program knows; so does opening the store, or its first use.
        """

    def raise_format(self, number: int) -> None:
        """Say that from now on records may have the format ``number``. A format never goes down."""

    def damage(self, *, thorough: bool = False) -> Sequence[str]:
        """What the engine finds damaged when it looks at everything it stores, in its own words; empty if nothing.

        A ``thorough`` look takes longer, and compares what is stored twice.
        """

    def ping(self) -> None:
        """Answer if the engine does: one cheap read."""

    def close(self) -> None:
        """Let go of connections; the store is not used afterwards."""
