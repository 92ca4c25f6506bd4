"""What search engines ask for before anything else: it leads them to the sitemap, and names nothing that is hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.robotparser import RobotFileParser

from tests.environment import make_world
from tests.people import make_portal

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Portal

URL = "https://authors.marram.example"


def test_search_engines_are_led_to_the_sitemap_by_the_public_address(tmp_path: Path) -> None:
    portal = make_portal(make_world(tmp_path, url=URL))
    read = RobotFileParser()

    answer = portal.app.test_client().get("/robots.txt", base_url="http://127.0.0.1:8000")
    read.parse(answer.text.splitlines())

    assert read.site_maps() == [f"{URL}/sitemap.xml"]
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert "Set-Cookie" not in answer.headers


def test_search_engines_may_read_everything_since_the_portals_pages_say_themselves_that_they_are_not_for_the_index(
    portal: Portal,
) -> None:
    read = RobotFileParser()
    read.parse(portal.person().get("/robots.txt").text.splitlines())

    for path in ("/authors/", "/authors/ana-lima/", "/login"):
        assert read.can_fetch("Googlebot", path)
    assert '<meta name="robots" content="noindex">' in portal.person().get("/login").text


def test_no_address_of_the_console_is_told(portal: Portal) -> None:
    text = portal.person().get("/robots.txt").text

    assert text.startswith("User-agent: *\n")
    assert not any(word in text for word in ("publisher", "mailbox", "account", "history"))
