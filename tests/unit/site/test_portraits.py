"""A portrait on readers' pages, in their metadata and in their JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from lxml import html
from tests.unit.site.test_pages import SITE, json_page_of, linked_data_of, page_of, profile_of

from byline.profiles.model import Photo
from byline.site import pages

if TYPE_CHECKING:
    from byline.profiles.model import Profile

SHAPES = (("1x1", 1200, 1200), ("4x3", 1200, 900), ("16x9", 1200, 675), ("4x5", 640, 800), ("share", 1200, 630))
NEW = Photo("abc123", ((1200, 900), (640, 480)), shapes=SHAPES, master="def456", master_size=(3000, 2250))
BASE = "https://authors.example.org/authors/photos/0192f0c3a1b4c5d6e7f80912/abc123"


def page(photo: Photo) -> Profile:
    return profile_of(bio="<p>Words.</p>", photo=photo)


def properties(text: str) -> list[tuple[str, str]]:
    found = html.fromstring(text).xpath("//meta[starts-with(@property, 'og:image')]")
    return [(meta.get("property"), meta.get("content")) for meta in found]


def test_search_engines_get_three_ratios() -> None:
    assert linked_data_of(page_of(page(NEW)))["mainEntity"]["image"] == [
        f"{BASE}-1x1.jpg",
        f"{BASE}-4x3.jpg",
        f"{BASE}-16x9.jpg",
    ]


def test_messengers_get_a_wide_picture_with_its_size_and_text_directly_after_it() -> None:
    text = page_of(page(NEW))

    assert properties(text) == [
        ("og:image", f"{BASE}-share.jpg"),
        ("og:image:width", "1200"),
        ("og:image:height", "630"),
        ("og:image:type", "image/jpeg"),
        ("og:image:alt", "Portrait of Ana Lima"),
    ]
    assert '<meta name="twitter:card" content="summary_large_image">' in text


def test_the_text_in_place_of_a_photo_is_the_authors_own_or_says_whose_portrait_it_is() -> None:
    own = replace(NEW, alt="Ana in a <boat>")
    for photo, text in ((NEW, "Portrait of Ana Lima"), (own, "Ana in a <boat>")):
        (image,) = html.fromstring(page_of(page(photo))).xpath("//img")
        assert image.get("alt") == text
        assert json_page_of(page(photo))["photo"]["text"] == text

    german = pages.author_files(replace(SITE, language="de"), page(NEW))[0].body.decode()
    assert html.fromstring(german).xpath("//img/@alt") == ["Porträt von Ana Lima"]


def test_who_took_a_photo_stands_below_it() -> None:
    (caption,) = html.fromstring(page_of(page(replace(NEW, credit="Bo & Söhne")))).xpath("//figure/figcaption")

    assert caption.text_content() == "Photo: Bo & Söhne"
    assert not html.fromstring(page_of(page(NEW))).xpath("//figure")


def test_a_photo_from_before_there_were_shapes_is_shown_as_it_was() -> None:
    text = page_of(page(Photo("abc123", NEW.sizes)))

    assert properties(text)[:2] == [("og:image", f"{BASE}-1200.jpg"), ("og:image:width", "1200")]
    assert linked_data_of(text)["mainEntity"]["image"] == [f"{BASE}-1200.jpg"]
    assert html.fromstring(text).xpath("//img/@alt") == ["Ana Lima"]
    assert '<meta name="twitter:card" content="summary">' in text


def test_a_shape_whose_file_is_lost_is_named_nowhere() -> None:
    text = page_of(page(replace(NEW, shapes=SHAPES[:2])))

    assert linked_data_of(text)["mainEntity"]["image"] == [f"{BASE}-1x1.jpg", f"{BASE}-4x3.jpg"]
    assert properties(text)[0] == ("og:image", f"{BASE}-1200.jpg")


def test_programs_are_told_of_every_shape_and_not_of_the_master() -> None:
    found = json_page_of(page(NEW))["photo"]

    assert [shape["shape"] for shape in found["shapes"]] == ["1x1", "4x3", "16x9", "4x5", "share"]
    assert found["shapes"][-1] == {"shape": "share", "url": f"{BASE}-share.jpg", "width": 1200, "height": 630}
    assert "def456" not in json.dumps(found)
