"""The icon of a tab: linked by every page, and at the address where browsers look by themselves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.people import Portal


def test_every_page_leads_to_the_icon_and_it_is_kept_for_a_year(portal: Portal) -> None:
    for page in ("/", "/login", "/no-such-page"):
        icon = portal.person().get(linked(portal, page))
        assert icon.status_code == 200
        assert icon.headers["Content-Type"] == "image/svg+xml"
        assert "immutable" in icon.headers["Cache-Control"]
        assert icon.text.startswith("<svg ")


def test_browsers_that_guess_get_the_same_icon_and_ask_again_another_day(portal: Portal) -> None:
    icon = portal.person().get("/favicon.ico")

    assert icon.status_code == 200
    assert icon.headers["Content-Type"] == "image/svg+xml"
    assert icon.headers["Cache-Control"] == "public, max-age=86400"
    assert "Set-Cookie" not in icon.headers
    assert icon.get_data() == portal.person().get(linked(portal, "/")).get_data()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nobody_can_send_anything_there(portal: Portal, method: str) -> None:
    assert portal.person().client.open("/favicon.ico", method=method).status_code in {404, 405}


def test_the_portals_pages_load_the_typeface_from_the_portal_alone(portal: Portal) -> None:
    page = portal.person().get("/login")
    first = re.search(r'<link rel="preload" href="([^"]+)" as="font"', page.text)
    style = re.search(r'<link rel="stylesheet" href="([^"]+)"', page.text)
    assert first
    assert style
    named = re.findall(r'url\("([^"]+)"\)', portal.person().get(style[1]).text)

    assert named[0] == first[1]
    assert len(named) == 2
    assert "font-src 'self'" in page.headers["Content-Security-Policy"]
    for path in named:
        font = portal.person().get(path)
        assert (font.status_code, font.headers["Content-Type"]) == (200, "font/woff2")
        assert "immutable" in font.headers["Cache-Control"]


def linked(portal: Portal, page: str) -> str:
    found = re.search(r'<link rel="icon" href="(/static/icon\.[0-9a-f]{12}\.svg)"', portal.person().get(page).text)
    assert found
    return found[1]
