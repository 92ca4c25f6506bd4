"""Links as they are stored: what says nothing takes no room, and older formats get what they know."""

from __future__ import annotations

from datetime import UTC, datetime

from byline.profiles import editing, records
from byline.profiles.model import Content, Link, Profile, ProfileId, Slug
from byline.store import formats

AT = datetime(2026, 5, 3, 9, tzinfo=UTC)
LINKS = (Link("A", "https://a.org", own=True), Link("B", "https://b.org"))
CONTENT = Content("Ana Lima", "Lima, Ana", links=LINKS)


def stored(content: Content) -> object:
    profile = Profile(ProfileId("p"), "a", Slug("ana"), content, 1, "a", AT, AT)
    record = records.to_record(profile)
    assert records.from_record(record) == profile
    held = record.data["content"]
    return held["links"] if isinstance(held, dict) else None


def test_a_link_that_does_not_say_whose_it_is_is_stored_as_ever() -> None:
    assert stored(CONTENT) == [["A", "https://a.org", True], ["B", "https://b.org"]]


def test_a_store_of_an_older_format_gets_links_as_its_program_knows_them() -> None:
    older = editing.as_format_has_it(CONTENT, formats.OWN_LINKS - 1)

    assert stored(older) == [["A", "https://a.org"], ["B", "https://b.org"]]
    assert editing.as_format_has_it(CONTENT, formats.OWN_LINKS) == CONTENT
