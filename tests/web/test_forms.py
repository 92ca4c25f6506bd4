"""What a form may hold: each bound is tried on both sides, and a refusal stands at the field it is about."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from tests.people import csrf_of, form_of
from werkzeug.datastructures import MultiDict

if TYPE_CHECKING:
    from tests.people import Person, Portal
    from werkzeug.test import TestResponse

URL = "https://books.example.org/{}"


@pytest.fixture
def author(portal: Portal) -> Person:
    return portal.author()


def faults_of(answer: TestResponse) -> list[str]:
    """The fields that a refused form says something about, in their order on the page."""
    assert answer.status_code == 422, answer.text
    return re.findall(r'id="(?!link-dialog)([\w-]+)-error"', answer.text)  # the dialog of the biography is no field


def links(*rows: tuple[str, str]) -> dict[str, object]:
    return {"link_label": [label for label, _ in rows], "link_url": [url for _, url in rows]}


@pytest.mark.parametrize(
    "field", ["author_name", "author_sort_name", "author_slug", "author_bio", "bio_format", "remove_img", "seen"]
)
def test_a_field_that_comes_twice_is_no_form_of_ours(author: Person, field: str) -> None:
    whole = form_of(author.get("/"))
    answer = author.client.post("/", data={**whole, field: ["markdown", "markdown"]})

    assert answer.status_code == 400
    assert author.get("/authors/ana-lima/").status_code == 404


@pytest.mark.parametrize("odd", ["\0", "a\0b"])
@pytest.mark.parametrize("field", ["author_name", "author_bio", "author_slug", "link_label", "link_url", "seen"])
def test_a_nul_is_no_text_of_a_browser(author: Person, field: str, odd: str) -> None:
    assert author.save(**{field: odd}).status_code == 400


@pytest.mark.parametrize("field", ["author_email", "author_name", "author_password"])
def test_a_registration_takes_each_field_once(portal: Portal, field: str) -> None:
    person = portal.person()
    fields = {"author_email": "ana@example.org", "author_name": "Ana Lima", "author_password": person.password}
    doubled = MultiDict([("csrf_token", csrf_of(person.get("/register"))), *fields.items(), (field, fields[field])])

    assert person.client.post("/register", data=doubled).status_code == 400
    portal.world.work()
    assert not portal.world.mailer.sent


def test_a_registration_says_at_each_field_what_it_lacks(portal: Portal) -> None:
    empty = {"author_email": "", "author_name": "", "author_password": ""}
    answer = portal.person().post("/register", empty)
    assert sorted(faults_of(answer)) == ["author_email", "author_name", "author_password"]

    without_password = {"author_email": "ana@example.org", "author_name": "Ana Lima"}
    assert faults_of(portal.person().post("/register", without_password)) == ["author_password"]


def test_twenty_links_are_taken_and_the_next_is_refused_without_losing_any(author: Person) -> None:
    twenty = [(f"Book {n}", URL.format(n)) for n in range(20)]
    assert author.save(**links(*twenty)).status_code == 303
    assert author.get("/authors/ana-lima/").text.count("https://books.example.org/") >= 20

    answer = author.save(**links(*twenty, ("One more", URL.format("more"))))
    assert faults_of(answer) == ["links"]
    assert URL.format("more") in answer.text
    assert URL.format("more") not in author.get("/authors/ana-lima/").text


def test_empty_rows_of_links_are_not_counted_but_too_many_rows_are_no_form_of_ours(author: Person) -> None:
    rows = [*[("", " ")] * 40, *((f"Book {n}", URL.format(n)) for n in range(20))]
    assert author.save(**links(*rows)).status_code == 303
    assert URL.format(19) in author.get("/authors/ana-lima/").text

    assert author.save(**links(*rows, ("", ""))).status_code == 400


def test_rows_of_links_may_end_at_different_places(author: Person) -> None:
    answer = author.save(link_label=["Mine"], link_url=[URL.format("a"), URL.format("b")])
    assert answer.status_code == 303
    public = author.get("/authors/ana-lima/").text
    assert URL.format("a") in public
    assert URL.format("b") in public

    assert faults_of(author.save(link_label=["Mine", "Lost"], link_url=[URL.format("a")])) == ["link_url-2"]


@pytest.mark.parametrize(
    ("label", "url", "fault"),
    [
        ("a" * 101, URL, "link_label-1"),
        ("\u202eabc", URL, "link_label-1"),
        ("a\x7fbc", URL, "link_label-1"),
        ("My books", "", "link_url-1"),
        ("My books", "javascript:alert(1)", "link_url-1"),
        ("My books", "no address", "link_url-1"),
    ],
)
def test_a_link_is_refused_at_the_field_that_is_wrong(author: Person, label: str, url: str, fault: str) -> None:
    answer = author.save(**links((label, url)))

    assert faults_of(answer) == [fault]
    assert author.get("/authors/ana-lima/").status_code == 404


def test_marks_that_nobody_sees_do_not_spoil_any_field_of_one_line(author: Person) -> None:
    marks = "\u200e\u202a{}\u202c\ufeff"
    fields = {"author_name": "Ana Lima", "author_sort_name": "Lima, Ana", "author_slug": "ana-l"}
    answer = author.save(
        **{field: marks.format(text) for field, text in fields.items()},
        **links((marks.format("Books"), marks.format(URL.format(1)))),
    )

    assert answer.status_code == 303, answer.text
    page = author.get("/authors/ana-l/").text
    assert ">Ana Lima</h1>" in page
    assert f'href="{URL.format(1)}" dir="auto" lang="">Books</a>' in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("@ana", "Link 1 is the name of a profile; choose the network that it is on"),
        ("@ana@example.social", "its address is most likely https://example.social/@ana"),
    ],
)
def test_a_handle_in_a_link_is_explained(author: Person, typed: str, words: str) -> None:
    answer = author.save(**links(("Me", typed)))

    assert faults_of(answer) == ["link_url-1"]
    assert words in answer.text


def test_a_second_row_is_refused_under_its_own_number(author: Person) -> None:
    assert faults_of(author.save(**links(("", URL.format(1)), ("x", "")))) == ["link_url-2"]


def test_a_label_of_a_hundred_characters_is_taken_and_its_blanks_are_folded(author: Person) -> None:
    label = "a" * 49 + "  \t " + "b" * 50
    assert author.save(**links((label, URL))).status_code == 303
    assert "a" * 49 + " " + "b" * 50 in author.get("/authors/ana-lima/").text


@pytest.mark.parametrize("seen", ["-1", "one", "1.0", "\u0661", "1" * 9])
def test_the_version_that_a_form_was_made_from_is_a_short_number(author: Person, seen: str) -> None:
    assert author.save(seen=seen).status_code == 400


def test_a_form_that_does_not_say_what_it_was_made_from_is_taken_for_one_of_nothing(author: Person) -> None:
    assert author.save(author_bio="First.", seen="").status_code == 303
    assert author.save(author_bio="Second.", seen="99999999").status_code == 409
    assert "First." in author.get("/authors/ana-lima/").text


def test_two_photos_at_once_are_no_form_of_ours(author: Person) -> None:
    whole = form_of(author.get("/"))
    photos = [(io.BytesIO(b"one"), "one.jpg"), (io.BytesIO(b"two"), "two.jpg")]
    answer = author.client.post("/", data={**whole, "profile_img": photos}, content_type="multipart/form-data")

    assert answer.status_code == 400


def test_what_a_form_does_not_send_stays_as_it_was(author: Person) -> None:
    author.save(author_bio="Kept.", author_sort_name="Lima, Ana", **links(("Books", URL.format("kept"))))
    before = author.get("/authors/ana-lima/index.json").json
    whole = form_of(author.get("/"))
    hidden = {name: whole[name] for name in ("csrf_token", "seen")}

    assert author.client.post("/", data={**hidden, "author_name": "Ana Isabel Lima"}).status_code == 303
    after = author.get("/authors/ana-lima/index.json").json
    assert after["name"] == "Ana Isabel Lima"
    differing = {name for name in before if before[name] != after[name]}
    assert not differing & {"bio", "biography", "links", "photo", "slug", "url"}
    assert "Kept." in author.get("/authors/ana-lima/").text
    assert URL.format("kept") in author.get("/authors/ana-lima/").text


def test_several_faults_are_told_at_once(author: Person) -> None:
    answer = author.save(author_name="", author_slug="publisher/..", **links(("x", "")))

    assert {"author_name", "link_url-1"} <= set(faults_of(answer))


@pytest.mark.parametrize("intent", ["publish", "draft"])
def test_a_file_that_is_no_photo_is_told_with_the_other_faults(author: Person, intent: str) -> None:
    answer = author.save(
        author_name="",
        book_title=["One", "Two"],
        book_year=["19x4", ""],
        book_cover=[(io.BytesIO(b"no picture"), "one.jpg"), (io.BytesIO(b"GIF89a"), "two.gif")],
        profile_img=(io.BytesIO(b"%PDF-1.7"), "me.pdf"),
        intent=intent,
    )
    fields = {"profile_img", "book_cover-1", "book_cover-2"}
    if intent == "publish":  # a draft is kept whatever was typed
        fields |= {"author_name", "book_year-1"}
    assert fields <= set(faults_of(answer))
    assert "PDF files do not work here" in answer.text
    assert "19x4" in answer.text


def test_a_link_is_the_authors_own_only_where_they_say_so_or_its_site_does(author: Person) -> None:
    rows = [
        ("Mine", "https://analima.example", "yes"),
        ("Interview", "https://x.com/critic", "no"),
        ("Fediverse", "https://example.social/@ana", ""),
        ("Shop", "https://shop.example/ana", ""),
    ]
    fields = dict(zip(("link_label", "link_url", "link_own"), map(list, zip(*rows, strict=True)), strict=True))
    assert author.save(**fields).status_code == 303

    page = author.get("/authors/ana-lima/").text
    found = {url: rel for rel, url in re.findall(r'class="u-url" rel="([^"]*)" href="([^"]*)"', page)}
    assert {url for url, rel in found.items() if rel == "me noopener"} == {rows[0][1], rows[2][1]}
    assert {url for url, rel in found.items() if rel == "noopener"} == {rows[1][1], rows[3][1]}
    assert f'"sameAs": ["{rows[0][1]}", "{rows[2][1]}"]' in page
    assert [link["own"] for link in author.get("/authors/ana-lima/index.json").get_json()["links"]] == [
        True,
        False,
        True,
        False,
    ]
    editor = author.get("/").text
    assert re.findall(r'<option value="(yes|no)" selected', editor) == ["yes", "no"]

    assert author.save(author_bio="More.").status_code == 303
    assert re.findall(r'<option value="(yes|no)" selected', author.get("/").text) == ["yes", "no"]


def test_rows_of_links_stay_aligned_where_one_is_left_out(author: Person) -> None:
    author.save(
        link_label=["A", "", "C"],
        link_url=[URL.format("a"), "", "https://example.social/@c"],
        link_own=["yes", "", "no"],
    )

    page = author.get("/authors/ana-lima/").text
    found = {url: rel for rel, url in re.findall(r'rel="([^"]*)" href="([^"]*)" dir', page)}
    assert found == {URL.format("a"): "me noopener", "https://example.social/@c": "noopener"}
