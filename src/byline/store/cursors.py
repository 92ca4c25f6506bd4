"""Where a page ended, as text: both adapters go on after a place (index, sort, key), so both write it alike.

A cursor travels through addresses and forms, so it is not trusted: it is either a place that a page with the same index
and prefix could have ended at, or refused. It is no secret either: it holds the index, sort and key of one record.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, NamedTuple

from byline.store import bounds
from byline.store.port import MOST_BYTES_KEY, MOST_BYTES_SORT, Cursor, IndexEntry, Key

if TYPE_CHECKING:
    from byline.store.port import Record

_MOST_CHARACTERS = 8 * (2 * MOST_BYTES_KEY + MOST_BYTES_SORT) + 100
"""Control characters take six bytes each in JSON, and base64 adds a third."""


class Place(NamedTuple):
    """After which record of an index a page goes on."""

    sort: str
    key: Key


def after_entry(record: Record) -> Cursor:
    """Make the cursor of a page of an index that ended with this record."""
    if record.entry is None:
        raise ValueError(f"a {record.key.kind} without an entry in a page of an index")
    return _write(record.entry.index, record.entry.sort, record.key.kind, record.key.id)


def after_key(record: Record) -> Cursor:
    """Make the cursor of a slice of a scan that ended with this record."""
    return _write(record.key.kind, record.key.id)


def read_entry(cursor: Cursor, index: str, prefix: str, between: tuple[str, str] | None) -> Place:
    """Read the cursor of a page of this index with these bounds; ``ValueError`` if it is none."""
    found, sort, kind, id_ = _read(cursor, 4)
    if found != index or not sort.startswith(prefix) or (between and not between[0] <= sort <= between[1]):
        raise ValueError("this cursor belongs to another page")
    key = Key(kind, id_)
    bounds.check_key(key)
    bounds.check_entry(IndexEntry(found, sort))
    return Place(sort, key)


def read_key(cursor: Cursor) -> Key:
    """Read the cursor of a scan; ``ValueError`` if it is none."""
    key = Key(*_read(cursor, 2))
    bounds.check_key(key)
    return key


def _write(*parts: str) -> Cursor:
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return Cursor(urlsafe_b64encode(text.encode()).decode().rstrip("="))


def _read(cursor: Cursor, parts: int) -> list[str]:
    """Read a list of so many texts, refusing everything that ``_write`` could not have written."""
    refusal = "this is no cursor"
    if len(cursor) > _MOST_CHARACTERS:
        raise ValueError(refusal)
    try:
        found = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError) as error:
        raise ValueError(refusal) from error
    if not isinstance(found, list) or len(found) != parts or not all(isinstance(part, str) for part in found):
        raise ValueError(refusal)
    try:
        same = _write(*found) == cursor
    except UnicodeEncodeError as error:
        raise ValueError(refusal) from error
    if not same:
        raise ValueError(refusal)
    return found
