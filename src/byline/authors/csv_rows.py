"""A CSV file of authors as it comes back from a spreadsheet: its rows, and what is odd about it."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from byline.authors.csv_format import COLUMNS, SHOWN, TAKEN, as_written
from byline.errors import Invalid
from byline.messages import csv_imports as said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from byline.messages.message import Message

MOST_BYTES: Final = 60_000_000
MOST_ROWS: Final = 20_000
FIELD: Final = "table"
"""The field that a fault of the file as a whole is said at."""
_MARKS_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_SEPARATOR: Final = re.compile(r"\ufeff?sep=.\r?\n")
_LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A row: ``number`` is what a spreadsheet counts it as, the names of the columns being row 1.

    ``cells`` has the cells of the known columns that the file has; ``is_too_long``: it has more cells than columns.
    """

    number: int
    cells: dict[str, str]
    is_too_long: bool = False


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A file that was read: the ``text`` that it was read from, its rows, and what is said of it as a whole."""

    text: str
    rows: tuple[CsvRow, ...]
    notes: tuple[Message, ...]


def read(body: bytes, *, most_bytes: int = MOST_BYTES, most_rows: int = MOST_ROWS) -> CsvTable:
    """Read a file as an export wrote it, or as any spreadsheet saves it.

    That is UTF-8, UTF-16 with a mark or Windows-1252, with commas, semicolons or tabs; columns in any order. Empty rows
    are left out. ``Invalid`` at ``FIELD`` where it is no such file, has no column that finds authors, or is too large.
    """
    if len(body) > most_bytes:
        raise Invalid({FIELD: said.TableTooLarge(most_bytes // 1000, most_rows)})
    text, notes = _decoded(body)
    names, records = _records(text)
    columns = [re.sub(r"[\s-]+", "_", name.strip().lower()) for name in names]
    _refuse_columns(columns)
    rows = tuple(
        CsvRow(number, _cells(columns, record), is_too_long=any(cell.strip() for cell in record[len(columns) :]))
        for number, record in enumerate(records, 2)
        if any(cell.strip() for cell in record)
    )
    if len(rows) > most_rows:
        raise Invalid({FIELD: said.TableTooLarge(most_bytes // 1000, most_rows)})
    if not rows:
        raise Invalid({FIELD: said.TABLE_EMPTY})
    return CsvTable(text, rows, (*notes, *_notes(columns, names)))


def _decoded(body: bytes) -> tuple[str, tuple[Message, ...]]:
    notes: tuple[Message, ...] = ()
    try:
        text = body.decode("utf-16" if body.startswith(_MARKS_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError:
        text, notes = body.decode("cp1252", "replace"), (said.READ_AS_WINDOWS_1252,)
    if "\0" in text:
        raise Invalid({FIELD: said.TABLE_UNREADABLE})
    return _SEPARATOR.sub("", text, count=1) if _SEPARATOR.match(text) else text, notes


def _records(text: str) -> tuple[list[str], list[list[str]]]:
    """The names of the columns, and the rows below them, divided by whatever makes the most of the names."""
    try:
        best = max(",;\t", key=lambda delimiter: len(_known(next(_reader(text, delimiter), []))))
        names, *records = list(_reader(text, best)) or [[]]
    except csv.Error as fault:
        raise Invalid({FIELD: said.TABLE_UNREADABLE}) from fault
    return names, records


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _known(names: Sequence[str]) -> set[str]:
    return {name.strip().lower() for name in names} & set(COLUMNS)


def _refuse_columns(columns: Sequence[str]) -> None:
    twice = next((name for name in columns if name in TAKEN and columns.count(name) > 1), None)
    if twice:
        raise Invalid({FIELD: said.ColumnTwice(twice)})
    if not {"email", "page_address"} & set(columns):
        raise Invalid({FIELD: said.NO_COLUMN_FINDS_AUTHORS})


def _cells(columns: Sequence[str], record: Sequence[str]) -> dict[str, str]:
    """The cells by column, as they were before they were defused, with one kind of line break."""
    found = zip(columns, record, strict=False)
    return {name: re.sub(r"\r\n?", "\n", as_written(cell)).strip() for name, cell in found if name in TAKEN}


def _notes(columns: Sequence[str], names: Sequence[str]) -> list[Message]:
    notes: list[Message] = []
    if missing := [name for name in TAKEN if name not in columns]:
        notes.append(said.ColumnsMissing(", ".join(missing)))
    if shown := [name for name in SHOWN if name in columns]:
        notes.append(said.ColumnsLeft(", ".join(shown)))
    unknown = [
        name.strip()[:_LONGEST_NAME] for name, column in zip(names, columns, strict=True) if column not in COLUMNS
    ]
    return [*notes, *(said.ColumnUnknown(name) for name in unknown if name)]
