"""The pages about one's own account, in both themes, narrow and wide, in German, too: for eyes, axe and keyboards.

At an address with a name, since browsers know no passkeys elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest
from tests.browser.account_walk import prepare, walk
from tests.browser.axe import violations
from tests.browser.test_navigation import walks_through
from tests.browser.test_passkeys import DESK, window
from tests.people import PASSWORD
from tests.server import running

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

CONTROLS = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((each) => !each.disabled && each.type !== "hidden" && each.checkVisibility({ visibilityProperty: true }))
    .filter((each) => each.type !== "radio" || each.checked)"""
"""What the page shows that something can be done with; of radio buttons the chosen one, from which arrows lead on."""
Theme = Literal["light", "dark"]


@pytest.mark.parametrize(
    ("width", "theme", "locale"),
    [(390, "light", "en-GB"), (1280, "dark", "en-GB"), (390, "dark", "de-DE"), (1280, "light", "de-DE")],
)
def test_they_are_whole_for_eyes_screen_readers_and_keyboards(
    browser: Browser, tmp_path: Path, width: int, theme: Theme, locale: str
) -> None:
    with (
        running(tmp_path / "data", host="localhost", movable_clock=True) as server,
        window(browser, width=width, theme=theme, locale=locale) as (desk, _),
        window(browser, width=width, theme=theme, locale=locale) as (phone, _),
    ):
        server.run("publisher", "add", DESK, "--name", "Ines Vale", "--password-stdin", typed=PASSWORD)
        for name, page in walk(server, desk, phone, prepare(server)):
            where = f"{name} at {width}, {theme}, {locale}"
            assert page.locator("h1").count() == 1, where
            assert page.evaluate("document.documentElement.lang") == locale[:2], where
            assert page.evaluate("document.documentElement.scrollWidth") <= width, where
            found = violations(page)
            assert not found, f"{where}:\n" + "\n".join(found)
            walks_through(page)
            assert unreached(page) == [], where


def test_a_control_that_no_key_reaches_is_told(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(
        '<a href="/x">One</a> <button>Two</button> <button tabindex="-1">Three</button> <p hidden><a href="/">No</a>'
    )
    assert unreached(page) == ['<button tabindex="-1">Three</button>']
    page.close()


def unreached(page: Page) -> list[str]:
    """The controls that the tabulator key does not come to, or comes to in another order than they stand in."""
    page.evaluate(f"() => {{ window.controls = ({CONTROLS})(); window.reached = []; document.activeElement.blur(); }}")
    page.evaluate(
        "() => document.addEventListener('focusin', (event) => {"
        "  if (window.reached.at(-1) !== event.target) window.reached.push(event.target); })"
    )
    for _ in range(page.evaluate("window.controls.length") * 4):  # a date has four stops
        page.keyboard.press("Tab")
        if page.evaluate("!document.activeElement || document.activeElement === document.body"):
            break
    return list(
        page.evaluate(
            """() => {
                const reached = window.reached.filter((each) => window.controls.includes(each));
                return window.controls.filter((each, place) => reached[place] !== each).map((each) => each.outerHTML);
            }"""
        )
    )
