"""What every adapter refuses before it sends anything, so that both engines refuse the same.

Sizes are counted roughly as DynamoDB counts an item: the UTF-8 bytes of names and values. The numbers stand in
``port``, a little under DynamoDB's own (400 KB an item, 4 MB a transaction, 2,048 and 1,024 bytes a key), so that
whatever passes here passes there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from byline.store.port import (
    MOST_BYTES_COMMIT,
    MOST_BYTES_KEY,
    MOST_BYTES_RECORD,
    MOST_BYTES_SORT,
    MOST_KEYS,
    MOST_LIMIT,
    Check,
    Create,
    CreateCopy,
    Key,
    Replace,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from byline.store.port import IndexEntry, Record, Write

_KIND = re.compile(r"[a-z][a-z0-9-]*")
_MOST_DEPTH = 30
_LEAST_INTEGER = -(2**63)
_MOST_INTEGER = 2**63 - 1
_BYTES_AROUND = 64
"""Names of attributes, version and expiry, in every record."""


def check_keys(keys: Iterable[Key]) -> tuple[Key, ...]:
    """Return the keys of a ``get``, each once, in the order they were asked for; ``ValueError`` if they are refused."""
    distinct = tuple(dict.fromkeys(keys))
    if len(distinct) > MOST_KEYS:
        raise ValueError(f"{len(distinct)} keys in one get, at most {MOST_KEYS} are read at once")
    for key in distinct:
        check_key(key)
    return distinct


def check_key(key: Key) -> int:
    """Return the size of a key in bytes; ``ValueError`` if it is refused."""
    if not _KIND.fullmatch(key.kind):
        raise ValueError(f"{key.kind!r} is no kind: a kind is lower-case ASCII letters, digits and hyphens")
    if not key.id:
        raise ValueError(f"{key.kind}: the id is empty")
    size = len(key.kind) + 1 + _bytes(key.id, f"{key.kind}: the id")
    if size > MOST_BYTES_KEY:
        raise ValueError(f"{key.kind}: the key has {size} bytes, at most {MOST_BYTES_KEY} are stored")
    return size


def check_page(index: str, prefix: str, between: tuple[str, str] | None, limit: int) -> None:
    """Refuse (``ValueError``) a ``page`` that no engine could answer."""
    _check_text(index, "the name of an index", MOST_BYTES_KEY)
    if prefix:
        _check_text(prefix, "a prefix", MOST_BYTES_SORT)
    if between is not None:
        for text in between:
            _check_text(text, "a bound", MOST_BYTES_SORT)
        if prefix or between[0] > between[1]:
            raise ValueError("a page has a prefix or two bounds, the lower one first")
    check_limit(limit)


def check_limit(limit: int) -> None:
    """Refuse (``ValueError``) a page of no records, or of too many."""
    if not 1 <= limit <= MOST_LIMIT:
        raise ValueError(f"a page of {limit} records, between 1 and {MOST_LIMIT} are read at once")


def check_commit(writes: Sequence[Write]) -> list[str]:
    """Return the JSON text of each write's data, in order (empty where it has none); ``ValueError`` if refused."""
    if len(writes) > MOST_KEYS:
        raise ValueError(f"{len(writes)} writes in one commit, at most {MOST_KEYS} are done at once")
    texts = []
    keys = set()
    size = 0
    for write in writes:
        if isinstance(write, Create | CreateCopy | Replace):
            key = write.record.key
            _check_version(write, write.record.version)
            text, bytes_more = _check_record(write.record)
        else:
            key = write.key
            _check_version(write, write.version)
            text, bytes_more = "", check_key(key)
        size += bytes_more
        if key in keys:
            raise ValueError(f"{key.kind}: one key stands twice in a commit")
        keys.add(key)
        texts.append(text)
    if size > MOST_BYTES_COMMIT:
        raise ValueError(f"a commit of {size} bytes, at most {MOST_BYTES_COMMIT} are written at once")
    return texts


def check_entry(entry: IndexEntry) -> int:
    """Return the size of an index entry in bytes; ``ValueError`` if it is refused."""
    return _check_text(entry.index, "the name of an index", MOST_BYTES_KEY) + _check_text(
        entry.sort, f"the sort in the index {entry.index!r}", MOST_BYTES_SORT
    )


def _check_record(record: Record) -> tuple[str, int]:
    """Return a record's data as JSON text, and the record's size in bytes."""
    kind = record.key.kind
    size = _BYTES_AROUND + check_key(record.key)
    if record.entry is not None:
        size += check_entry(record.entry)
    expires_at = record.expires_at
    if expires_at is not None and not (_is_integer(expires_at) and 0 <= expires_at <= _MOST_INTEGER):
        raise ValueError(f"{kind}: the expiry is {expires_at!r}, and not whole seconds since 1970")
    if not isinstance(record.data, Mapping):
        raise ValueError(f"{kind}: the data is no mapping")  # noqa: TRY004 - one refusal for everything out of bounds
    _check_value(record.data, kind, 1)
    text = _ENCODE(record.data)
    size += _bytes(text, f"{kind}: the data")
    if size > MOST_BYTES_RECORD:
        raise ValueError(f"{kind}: a record of {size} bytes, at most {MOST_BYTES_RECORD} are stored")
    return text, size


def _check_value(value: object, kind: str, depth: int) -> None:
    """Refuse what JSON or one of the engines would change: lone surrogates are found later, in the whole text."""
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if not _LEAST_INTEGER <= value <= _MOST_INTEGER:
            raise ValueError(f"{kind}: the data holds an integer beyond 64 bit")
        return
    if isinstance(value, bytes | bytearray | memoryview) or not isinstance(value, Mapping | Sequence):
        raise ValueError(f"{kind}: the data holds a {type(value).__name__}, which is not stored")  # noqa: TRY004 - as above
    if depth > _MOST_DEPTH:
        raise ValueError(f"{kind}: the data is nested deeper than {_MOST_DEPTH}")
    if isinstance(value, Mapping):
        for name in value:
            if not isinstance(name, str):
                raise ValueError(f"{kind}: the data holds a mapping with a name that is no text")  # noqa: TRY004 - as above
        value = value.values()
    for item in value:
        _check_value(item, kind, depth + 1)


def _check_version(write: Write, version: int | None) -> None:
    """Refuse a version that the write cannot have."""
    if version is None and isinstance(write, Check):
        return
    least = 2 if isinstance(write, Replace) else 1
    most = 1 if isinstance(write, Create) else _MOST_INTEGER
    if version is None or not (_is_integer(version) and least <= version <= most):
        raise ValueError(f"a {type(write).__name__} with the version {version!r}")


def _check_text(text: str, what: str, most: int) -> int:
    """Return the size in bytes of a text that may be neither empty nor too long."""
    if not text:
        raise ValueError(f"{what} is empty")
    size = _bytes(text, what)
    if size > most:
        raise ValueError(f"{what} has {size} bytes, at most {most} are stored")
    return size


def _bytes(text: str, what: str) -> int:
    """Count the UTF-8 bytes of a text, refusing lone surrogates, which have none."""
    try:
        return len(text.encode())
    except UnicodeEncodeError as error:
        raise ValueError(f"{what} holds half a character (a lone surrogate)") from error


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _plain(value: object) -> object:
    """Turn a mapping or sequence that ``json`` does not know into one that it does."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence):
        return list(value)
    raise TypeError(f"{type(value).__name__} slipped past the bounds")


_ENCODE = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"), default=_plain).encode
