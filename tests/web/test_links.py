"""Links: names on networks become addresses, labels may be left out, and the order is the author's."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from tests.people import form_of

if TYPE_CHECKING:
    from tests.people import Person, Portal


@pytest.fixture
def author(portal: Portal) -> Person:
    return portal.author()


def test_a_name_with_its_network_chosen_leads_to_the_profile(author: Person) -> None:
    answer = author.save(
        link_url=["@margarethollis", "ana@example.social", "https://github.com/ana"],
        link_network=["instagram", "mastodon", "facebook"],
    )

    assert answer.status_code == 303
    links = author.get("/authors/ana-lima/index.json").get_json()["links"]
    assert [(link["label"], link["url"], link["network"], link["own"]) for link in links] == [
        ("Instagram", "https://www.instagram.com/margarethollis/", "instagram", True),
        ("example.social/@ana", "https://example.social/@ana", None, True),
        ("GitHub", "https://github.com/ana", "github", True),
    ]
    page = author.get("/authors/ana-lima/").text
    assert len(re.findall(r'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="[^"]+"/>', page)) == 3
    form = form_of(author.get("/"))
    assert form["link_network"][:4] == ["instagram", "", "github", ""]  # type: ignore[index]
    assert form["link_label"][:3] == ["", "", ""]  # type: ignore[index]


@pytest.mark.parametrize(
    ("typed", "network", "words"),
    [
        ("@ana", "", "Link 1 is the name of a profile; choose the network that it is on"),
        ("@ana", "mastodon", "Link 1 is neither an address nor a name as on Mastodon"),
        ("Ana Lima", "instagram", "Link 1 is neither an address nor a name as on Instagram"),
        ("http://[", "x", "Link 1 is neither an address nor a name as on X"),
        ("@ana", "no such network", "choose the network"),
    ],
)
def test_what_is_neither_is_explained_at_its_row(author: Person, typed: str, network: str, words: str) -> None:
    answer = author.save(link_url=[typed], link_network=[network], link_label=["Me"])

    assert answer.status_code == 422
    assert 'id="link_url-1-error"' in answer.text
    assert words in unescape(answer.text)
    form = form_of(answer)
    assert (form["link_url"][0], form["link_label"][0]) == (typed, "Me")  # type: ignore[index]


def test_a_number_puts_a_row_in_another_place(author: Person) -> None:
    names = ["a", "b", "c"]
    author.save(
        link_url=[f"https://{name}.example/" for name in names],
        link_position=["1", "2", "1"],
        book_title=names,
        book_position=["3", "2", "3"],
    )

    page = author.get("/authors/ana-lima/index.json").get_json()
    assert [link["url"] for link in page["links"]] == [f"https://{name}.example/" for name in "cab"]
    assert [book["title"] for book in page["books"]] == ["b", "c", "a"]
    assert form_of(author.get("/"))["book_position"][:3] == ["1", "2", "3"]  # type: ignore[index]


def test_rows_are_refused_in_the_order_in_which_they_come_back(author: Person) -> None:
    answer = author.save(book_title=["A", "B"], book_isbn=["1", ""], book_position=["2", "1"])

    assert 'id="book_isbn-2-error"' in answer.text
    form = form_of(answer)
    assert (form["book_title"][:2], form["book_isbn"][:2]) == (["B", "A"], ["", "1"])  # type: ignore[index]
