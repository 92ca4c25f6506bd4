"""Authors out and in again in a browser: with scripts and without, narrow and wide, light and dark."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.conftest import SITE
from tests.browser.portal import DESK, Portal
from tests.people import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.browser.conftest import StartsServers
    from tests.browser.variants import Variant
    from tests.browser.visitor import Visitor
    from tests.server import Server


def test_a_publisher_takes_a_table_out_and_brings_it_back_changed(
    server: StartsServers, comes: Callable[[Server], Visitor], variant: Variant, numbers: Iterator[int]
) -> None:
    started = server(**SITE)
    started.run("publisher", "add", DESK, "--name", "Ines Vale", "--password-stdin", typed=PASSWORD)
    portal = Portal(started, variant, comes, numbers)
    author = portal.author(portal.address(), "Ana Lima")
    author.page.get_by_label("Short biography").fill("Writes of the sea.")
    author.presses("Publish")
    desk = portal.publisher()
    desk.follows("Export")
    desk.types({"Only these authors (optional)": "nobody@example.org"})
    desk.presses("Download", status=422)
    assert "nobody@example.org is not the email address" in desk.text
    desk.types({"Only these authors (optional)": ""})
    with desk.page.expect_download() as downloading:
        desk.page.get_by_role("button", name="Download").click()
    path = Path(downloading.value.path())
    table = path.read_bytes().decode("utf-8-sig")
    assert "Writes of the sea." in table

    desk.page.get_by_label("JSON").check()
    with desk.page.expect_download():
        desk.page.get_by_role("button", name="Download").click()
    desk.follows("Export")
    assert "It may not have been saved" not in desk.text

    desk.follows("Import a table")
    desk.page.get_by_label("Table (CSV)").set_input_files(
        [{"name": "a.csv", "mimeType": "text/csv", "buffer": table.replace("the sea", "salt").encode()}]
    )
    desk.presses("Show what would happen")
    assert "1 row would be imported." in desk.text
    desk.page.locator(".import-rows summary").first.click()
    desk.looks()
    desk.presses("Import 1 row")
    assert "1 row was imported." in desk.text
    author.goes_to("/")
    assert author.page.get_by_label("Short biography").input_value() == "Writes of salt."
