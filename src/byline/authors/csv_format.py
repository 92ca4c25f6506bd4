"""Authors as CSV: the columns, and cells that no spreadsheet takes for a formula.

The file is UTF-8 with a byte order mark, since Excel reads one without it in the alphabet of the machine, and otherwise
as RFC 4180 says. docs/export.md describes it for people.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

TAKEN: Final = ("name", "sort_name", "email", "page_address", "summary", "biography")
"""The columns that an import reads."""
SHOWN: Final = ("links", "books", "photo_credit", "page_url", "saved_at")
"""The columns that only an export has, for who reads the file; an import leaves these things as they are."""
COLUMNS: Final = (*TAKEN, *SHOWN)

_FORMULA: Final = r"[^\S;\t\r\n]*(?:'[^\S;\t\r\n]*)*[=+\-@＝＋－＠]"  # noqa: RUF001 - East Asian Excel takes these, too
_BEGINNING: Final = r"(?:\A|(?<=[;\t\r\n]))"
_DANGEROUS: Final = re.compile(rf"{_BEGINNING}(?={_FORMULA})|\A(?='*[\t\r\n])")
_DEFUSED: Final = re.compile(rf"{_BEGINNING}'(?={_FORMULA})|\A'(?='*[\t\r\n])")


def defused(cell: str) -> str:
    """A cell that a spreadsheet shows as text: an apostrophe stands before what it would compute.

    It looks like a formula where it begins with ``= + - @``, a tab or a carriage return (OWASP, "CSV Injection"). Excel
    set to German or French divides at semicolons and at line breaks, whatever the quotes say, so that a formula may
    begin there as well. ``as_written`` undoes it.
    """
    return _DANGEROUS.sub("'", cell)


def as_written(cell: str) -> str:
    """What a cell was before ``defused``; any other cell as it is."""
    return _DEFUSED.sub("", cell)


def row(cells: Iterable[str]) -> bytes:
    """A row of a file, its cells defused."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerow(map(defused, cells))
    return text.getvalue().encode()


def head() -> bytes:
    """How a file begins: the byte order mark and the names of the columns."""
    return "\ufeff".encode() + row(COLUMNS)
