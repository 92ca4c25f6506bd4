"""Books and the short biography of a page: stored as they are, and never where an older program would lose them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from byline.errors import Unavailable
from byline.profiles import editing, records
from byline.profiles.editing import PageChange
from byline.profiles.model import Book, Content, Photo, Profile, ProfileId, Slug
from byline.store import formats

AT = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
COVER = Photo("c0ffee", ((320, 480),))
BOOKS = (
    Book(title="The Salt Road", subtitle="A novel", publisher="Small Press", year=2024, isbn="9783161484100"),
    Book(title="Tides", url="https://press.example/tides", cover=COVER),
    Book(isbn="9783161484100"),
)
CONTENT = Content("Ana Lima", "Lima, Ana", summary="Writes about the sea.", books=BOOKS)
PROFILE = Profile(ProfileId("p1"), "a1", Slug("ana"), CONTENT, 1, "a1", AT, AT)


def test_books_and_the_short_biography_come_back_as_they_were_stored() -> None:
    assert records.from_record(records.to_record(PROFILE)) == PROFILE


def test_a_page_without_them_is_stored_as_before() -> None:
    record = records.to_record(replace(PROFILE, content=Content("Ana Lima", "Lima, Ana")))
    stored = record.data["content"]
    assert isinstance(stored, dict)
    assert stored.keys() == {"name", "sort_name", "bio", "links", "photo"}


def test_they_are_refused_where_an_older_program_would_lose_them() -> None:
    with pytest.raises(Unavailable):
        editing.as_format_has_it(CONTENT, formats.BOOKS - 1)
    assert editing.as_format_has_it(CONTENT, formats.BOOKS) == CONTENT


def test_a_form_that_does_not_send_them_leaves_them_alone() -> None:
    changed = editing.changed_content(CONTENT, PageChange(name="Ana"), None)
    assert (changed.summary, changed.books) == (CONTENT.summary, BOOKS)


def test_a_form_that_sends_none_takes_them_away() -> None:
    changed = editing.changed_content(CONTENT, PageChange(summary="", books=()), None)
    assert (changed.summary, changed.books) == ("", ())
