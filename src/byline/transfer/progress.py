"""Telling whoever waits how far a long work has come."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Advance: TypeAlias = Callable[[int], None]
"""Say that so many more are done."""

Stage: TypeAlias = Callable[[str, "int | None"], AbstractContextManager[Advance]]
"""Begin a part of the work: what it does in a few words, and of how many (``None``: nobody knows)."""

_Item = TypeVar("_Item")


def counted(items: Iterable[_Item], advance: Advance) -> Iterator[_Item]:
    """The same items, each counted when it comes by."""
    for item in items:
        advance(1)
        yield item


def in_silence(_words: str, _length: int | None) -> AbstractContextManager[Advance]:
    """Tell nobody."""
    return nullcontext(_nobody)


def _nobody(_count: int) -> None:
    """Where the steps go when nobody watches."""
