"""An import of a table says row by row what would happen, and what comes out goes in without a change."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.environment import make_world
from tests.people import make_portal

from byline.accounts.actors import actor_of
from byline.audit import OPERATOR
from byline.authors import csv_format, csv_import, csv_rows, decisions, pages
from byline.authors.csv_import import RowOutcome
from byline.errors import Invalid
from byline.exports import files
from byline.exports.files import WantedExport
from byline.profiles import biography, names, summary
from byline.profiles.editing import PageChange
from byline.store import formats

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.people import Portal

    from byline.authors.csv_import import ImportedRow

ANA, BO = "ana@example.org", "bo@example.org"


@pytest.fixture
def portal(tmp_path: Path) -> Portal:
    """A portal with a page, an author without one, and a suspended one."""
    portal = make_portal(make_world(tmp_path, throttle=False))
    formats.upgrade(portal.world.ports.store)
    portal.author().save(author_bio="Ana wrote *Tides*.", author_summary="Writes.", book_title="Tides")
    portal.author(BO, "Bo Lund")
    portal.author("sol@example.org", "Sol Ek").save(author_bio="Gone.")
    decisions.suspend(portal.world.ports, OPERATOR, portal.account("sol@example.org").id)
    return portal


def table(*rows: dict[str, str], delimiter: str = ",", encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO(newline="")
    columns = list(dict.fromkeys(column for row in rows for column in row))
    writer = csv.DictWriter(text, columns, restval="", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def planned(portal: Portal, body: bytes) -> Sequence[ImportedRow]:
    return csv_import.plan(portal.world.ports, OPERATOR, csv_rows.read(body).rows)


def applied(portal: Portal, body: bytes, **how: Any) -> Sequence[ImportedRow]:
    return csv_import.apply(portal.world.ports, OPERATOR, planned(portal, body), **how)


def exported(portal: Portal) -> bytes:
    return b"".join(files.export(portal.world.ports, OPERATOR, WantedExport("csv")).chunks)


def page_of(portal: Portal, address: str = ANA) -> Any:
    return pages.load_for(portal.world.ports, OPERATOR, portal.account(address).id).profile


def test_what_was_exported_changes_nothing(portal: Portal) -> None:
    steps = applied(portal, exported(portal))
    assert [step.outcome for step in steps] == [RowOutcome.UNCHANGED] * 2
    assert page_of(portal).number == 1


TEXT = st.text(alphabet="aé雪=+-@'*_[]()<>&;\t\n\"\\#1. ,", max_size=60) | st.text(max_size=60)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bio=TEXT, short=TEXT, name=TEXT, sort_name=TEXT)
def test_whatever_a_page_says_its_export_changes_nothing(
    portal: Portal, bio: str, short: str, name: str, sort_name: str
) -> None:
    by = actor_of(portal.account(ANA))
    try:
        change = PageChange(
            name=csv_import.names.clean_name(name),
            sort_name=csv_import.names.clean_name(sort_name),
            bio=biography.from_form(bio, "markdown"),
            summary=summary.from_form(short),
        )
    except Invalid:
        return
    saved = pages.save_own(portal.world.ports, by, change)
    for delimiter in (",", ";"):  # as it is, and as another spreadsheet saves it
        rows = list(csv.reader(io.StringIO(exported(portal).decode("utf-8-sig"), newline="")))
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=delimiter).writerows(rows)
        steps = applied(portal, text.getvalue().encode())
        assert {step.outcome for step in steps} == {RowOutcome.UNCHANGED}, steps
    assert page_of(portal) == saved


def test_only_what_differs_is_saved_and_told_column_by_column(portal: Portal) -> None:
    row = {
        "email": ANA,
        "name": "Ana Lima",
        "biography": "Ana wrote *Foam*.",
        "summary": "",
        "page_address": "ana-lima",
    }
    (step,) = planned(portal, table(row))
    assert (step.outcome, step.differences) == (
        RowOutcome.CHANGED,
        (("biography", "Ana wrote *Tides*.", "Ana wrote *Foam*."),),
    )
    assert page_of(portal).number == 1
    (step,) = applied(portal, table(row))
    assert step.is_done
    content = page_of(portal).content
    assert (content.bio, content.summary) == ("<p>Ana wrote <em>Foam</em>.</p>", "Writes.")
    assert [book.title for book in content.books] == ["Tides"]
    portal.world.clock.forward(hours=2)
    portal.world.work()
    assert "edited" in portal.world.mailer.to(ANA)[-1].subject


def test_an_author_is_found_by_page_address_too_and_neither_address_is_changed(portal: Portal) -> None:
    steps = planned(
        portal,
        table(
            {"page_address": "ana-lima", "email": "new@example.org", "summary": "Sings."},
            {"page_address": "another", "email": BO, "biography": "Bo."},
        ),
    )
    assert [(step.outcome, [note.code for note in step.notes]) for step in steps] == [
        (RowOutcome.CHANGED, ["email_stays"]),
        (RowOutcome.CHANGED, ["page_address_stays", "begins_page"]),
    ]


def test_a_name_alone_begins_no_page(portal: Portal) -> None:
    (step,) = applied(portal, table({"email": BO, "name": "Bo A. Lund"}))
    assert step.outcome is RowOutcome.UNCHANGED
    assert page_of(portal, BO).number == 0


def test_who_is_new_is_invited_and_only_once(portal: Portal) -> None:
    row = {"email": "zoe@example.org", "name": "Zoe Hart", "biography": "Zoe *sings*."}
    body = table(row, row, {"page_address": "zoe-hart"}, {"email": "no address"}, {"biography": "Nobody", "email": ""})
    steps = planned(portal, body)
    assert [step.outcome for step in steps] == [
        RowOutcome.INVITED,
        RowOutcome.LEFT_OUT,
        RowOutcome.LEFT_OUT,
        RowOutcome.FAULTY,
        RowOutcome.FAULTY,
    ]
    assert dict(steps[3].faults).keys() == {"email"}
    portal.world.work()
    assert not portal.world.mailer.to("zoe@example.org")
    assert applied(portal, body)[0].is_done
    portal.world.work()
    assert len(portal.world.mailer.to("zoe@example.org")) == 1
    assert planned(portal, body)[0].outcome is RowOutcome.LEFT_OUT


def test_every_fault_of_a_row_is_told_at_its_column_and_does_not_spoil_the_others(portal: Portal) -> None:
    faulty, good = planned(
        portal,
        table(
            {"email": ANA, "name": "x" * 201, "summary": "s" * 301, "biography": "b" * 10_001},
            {"email": BO, "biography": "Bo."},
        ),
    )
    assert [column for column, _ in faulty.faults] == ["name", "summary", "biography"]
    assert (faulty.row.number, good.row.number, good.outcome) == (2, 3, RowOutcome.CHANGED)


def test_rows_that_contradict_what_is_here_are_refused(portal: Portal) -> None:
    portal.author("cy@example.org", "Cy Falk").save(author_bio="Cy.")
    steps = planned(
        portal,
        table(
            {"email": ANA, "page_address": "cy-falk", "summary": "Hm."},
            {"email": "sol@example.org", "page_address": "", "summary": "Hm."},
            {"email": ANA, "page_address": "", "summary": "One."},
            {"email": "", "page_address": "ana-lima", "summary": "Two."},
        ),
    )
    assert [step.outcome for step in steps] == [
        RowOutcome.FAULTY,
        RowOutcome.LEFT_OUT,
        RowOutcome.CHANGED,
        RowOutcome.LEFT_OUT,
    ]
    assert [note.code for note in steps[3].notes] == ["same_author_as_row"]


def test_a_page_that_was_saved_since_it_was_shown_is_left_alone(portal: Portal) -> None:
    body = table({"email": ANA, "summary": "Sings."})
    steps = planned(portal, body)
    shown = {step.mark for step in steps}
    by = actor_of(portal.account(ANA))
    saved = pages.save_own(portal.world.ports, by, PageChange(summary="Mine."))
    (step,) = csv_import.apply(portal.world.ports, OPERATOR, steps)
    assert [note.code for note in step.notes] == ["changed_since_shown"]
    (step,) = applied(portal, body, shown=shown)
    assert step.outcome is RowOutcome.LEFT_OUT
    assert page_of(portal) == saved


def test_an_import_that_is_cut_short_goes_on_where_it_was(portal: Portal) -> None:
    portal.author("cy@example.org", "Cy Falk").save(author_bio="Cy.")
    body = table(
        {"email": ANA, "biography": "New."},
        {"email": "cy@example.org", "biography": "New."},
        {"email": "zoe@example.org"},
    )
    first = applied(portal, body, most=1)
    assert [step.is_done for step in first] == [True, False, False]
    shown = {step.mark for step in first if step.mark}
    second = applied(portal, body, shown=shown, most=1)
    assert [(step.outcome, step.is_done) for step in second] == [
        (RowOutcome.UNCHANGED, False),
        (RowOutcome.CHANGED, True),
        (RowOutcome.INVITED, True),
    ]


def test_before_there_are_invitations_new_people_are_left_out(tmp_path: Path) -> None:
    portal = make_portal(make_world(tmp_path / "old"))
    portal.world.ports.store.format = lambda: formats.DESK - 1  # type: ignore[method-assign]
    (step,) = planned(portal, table({"email": "zoe@example.org"}))
    assert step.outcome is RowOutcome.LEFT_OUT


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_is_read_however_a_spreadsheet_saves_it(delimiter: str, encoding: str) -> None:
    body = table(
        {"Email": ANA, "NAME ": "Zoë “Z” Hart", "biography": "a;b,c\r\nd"}, delimiter=delimiter, encoding=encoding
    )
    (row,) = csv_rows.read(body).rows
    assert row.cells == {"email": ANA, "name": "Zoë “Z” Hart", "biography": "a;b,c\nd"}


def test_what_is_odd_about_a_file_is_told() -> None:
    body = "sep=;\r\nemail;Shoe size;books\r\nana@example.org;39;Tides;more\r\n;;\r\n"
    read = csv_rows.read(body.encode())
    assert [note.code for note in read.notes] == ["columns_missing", "columns_left", "column_unknown"]
    (row,) = read.rows
    assert (row.number, row.is_too_long) == (2, True)
    assert csv_rows.read("email\né@example.org".encode("cp1252")).notes[0].code == "read_as_windows_1252"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "no_column_finds_authors"),
        (b"name,biography\nAna,Hi", "no_column_finds_authors"),
        (b"email\n\n", "table_empty"),
        (b"email,email\na@b.example,c@d.example", "column_twice"),
        (b"email\na\0b", "table_unreadable"),
        (b'email,biography\na,"' + b"x" * 140_000 + b'"', "table_unreadable"),
        (b"email\n" + b"a@b.example\n" * 20_001, "table_too_large"),
        (b"\x89PNG\r\n\x1a\n\0\0", "table_unreadable"),
        (b"PK\x03\x04 a workbook", "no_column_finds_authors"),
    ],
)
def test_what_is_no_table_of_authors_is_refused_with_the_reason(body: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        csv_rows.read(body)
    assert refused.value.faults["table"].code == code


def test_cells_that_were_defused_are_read_as_they_were(portal: Portal) -> None:
    (step,) = planned(portal, csv_format.row(["email", "summary"]) + csv_format.row([ANA, "=1+1"]))
    assert step.differences == (("summary", "Writes.", "=1+1"),)


KEPT = {"name": "Edith Karr", "biography": "She wrote *Salt Roads*.", "email": ""}


def console_of(portal: Portal, name: str) -> str:
    """The console's page about the one page that the press keeps of this name."""
    desk = portal.publisher()
    portal.world.work()
    rows = desk.get("/publisher/authors?state=managed").text.split("<li>")[1:]
    [row] = [row for row in rows if f">{names.sort_name(name)}<" in row]
    at = re.search(r'href="(/publisher/authors/[0-9a-f]{24})"', row)
    assert at
    return desk.get(at[1]).text


def test_a_row_without_an_email_address_adds_a_page_that_the_press_keeps(portal: Portal) -> None:
    (step,) = planned(portal, table(KEPT))
    assert (step.outcome, step.mark) == (RowOutcome.ADDED, "=2")
    assert [note.code for note in step.notes] == ["page_will_be_at", "new_page_has_words"]
    sent = len(portal.world.mailer.sent)

    (step,) = applied(portal, table(KEPT))

    assert step.is_done
    assert "Kept by the press" in console_of(portal, "Edith Karr")
    assert "<em>Salt Roads</em>" in portal.person().get("/authors/edith-karr/").text
    assert len(portal.world.mailer.sent) == sent
    (step,) = planned(portal, table(KEPT))  # the same table again, and with other words
    assert step.outcome is RowOutcome.UNCHANGED
    (step,) = applied(portal, table({**KEPT, "biography": "She wrote *Foam*."}))
    assert (step.outcome, step.is_done) == (RowOutcome.CHANGED, True)


def test_a_row_without_words_adds_a_page_that_readers_do_not_see(portal: Portal) -> None:
    (step,) = applied(portal, table({"name": "Nell Voss", "page_address": "nell", "sort_name": "Voss, N."}))
    assert step.is_done
    assert "Not published" in (page := portal.publisher().get(f"/publisher/authors/{step.account_id}").text)
    assert "nell" in page
    assert portal.person().get("/authors/nell/").status_code == 404


@pytest.mark.parametrize(
    ("row", "outcome", "code"),
    [
        ({"name": "Ana Lima"}, RowOutcome.LEFT_OUT, "name_is_here"),
        ({"name": "Ána Lima"}, RowOutcome.LEFT_OUT, "name_is_here"),
        ({"name": "", "page_address": "no-one"}, RowOutcome.LEFT_OUT, "row_finds_no_one"),
        ({"name": "", "biography": "Words."}, RowOutcome.FAULTY, "row_without_address"),
        ({"name": "Edith Karr", "page_address": "sitemap"}, RowOutcome.FAULTY, "slug_reserved"),
        ({"name": "E" * 201}, RowOutcome.FAULTY, "name_too_long"),
    ],
)
def test_a_row_that_adds_no_page_says_why(portal: Portal, row: dict[str, str], outcome: RowOutcome, code: str) -> None:
    (step,) = applied(portal, table({"email": "", **row}))
    assert step.outcome is outcome
    assert code in [*(why.code for _, why in step.faults), *(note.code for note in step.notes)]
    assert not step.is_done


def test_two_rows_of_one_name_add_one_page(portal: Portal) -> None:
    first, second = applied(portal, table(KEPT, {**KEPT, "name": "Edith  Karr"}))
    assert (first.is_done, second.outcome) == (True, RowOutcome.LEFT_OUT)


def test_while_an_older_program_may_come_back_no_page_is_added(portal: Portal) -> None:
    portal.world.ports.store.format = lambda: formats.DESK - 1  # type: ignore[method-assign]
    (step,) = applied(portal, table(KEPT))
    assert (step.outcome, [note.code for note in step.notes]) == (RowOutcome.LEFT_OUT, ["managed_pages_later"])


def test_a_new_page_says_that_its_name_is_here_at_another_address(portal: Portal) -> None:
    portal.world.work()
    first, second = planned(portal, table({"name": "Ana Lima", "page_address": "lima", "email": ""}, KEPT))
    assert [note.code for note in first.notes] == ["page_will_be_at", "new_page_is_empty", "name_elsewhere"]
    assert "name_elsewhere" not in [note.code for note in second.notes]
