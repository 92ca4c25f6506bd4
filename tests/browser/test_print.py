"""The author index on paper: Chromium's PDF has as many pages as a printer takes sheets."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from PIL import Image

from byline.profiles.model import Photo, ProfileId, Slug
from byline.settings import Site
from byline.site import addresses
from byline.site.entries import Published, sort_text
from byline.site.index_pages import small_site_files
from byline.site.rendering import fonts, stylesheet

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route
    from tests.browser.conftest import OpensPages

SITE = Site("Marram Press", "https://authors.example.org", "Marram Press", "desk@marram.example")
BIO = "Novelist and translator from the Portuguese, born on the coast, living inland with two dogs."
A_PAGE = re.compile(rb"/Type\s*/Page\b")


def authors(count: int, *, with_photos: bool) -> list[Published]:
    """Authors under fourteen letters."""
    made = []
    for number in range(count):
        family, own_id = f"{'ABCDEFGHKLMRST'[number % 14]}arram {number:02}", ProfileId(f"{number:024}")
        made.append(
            Published(
                own_id, f"Ana Maria {family}", f"{family}, Ana Maria", Slug(f"author-{number}"), (),
                datetime(2026, 5, 3, tzinfo=UTC), sort_text(f"{family}, Ana Maria", own_id),
                photo=Photo(f"{number:064x}", ((800, 1000), (400, 500))) if with_photos else None, about=BIO,
            )
        )  # fmt: skip
    return made


def sheets(page: Page, path: str, published: list[Published]) -> int:
    """How many sheets of A4 a page of the index takes."""
    files = {file.path: file for file in (*small_site_files(SITE, published), stylesheet(), *fonts())}
    portrait = io.BytesIO()
    Image.new("RGB", (400, 500), "teal").save(portrait, "JPEG")

    def answer(route: Route) -> None:
        wanted = urlsplit(route.request.url).path.lstrip("/")
        file = files.get(f"{wanted}index.html" if wanted.endswith("/") else wanted)
        body, kind = (file.body, file.content_type) if file else (portrait.getvalue(), "image/jpeg")
        route.fulfill(body=body, content_type=kind)

    page.route("**/*", answer)
    page.goto(f"http://127.0.0.1:9/{path.removesuffix('index.html')}", wait_until="networkidle")
    return len(A_PAGE.findall(page.pdf(format="A4", margin=dict.fromkeys(("top", "right", "bottom", "left"), "1cm"))))


@pytest.mark.parametrize("path", [addresses.INDEX, addresses.ALL_NAMES], ids=["portraits", "names"])
def test_an_index_of_28_authors_prints_on_two_sheets(new_page: OpensPages, path: str) -> None:
    assert sheets(new_page(), path, authors(28, with_photos=True)) <= 2


def test_a_short_index_begins_on_the_first_sheet_and_needs_no_other(new_page: OpensPages) -> None:
    assert sheets(new_page(), addresses.INDEX, authors(14, with_photos=False)) == 1
