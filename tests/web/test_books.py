"""Books and the short biography, from the form to readers, search engines and programs; nothing typed is lost."""

from __future__ import annotations

import gzip
import json
import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from tests.people import csrf_of, form_of
from tests.web.forms_of import form_with

from byline.profiles.books import MOST_BOOKS

if TYPE_CHECKING:
    from tests.people import Person, Portal
    from werkzeug.test import TestResponse

SALT_ROAD = {
    "book_title": "The Salt Road",
    "book_subtitle": "A novel",
    "book_publisher": "Marram Press",
    "book_year": "2019",
    "book_isbn": "978-3-16-148410-0",
    "book_url": "https://marram.example/the-salt-road",
}
FIELDS = tuple(SALT_ROAD)


def rows(*books: dict[str, str]) -> dict[str, object]:
    """The fields of a form with these books, as a browser sends them."""
    return {name: [book.get(name, "") for book in books] for name in FIELDS}


def shown_rows(page: TestResponse) -> list[dict[str, str]]:
    """The books that a form shows."""
    form = form_of(page)
    columns = [form[name] for name in FIELDS]
    return [
        {name: value for name, value in zip(FIELDS, row, strict=True) if value}
        for row in zip(*columns, strict=True)
        if any(row)
    ]


def linked_data(page: TestResponse) -> dict[str, object]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page.text)
    assert found
    value: dict[str, object] = json.loads(found[1])
    return value


@pytest.fixture
def author(portal: Portal) -> Person:
    return portal.author()


def test_a_book_is_shown_to_readers_search_engines_and_programs(author: Person) -> None:
    assert author.save(**rows(SALT_ROAD)).status_code == 303

    page = author.get("/authors/ana-lima/")
    assert '<a rel="noopener" href="https://marram.example/the-salt-road">The Salt Road</a></cite>' in page.text
    for words in ("A novel", "Marram Press, 2019", "ISBN 978-3-16-148410-0"):
        assert words in page.text
    data = linked_data(page)
    person = data["mainEntity"]
    assert isinstance(person, dict)
    assert data["hasPart"] == [
        {
            "@type": "Book",
            "author": {"@id": person["@id"]},
            "name": "The Salt Road",
            "alternativeHeadline": "A novel",
            "publisher": {"@type": "Organization", "name": "Marram Press"},
            "datePublished": "2019",
            "isbn": "9783161484100",
            "url": "https://marram.example/the-salt-road",
        }
    ]
    assert author.get("/authors/ana-lima/index.json").get_json()["books"] == [
        {
            "title": "The Salt Road",
            "subtitle": "A novel",
            "publisher": "Marram Press",
            "year": 2019,
            "isbn": "9783161484100",
            "url": "https://marram.example/the-salt-road",
            "cover": None,
        }
    ]


def test_an_isbn_alone_is_enough(author: Person) -> None:
    assert author.save(book_isbn="316148410X").status_code == 303

    assert ">ISBN 978-3-16-148410-0</cite>" in author.get("/authors/ana-lima/").text
    assert shown_rows(author.get("/")) == [{"book_isbn": "978-3-16-148410-0"}]


def test_books_keep_their_order_and_rows_without_any_text_are_left_out(author: Person) -> None:
    author.save(**rows({"book_title": "Zebra"}, {}, {"book_title": "Aare", "book_year": "2031"}, {"book_title": " "}))

    assert shown_rows(author.get("/")) == [{"book_title": "Zebra"}, {"book_title": "Aare", "book_year": "2031"}]
    page = author.get("/authors/ana-lima/").text
    assert 0 < page.index("Zebra") < page.index("Aare")


def test_a_form_without_books_leaves_them_and_one_with_empty_rows_takes_them_away(author: Person) -> None:
    author.save(**rows(SALT_ROAD))
    author.client.post("/", data={"csrf_token": csrf_of(author.get("/")), "author_bio": "New."})
    assert "The Salt Road" in author.get("/authors/ana-lima/").text

    author.save(**rows({}, {}))
    assert "The Salt Road" not in author.get("/authors/ana-lima/").text


def test_every_fault_stands_at_its_row_and_everything_typed_is_still_there(author: Person) -> None:
    typed = (
        {"book_title": "The Salt Road", "book_isbn": "978-3-16-148410-1"},
        {},
        {"book_subtitle": "Of what?", "book_year": "soon", "book_url": "mailto:ana@example.org"},
        {"book_title": "x" * 301, "book_isbn": "12", "book_publisher": "A\x07B"},
    )
    answer = author.save(author_bio="Typed with care.", author_summary="In short.", **rows(*typed))

    assert answer.status_code == 422
    faults = set(re.findall(r'id="(book_\w+-\d)-error"', answer.text))
    assert faults == {
        "book_isbn-1",
        "book_title-2",
        "book_year-2",
        "book_url-2",
        "book_title-3",
        "book_isbn-3",
        "book_publisher-3",
    }
    assert answer.text.count('<details class="row book" open>') == 3
    shown = shown_rows(answer)
    assert shown[:2] == [typed[0], typed[2]]
    assert shown[2]["book_title"] == "x" * 301
    form = form_of(answer)
    assert (form["author_bio"], form["author_summary"]) == ("Typed with care.", "In short.")


@pytest.mark.parametrize("year", ["0", "20199", "-3", "MMXIX", "²"])
def test_a_year_is_a_number(author: Person, year: str) -> None:
    answer = author.save(book_title="Tides", book_year=year)

    assert answer.status_code == 422
    assert 'id="book_year-1-error"' in answer.text


def test_a_hundred_books_can_be_saved_and_no_more(author: Person) -> None:
    many = [{**SALT_ROAD, "book_title": f"Volume {number}"} for number in range(1, MOST_BOOKS + 2)]

    refused = author.save(**rows(*many))
    assert refused.status_code == 422
    assert "There are 101 books; 100 is the most" in unescape(refused.text)
    assert len(shown_rows(refused)) == MOST_BOOKS + 1

    assert author.save(**rows(*many[:-1], {}, {}, {})).status_code == 303
    assert len(author.get("/authors/ana-lima/index.json").get_json()["books"]) == MOST_BOOKS


def test_books_ride_through_a_login(author: Person) -> None:
    form = {**form_of(author.get("/")), **rows(SALT_ROAD, {"book_title": "Tides"}), "author_summary": "In short."}
    author.world.clock.forward(hours=3)
    login = author.client.post("/", data=form, content_type="multipart/form-data")
    fields = form_with(login, "kept", "author_password")
    back = author.client.post(
        "/login", data={**fields, "author_email": author.address, "author_password": author.password}
    )

    assert back.status_code == 200
    assert shown_rows(back) == [SALT_ROAD, {"book_title": "Tides"}]
    assert form_of(back)["author_summary"] == "In short."


def test_books_are_compared_and_come_back_when_somebody_saved_in_between(author: Person) -> None:
    stale = form_of(author.get("/"))
    author.save(**rows({"book_title": "Theirs"}))

    answer = author.client.post("/", data={**stale, **rows({"book_title": "Mine"})}, content_type="multipart/form-data")

    assert answer.status_code == 409
    assert "Theirs" in answer.text
    assert shown_rows(answer) == [{"book_title": "Mine"}]
    assert author.client.post("/", data=form_of(answer), content_type="multipart/form-data").status_code == 303
    assert shown_rows(author.get("/")) == [{"book_title": "Mine"}]


def test_a_version_brings_its_books_back(author: Person) -> None:
    author.save(**rows(SALT_ROAD), author_summary="First.")
    author.save(**rows({}), author_summary="")

    author.post("/history/1/restore", {"seen": "2"}, form="/history/1")

    assert shown_rows(author.get("/")) == [SALT_ROAD]
    assert form_of(author.get("/"))["author_summary"] == "First."


def test_the_short_biography_is_what_searches_previews_and_lists_say(author: Person) -> None:
    author.save(author_bio="A long story. " * 50, author_summary="  Writes about\r\nthe sea. ")
    author.world.work()

    page = author.get("/authors/ana-lima/")
    short = "Writes about the sea."
    assert f'<meta name="description" content="{short}">' in page.text
    assert f'<meta property="og:description" content="{short}">' in page.text
    person = linked_data(page)["mainEntity"]
    assert isinstance(person, dict)
    assert person["description"] == short
    assert author.get("/authors/ana-lima/index.json").get_json()["summary"] == short
    assert author.get("/authors/index-1.json").get_json()["authors"][0]["summary"] == short


def test_a_short_biography_that_is_too_long_is_refused_at_its_field(author: Person) -> None:
    answer = author.save(author_summary="x" * 301)

    assert answer.status_code == 422
    assert 'id="author_summary-error"' in answer.text
    assert "The short biography has 301 characters; at most 300 fit" in unescape(answer.text)
    assert form_of(answer)["author_summary"] == "x" * 301


def test_what_is_typed_of_a_book_stays_text(author: Person) -> None:
    hostile = "</script><img src=x onerror=a(1)>'\"&"
    author.save(book_title=hostile, book_subtitle=hostile, book_publisher=hostile, author_summary=hostile)

    page = author.get("/authors/ana-lima/")
    assert "<img src=x" not in page.text
    assert "</script><" not in page.text.replace("</script>\n", "")
    assert author.get("/authors/ana-lima/index.json").get_json()["books"][0]["title"] == hostile


def test_a_page_with_ten_books_is_small(author: Person) -> None:
    books = [
        {
            **SALT_ROAD,
            "book_title": f"The {number}th road that no one took before, and what became of it",
            "book_subtitle": f"A novel in {number} parts, with a map by the author and an afterword",
            "book_url": f"https://marram.example/books/{number}",
        }
        for number in range(10)
    ]
    biography = " ".join(f"In {year} she moved to town {year % 97} and wrote *Volume {year}*." for year in range(999))
    links = {"link_label": [f"Site {n}" for n in range(20)], "link_url": [f"https://s{n}.example/" for n in range(20)]}
    assert author.save(author_bio=biography[:9_900], **rows(*books), **links).status_code == 303

    page = author.get("/authors/ana-lima/")
    style = re.search(r'href="(/authors/byline\.[0-9a-f]+\.css)"', page.text)
    assert style
    assert page.text.count("<cite") == 10
    size = sum(len(gzip.compress(answer.data, 6)) for answer in (page, author.get(style[1])))
    assert size < 30_000


def test_the_first_sentence_is_suggested_until_there_is_a_short_biography(author: Person) -> None:
    author.save(author_bio="Ana Lima writes novels about the *sea*. She lives in Porto.")
    assert ">Ana Lima writes novels about the sea.</q>" in author.get("/").text

    author.save(author_summary="Novelist.")
    assert "data-suggestion" not in author.get("/").text


def test_more_text_than_a_page_can_hold_is_refused_and_stays_in_the_form(author: Person) -> None:
    url = f"https://example.org/{'a' * 1_900}"
    book = {"book_title": "🐚" * 290, "book_subtitle": "🐚" * 290, "book_url": url}
    page = author.save(**rows(*[book] * MOST_BOOKS))

    assert page.status_code == 422
    assert "The books have too much text together" in page.text
    assert len(shown_rows(page)) == MOST_BOOKS
    assert author.save(**rows(*[book] * 50)).status_code == 303


def test_the_name_for_sorting_is_asked_for_where_only_its_owner_knows(portal: Portal) -> None:
    author = portal.author(name="Gabriel García Márquez")
    author.save()
    assert '<details class="more" open>' in author.get("/").text

    author.save(author_sort_name="García Márquez, Gabriel")
    assert '<details class="more">' in author.get("/").text
    refused = author.save(author_slug="Not A Slug!")
    assert '<details class="more" open>' in refused.text
