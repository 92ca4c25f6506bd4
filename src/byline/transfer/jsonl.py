"""A record as a line of JSON: the same line for equal records, whatever engine they come from."""

from __future__ import annotations

import json
from typing import Any

from byline.store.port import IndexEntry, Key, Record

_NAMES = {"kind", "id", "version", "data", "index", "sort", "expires_at"}


def to_line(record: Record) -> bytes:
    """A record as one line of UTF-8, without its end."""
    entry = record.entry
    fields = {
        "kind": record.key.kind,
        "id": record.key.id,
        "version": record.version,
        "data": record.data,
        "index": entry.index if entry else None,
        "sort": entry.sort if entry else None,
        "expires_at": record.expires_at,
    }
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def from_line(line: bytes) -> Record:
    """The record in a line; ``ValueError`` for anything that ``to_line`` would not have written.

    Whether a store would take the record is not looked at here.
    """
    try:
        fields = json.loads(line)
    except RecursionError as error:
        raise ValueError("a line nested too deeply") from error
    if not isinstance(fields, dict) or set(fields) != _NAMES:
        raise ValueError("a line that is no record")
    record = _record(fields)
    if to_line(record) != line:
        raise ValueError("a line that was not written by Byline")
    return record


def _record(fields: dict[str, Any]) -> Record:
    kind, id_, index, sort = fields["kind"], fields["id"], fields["index"], fields["sort"]
    if not (isinstance(kind, str) and isinstance(id_, str)):
        raise ValueError("a record without a key")  # noqa: TRY004 - one refusal for every line that is none
    if (index is None) != (sort is None) or not isinstance(index, str | None) or not isinstance(sort, str | None):
        raise ValueError("a record that stands nowhere in its index")
    entry = None if index is None or sort is None else IndexEntry(index, sort)
    return Record(Key(kind, id_), fields["data"], fields["version"], entry, fields["expires_at"])
