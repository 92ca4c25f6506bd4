"""Lists of people to invite, in every shape in which they are pasted or come out of a spreadsheet."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.authors import invitees
from byline.authors.invitees import Invitee
from byline.errors import Invalid

SHEET = "name,email,sort_name,page_address,biography\n"
ANA = Invitee(1, "Ana Lima", "ana@example.org")


@pytest.mark.parametrize(
    "line",
    [
        "Ana Lima <ana@example.org>",
        '"Ana Lima" <ana@example.org>',
        "  'Ana Lima'  <ana@example.org>,",
        "Ana Lima, ana@example.org",
        "Ana Lima; ana@example.org",
        "Ana Lima\tana@example.org",
        "ana@example.org\tAna Lima",
        "ana@example.org, Ana Lima",
        "Ana Lima (ana@example.org)",
        "Ana Lima ana@example.org",
    ],
)
def test_a_line_may_have_name_and_address_in_any_usual_shape(line: str) -> None:
    assert invitees.from_text(f"\n{line}\n\n") == (ANA,)


def test_a_bare_address_is_enough() -> None:
    assert invitees.from_text("ana@example.org\r\n<bo@example.org>\nana@example.org <ana@example.org>") == (
        Invitee(1, "", "ana@example.org"),
        Invitee(2, "", "bo@example.org"),
        Invitee(3, "", "ana@example.org"),
    )


@pytest.mark.parametrize(
    "line", ["Lima, Ana <ana@example.org>", '"Lima, Ana" <ana@example.org>', "Lima, Ana; ana@example.org"]
)
def test_a_name_with_the_family_name_first_is_turned_and_sorted_as_it_stands(line: str) -> None:
    assert invitees.from_text(line) == (Invitee(1, "Ana Lima", "ana@example.org", sort_name="Lima, Ana"),)


def test_what_a_mail_program_puts_in_one_line_are_several_people() -> None:
    found = invitees.from_text("Ana Lima <ana@example.org>; Bo Lund <bo@example.org>\ncy@example.org, dee@example.org")

    assert [(each.number, each.name, each.email) for each in found] == [
        (1, "Ana Lima", "ana@example.org"),
        (2, "Bo Lund", "bo@example.org"),
        (3, "", "cy@example.org"),
        (4, "", "dee@example.org"),
    ]


def test_a_line_without_an_address_stays_in_the_list_to_be_corrected() -> None:
    assert invitees.from_text("Ana Lima\nBo Lund <bo>") == (Invitee(1, "Ana Lima", ""), Invitee(2, "Bo Lund", "bo"))


@pytest.mark.parametrize(
    "body",
    [
        'name;email;biography\nZoé Hart;zoe@example.org;"Poet.\nLives in Köln."\n'.encode("utf-8-sig"),
        'name;email;biography\r\nZoé Hart;zoe@example.org;"Poet.\nLives in Köln."\r\n'.encode("cp1252"),
        'name\temail\tbiography\nZoé Hart\tzoe@example.org\t"Poet.\nLives in Köln."'.encode("utf-16"),
        'Biography,E-Mail,Name\n"Poet.\nLives in Köln.",zoe@example.org,Zoé Hart\n,,\n'.encode(),
    ],
)
def test_a_file_of_any_spreadsheet_says_the_same(body: bytes) -> None:
    assert invitees.from_file(body) == (Invitee(1, "Zoé Hart", "zoe@example.org", biography="Poet.\nLives in Köln."),)


def test_a_file_without_a_row_of_names_has_the_columns_in_their_order() -> None:
    body = b'Ana Lima,ana@example.org,"Lima, Ana",ana,Poet.\n'

    assert invitees.from_file(body) == (Invitee(1, "Ana Lima", "ana@example.org", "Lima, Ana", "ana", "Poet."),)


@pytest.mark.parametrize("body", [b"name,telephone\nAna,12\n", b"\x89PNG\r\n\x1a\n\0\0", b"Ana Lima\nBo Lund\n"])
def test_a_file_that_is_no_list_is_refused_in_a_sentence(body: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        invitees.from_file(body)
    assert set(refused.value.faults) == {"people_file"}


def test_a_list_that_is_far_too_large_is_refused() -> None:
    with pytest.raises(Invalid, match="900 KB"):
        invitees.from_text("a@example.org\n" * 70_000)


@given(st.lists(st.tuples(*[st.text(max_size=30)] * 5), max_size=5))
def test_a_list_is_read_again_as_it_was_written(rows: list[tuple[str, ...]]) -> None:
    people = invitees.from_rows([invitees.COLUMNS, *rows])

    assert invitees.from_text(invitees.to_text(people)) == people


@given(st.text())
def test_no_text_and_no_file_is_too_much_for_the_reader(text: str) -> None:
    invitees.from_text(text)
    with suppress(Invalid):
        invitees.from_file(text.encode("utf-8", "surrogatepass"))
