"""The versions of a page: which of them is live, what differs, who saved it and when, and how one comes back."""

from __future__ import annotations

import io
import re
from html import unescape
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

    assert [re.findall(r"Version (\d) ·", row)[0] for row in rows] == ["3", "2", "1"]
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
    assert all("· you" in row for row in rows[1:])
    assert "Today 09:40 UTC" in rows[0]
    assert "Today 09:20 UTC" in rows[1]
    theirs = rows_of(publisher, f"/publisher/authors/{portal.account(author.address).id}/history")
    assert "· you" in theirs[0]
    assert all("<bdi>Ana Lima</bdi>" in row for row in theirs[1:])
    for days in range(2):
        portal.world.clock.forward(days=1)
        author.log_in()
        assert ("Yesterday 09:40 UTC" in rows_of(author)[0]) is (days == 0)
    assert re.search(r">\d+ \w+ \d{4}, 09:40 UTC<", rows_of(author)[0])


def changed(row: str) -> str:
    """What a row says that its version changed, in words."""
    found = re.search(r'<p class="change">(.*?)</p>', row, re.DOTALL)
    assert found
    words = re.sub(r'<span class="visually-hidden">.*?</span>', "", found[1])
    return unescape(" ".join(re.sub(r"<[^>]*>", "", words).split()))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("Three.", "Three years.", "new: years"),
        ("I wrote for years of salt.", "I wrote for yeers of salt.", "years → yeers"),
        ("One two three four.", "One two four.", "gone: three"),
        ("One two four.", "One two three four.", "new: three"),
        ("A long text. It ends.", "A lang text. It ends so.", "long → lang"),
        ("One *two* three.", "One two *three*.", "Changed: Biography"),
        ("x", "word " * 90, "x → word word word word word word word word word word word word …"),
        ("Salt. Sand. Silt.", "Salt, sand. Silt.", "Sand → sand"),
        ("Salt. Sand.", "Salt, Sand.", ". → ,"),
        ("", "y" * 90, f"new: {'y' * 60} …"),
        ("أكتب عن الملح.", "أكتب عن الرمل.", "الملح → الرمل"),
    ],
)
def test_a_version_shows_the_first_words_that_it_changed(author: Person, before: str, after: str, words: str) -> None:
    author.save(author_bio=before)
    author.save(author_bio=after)
    assert changed(rows_of(author)[0]) == words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"author_sort_name": "Limaa"}, "Changed: Name for sorting"),
        ({"link_label": ["Books"], "link_url": ["https://books.example"]}, "Changed: Links"),
        ({"author_name": "Ana Lim", "author_sort_name": "Lima"}, "Name: Ana Lima → Ana Lim"),
        ({"author_bio": "Others.", "author_summary": "S"}, "Three → Others · also: Short biography"),
        ({"author_name": "A Lim", "author_sort_name": "X"}, "Name: Ana Lima → A Lim · also: Name for sorting"),
        ({"author_slug": "ana"}, "Nothing changed but the page address"),
    ],
)
def test_a_version_names_what_it_changed_and_nothing_else(
    author: Person, change: dict[str, object], words: str
) -> None:
    author.save(author_sort_name="Lima")
    assert author.save(**change).status_code == 303

    assert changed(rows_of(author)[0]) == words


def test_words_of_a_biography_are_text_in_the_history(author: Person) -> None:
    author.save(author_bio="Three <script>alert(1)</script> & \\<b>more\\</b>.")
    assert "<script>alert" not in rows_of(author)[0]
    assert "<b>" not in rows_of(author)[0]


def test_the_first_version_says_so(author: Person) -> None:
    assert changed(rows_of(author)[-1]) == "The first text"


def test_a_restored_version_says_of_when_its_text_is(portal: Portal, author: Person) -> None:
    author.post("/history/1/restore", {"seen": "3"}, form="/history")
    assert changed(rows_of(author)[0]) == "restored the text of 09:00 UTC"
    portal.world.clock.forward(days=1)
    author.log_in()
    author.post("/history/2/restore", {"seen": "4"}, form="/history")
    assert re.fullmatch(r"restored the text of \d+ \w+ \d{4}, 09:10 UTC", changed(rows_of(author)[0]))


def test_each_version_shows_the_portrait_that_it_had(author: Person) -> None:
    for colour in ("teal", "navy"):
        assert author.save(profile_img=a_photo(colour)).status_code == 303
    author.save(author_bio="Four.")
    rows = rows_of(author)

    pictures = [re.findall(r'<img class="thumb" src="([^"]*)"', row) for row in rows]
    assert [len(each) for each in pictures] == [1, 1, 1, 0, 0, 0]
    assert pictures[0] == pictures[1] != pictures[2]
    assert all(author.get(address).status_code == 200 for each in pictures for address in each)


def test_a_new_photo_is_a_change_of_the_photo(author: Person) -> None:
    assert author.save(profile_img=a_photo("teal")).status_code == 303
    assert changed(rows_of(author)[0]) == "Changed: Photo"
    assert author.save(profile_img=a_photo("navy")).status_code == 303
    assert changed(rows_of(author)[0]) == "Changed: Photo"


def test_a_comparison_shows_what_differs_and_leaves_out_what_does_not(author: Person) -> None:
    compared = author.get("/history/1").text
    main = compared[compared.index("<main") :]

    assert "One" in main
    assert "Three" in main
    assert "Two" not in main
    assert "Biography" in main
    assert "Links" not in main
    assert "Photo" not in main


def test_a_comparison_shows_the_biography_as_it_is_read(author: Person) -> None:
    author.save(author_bio="Her *second* book came out years ago.")
    author.save(author_bio="Her *second* book came out days ago.")
    shown = author.get("/history/4").text
    assert "Her second book came out" in shown
    assert "*second*" not in shown


def test_a_comparison_shows_what_is_italic_where_nothing_else_differs(author: Person) -> None:
    author.save(author_bio="Her *second* book.")
    author.save(author_bio="Her second book.")
    assert "*second*" in author.get("/history/4").text


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
