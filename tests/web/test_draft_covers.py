"""Covers in drafts: a chosen cover is kept with the draft, shown in the preview, and published with it."""

from __future__ import annotations

import os
import re
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from tests.people import form_of
from tests.web.test_covers import a_cover, books_of, kept, no_cover
from tests.web.test_drafts import photo, press

from byline.audit import OPERATOR
from byline.profiles.covers import MOST_AT_ONCE
from byline.site.inventory import take_inventory

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Person, Portal


@pytest.fixture
def ana(portal: Portal) -> Person:
    """An author whose page is published."""
    ana = portal.author()
    assert ana.save(author_bio="Published words.").status_code == 303
    return ana


def covers_in(portal: Portal) -> set[str]:
    """The digests of the covers and photos that are in the portal's files."""
    return {path.rpartition("/")[2].partition("-")[0] for path in portal.world.ports.files.paths("photos/")}


def test_each_cover_stays_with_its_book_from_the_draft_to_the_readers(ana: Person) -> None:
    rows = {"book_title": ["One", "", "Two"], "book_position": ["3", "2", "1"]}
    assert press(ana, "draft", **rows, book_cover=[no_cover(), no_cover(), a_cover("red")]).status_code == 303

    editor = ana.get("/")
    assert form_of(editor)["book_title"][:2] == ["Two", "One"]  # type: ignore[index]
    digest, *others = kept(editor)
    assert digest
    assert not any(others)
    assert ana.get(f"/photo/{digest}-160.jpg").mimetype == "image/jpeg"
    assert press(ana, "preview", book_title=["Two", "One"]).status_code == 303
    preview = ana.get("/preview").get_data(as_text=True)
    shown = re.findall(r'src="(/photo/[^"]+)"', preview)
    assert [digest in address for address in shown] == [True]
    assert ana.get(shown[0]).status_code == 200

    assert press(ana, "publish").status_code == 303
    ana.world.work()
    one, two = sorted(books_of(ana), key=lambda book: str(book["title"]))
    assert digest in str(two["cover"])
    assert one["cover"] is None


def test_a_cover_in_a_draft_can_be_taken_away_and_changed(portal: Portal, ana: Person) -> None:
    press(ana, "draft", book_title=["One", "Two"], book_cover=[a_cover("red"), a_cover("blue")])
    first, second = kept(ana.get("/"))[:2]
    press(ana, "draft", book_cover_kept=["", second], book_cover=[no_cover(), a_cover("green")])
    none, changed = kept(ana.get("/"))[:2]
    assert none == ""
    assert changed not in {"", first, second}
    assert first not in ana.get("/preview").get_data(as_text=True)
    assert covers_in(portal) == {first, second, changed}


def test_a_cover_pressed_twice_makes_one_draft(ana: Person) -> None:
    form = {**form_of(ana.get("/")), "intent": "draft", "book_title": ["One"]}
    for _ in range(2):
        answer = ana.client.post("/", data={**form, "book_cover": [a_cover()]}, content_type="multipart/form-data")
        assert answer.status_code == 303


def test_a_cover_that_cannot_be_kept_is_named_with_everything_typed_still_there(ana: Person) -> None:
    nothing = press(ana, "draft", book_title=["", "Salt"], book_cover=[a_cover(), no_cover()])
    assert nothing.status_code == 422
    assert "A cover was chosen for a book without a title" in nothing.get_data(as_text=True)
    answer = press(ana, "draft", book_title=["", "Salt"], book_cover=[no_cover(), (BytesIO(b"x"), "x.jpg")])
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert 'href="#book_cover-1"' in html
    assert 'value="Salt"' in html
    many = MOST_AT_ONCE + 1
    answer = press(ana, "draft", book_title=["Salt"] * many, book_cover=[a_cover() for _ in range(many)])
    assert f"At most {MOST_AT_ONCE} new covers" in answer.get_data(as_text=True)


def test_a_draft_names_only_covers_that_it_has(ana: Person) -> None:
    press(ana, "draft", book_title=["Salt"], book_cover=[a_cover()])
    press(ana, "draft", book_title=["Salt"], book_cover_kept=["f" * 32])
    press(ana, "publish")
    assert books_of(ana)[0]["cover"] is None


def test_a_cover_is_kept_whether_or_not_a_form_says_what_the_other_rows_keep(ana: Person) -> None:
    titles = ["One", "Two", "Three"]
    press(ana, "draft", book_title=titles, book_cover_kept=[], book_cover=[no_cover(), a_cover(), no_cover()])
    assert list(map(bool, kept(ana.get("/"))[:3])) == [False, True, False]


def test_before_the_approval_only_the_covers_of_the_draft_are_kept(portal: Portal) -> None:
    ana = portal.waiting()
    press(ana, "draft", book_title=["One", "Two"], book_cover=[a_cover("red"), a_cover("blue")])
    assert len(covers_in(portal)) == 2
    first = kept(ana.get("/"))[0]
    press(ana, "draft", book_cover_kept=[first, ""])
    assert covers_in(portal) == {first}

    sizes = [a_cover("olive", (400, 600 + n)) for n in range(MOST_AT_ONCE)]
    answer = press(ana, "draft", book_title=["x"] * (MOST_AT_ONCE + 1), book_cover=[no_cover(), *sizes])
    assert answer.status_code == 422
    assert covers_in(portal) == {first}
    press(ana, "discard")
    assert covers_in(portal) == set()


def test_covers_of_a_draft_outlive_the_sweep_and_go_when_nothing_names_them(
    portal: Portal, ana: Person, tmp_path: Path
) -> None:
    def two_days_go_by() -> None:
        for file in (tmp_path / "files" / "photos").rglob("*.jpg"):
            os.utime(file, (portal.world.clock.now().timestamp(),) * 2)
        portal.world.clock.forward(days=2)
        ana.world.work()
        ana.log_in()

    press(ana, "draft", book_title=["One"], book_cover=[a_cover("red")])
    digest = kept(ana.get("/"))[0]
    two_days_go_by()
    assert digest in covers_in(portal)
    press(ana, "draft", book_title=["One", "Two"], book_cover_kept=["", ""], book_cover=[no_cover(), a_cover("blue")])
    two_days_go_by()
    assert digest not in covers_in(portal)
    assert kept(ana.get("/"))[1] in covers_in(portal)


def test_files_of_a_draft_are_known_to_the_check(portal: Portal, ana: Person) -> None:
    press(ana, "draft", book_title=["One"], book_cover=[a_cover("red")], profile_img=photo())
    ana.world.work()
    files = portal.world.ports.files
    found = take_inventory(portal.world.ports, OPERATOR, lambda _: None)
    assert (found.missing_photos, found.unnamed) == ((), ())

    lost = set(files.paths("photos/"))
    for path in lost:
        files.delete(path)
    assert set(take_inventory(portal.world.ports, OPERATOR, lambda _: None).missing_photos) == lost


def test_a_refused_publish_keeps_the_covers_and_the_photo_that_came_with_it(ana: Person) -> None:
    answer = press(
        ana,
        "publish",
        book_title=["One", "Two"],
        book_isbn=["", "978-0-14-143951-9"],
        book_cover=[a_cover("red"), no_cover()],
        profile_img=a_cover("olive", (400, 500)),
        photo_rights="1",
    )
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert 'href="#book_isbn-2"' in html
    assert "again; it was not kept" not in html
    assert 'href="#profile_img"' not in html
    digest = kept(answer)[0]
    assert digest

    form = {**form_of(answer), "book_isbn": ["", "978-0-14-143951-8"], "photo_rights": "1"}
    assert ana.client.post("/", data=form, content_type="multipart/form-data").status_code == 303
    one, two = books_of(ana)
    assert digest in str(one["cover"])
    assert two["isbn"] == "9780141439518"
    assert ana.get("/authors/ana-lima/index.json").get_json()["photo"]


def test_where_a_draft_cannot_be_kept_the_covers_are_asked_for_again(ana: Person) -> None:
    first = form_of(ana.get("/"))
    press(ana, "draft", author_bio="In another window.")
    form = {**first, "intent": "publish", "author_name": "", "book_title": ["One"], "book_cover": [a_cover()]}
    answer = ana.client.post("/", data=form, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "Choose the cover of book 1 again; it was not kept" in answer.get_data(as_text=True)
