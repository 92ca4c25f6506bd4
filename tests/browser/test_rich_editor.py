"""The rich-text editor of a biography: what it makes of keys, buttons and old text, and that nothing typed is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.variants import off_the_main_road

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Route
    from tests.browser.portal import Portal
    from tests.browser.visitor import Visitor

pytestmark = off_the_main_road


def editor(person: Visitor) -> Locator:
    return person.page.get_by_role("textbox", name="Biography (optional)")


def sent(person: Visitor) -> tuple[str, str]:
    """What the form would send: how the biography is written, and the biography."""
    form = person.page.locator("form.editor")
    values = [form.locator(f"[name={name}]").evaluate("field => field.value") for name in ("bio_format", "author_bio")]
    return values[0], values[1]


WRITTEN = (
    "<p>Ana wrote <em>The Salt Road</em>.<br>It won a prize.</p><ol><li>One<ol><li>Two</li></ol></li></ol>"
    "<blockquote><p>Salt, salt, salt.</p></blockquote>"
)


def test_what_is_written_with_keys_and_buttons_is_what_readers_get(portal: Portal) -> None:
    ana, reader = portal.author(portal.address()), portal.visitor()
    slug = ana.page.get_by_label("Page address").input_value()
    editor(ana).click()
    keys = ana.page.keyboard
    keys.type("Ana wrote ")
    keys.press("Control+i")
    keys.type("The Salt Road")
    keys.press("Control+i")
    keys.type(".")
    keys.press("Shift+Enter")
    keys.type("It won a prize.")
    keys.press("Enter")
    ana.page.get_by_role("button", name="Numbered list").click()
    keys.type("One")
    keys.press("Enter")
    keys.type("Two")
    keys.press("Control+]")
    for _ in range(3):
        keys.press("Enter")
    keys.type("> Salt, salt, salt.")
    ana.looks()
    assert sent(ana) == ("html", WRITTEN)

    ana.presses("Save and publish")
    assert sent(ana)[0] == "markdown"
    reader.goes_to(f"/authors/{slug}/")
    assert reader.page.locator(".bio em").inner_text() == "The Salt Road"
    assert reader.page.locator(".bio blockquote").inner_text() == "Salt, salt, salt."


def test_what_was_typed_before_the_editor_came_is_in_it(portal: Portal) -> None:
    ana = portal.author(portal.address())
    held: list[Route] = []
    ana.page.route("**/static/editor.*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks what it calls
    ana.page.goto(portal.server.url, wait_until="commit")
    area = ana.page.locator("textarea[name=author_bio]")
    area.click()
    ana.page.keyboard.type("I wrote *The Salt Road* and")
    held.pop().continue_()
    editor(ana).wait_for()
    ana.page.keyboard.type(" more.")

    assert editor(ana).inner_text() == "I wrote The Salt Road and more."
    assert sent(ana) == ("html", "<p>I wrote <em>The Salt Road</em> and more.</p>")
    ana.page.keyboard.press("Control+z")
    assert editor(ana).inner_text() == "I wrote The Salt Road and"
