"""The moment in which the rich editor takes the place of the text field: whoever is typing goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.browser.test_rich_editor import rich, sent
from tests.browser.variants import at_a_desk

if TYPE_CHECKING:
    from playwright.sync_api import Route
    from tests.browser.portal import Portal


@at_a_desk
@pytest.mark.parametrize(
    ("typed", "left", "more", "html"),
    [
        ("I wrote ", 0, "more", "<p>I wrote more</p>"),
        ("I wrote *The Salt Road* ", 0, "and more", "<p>I wrote <em>The Salt Road</em> and more</p>"),
        ("I wrote.", 0, " More.", "<p>I wrote. More.</p>"),
        ("One, two", 3, "more ", "<p>One, more two</p>"),
        ("One two", 3, "more ", "<p>One more two</p>"),
        ("The sea.\n\n", 0, "The shore.", "<p>The sea.</p><p>The shore.</p>"),
        ("  ", 0, "Sea", "<p>Sea</p>"),
    ],
    ids=["blank", "italics", "full-stop", "comma", "middle", "paragraph", "nothing"],
)
def test_who_is_in_the_middle_of_a_sentence_when_the_editor_comes_goes_on_there(
    portal: Portal, typed: str, left: int, more: str, html: str
) -> None:
    ana = portal.author(portal.address())
    held: list[Route] = []
    ana.page.route("**/static/editor.*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks what it calls
    ana.page.goto(portal.server.url, wait_until="commit")
    ana.page.locator("textarea[name=author_bio]").click()
    ana.page.keyboard.type(typed)
    for _ in range(left):
        ana.page.keyboard.press("ArrowLeft")
    held.pop().continue_()
    rich(ana).wait_for()
    ana.page.keyboard.type(more)
    assert sent(ana)[1].replace("&nbsp;", " ") == html
