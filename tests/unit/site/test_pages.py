"""What an author's page tells readers, browsers, search engines and programs."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import html5lib
import pytest
from lxml import html
from tests.unit.site.environment import NOON, SITE

from byline.profiles.model import Content, Link, Photo, Profile, ProfileId, Slug
from byline.site import pages
from byline.site.rendering import fonts, stylesheet

PORTRAIT = Photo("abc123", ((1200, 900), (800, 600), (400, 300)))
PAGE = "https://authors.example.org/authors/ana-lima/"

# What Google's guide to ProfilePage demands, and the shape of what Byline adds.
PROFILE_PAGE = {
    "type": "object",
    "required": ["@context", "@type", "mainEntity", "dateCreated", "dateModified"],
    "properties": {
        "@context": {"const": "https://schema.org"},
        "@type": {"const": "ProfilePage"},
        "dateCreated": {"type": "string", "format": "date-time"},
        "dateModified": {"type": "string", "format": "date-time"},
        "mainEntity": {
            "type": "object",
            "required": ["@type", "@id", "name", "identifier", "url"],
            "properties": {
                "@type": {"const": "Person"},
                "@id": {"type": "string", "format": "uri"},
                "name": {"type": "string", "minLength": 1},
                "identifier": {"type": "string", "minLength": 1},
                "url": {"type": "string", "pattern": "^https?://"},
                "description": {"type": "string", "minLength": 1, "maxLength": 200},
                "image": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^https?://"}},
                "sameAs": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^https?://"}},
            },
            "additionalProperties": False,
        },
    },
}

HOSTILE = """</script ><!--<script ></script><script>a(1)</script>"><img src=x onerror=a(1)>'&amp;\u2028\u2029]]><!--"""


def profile_of(
    name: str = "Ana Lima",
    *,
    slug: str = "ana-lima",
    sort_name: str = "Lima, Ana",
    old_slugs: tuple[str, ...] = (),
    bio: str = "",
    links: tuple[tuple[str, str], ...] = (),
    photo: Photo | None = None,
) -> Profile:
    return Profile(
        id=ProfileId("0192f0c3a1b4c5d6e7f80912"),
        account_id="account-of-ana",
        slug=Slug(slug),
        content=Content(name, sort_name, bio, tuple(Link(*link) for link in links), photo),
        number=3,
        saved_by="account-of-ana",
        saved_at=NOON,
        created_at=NOON - timedelta(days=30),
        old_slugs=tuple(Slug(old) for old in old_slugs),
    )


FULL = profile_of(
    bio="<p>Ana Lima writes about <em>the sea</em>.</p><p>She lives in Porto.</p>",
    links=(
        ("My site", "https://www.analima.example/"),
        ("Mastodon", "https://mastodon.example/@ana"),
        ("Write to me", "mailto:ana@analima.example"),
    ),
    photo=PORTRAIT,
    old_slugs=("ana", "ana-l"),
)


def page_of(profile: Profile) -> str:
    return pages.author_files(SITE, profile)[0].body.decode()


def json_page_of(profile: Profile) -> Any:
    return json.loads(pages.author_files(SITE, profile)[1].body)


def linked_data_of(text: str) -> Any:
    import extruct
    import jsonschema

    found = extruct.extract(text, base_url=PAGE, syntaxes=["json-ld"])["json-ld"]

    assert len(found) == 1
    jsonschema.validate(found[0], PROFILE_PAGE, format_checker=jsonschema.FormatChecker())
    return found[0]


def test_a_page_and_its_json_are_two_files_under_the_slug() -> None:
    page, json_page = pages.author_files(SITE, FULL)

    assert (page.path, page.content_type) == ("authors/ana-lima/index.html", "text/html; charset=utf-8")
    assert (json_page.path, json_page.content_type) == ("authors/ana-lima/index.json", "application/json")


def test_a_page_shows_name_biography_photo_and_links() -> None:
    tree = html.fromstring(page_of(FULL))

    assert tree.get("lang") == "en"
    assert tree.xpath("//h1/text()") == ["Ana Lima"]
    assert [paragraph.text_content() for paragraph in tree.xpath("//article//div[contains(@class, 'bio')]/p")] == [
        "Ana Lima writes about the sea.",
        "She lives in Porto.",
    ]
    assert tree.xpath("//article//section//a/@href") == [link.url for link in FULL.content.links]
    assert tree.xpath("//article//section//a/@rel") == ["noopener", "me noopener", "noopener"]
    assert tree.xpath("//title/text()") == ["Ana Lima \u2013 Sandhill Press"]
    assert tree.xpath("//link[@rel='canonical']/@href") == [PAGE]
    assert tree.xpath("//link[@rel='alternate'][@type='application/json']/@href") == ["/authors/ana-lima/index.json"]


def test_a_link_says_where_it_leads_whatever_its_label_claims() -> None:
    bank, bare = ("My bank", "https://www.elsewhere.example/login"), ("", "https://bare.example/x")
    profile = profile_of(links=(bank, bare, ("Me", "https://xn--bcher-kva.de/")))

    items = html.fromstring(page_of(profile)).xpath("//article//li")

    said = [" ".join(item.text_content().split()) for item in items]
    assert said == ["My bank elsewhere.example", "bare.example/x", "Me b\u00fccher.de"]


def test_a_browser_may_choose_among_the_sizes_of_a_photo() -> None:
    (image,) = html.fromstring(page_of(FULL)).xpath("//img")

    base = "/authors/photos/0192f0c3a1b4c5d6e7f80912/abc123-"
    assert image.get("srcset") == f"{base}400.jpg 400w, {base}800.jpg 800w, {base}1200.jpg 1200w"
    assert (image.get("src"), image.get("width"), image.get("height")) == (f"{base}800.jpg", "800", "600")
    assert image.get("alt") == "Ana Lima"
    assert image.get("sizes")


def test_without_a_photo_there_is_no_image_anywhere() -> None:
    profile = profile_of(bio="<p>Words.</p>")
    text = page_of(profile)

    assert "<img" not in text
    assert "og:image" not in text
    assert "image" not in linked_data_of(text)["mainEntity"]
    assert json_page_of(profile)["photo"] is None


def test_a_page_with_nothing_but_a_name_is_whole() -> None:
    profile = profile_of("Nell")
    text = page_of(profile)
    tree = html.fromstring(text)

    assert tree.xpath("//h1/text()") == ["Nell"]
    assert not tree.xpath("//section | //meta[@name='description'] | //meta[@property='og:description']")
    assert set(linked_data_of(text)["mainEntity"]) == {"@type", "@id", "name", "identifier", "url"}


def test_search_engines_learn_who_the_page_is_about() -> None:
    data = linked_data_of(page_of(FULL))

    assert data["url"] == PAGE
    assert data["dateCreated"] == "2026-04-03T12:00:00+00:00"
    assert data["dateModified"] == "2026-05-03T12:00:00+00:00"
    assert data["mainEntity"] == {
        "@type": "Person",
        "@id": f"{PAGE}#person",
        "name": "Ana Lima",
        "identifier": FULL.id,
        "url": PAGE,
        "description": "Ana Lima writes about the sea. She lives in Porto.",
        "image": ["https://authors.example.org/authors/photos/0192f0c3a1b4c5d6e7f80912/abc123-1200.jpg"],
        "sameAs": ["https://mastodon.example/@ana"],
    }


def test_previews_get_their_properties_in_order_with_the_image_sizes_after_the_image() -> None:
    import extruct

    (found,) = extruct.extract(page_of(FULL), base_url=PAGE, syntaxes=["opengraph"])["opengraph"]

    image = "https://authors.example.org/authors/photos/0192f0c3a1b4c5d6e7f80912/abc123-1200.jpg"
    assert found["properties"] == [
        ("og:type", "profile"),
        ("og:title", "Ana Lima"),
        ("og:url", PAGE),
        ("og:image", image),
        ("og:image:width", "1200"),
        ("og:image:height", "900"),
        ("og:image:type", "image/jpeg"),
        ("og:image:alt", "Ana Lima"),
        ("og:description", "Ana Lima writes about the sea. She lives in Porto."),
        ("og:site_name", "Sandhill Press"),
        ("profile:username", "ana-lima"),
    ]


def test_the_json_says_what_the_page_says() -> None:
    photo = "https://authors.example.org/authors/photos/0192f0c3a1b4c5d6e7f80912/abc123"

    assert json_page_of(FULL) == {
        "format": "byline-author/2",
        "id": "0192f0c3a1b4c5d6e7f80912",
        "name": "Ana Lima",
        "sort_name": "Lima, Ana",
        "url": PAGE,
        "slug": "ana-lima",
        "bio_html": "<p>Ana Lima writes about <em>the sea</em>.</p><p>She lives in Porto.</p>",
        "bio_text": "Ana Lima writes about the sea.\n\nShe lives in Porto.",
        "summary": "",
        "books": [],
        "links": [
            {"label": "My site", "url": "https://www.analima.example/", "network": None, "own": False},
            {"label": "Mastodon", "url": "https://mastodon.example/@ana", "network": "mastodon", "own": True},
            {"label": "Write to me", "url": "mailto:ana@analima.example", "network": None, "own": False},
        ],
        "photo": {
            "sizes": [
                {"url": f"{photo}-1200.jpg", "width": 1200, "height": 900},
                {"url": f"{photo}-800.jpg", "width": 800, "height": 600},
                {"url": f"{photo}-400.jpg", "width": 400, "height": 300},
            ],
            "shapes": [],
            "text": "Ana Lima",
            "credit": "",
        },
        "modified": "2026-05-03T12:00:00+00:00",
    }


def test_nothing_of_the_account_is_in_any_file() -> None:
    for file in (*pages.author_files(SITE, FULL), *pages.moved_files(SITE, FULL)):
        assert FULL.account_id not in file.body.decode()


def test_whatever_a_person_typed_stays_text() -> None:
    profile = profile_of(
        HOSTILE, sort_name=HOSTILE, bio="<p>x</p>", links=((HOSTILE, "https://example.org/?a=1&b=%22%3E"),)
    )
    text = page_of(profile)
    tree = html.fromstring(text)

    assert tree.xpath("//h1")[0].text_content() == HOSTILE
    assert len(tree.xpath("//script")) == 1
    assert not tree.xpath("//@onerror")
    assert linked_data_of(text)["mainEntity"]["name"] == HOSTILE
    assert json_page_of(profile)["name"] == HOSTILE
    raw = text.partition('ld+json">')[2].partition("</script>")[0]
    assert set("<>&\u2028\u2029").isdisjoint(raw)


def test_a_biography_is_cleaned_again_when_it_is_drawn() -> None:
    profile = profile_of(
        bio='<p onclick="x()">Fine <script>alert(1)</script><a href="javascript:x()" style="color:red">link</a>'
        '<svg><style><img src=x onerror=alert(1)></style></svg></p><iframe src="https://evil.example"></iframe>'
    )

    (rendered,) = html.fromstring(page_of(profile)).xpath("//div[contains(@class, 'bio')]")
    for text in (html.tostring(rendered, encoding="unicode"), json_page_of(profile)["bio_html"]):
        assert "Fine" in text
        assert not re.search(r"javascript:|alert|onclick|onerror|style=|<svg|<iframe|<img", text)


def test_there_is_no_script_and_no_style_in_a_page_and_nothing_from_elsewhere() -> None:
    for file in (pages.author_files(SITE, FULL)[0], *pages.moved_files(SITE, FULL)):
        tree = html.fromstring(file.body.decode())

        assert tree.xpath("//script/@type") in (["application/ld+json"], [])
        assert not tree.xpath("//style | //@style | //iframe | //object | //embed | //form")
        assert tree.xpath("//link[@rel='stylesheet']/@href") == [f"/{stylesheet().path}"]
        assert all(source.startswith("/authors/") for source in tree.xpath("//@src"))


@pytest.mark.parametrize(
    ("name", "bio"),
    [
        ("أحمد خالد توفيق", "<p>كاتب <em>مصري</em>.</p><p>He wrote in English too.</p><ul><li>الأول</li></ul>"),
        ("村上春樹", "<p>日本の小説家。<em>『雪国』</em>の</p>"),
        ("Donaudampfschifffahrts" * 8, "<p>" + "elektrizitätenhauptbetriebswerk" * 40 + "</p>"),
    ],
)
def test_every_script_has_its_own_direction(name: str, bio: str) -> None:
    tree = html.fromstring(page_of(profile_of(name, bio=bio)))

    assert tree.xpath("//h1/@dir") == ["auto"]
    assert tree.xpath("//h1")[0].text_content() == name
    assert set(tree.xpath("//div[contains(@class, 'bio')]//p/@dir | //ul/@dir")) == {"auto"}


def test_pages_are_html_that_a_strict_parser_takes() -> None:
    for profile in (FULL, profile_of(HOSTILE), profile_of(bio="<p>a<br>b</p><ul><li>c</li></ul>")):
        for file in (pages.author_files(SITE, profile)[0], *pages.moved_files(SITE, profile)):
            html5lib.HTMLParser(strict=True).parse(file.body.decode())


def test_an_old_address_leads_to_the_page() -> None:
    stubs = pages.moved_files(SITE, FULL)

    assert [stub.path for stub in stubs] == ["authors/ana/index.html", "authors/ana-l/index.html"]
    for stub in stubs:
        tree = html.fromstring(stub.body.decode())
        assert tree.xpath("//link[@rel='canonical']/@href") == [PAGE]
        assert tree.xpath("//meta[@http-equiv='refresh']/@content") == ["0; url=/authors/ana-lima/"]
        assert tree.xpath("//main//a/@href") == ["/authors/ana-lima/"]


def test_a_name_taken_back_has_no_stub_over_the_page_itself() -> None:
    stubs = pages.moved_files(SITE, profile_of(slug="ana", old_slugs=("ana", "ana-lima")))

    assert [stub.path for stub in stubs] == ["authors/ana-lima/index.html"]


def test_a_long_biography_is_described_by_its_beginning() -> None:
    profile = profile_of(bio=f"<p>{'one two three ' * 40}</p>")

    description = linked_data_of(page_of(profile))["mainEntity"]["description"]

    assert len(description) <= 200
    assert re.search(r" (one|two|three)…$", description)


def test_a_biography_without_spaces_is_described_as_well() -> None:
    description = linked_data_of(page_of(profile_of(bio=f"<p>{'日本の小説家' * 60}</p>")))["mainEntity"]["description"]

    assert len(description) == 200
    assert description.endswith("…")


def test_a_photo_that_is_large_in_every_size_still_has_one_for_simple_browsers() -> None:
    profile = profile_of(photo=Photo("d", ((3000, 2000), (1600, 1067))))

    (image,) = html.fromstring(page_of(profile)).xpath("//img")

    assert image.get("src").endswith("d-1600.jpg")


def test_the_stylesheet_has_its_content_in_its_name() -> None:
    file = stylesheet()

    assert re.fullmatch(r"authors/byline\.[0-9a-f]{12}\.css", file.path)
    assert f'href="/{file.path}"' in page_of(FULL)
    assert re.findall(rb'url\("?([^")]+)', file.body) == [f"/{font.path}".encode() for font in fonts()]
    assert b"@import" not in file.body
