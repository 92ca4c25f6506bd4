"""Which kinds of hashes authors brought along from elsewhere, as a record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the codec reads the types
from typing import Final

from byline.store.codec import Codec
from byline.store.port import Key, Record

LEGACY_HASHES = Key("site", "inherited-passwords")
"""The record of the kinds of hashes that authors brought along, and until when they are checked."""


@dataclass(frozen=True, slots=True)
class _LegacyHashes:
    kinds: tuple[str, ...]
    until: datetime


_LEGACY_HASHES: Final = Codec(_LegacyHashes)


def legacy_hashes_record(kinds: tuple[str, ...], until: datetime) -> Record:
    """Which kinds of hashes from elsewhere are checked, and until when."""
    return Record(LEGACY_HASHES, _LEGACY_HASHES.to_data(_LegacyHashes(kinds, until)))


def legacy_hashes_from(record: Record | None) -> tuple[tuple[str, ...], datetime | None]:
    """The kinds that a record names, and until when they are checked (``None``: none are)."""
    if record is None:
        return (), None
    found = _LEGACY_HASHES.from_data(record.data)
    return found.kinds, found.until
