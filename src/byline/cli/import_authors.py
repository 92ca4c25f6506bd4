"""``byline import authors``: a CSV file with the columns of an export. Without ``--apply`` nothing is changed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from byline.audit import OPERATOR
from byline.authors import csv_import, csv_rows
from byline.authors.csv_import import RowOutcome
from byline.cli.output import answer, as_json, installation
from byline.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from byline.authors.csv_import import ImportedRow
    from byline.messages.message import Message


@click.command("authors")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--apply", "applied", is_flag=True, help="Import them. Without it, nothing is changed.")
@as_json
def authors(file: Path, *, applied: bool, as_json: bool) -> None:
    """Import a table of authors, as `byline export` writes it.

    The command says row by row what would happen, and changes nothing without --apply. Authors who are here are found
    by email address or page address; where the text differs, their page is saved on their behalf. An empty cell changes
    nothing. People whose email address is not known here are invited; a row without one becomes a page that the press
    keeps. The same import can be started again.
    """
    ports = installation().ports
    try:
        body = file.read_bytes()
    except OSError as fault:
        raise Misconfigured(f"{file} cannot be read: {fault.strerror}") from fault
    table = csv_rows.read(body)
    steps = csv_import.plan(ports, OPERATOR, table.rows)
    if applied:
        steps = csv_import.apply(ports, OPERATOR, steps)
    data = {"applied": applied, "notes": list(map(str, table.notes)), "rows": [_row(step) for step in steps]}
    answer(data, _text(table.notes, steps, applied=applied), json_wanted=as_json)


def _row(step: ImportedRow) -> dict[str, Any]:
    return {
        "row": step.row.number,
        "name": step.name,
        "email": step.row.cells.get("email", ""),
        "page_address": step.row.cells.get("page_address", ""),
        "outcome": step.outcome.value,
        "done": step.is_done,
        "columns": [column for column, _before, _after in step.differences],
        "faults": [{"column": column, "code": why.code, "message": str(why)} for column, why in step.faults],
        "notes": [{"code": note.code, "message": str(note)} for note in step.notes],
    }


def _text(notes: Sequence[Message], steps: Sequence[ImportedRow], *, applied: bool) -> str:
    lines = [f"{note}." for note in notes]
    for step in steps:
        if step.outcome is RowOutcome.UNCHANGED and not step.notes:
            continue
        columns = ", ".join(column for column, _before, _after in step.differences)
        who = step.name or step.row.cells.get("email") or step.row.cells.get("page_address", "")
        lines.append(f"{step.row.number:>5}  {step.outcome.value:<9} {who}  {columns}".rstrip())
        lines += [f"{'':<17}{f'{column}: ' if column else ''}{why}" for column, why in step.faults]
        lines += [f"{'':<17}{note}" for note in step.notes]
    counts = Counter(step.outcome for step in steps)
    lines.append(", ".join(f"{counts[outcome]} {outcome.value}" for outcome in RowOutcome) + ".")
    if not applied:
        lines.append("Nothing was changed. Add --apply to import them.")
    return "\n".join(lines)
