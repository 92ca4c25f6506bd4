"""All records of a store, in slices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.store.formats import MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from byline.store.port import Record, Store

_SLICE = 500


def all_records(store: Store) -> Iterator[Record]:
    """Every record but the mark of a copy, read slice by slice: each as it is when its slice is read."""
    page = store.scan(limit=_SLICE)
    while True:
        yield from (record for record in page.records if record.key != MARK)
        if page.next is None:
            return
        page = store.scan(after=page.next, limit=_SLICE)
