"""The press's own looks, set in a browser: with scripts and without, narrow and wide, light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.conftest import SITE
from tests.browser.portal import DESK, Portal
from tests.people import PASSWORD
from tests.server import soon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.browser.conftest import StartsServers
    from tests.browser.variants import Variant
    from tests.browser.visitor import Visitor
    from tests.server import Server

LOGO = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40">
<circle cx="20" cy="20" r="18" fill="#17435c"/><path fill="#17435c" d="M50 10h60v8H50zM50 24h40v8H50z"/></svg>"""
ACCENT = "getComputedStyle(document.documentElement).getPropertyValue('--accent').trim()"


def test_a_publisher_gives_the_site_the_looks_of_the_press_and_readers_see_them(
    server: StartsServers, comes: Callable[[Server], Visitor], variant: Variant, numbers: Iterator[int]
) -> None:
    started = server(**SITE)
    started.run("publisher", "add", DESK, "--name", "Ines Vale", "--password-stdin", typed=PASSWORD)
    portal = Portal(started, variant, comes, numbers)
    portal.author(portal.address(), "Ana Lima").presses("Publish")
    desk = portal.publisher()
    desk.follows("Settings")
    desk.types({"Colour (optional)": "mud", "Name of the site (optional)": "Dune House"})
    desk.presses("Save", status=422)
    assert desk.page.get_by_label("Name of the site (optional)").input_value() == "Dune House"

    desk.types({"Colour (optional)": "#f2b705", "Imprint (optional)": "Dune House\n1 Sand Street"})
    desk.types({"Address of your own site (optional)": "https://dune.example/"})
    row = desk.page.get_by_role("group", name="Link 1")
    row.get_by_label("Text").fill("Books")
    row.get_by_label("Address").fill("https://books.dune.example/")
    logo = {"name": "logo.svg", "mimeType": "image/svg+xml", "buffer": LOGO}
    desk.page.get_by_label("Logo (optional)", exact=True).set_input_files([logo])  # type: ignore[list-item]
    desk.presses("Preview")
    assert desk.focused == "samples"
    assert "could not be read well" in desk.text
    assert desk.page.locator(".samples img").count() == 2
    desk.presses("Save")
    assert "Saved." in desk.text

    reader = portal.visitor()

    def is_rewritten() -> bool:
        reader.goes_to("/authors/ana-lima/")
        return reader.page.get_by_alt_text("Dune House").count() == 1

    soon(is_rewritten, "the page to follow")
    assert reader.page.get_by_alt_text("Dune House").evaluate("logo => logo.complete && logo.naturalWidth > 0")
    assert reader.page.evaluate(ACCENT) == ("#896803" if variant.theme == "light" else "#f2b705")
    assert reader.page.get_by_role("link", name="Books").get_attribute("href") == "https://books.dune.example/"
    assert reader.page.get_by_role("link", name="dune.example", exact=True).count() == 1
    assert "1 Sand Street" in reader.page.locator("footer").inner_text()
    reader.goes_to("/")
    assert reader.page.evaluate(ACCENT) == ("#896803" if variant.theme == "light" else "#f2b705")

    def is_told() -> bool:
        desk.goes_to("/publisher/settings")
        return "shows these settings" in desk.text

    soon(is_told, "the settings to say that all is written")
