"""Rows of the SQLite file: what a record looks like as one, and the statements that need more than a constant."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from byline.store.port import MOST_KEYS, IndexEntry, Key, Record

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS = "version, data, index_name, sort, expires_at"
ROW = f"kind, id, {COLUMNS}"
_LAST_CHARACTER = "\U0010ffff"
_FIRST_SURROGATE = 0xD800
_AFTER_SURROGATES = 0xE000


@lru_cache(maxsize=2 * MOST_KEYS)
def select(count: int, columns: str) -> str:
    """Write the statement that reads so many records by key, each row beginning with its place among those asked for.

    The list comes first (``CROSS JOIN`` keeps the order), so that each key is one step into the index; with
    ``IN (VALUES …)`` SQLite reads the whole table.
    """
    asked = ", ".join(f"({place}, ?, ?)" for place in range(count))
    return (
        f"WITH asked (place, asked_kind, asked_id) AS (VALUES {asked})"  # noqa: S608 - only numbers are pasted in
        f" SELECT place, {columns} FROM asked CROSS JOIN records ON kind = asked_kind AND id = asked_id"
    )


def to_record(row: Sequence[Any], key: Key | None = None) -> Record:
    """Make a record of ``COLUMNS``, after kind and id if no key is given."""
    if key is None:
        kind, id_, *row = row
        key = Key(kind, id_)
    version, data, index, sort, expires_at = row
    return Record(key, json.loads(data), version, None if index is None else IndexEntry(index, sort), expires_at)


def to_columns(record: Record, text: str) -> tuple[object, ...]:
    """Lay a record out as ``COLUMNS``."""
    entry = record.entry
    if entry is None:
        return record.version, text, None, None, record.expires_at
    return record.version, text, entry.index, entry.sort, record.expires_at


def beyond(prefix: str) -> str:
    """Find the smallest text above all that start with the prefix; empty if there is none.

    Texts stand in the order of their code points, which is that of their UTF-8 bytes.
    """
    stem = prefix.rstrip(_LAST_CHARACTER)
    if not stem:
        return ""
    last = ord(stem[-1]) + 1
    return stem[:-1] + chr(_AFTER_SURROGATES if last == _FIRST_SURROGATE else last)
