"""The versions of a page: which of them is live, what differs, who saved it and when, and how one comes back."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tests.people import csrf_of, form_of

if TYPE_CHECKING:
    from tests.people import Person, Portal


def a_photo(colour: str) -> tuple[io.BytesIO, str]:
    file = io.BytesIO()
    Image.new("RGB", (400, 500), colour).save(file, "PNG")
    file.seek(0)
    return file, "me.png"


@pytest.fixture
def author(portal: Portal) -> Person:
    author = portal.author()
    for bio in ("One.", "Two.", "Three."):
        assert author.save(author_bio=bio).status_code == 303
        portal.world.clock.forward(minutes=10)
    return author


def rows_of(person: Person, path: str = "/history") -> list[str]:
    """The versions as the page shows them, newest first, each as its HTML."""
    page = person.get(path).text
    return re.findall(r"<li>(.*?)</li>", page[page.index("<ol") : page.index("</ol>")], re.DOTALL)


def test_only_the_newest_version_is_marked_as_live(author: Person) -> None:
    rows = rows_of(author)

    assert [re.findall(r"Version (\d)<", row)[0] for row in (row.replace(" <", "<") for row in rows)] == ["3", "2", "1"]
    assert ["published" in row for row in rows] == [True, False, False]


def test_the_live_version_offers_neither_a_comparison_nor_its_return(author: Person) -> None:
    rows = rows_of(author)

    assert ["/history/3" in row for row in rows] == [False, False, False]
    assert [f'href="/history/{number}"' in row for number, row in zip((3, 2, 1), rows, strict=True)] == [
        False,
        True,
        True,
    ]
    assert [f"/history/{number}/restore" in row for number, row in zip((3, 2, 1), rows, strict=True)] == [
        False,
        True,
        True,
    ]


def test_a_restored_version_is_a_new_one_and_that_is_live(author: Person) -> None:
    token = csrf_of(author.get("/history"))
    answer = author.client.post("/history/1/restore", data={"csrf_token": token, "seen": "3"})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/history")
    rows = rows_of(author)
    assert ["published" in row for row in rows] == [True, False, False, False]
    assert "One." in author.get("/authors/ana-lima/").text
    assert form_of(author.get("/"))["author_bio"] == "One."


def test_a_button_pressed_twice_restored_once_and_says_so_both_times(author: Person) -> None:
    token = csrf_of(author.get("/history"))
    for _ in range(2):
        assert author.client.post("/history/1/restore", data={"csrf_token": token, "seen": "3"}).status_code == 303
        assert "Version 1 is restored as version 4. Saved and published." in author.get("/history").text
    assert len(rows_of(author)) == 4


def test_a_version_that_says_what_is_live_is_not_restored_anew(author: Person) -> None:
    author.post("/history/1/restore", {"seen": "3"}, form="/history")
    author.get("/history")
    author.post("/history/1/restore", {"seen": "4"}, form="/history")

    assert "Version 1 says what is live already. Nothing was changed." in author.get("/history").text
    assert len(rows_of(author)) == 4


def test_a_version_says_when_it_was_saved_and_by_whom(portal: Portal, author: Person) -> None:
    publisher = portal.publisher()
    edit = f"/publisher/authors/{portal.account(author.address).id}/edit"
    portal.world.clock.forward(minutes=10)
    page = publisher.get(edit)
    answer = publisher.client.post(edit, data={**form_of(page), "author_bio": "Four."})
    assert answer.status_code == 303, answer.text

    rows = rows_of(author)
    assert "<bdi>Marram</bdi>" in rows[0]  # an author reads the press's name, not a person's
    assert all("<bdi>Ana Lima</bdi>" in row for row in rows[1:])
    assert "09:40 UTC" in rows[0]
    assert "09:20 UTC" in rows[1]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"author_bio": "Other."}, ["Biography"]),
        ({"author_sort_name": "Limaa"}, ["Name for sorting"]),
        ({"link_label": ["Books"], "link_url": ["https://books.example"]}, ["Links"]),
        ({"author_name": "Ana Lim", "author_sort_name": "Lima"}, ["Name"]),
    ],
)
def test_a_version_names_what_it_changed_and_nothing_else(
    author: Person, change: dict[str, object], named: list[str]
) -> None:
    author.save(author_sort_name="Lima")
    assert author.save(**change).status_code == 303

    changed = re.findall(r"<p>([^<]*)</p>", rows_of(author)[0])
    assert len(changed) == 1
    every = {"Biography", "Name for sorting", "Links", "Photo"}
    assert {field for field in every if field in changed[0]} == set(named) & every
    assert all(field in changed[0] for field in named)


def test_a_new_photo_is_a_change_of_the_photo(author: Person) -> None:
    assert author.save(profile_img=a_photo("teal")).status_code == 303
    assert "Photo" in rows_of(author)[0]
    assert author.save(profile_img=a_photo("navy")).status_code == 303
    assert "Photo" in rows_of(author)[0]
    assert "Photo" not in rows_of(author)[2]


def test_a_change_of_the_page_address_alone_says_so(author: Person) -> None:
    assert author.save(author_slug="ana").status_code == 303

    changed = re.findall(r"<p>([^<]*)</p>", rows_of(author)[0])
    assert len(changed) == 1
    assert "address" in changed[0]


def test_a_comparison_shows_what_differs_and_leaves_out_what_does_not(author: Person) -> None:
    compared = author.get("/history/1").text
    main = compared[compared.index("<main") :]

    assert "One" in main
    assert "Three" in main
    assert "Two" not in main
    assert "Biography" in main
    assert "Links" not in main
    assert "Photo" not in main


def test_photos_are_compared_in_words(author: Person) -> None:
    author.save(profile_img=a_photo("teal"))
    author.save(profile_img=a_photo("navy"))
    author.save(author_bio="Four.")

    def photos(number: int) -> str | None:
        main = author.get(f"/history/{number}").text
        found = re.search(r"Photo.*?</(?:section|div|tr|dd|li)>", main[main.index("<main") :], re.DOTALL)
        return found and re.sub(r"<[^>]*>|\s+", " ", found[0])

    one, another = photos(3), photos(4)
    assert photos(5) is None
    assert one
    assert another
    assert one != another


def test_a_form_of_an_older_version_restores_nothing(author: Person) -> None:
    token = csrf_of(author.get("/history"))
    author.save(author_bio="Saved in between.")
    answer = author.client.post("/history/1/restore", data={"csrf_token": token, "seen": "3"})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/history")
    assert "Saved in between." in author.get("/authors/ana-lima/").text
    assert len(rows_of(author)) == 4


@pytest.mark.parametrize("number", ["0", "4", "99"])
def test_a_version_that_never_was_is_not_there(author: Person, number: str) -> None:
    assert author.get(f"/history/{number}").status_code == 404
    assert author.post(f"/history/{number}/restore", {"seen": "3"}, form="/history").status_code == 404
    assert len(rows_of(author)) == 3
