"""Records as short as tests want them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.store.port import IndexEntry, Key, Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from byline.store.port import Json, Page, Store

ANN = Key("account", "ann")
BEN = Key("account", "ben")
CLAIM = Key("claim", "ann@example.org")


def record(
    key: Key = ANN, version: int = 1, *, sort: str | None = None, index: str = "accounts", **data: Json
) -> Record:
    return Record(key, data, version, None if sort is None else IndexEntry(index, sort))


def kept(store: Store, key: Key = ANN) -> Mapping[str, Json] | None:
    """The data stored under a key, or nothing."""
    found = store.one(key)
    return None if found is None else found.data


def pages(
    store: Store,
    index: str = "accounts",
    *,
    prefix: str = "",
    between: tuple[str, str] | None = None,
    limit: int = 50,
    descending: bool = False,
) -> Iterator[Page]:
    """All pages of an index, one after another."""
    page = store.page(index, prefix=prefix, between=between, limit=limit, descending=descending)
    yield page
    while page.next is not None:
        page = store.page(index, prefix=prefix, between=between, limit=limit, descending=descending, after=page.next)
        yield page


def sorts(
    store: Store,
    index: str = "accounts",
    *,
    prefix: str = "",
    between: tuple[str, str] | None = None,
    limit: int = 50,
    descending: bool = False,
) -> list[str]:
    """Everything in an index, by what it is sorted by."""
    found = pages(store, index, prefix=prefix, between=between, limit=limit, descending=descending)
    return [each.entry.sort for page in found for each in page.records if each.entry]
