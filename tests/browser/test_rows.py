"""The rows of books and links: put in order by mouse, keys and buttons, taken out, put back, one empty at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.browser.variants import off_the_main_road

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page
    from tests.browser.portal import Portal
    from tests.browser.visitor import Visitor

pytestmark = off_the_main_road

KINDS = pytest.mark.parametrize(("kind", "field"), [("Books", "book_title"), ("Links", "link_label")])


def rows(page: Page, kind: str) -> Locator:
    return page.get_by_role("group", name=kind, exact=True)


def order(page: Page, field: str) -> list[str]:
    """What the rows would send, in the order in which they would send it."""
    sent = page.locator("form.editor").evaluate("(form, name) => new FormData(form).getAll(name)", field)
    return [str(each) for each in sent if each]


def adds(ana: Visitor, kind: str, field: str, *names: str) -> None:
    """Fill in a row for each name."""
    group = rows(ana.page, kind)
    for name in names:
        empty = group.locator(f"[name={field}]:visible").last
        if not empty.count() or empty.input_value():
            group.get_by_role("button", name=f"Add a {kind.lower()[:-1]}", exact=True).click()
        if field == "link_label":
            group.locator("[name=link_url]:visible").last.fill(f"https://{name.lower()}.example")
        group.locator(f"[name={field}]:visible").last.fill(name)


def is_closed(row: Locator) -> bool:
    return bool(row.evaluate("row => !row.querySelector('details').open"))


@pytest.fixture
def ana(portal: Portal) -> Visitor:
    """Somebody with three books and three links on their page, so that their rows are closed."""
    ana = portal.author(portal.address())
    adds(ana, "Books", "book_title", "Salt", "Sand", "Silt")
    adds(ana, "Links", "link_label", "Salt", "Sand", "Silt")
    ana.presses("Publish")
    return ana


@KINDS
def test_rows_are_put_in_order_by_dragging_their_handle(ana: Visitor, kind: str, field: str) -> None:
    page, group = ana.page, rows(ana.page, kind)
    assert order(page, field) == ["Salt", "Sand", "Silt"]
    assert all(is_closed(row) for row in group.locator("li").all())
    group.scroll_into_view_if_needed()
    first = group.locator("li").first.bounding_box()
    assert first
    group.get_by_role("button", name="Move with the arrow keys, or drag: Silt").hover()
    page.mouse.down()
    page.mouse.move(first["x"] + 5, first["y"] + 5, steps=5)
    expect(group.locator(".drop-before")).to_have_count(1)
    assert order(page, field) == ["Salt", "Sand", "Silt"]
    page.mouse.up()

    assert order(page, field) == ["Silt", "Salt", "Sand"]
    expect(group.locator("[data-rows-said]")).to_have_text("Silt is now number 1 of 3.")
    expect(group.locator(".drop-before, .drop-after, .dragged")).to_have_count(0)
    ana.presses("Publish")
    assert order(page, field) == ["Silt", "Salt", "Sand"]


@KINDS
def test_rows_are_put_in_order_by_arrow_keys(ana: Visitor, kind: str, field: str) -> None:
    page, group = ana.page, rows(ana.page, kind)
    handle = group.get_by_role("button", name="Move with the arrow keys, or drag: Salt")
    handle.focus()
    page.keyboard.press("ArrowUp")
    assert order(page, field) == ["Salt", "Sand", "Silt"]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")

    assert order(page, field) == ["Sand", "Silt", "Salt"]
    expect(handle).to_be_focused()
    expect(group.locator("[data-rows-said]")).to_have_text("Salt is now number 3 of 3.")


@KINDS
def test_rows_are_put_in_order_and_taken_out_by_the_buttons_of_an_open_row(ana: Visitor, kind: str, field: str) -> None:
    page, group = ana.page, rows(ana.page, kind)
    group.get_by_text("Sand", exact=True).click()
    up = group.get_by_role("button", name="Move up: Sand")
    up.click()
    assert order(page, field) == ["Sand", "Salt", "Silt"]
    expect(up).to_have_attribute("aria-disabled", "true")
    group.get_by_role("button", name="Move down: Sand").click()
    assert order(page, field) == ["Salt", "Sand", "Silt"]
    ana.looks()

    group.get_by_role("button", name="Take out: Sand").click()
    assert order(page, field) == ["Salt", "Silt"]
    expect(group.get_by_role("button", name="Put it back")).to_be_focused()
    page.keyboard.press("Enter")
    assert order(page, field) == ["Salt", "Sand", "Silt"]
    expect(group.get_by_role("button", name="Put it back")).to_be_hidden()
    assert page.get_by_text("Not saved yet", exact=True).is_visible()


def test_there_is_one_empty_row_at_a_time(portal: Portal) -> None:
    ana = portal.author(portal.address())
    books, links = rows(ana.page, "Books"), rows(ana.page, "Links")
    assert books.locator("li").count() == 0
    assert links.locator("li").count() == 1
    for group, add, field in ((books, "Add a book", "book_title"), (links, "Add a link", "link_url")):
        button = group.get_by_role("button", name=add, exact=True)
        button.click()
        button.click()
        assert group.locator("li").count() == 1
        empty = group.locator(f"[name={field}]")
        expect(empty).to_be_focused()
        empty.fill("example.org")
        button.click()
        assert group.locator("li").count() == 2
        expect(group.locator(f"[name={field}]").last).to_be_focused()
