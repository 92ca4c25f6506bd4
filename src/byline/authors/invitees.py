"""Lists of people to invite, pasted or out of a spreadsheet. One row that is no good does not spoil the others."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from byline.errors import Invalid
from byline.messages import invitations as said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_BYTES: Final = 900_000
COLUMNS: Final = ("name", "email", "sort_name", "page_address", "biography")
"""The columns of a list, in the order that they have where no first row names them."""
_ALSO: Final = {
    "e_mail": "email", "mail": "email", "email_address": "email", "e_mail_address": "email", "e_mail_adresse": "email",
    "author": "name", "full_name": "name", "autor": "name", "sorted_as": "sort_name", "sortiername": "sort_name",
    "slug": "page_address", "address_of_page": "page_address", "seitenadresse": "page_address",
    "bio": "biography", "biografie": "biography", "biographie": "biography",
}  # fmt: skip
_BRACKETED: Final = re.compile(r"<([^<>]*)>")
_TOKEN: Final = re.compile(r"[^\s,;<>()\[\]\"“”„]+")
_BETWEEN_BRACKETED: Final = re.compile(r"(?<=>)\s*[;,]\s*")
_BETWEEN_BARE: Final = re.compile(r"[\s;,]+")
_AROUND: Final = " \t,;:|\"'“”„()[]"


@dataclass(frozen=True, slots=True)
class Invitee:
    """A person to invite, as they were typed: ``number`` counts the rows from 1. All but the email may be empty."""

    number: int
    name: str
    email: str
    sort_name: str = ""
    page_address: str = ""
    biography: str = ""


def from_text(text: str) -> tuple[Invitee, ...]:
    """The people in a pasted list, one a line; one whose first line names columns is read as a spreadsheet's.

    A line may be "Ana Lima <ana@example.org>", "ana@example.org", or name and address with a comma, semicolon or tab
    between them, in either order. "Lima, Ana <ana@example.org>" is Ana Lima, sorted as it stands.

    >>> from_text("Lima, Ana <ana@example.org>")[0].name
    'Ana Lima'
    """
    _refuse_if_large(text)
    if _names_columns(text):
        return from_rows(_rows(text, field="people"))
    lines = (entry for line in text.splitlines() if line.strip() for entry in _entries(line))
    return tuple(_from_line(number, line) for number, line in enumerate(lines, 1))


def from_file(body: bytes) -> tuple[Invitee, ...]:
    """The people in a CSV file of whatever program: UTF-8 or UTF-16 with a mark, or Windows-1252; commas, semicolons or
    tabs. Without a first row that names them the columns are in the order of ``COLUMNS``.

    ``Invalid`` at ``people_file`` where it is no such file.
    """
    text = _decoded(body)
    _refuse_if_large(text, field="people_file")
    if "\0" in text:
        raise Invalid({"people_file": said.LIST_UNREADABLE})
    return from_rows(_rows(text))


def from_rows(rows: Sequence[Sequence[str]]) -> tuple[Invitee, ...]:
    """The people in the rows of a spreadsheet; rows without a word are left out."""
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        return ()
    columns = [_column(cell) for cell in rows[0]]
    if "email" in columns:
        rows = rows[1:]
    elif any("@" in cell for cell in rows[0]):
        columns = list(COLUMNS)
    else:
        raise Invalid({"people_file": said.LIST_WITHOUT_EMAIL})
    return tuple(_from_row(number, dict(zip(columns, row, strict=False))) for number, row in enumerate(rows, 1))


def to_text(invitees: Sequence[Invitee]) -> str:
    """A list as ``from_text`` reads it again: one person a line, or as a spreadsheet where more is known of them."""
    lines = "\n".join(f"{invitee.name} <{invitee.email}>" for invitee in invitees)
    if from_text(lines) == tuple(invitees):
        return lines
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([getattr(invitee, column) for column in COLUMNS] for invitee in invitees)
    return out.getvalue()


def numbered(invitees: Iterable[Invitee]) -> tuple[Invitee, ...]:
    """People of several lists as those of one."""
    return tuple(replace(invitee, number=number) for number, invitee in enumerate(invitees, 1))


def _from_row(number: int, cells: dict[str, str]) -> Invitee:
    given = {column: _with_one_break(cells.get(column, "")).strip() for column in COLUMNS}
    if "<" in given["email"] and not given["name"]:
        return _from_line(number, given["email"])
    return Invitee(number, **given)


def _with_one_break(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n")


def _from_line(number: int, line: str) -> Invitee:
    bracketed = _BRACKETED.search(line)
    # Word by word: a pattern that looked for the @ from each letter would take minutes for a long line.
    found = bracketed or next((token for token in _TOKEN.finditer(line) if "@" in token[0]), None)
    if found is None:
        return Invitee(number, line.strip(_AROUND), "")
    email = found[1] if bracketed else found[0]
    name = " ".join(f"{line[: found.start()]} {line[found.end() :]}".split()).strip(_AROUND)
    if "@" in name:  # "ana@example.org <ana@example.org>"
        name = ""
    family, comma, given = name.partition(",")
    if comma and given.strip() and "," not in given:
        family, given = family.strip(_AROUND), given.strip(_AROUND)
        return Invitee(number, f"{given} {family}", email.strip(), sort_name=f"{family}, {given}")
    return Invitee(number, name, email.strip())


def _entries(line: str) -> Iterator[str]:
    """The people in a line: mail programs put several in one."""
    if line.count("@") > 1:
        if line.count("<") > 1:
            yield from filter(str.strip, _BETWEEN_BRACKETED.split(line))
            return
        if "<" not in line and all("@" in each for each in _BETWEEN_BARE.split(line.strip(_AROUND))):
            yield from _BETWEEN_BARE.split(line.strip(_AROUND))
            return
    yield line


def _names_columns(text: str) -> bool:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return "@" not in first and "email" in {_column(cell) for cell in re.split(r"[,;\t]", first)}


def _column(cell: str) -> str:
    word = re.sub(r"[\s-]+", "_", cell.strip(' \t"').lower())
    return _ALSO.get(word, word)


def _rows(text: str, *, field: str = "people_file") -> list[list[str]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True))
    except csv.Error as fault:
        raise Invalid({field: said.LIST_UNREADABLE}) from fault


def _decoded(body: bytes) -> str:
    if body[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return body.decode("utf-16", "replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


def _refuse_if_large(text: str, *, field: str = "people") -> None:
    if len(text.encode()) > MOST_BYTES:
        raise Invalid({field: said.LIST_TOO_LARGE})
