"""The mark of a store that is being filled from another: whoever finds it works with half of what is to be there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from byline.errors import Misconfigured
from byline.store.port import Key

if TYPE_CHECKING:
    from byline.store.port import Store

MARK: Final = Key("copy", "under-way")
"""Stands in a store that is being filled, and says from where; gone when all is there."""


def is_unfinished(store: Store) -> bool:
    """Whether a store holds only part of what it is to hold, in one read."""
    return MARK in store.get(MARK)


def refuse_unfinished(store: Store) -> None:
    """``Misconfigured`` if a store holds only part of what it is to hold: nobody may work with it then."""
    mark = store.get(MARK).get(MARK)
    if mark is not None:
        raise Misconfigured(
            f"The store is being filled from {mark.data['from']}, and not all is there yet: "
            "wait for it, or start that again if it was interrupted; it goes on."
        )
