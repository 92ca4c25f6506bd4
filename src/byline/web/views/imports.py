"""The publisher brings authors in: a file, a look at what becomes of each row, and then the rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, request

from byline.errors import Invalid
from byline.web import form_recovery, identity
from byline.web.access import CONSOLE, open_to
from byline.web.context import ports
from byline.web.forms import single
from byline.web.page_form import chosen
from byline.web.pages import Form
from byline.web.render import render_page

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from byline.authors.csv_import import ImportedRow
    from byline.authors.csv_rows import CsvTable
    from byline.richtext.diff import Part

bp = Blueprint("imports", __name__)
MOST_BYTES: Final = 800_000
"""The table rides through its preview in a field, of which a form takes a million bytes (``gate.MOST_BYTES_FIELD``)."""
MOST_ROWS: Final = 300
"""Reading as many biographies that differ takes more than a second."""
_MOST_COMPARED: Final = 100_000
"""Characters that are compared word by word; comparing all that a file may have would take seconds."""
_AT_A_TIME: Final = 40
"""Pages that one request saves: each is a commit, and a request takes no more than two seconds."""


def _form(form: Form) -> Response:
    return render_page(
        "publisher/import.html",
        form.status,
        form=form,
        owner=form_recovery.owner_of("import"),
        most_rows=MOST_ROWS,
    )


@bp.route("/publisher/import", methods=["GET", "POST"])
@open_to(CONSOLE, upload=True, form=_form)
def authors() -> ResponseReturnValue:
    """Choose a table, see what would become of its rows, and import them."""
    if request.method != "POST":
        return _form(Form())
    from byline.authors import csv_import, csv_rows  # noqa: PLC0415 - no other page needs them
    from byline.messages.csv_imports import TABLE_MISSING  # noqa: PLC0415

    by, text = identity.me().actor, single("table_text")
    sent = text.encode() if text else chosen(request.files.getlist("table"), MOST_BYTES)
    if not sent:
        raise Invalid({"table": TABLE_MISSING})
    table = csv_rows.read(sent, most_bytes=MOST_BYTES, most_rows=MOST_ROWS)
    steps = csv_import.plan(ports(), by, table.rows)
    is_confirmed = bool(text) and single("intent") == "import"
    if is_confirmed:
        shown = frozenset(single("shown").split())
        steps = csv_import.apply(ports(), by, steps, shown=shown, most=_AT_A_TIME)
    return _preview(table, steps, is_confirmed=is_confirmed)


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of ``publisher/import_rows.html``: the step, and for each column that differs its words."""

    step: ImportedRow
    differences: tuple[tuple[str, list[Part]], ...]


def _preview(table: CsvTable, steps: tuple[ImportedRow, ...], *, is_confirmed: bool) -> Response:
    """What becomes of each row, or what has become of it; and the button that does the rest."""
    from byline.authors.csv_import import RowOutcome  # noqa: PLC0415 - as above

    counts = Counter(step.outcome for step in steps)
    return render_page(
        "publisher/import_rows.html",
        steps=_shown(steps),
        unchanged=counts[RowOutcome.UNCHANGED],
        done=sum(step.is_done for step in steps),
        left=sum(bool(step.mark) for step in steps),
        notes=() if is_confirmed else table.notes,
        text=table.text,
        shown=" ".join(step.mark for step in steps if step.mark),
        is_confirmed=is_confirmed,
    )


def _shown(steps: tuple[ImportedRow, ...]) -> list[ShownRow]:
    """The rows that change something or that something is said of."""
    from byline.authors.csv_import import RowOutcome  # noqa: PLC0415 - as above
    from byline.richtext.diff import compare  # noqa: PLC0415

    rows: list[ShownRow] = []
    compared = 0
    for step in steps:
        if step.outcome is RowOutcome.UNCHANGED and not step.notes:
            continue
        differences: list[tuple[str, list[Part]]] = []
        for column, before, after in step.differences:
            compared += len(before) + len(after)
            apart: list[Part] = [("removed", before), ("added", after)]
            differences.append((column, compare(before, after) if compared <= _MOST_COMPARED else apart))
        rows.append(ShownRow(step, tuple(differences)))
    return rows
