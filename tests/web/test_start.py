"""The start page: whoever comes without an account sees authors first."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from tests.people import Portal


def a_portrait() -> tuple[io.BytesIO, str]:
    drawn = io.BytesIO()
    Image.new("RGB", (400, 500), "teal").save(drawn, "JPEG")
    drawn.seek(0)
    return drawn, "me.jpg"


def test_a_new_portal_asks_authors_to_come(portal: Portal) -> None:
    page = portal.person().get("/").text

    assert 'class="main" href="/register"' in page
    assert "<img" not in page


def test_the_newest_authors_are_shown_those_with_a_portrait_first(portal: Portal) -> None:
    for number in range(7):
        author = portal.author(f"author-{number}@example.org", f"Author {number}")
        author.save(author_bio="Hello.", **({"profile_img": a_portrait()} if number == 2 else {}))
        portal.world.clock.forward(minutes=1)
    portal.world.work()
    page = portal.person().get("/").text
    faces = re.findall(r'<li><a href="(/authors/[^"]+)"[^>]*>(<img|<span)', page)

    assert 'class="main" href="/authors/"' in page
    assert faces[0] == ("/authors/author-2/", "<img")
    assert [address for address, _ in faces[1:]] == [f"/authors/author-{number}/" for number in (6, 5, 4, 3, 1)]
    assert {kind for _, kind in faces[1:]} == {"<span"}
    source = re.search(r'<img src="(/authors/photos/[^"]+)"', page)
    assert source
    assert portal.person().get(source[1]).status_code == 200


def test_an_author_who_is_suspended_is_gone_from_it(portal: Portal) -> None:
    portal.author().save(author_bio="Hello.")
    portal.world.work()
    assert "Ana Lima" in portal.person().get("/").text
    at = f"/publisher/authors/{portal.account('ana@example.org').id}/suspend"
    portal.publisher().post(at)
    portal.world.work()

    assert "Ana Lima" not in portal.person().get("/").text
