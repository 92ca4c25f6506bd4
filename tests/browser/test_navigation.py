"""What holds on every page: by keyboard alone, with the focus in sight, and when something is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.axe import violations
from tests.browser.conftest import SITE
from tests.browser.portal import CONFIRM, GATE_ONE, Portal, registers
from tests.browser.variants import off_the_main_road
from tests.people import PASSWORD
from tests.server import soon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page
    from tests.browser.conftest import StartsServers
    from tests.browser.variants import Variant
    from tests.browser.visitor import Visitor
    from tests.server import Server

FOCUSED = """() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    return {
        name: `${element.tagName} ${element.id || element.textContent.trim().slice(0, 40)}`,
        ringed: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        inSight: [0.1, 0.5, 0.9].some((down) => {
            const there = document.elementFromPoint(box.left + box.width / 2, box.top + box.height * down);
            return there && (element.contains(there) || there.contains(element));
        }),
    };
}"""


def test_one_can_register_by_keyboard_alone(portal: Portal) -> None:
    ana, address = portal.visitor(), portal.address()
    ana.goes_to("/register")
    keys = ana.page.keyboard
    keys.press("Tab")
    assert ana.page.get_by_role("link", name="Skip to the content").is_visible()
    keys.press("Enter")
    tabs_to(ana.page, "author_name")
    for text in ("Ana Lima", address, PASSWORD):
        keys.type(text)
        keys.press("Tab")
    with ana.page.expect_navigation():
        ana.page.get_by_role("button", name="Create account").press("Enter")
    assert GATE_ONE in ana.text


@off_the_main_road
def test_the_focus_is_seen_wherever_it_is(portal: Portal) -> None:
    ana = portal.author(portal.address())
    ana.presses("Publish")
    public = ana.page.get_by_role("link", name="See the page").get_attribute("href") or ""
    desk, nobody = portal.publisher(), portal.visitor()
    pages = [(ana, path) for path in ("/", "/history", "/account", "/change_password", public, "/authors/")]
    pages += [(nobody, path) for path in ("/", "/login", "/reset")]
    pages += [(desk, path) for path in ("/publisher", "/publisher/authors")]
    for who, path in pages:
        who.goes_to(path)
        walks_through(who.page)


@off_the_main_road
def test_what_is_not_there_says_so_and_leads_on(portal: Portal) -> None:
    ana = portal.visitor()
    ana.goes_to("/authors/nobody-of-this-name/", status=404)
    ana.goes_to("/no-such-page", status=404)
    assert ana.heading == "There is no such page"
    ana.follows("Go to the start page")
    ana.goes_to("/publisher")
    assert ana.heading == "Log in"
    ana.goes_to("/confirm", status=405)
    assert ana.heading == "That does not work here"
    ana.goes_to("/register")
    ana.page.locator("[name=csrf_token]").first.evaluate("field => { field.value = 'made up'; }")
    ana.presses("Create account", status=400)
    assert "No account created yet" in ana.text
    ana.goes_to("/confirm/made-up", status=410)
    ana.goes_to("/reset/made-up", status=410)


@off_the_main_road
def test_a_letter_is_shown_as_mail_programs_show_it(portal: Portal) -> None:
    ana, address = portal.visitor(), portal.address()
    registers(ana, address)
    ana.opens_letter(address, CONFIRM)
    link = ana.link_in_letter("/confirm/")
    shown = ana.page.get_by_role("link", name="See it as mail programs show it").get_attribute("href")
    letter = ana.page.goto(f"{portal.server.url}{shown}")
    assert letter
    assert ana.page.locator(f'a[href="{link}"]').is_visible()

    # That page has no powers at all, scripts included, so axe looks at a copy of it.
    copy = portal.visitor().page
    copy.goto("about:blank")
    copy.set_content(letter.text())
    assert copy.evaluate("document.documentElement.scrollWidth") <= portal.variant.width
    assert not violations(copy)


@off_the_main_road
def test_readers_of_a_new_portal_find_nothing_and_then_every_author(
    server: StartsServers, comes: Callable[[Server], Visitor], variant: Variant, numbers: Iterator[int]
) -> None:
    portal = Portal(server(**SITE), variant, comes, numbers)
    reader = portal.visitor()
    reader.sees(f"{portal.server.url}/authors/", status=200)
    assert "No page has been published yet." in reader.text
    for name in ("Ana Lima", "नीला शर्मा", "نجيب محفوظ"):
        portal.author(portal.address(), name).presses("Publish")

    def all_there() -> bool:
        reader.goes_to("/authors/")
        return "3 authors" in reader.text

    soon(all_there, "the index to name everybody")
    reader.follows("نجيب محفوظ")
    assert reader.page.locator("h1").evaluate("name => getComputedStyle(name).direction") == "rtl"


def tabs_to(page: Page, field: str) -> None:
    """Press Tab until a field has the focus."""
    for _ in range(30):
        if page.evaluate("document.activeElement.id") == field:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{field} cannot be reached by keyboard")


def walks_through(page: Page) -> int:
    """Press Tab from the page's beginning to its end; how often that was."""
    page.evaluate("document.activeElement.blur()")
    stops = 0
    while True:
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            break
        assert focused["ringed"], f"{page.url}: nothing shows that {focused['name']} has the focus"
        assert focused["inSight"], f"{page.url}: {focused['name']} has the focus out of sight"
        stops += 1
        assert stops < 600
    assert stops
    return stops
