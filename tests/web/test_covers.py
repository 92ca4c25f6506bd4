"""Covers of books: rows stay aligned, only one's own are kept, and their files come and go with what names them."""

from __future__ import annotations

import io
import os
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from tests.people import form_of

from byline.audit import OPERATOR
from byline.profiles import covers, photos
from byline.profiles.covers import MOST_AT_ONCE, BookChange
from byline.profiles.model import Book, ProfileId
from byline.site.inventory import take_inventory

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Person, Portal
    from werkzeug.test import TestResponse


def a_cover(colour: str = "teal", size: tuple[int, int] = (400, 600)) -> tuple[io.BytesIO, str]:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG")
    file.seek(0)
    return file, "cover.jpg"


def no_cover() -> tuple[io.BytesIO, str]:
    """What a browser sends for a row without a file: a part without a name."""
    return io.BytesIO(b""), ""


def books_of(person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.get("/authors/ana-lima/index.json").get_json()["books"]
    return found


def kept(page: TestResponse) -> list[str]:
    value = form_of(page)["book_cover_kept"]
    assert isinstance(value, list)
    return value


@pytest.fixture
def author(portal: Portal) -> Person:
    return portal.author()


def test_each_row_gets_its_own_cover_and_readers_see_it(author: Person) -> None:
    answer = author.save(
        book_title=["One", "", "Two", "Three"],
        book_cover=[a_cover("red"), no_cover(), no_cover(), a_cover("blue", (800, 1000))],
    )

    assert answer.status_code == 303
    one, two, three = books_of(author)
    assert (two["title"], two["cover"]) == ("Two", None)
    assert [size["width"] for size in one["cover"]["sizes"]] == [400, 320, 160]
    assert [(size["width"], size["height"]) for size in three["cover"]["sizes"]] == [(640, 800), (320, 400), (160, 200)]
    page = author.get("/authors/ana-lima/").text
    sources = re.findall(r'<img src="(/authors/photos/[^"]+-160\.jpg)" srcset="[^"]+ 640w"', page)
    assert len(sources) == 1
    shown = author.get(sources[0])
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert page.count('"image": "http') == 2
    editor = author.get("/")
    previews = re.findall(r'<img src="(/photo/[^"]+-160\.jpg)"', editor.text)
    assert [author.get(path).status_code for path in previews] == [200, 200]


def test_covers_stay_with_their_books_when_rows_change_places_and_go_when_told(author: Person) -> None:
    author.save(book_title=["One", "Two"], book_cover=[a_cover("red"), a_cover("blue")])
    red, blue = (book["cover"] for book in books_of(author))

    author.save(book_position=["2", "1"])
    assert [(book["title"], book["cover"]) for book in books_of(author)] == [("Two", blue), ("One", red)]

    first, second, *rest = kept(author.get("/"))
    assert first
    author.save(book_cover_kept=["", second, *rest])
    assert [book["cover"] for book in books_of(author)] == [None, red]
    author.save(book_cover=[no_cover(), a_cover("green")])
    assert books_of(author)[1]["cover"] not in (None, red)


def test_a_cover_of_another_page_is_not_kept(portal: Portal) -> None:
    bo = portal.author("bo@example.org", "Bo Lund")
    bo.save(book_title="Bo's", book_cover=a_cover())
    foreign = kept(bo.get("/"))[0]
    ana = portal.author()

    for digest in (foreign, "../../secrets", "0" * 32, "\u202e"):
        assert ana.save(book_title="Ana's", book_cover_kept=[digest]).status_code == 303
        assert books_of(ana)[0]["cover"] is None


def test_a_version_and_mine_over_theirs_bring_a_cover_back(author: Person) -> None:
    author.save(book_title="One", book_cover=a_cover())
    cover = books_of(author)[0]["cover"]
    stale = form_of(author.get("/"))
    author.save(book_title="", book_cover_kept="")
    assert books_of(author) == []

    answer = author.client.post("/", data={**stale, "author_bio": "Mine."}, content_type="multipart/form-data")
    assert answer.status_code == 409
    assert author.client.post("/", data=form_of(answer), content_type="multipart/form-data").status_code == 303
    assert books_of(author)[0]["cover"] == cover

    author.save(book_title="", book_cover_kept="")
    author.post("/history/1/restore", {"seen": "4"}, form="/history/1")
    assert books_of(author)[0]["cover"] == cover
    assert author.get(cover["sizes"][0]["url"].partition("/authors")[2].join(["/authors", ""])).status_code == 200


def test_a_cover_that_cannot_be_used_is_refused_at_its_row_and_the_others_must_be_chosen_again(author: Person) -> None:
    answer = author.save(
        book_title=["One", "Two"], book_cover=[a_cover(), (io.BytesIO(b"GIF89a" + bytes(99)), "cover.gif")]
    )

    assert answer.status_code == 422
    assert 'id="book_cover-2-error"' in answer.text
    assert "GIF files do not work here" in answer.text
    assert "Choose the cover of book 1 again; it was not kept" in answer.text
    assert form_of(answer)["book_title"][:2] == ["One", "Two"]  # type: ignore[index]


def test_a_cover_without_a_book_is_not_dropped_in_silence(author: Person) -> None:
    answer = author.save(book_title=["One", ""], book_cover=[no_cover(), a_cover()])

    assert answer.status_code == 422
    assert "A cover was chosen for a book without a title or an ISBN" in unescape(answer.text)


def test_a_save_takes_a_few_new_covers(author: Person) -> None:
    titles = [f"Volume {number}" for number in range(MOST_AT_ONCE + 1)]
    answer = author.save(book_title=titles, book_cover=[a_cover(size=(64, 96)) for _ in titles])

    assert answer.status_code == 422
    assert "At most 10 new covers can be saved at once" in answer.text


def test_files_of_covers_are_known_to_the_check_and_swept_when_no_version_names_them(
    author: Person, tmp_path: Path
) -> None:
    world = author.world
    author.save(book_title="One", book_cover=a_cover("red"))
    world.work()
    found = take_inventory(world.ports, OPERATOR, lambda _: None)
    assert (found.missing_photos, found.missing_pages, found.unnamed) == ((), (), ())
    named = set(world.ports.files.paths("photos/"))
    assert len(named) == 3

    profile_id = next(iter(named)).split("/")[1]
    change = BookChange(Book("One"), upload=a_cover("green")[0].read())
    _, orphans = covers.render(world.ports, ProfileId(profile_id), [change.book], [change], by="x")
    photos.put_photo(world.ports, ProfileId(profile_id), orphans)
    author.save(book_title="", book_cover_kept="")
    world.work()
    assert not list(world.ports.files.paths("authors/photos/"))
    author.save(book_title="Two", book_cover=a_cover("blue"))
    for file in (tmp_path / "files" / "photos").rglob("*.jpg"):
        os.utime(file, (world.clock.now().timestamp(),) * 2)
    world.clock.forward(days=2)
    world.work()
    there = set(world.ports.files.paths("photos/"))
    assert named < there
    assert not {file.path for file in orphans} & there


def test_a_draft_keeps_the_covers_that_are_there(author: Person) -> None:
    author.save(book_title="One", book_cover=a_cover("red"))
    cover = books_of(author)[0]["cover"]
    assert author.save(book_title=["One", "Two"], intent="draft").status_code == 303
    assert author.get("/preview").text.count("/photo/") >= 1
    assert author.save().status_code == 303
    assert [(book["title"], book["cover"]) for book in books_of(author)] == [("One", cover), ("Two", None)]
