"""Cells of a CSV file: no spreadsheet computes what an author typed, and reading gives back exactly what was typed."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.authors import csv_format

ATTACKS = (
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "'=1+1",
    "＝1+1",  # noqa: RUF001 - what Excel takes for = in Japanese
    'Ana";=1+1;"',
    "Ana;=1+1;Lima",
    "Ana\n=1+1\nLima",
    "Ana\r\n+1",
    "Ana\t@SUM(1)",
)
TROUBLE = st.text(alphabet="=+-@'\t\r\n; ,\"aé＝\u00a0", max_size=12) | st.text(max_size=40)  # noqa: RUF001 - as above


def read(body: bytes, **dialect: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), **dialect))  # type: ignore[arg-type]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_no_cell_begins_a_formula_however_a_spreadsheet_divides_the_file(attack: str, delimiter: str) -> None:
    for row in read(csv_format.row(["Ana", attack, "end"]), delimiter=delimiter):
        for cell in row:
            assert not cell.lstrip(" \u00a0\"'").startswith(("=", "+", "-", "@", "＝")) or cell.lstrip(  # noqa: RUF001 - as above
                ' \u00a0"'
            ).startswith("'"), row


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_defused_cell_is_read_as_it_was_written(attack: str) -> None:
    ((_, cell),) = read(csv_format.row(["Ana", attack]))
    assert csv_format.as_written(cell) == attack


@given(TROUBLE)
def test_whatever_a_cell_holds_it_is_read_as_it_was_written(cell: str) -> None:
    assert csv_format.as_written(csv_format.defused(cell)) == cell


def test_an_ordinary_text_stays_as_it_is() -> None:
    for text in ("Ana Lima", "O'Brien, Flann", "'Tis a book", "a = b", "1-2", "ana@example.org", "*Tides*: a novel"):
        assert csv_format.defused(text) == text


def test_a_file_is_what_rfc_4180_says_and_excel_reads() -> None:
    body = csv_format.head() + csv_format.row(['say "hi"', "one\ntwo", "a,b"])
    assert body.startswith("\ufeffname,sort_name,".encode())
    assert body.endswith(b'"say ""hi""","one\ntwo","a,b"\r\n')
