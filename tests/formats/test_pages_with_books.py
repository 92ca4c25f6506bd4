"""What format 4 brought, as its last program stored it: books, quotations, drafts, and how the press appears."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.formats.conftest import FORMATS
from tests.people import form_of

from byline.store import formats

if TYPE_CHECKING:
    from tests.formats.conftest import OldPortal

pytestmark = pytest.mark.parametrize(
    "commit", [commit for commit, number in FORMATS.items() if number >= formats.BOOKS]
)
ANA, BEN, LEA, DESK = "ana@example.org", "ben@example.org", "lea@example.org", "desk@marram.example"


def test_a_page_has_its_books_its_short_biography_and_what_was_said_of_the_photo(old: OldPortal) -> None:
    form = form_of(old.logged_in(ANA).get("/"))
    assert form["book_title"][:3] == ["Tides", "", "The Slow Barge"]  # type: ignore[index]
    assert form["book_isbn"][1] == "978-3-16-148410-0"  # type: ignore[index]
    assert form["book_cover_kept"][0]  # type: ignore[index]
    assert form["author_summary"] == "She writes about the sea."
    assert (form["photo_alt"], form["photo_credit"], form["photo_focus"]) == ("Ana on a pier", "Rui Sá", "40,30")
    assert "> A quotation of somebody." in str(form["author_bio"])


def test_readers_see_them_and_the_looks_of_the_press(old: OldPortal) -> None:
    old.world.work()
    text = old.person(ANA).get("/authors/ana/").text
    assert "<blockquote>" in text
    assert "978-3-16-148410-0" in text
    assert "Rui Sá" in text
    assert "Marram Press, 1 Harbour Road" in text
    logo = re.search(r'<img[^>]* src="(/authors/[^"]+\.png)"', text)
    assert logo
    assert old.person(ANA).get(logo[1]).content_type == "image/png"


@pytest.mark.parametrize("address", [BEN, LEA])
def test_a_draft_goes_on(old: OldPortal, address: str) -> None:
    person = old.logged_in(address)
    form = form_of(person.get("/"))
    assert form["author_bio"] == old.known["people"][address]["draft"]
    kept = {**form, "author_bio": "Two words more.", "intent": "draft"}
    assert person.client.post("/", data=kept, content_type="multipart/form-data").status_code == 303
    assert form_of(person.get("/"))["author_bio"] == "Two words more."


def test_a_draft_with_its_photo_is_published(old: OldPortal) -> None:
    lea = old.logged_in(LEA)
    assert lea.save().status_code == 303
    old.world.work()
    page = old.person(ANA).get("/authors/lea-brandt/").text
    assert old.known["people"][LEA]["draft"] in page
    assert "<img" in page


def test_the_settings_of_the_press_can_be_changed(old: OldPortal) -> None:
    page = old.logged_in(DESK).get("/publisher/settings").text
    assert 'value="#7a2f5d"' in page
    assert "Marram Press, 1 Harbour Road" in page
