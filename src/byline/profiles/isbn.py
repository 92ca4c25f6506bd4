"""ISBNs: what people type, checked, and as they are printed (ISO 2108; the ISBN Users' Manual).

Stored are the thirteen digits alone. Where the hyphens stand depends on the country and the publisher. The ranges in
``isbn_ranges.txt`` are those that the International ISBN Agency published on 4 January 2026
(https://www.isbn-international.org/range_file_generation): ``978-0 00-19 200-227`` gives publishers of 978-0 numbers
of two and of three digits. New ranges are added every few weeks; a number that is in none is shown without hyphens.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib import resources
from typing import Final

_PREFIXES: Final = ("978", "979")
_LABEL: Final = re.compile(r"ISBN(?:[\s-]?1[03](?=[\s:]))?[\s:]*", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"[\s\u2010-\u2015\u2212.-]+")
_TEN: Final = re.compile(r"[0-9]{9}[0-9X]")
_THIRTEEN: Final = re.compile(r"[0-9]{13}")


class MalformedIsbn(ValueError):
    """A text that is no ISBN. ``is_misprint``: it has as many digits as one, and they do not add up."""

    def __init__(self, *, is_misprint: bool) -> None:
        super().__init__()
        self.is_misprint = is_misprint


def parse(text: str) -> str:
    """The thirteen digits of an ISBN-10 or ISBN-13 with any hyphens and spaces; ``MalformedIsbn``.

    >>> parse("ISBN 3-16-148410-X")
    '9783161484100'
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = _BETWEEN.sub("", _LABEL.sub("", plain, count=1)).upper()
    if _TEN.fullmatch(digits):
        if _checked_ten(digits):
            return _with_check_digit(f"978{digits[:9]}")
    elif _THIRTEEN.fullmatch(digits) and digits.startswith(_PREFIXES):
        if _with_check_digit(digits[:12]) == digits:
            return digits
    else:
        raise MalformedIsbn(is_misprint=False)
    raise MalformedIsbn(is_misprint=True)


def hyphenated(digits: str) -> str:
    """An ISBN of thirteen digits as it is printed; unchanged where its range is not known.

    >>> hyphenated("9783161484100")
    '978-3-16-148410-0'
    """
    for length in range(1, 6) if digits else ():
        ranges = _ranges().get(digits[:3] + digits[3 : 3 + length])
        if ranges is None:
            continue
        rest = digits[3 + length : 12]
        for start, end in ranges:
            if start <= rest[: len(start)] <= end:
                return "-".join(
                    (digits[:3], digits[3 : 3 + length], rest[: len(start)], rest[len(start) :], digits[12])
                )
    return digits


def _checked_ten(digits: str) -> bool:
    values = [10 if digit == "X" else int(digit) for digit in digits]
    return sum(weight * value for weight, value in zip(range(10, 0, -1), values, strict=True)) % 11 == 0


def _with_check_digit(twelve: str) -> str:
    total = sum((3 if at % 2 else 1) * int(digit) for at, digit in enumerate(twelve))
    return f"{twelve}{-total % 10}"


@cache
def _ranges() -> dict[str, list[tuple[str, str]]]:
    """The ranges of publishers' numbers, by prefix and country."""
    found = {}
    for line in resources.files("byline.profiles").joinpath("isbn_ranges.txt").read_text("ascii").splitlines():
        group, *ranges = line.split()
        pairs = (each.split("-") for each in ranges)
        found[group.replace("-", "")] = [(start, end) for start, end in pairs]
    return found
