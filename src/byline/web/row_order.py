"""The order of rows in a form, by the number that stands in each: people without a script change the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")
_MOST_DIGITS = 4


def ordered(rows: Sequence[T], places: Sequence[str]) -> list[T]:
    """The rows by their places; a row without a number stays where it is.

    A row that was given another's number takes its place: the third row with a 1 comes before the first, and the first
    row with a 3 after the third.
    """

    def place(at: int) -> tuple[int, int]:
        here = at + 1
        typed = places[at].strip() if at < len(places) else ""
        wanted = int(typed) if typed.isdecimal() and len(typed) <= _MOST_DIGITS else here
        return wanted, (wanted > here) - (wanted < here)

    return [rows[at] for at in sorted(range(len(rows)), key=place)]
