"""What readers, and the caches between, get of published files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.people import Person, Portal

PAGE = "/authors/ana-lima/"


@pytest.fixture
def reader(portal: Portal) -> Person:
    ana = portal.author()
    ana.save(author_bio="Ana writes.")
    portal.world.work()
    return portal.person()


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}index.json", "/authors/", "/favicon.ico"])
def test_what_a_cache_has_already_is_not_sent_again(reader: Person, path: str) -> None:
    first = reader.get(path)

    again = reader.get(path, headers={"If-None-Match": f"W/{first.headers['ETag']}"})

    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    for name in ("ETag", "Cache-Control"):
        assert again.headers[name] == first.headers[name]


@pytest.mark.parametrize(
    "path",
    ["/authors", "/authors/", "/authors/ana-lima", PAGE, f"{PAGE}index.json", "/authors/sitemap.xml", "/authors/no/"],
)
def test_other_sites_may_fetch_and_embed_what_is_published_but_not_frame_it(reader: Person, path: str) -> None:
    headers = reader.get(path).headers

    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_fonts_may_be_kept_for_ever_and_shown_by_other_sites(reader: Person) -> None:
    font = re.search(r'<link rel="preload" href="([^"]+)" as="font"', reader.get(PAGE).text)
    assert font
    answer = reader.get(font[1])

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "font/woff2")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.get_data().startswith(b"wOF2")


@pytest.mark.parametrize("path", ["/", "/login", "/authorship", "/static/byline.css", "/sitemap.xml", "/publisher"])
def test_other_sites_may_not_read_the_portal(reader: Person, path: str) -> None:
    headers = reader.get(path).headers

    assert "Access-Control-Allow-Origin" not in headers
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_names_are_not_translated_and_lists_say_what_they_are(reader: Person) -> None:
    assert '<h1 class="p-name" dir="auto" lang="" translate="no">' in reader.get(PAGE).text
    for path in ("/authors/", "/authors/letter/l/"):
        page = reader.get(path).text
        assert '<ul class="names" lang="" translate="no">' in page
        assert '<meta name="description" content="The authors at ' in page


def test_password_managers_find_where_a_password_is_changed(reader: Person) -> None:
    answer = reader.get("/.well-known/change-password")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/change_password")


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/authors/Ana-Lima/",
            "/authors/ANA-LIMA",
            "/authors/ana-lima.",
            "/authors/ana-lima/.",
            "/authors/ana_lima/,",
        ),
        *("/authors/Ana%20Lima/", "/authors/Ana-Lima/index.html"),
    ],
)
def test_an_address_that_differs_by_capitals_blanks_or_a_full_stop_leads_to_the_page(reader: Person, path: str) -> None:
    answer = reader.get(path)

    assert (answer.status_code, answer.headers["Location"]) == (308, PAGE)


@pytest.mark.parametrize(
    "path", ["/authors/ana-lma/", "/authors/ana-limma", "/authors/anna-lima/", "/authors/Ana-Lima-1/index.html"]
)
def test_a_mistyped_address_shows_readers_the_names_that_are_near(portal: Portal, reader: Person, path: str) -> None:
    portal.author("zoe@example.org", "Zoe Quill").save()
    portal.world.work()
    portal.world.clock.forward(minutes=2)
    portal.world.work()

    answer = reader.get(path)

    assert answer.status_code == 404
    assert "No page here" in answer.text
    assert f'<a href="{PAGE}" dir="auto">Ana Lima</a>' in answer.text
    assert "Quill" not in answer.text
    assert '<a class="button" href="/authors/">All authors</a>' in answer.text
    assert '<meta name="robots" content="noindex">' in answer.text
    assert "canonical" not in answer.text
    assert "/register" not in answer.text
    assert "/authors/byline." in answer.text


def test_an_address_like_no_other_shows_readers_the_way_to_the_index(reader: Person) -> None:
    for path in (
        "/authors/x/",
        "/authors/photos/no/such.jpg",
        "/authors/" + "a-" * 300,
        "/authors/\u6751\u4e0a/",
        "/authors//",
    ):
        answer = reader.get(path)
        assert answer.status_code == 404, path
        assert "Did you mean" not in answer.text
        assert '<a class="button" href="/authors/">All authors</a>' in answer.text


def test_that_there_is_no_such_page_may_be_kept_for_a_minute_since_it_is_alike_for_everyone(
    portal: Portal, reader: Person
) -> None:
    """CloudFront keeps it, by the address alone: nobody pays for guesses one by one."""
    author = portal.author("bo@example.org", "Bo Lund")
    seen = [
        person.get("/authors/nobody-here/", headers={"Accept-Language": language})
        for person, language in ((reader, "en"), (author, "de"), (portal.person(), ""))
    ]

    for answer in seen:
        assert answer.status_code == 404
        assert answer.headers["Cache-Control"] == "public, max-age=0, s-maxage=60"
        assert "Set-Cookie" not in answer.headers
        assert "Vary" not in answer.headers or "Cookie" not in answer.headers["Vary"]
        assert answer.data == seen[0].data
    assert author.get("/nowhere").headers["Cache-Control"] == "no-store"


def test_a_page_that_was_saved_again_has_another_tag(portal: Portal, reader: Person) -> None:
    before = reader.get(PAGE).headers["ETag"]
    ana = portal.person()
    ana.log_in()
    ana.save(author_bio="Ana writes again.")

    answer = reader.get(PAGE, headers={"If-None-Match": f"W/{before}"})

    assert answer.status_code == 200
    assert answer.headers["ETag"] != before


def test_head_tells_what_get_would_send_and_sends_nothing(reader: Person) -> None:
    whole = reader.get(PAGE)

    head = reader.client.head(PAGE)

    assert head.data == b""
    for name in ("Content-Length", "Content-Type", "ETag", "Cache-Control"):
        assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize("path", ["/authors/photos/", "/authors/photos", "/authors/letter/", "/static/", "/static"])
def test_a_folder_is_never_listed(reader: Person, path: str) -> None:
    answer = reader.get(path)

    assert answer.status_code in {308, 404}
    if answer.status_code == 308:
        assert reader.get(answer.headers["Location"]).status_code == 404
