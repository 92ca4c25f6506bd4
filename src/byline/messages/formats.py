"""Dates, times and numbers as each language writes them. All times are UTC.

``formats.json`` holds what the Unicode CLDR says of the installed languages, taken out of Babel by ``make messages``:
loading Babel itself would take longer than a whole cold start may.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, TypedDict

from byline.messages.catalogue import FOLDER

if TYPE_CHECKING:
    from datetime import datetime


class Formats(TypedDict):
    """What the CLDR says of one language; ``group`` stands between each three digits."""

    months: list[str]
    day: str
    moment: str
    group: str


def day(at: datetime, language: str) -> str:
    """A date: "5 May 2026", "5. Mai 2026"."""
    known = _formats()[language]
    return known["day"].format(day=at.day, month=known["months"][at.month - 1], year=at.year)


def clock(at: datetime) -> str:
    """A time of day: "14:00 UTC"."""
    return f"{at:%H:%M} UTC"


def moment(at: datetime, language: str) -> str:
    """A date and time: "5 May 2026, 14:00 UTC", "5. Mai 2026, 14:00 UTC"."""
    return _formats()[language]["moment"].format(day=day(at, language), time=clock(at))


def number(count: int, language: str) -> str:
    """A whole number: "10,000", "10.000"."""
    return f"{count:,}".replace(",", _formats()[language]["group"])


@cache
def _formats() -> dict[str, Formats]:
    known: dict[str, Formats] = json.loads((FOLDER / "formats.json").read_text(encoding="utf-8"))
    return known
