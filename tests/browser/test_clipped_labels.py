"""No label is cut off and no page scrolls sideways, however long the words of a language are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import make_portal
from tests.pseudo_language import every_page, speak_pseudo

from byline.web import language as web_language

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page, Route
    from tests.browser.conftest import OpensPages
    from tests.people import Portal

HOST = "http://127.0.0.1:1"
CLIPPED = """() => {
    const found = [];
    const width = document.documentElement.clientWidth;
    const wholeWidth = document.documentElement.scrollWidth;
    if (wholeWidth > width) found.push(`the page is ${wholeWidth} wide`);
    const isOnlyHeard = (element) => getComputedStyle(element).clipPath !== "none";
    const hidden = (element) => !element.checkVisibility() || element.closest(".skip") || element !== document.body
        && (isOnlyHeard(element) || hidden(element.parentElement));
    for (const element of document.querySelectorAll("body *")) {
        const isText = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim();
        const isShown = !["TEXTAREA", "SCRIPT", "STYLE"].includes(element.tagName) && !hidden(element);
        if (!isShown || !Array.from(element.childNodes).some(isText)) continue;
        const what = `<${element.tagName.toLowerCase()}> “${element.innerText.slice(0, 60)}”`;
        if (element.closest("[role=toolbar]")) continue; // one row that scrolls, by finger or arrow keys
        const row = element.closest("nav"); // the same, by finger or Tab
        if (row && getComputedStyle(row).overflowX === "auto") continue;
        const box = element.getBoundingClientRect();
        if (box.left < -1 || box.right > width + 1) found.push(`${what} leaves the page`);
        for (let around = element; around !== document.body; around = around.parentElement) {
            const style = getComputedStyle(around);
            if (style.display === "inline") continue;
            const wide = around.scrollWidth > around.clientWidth + 1;
            const high = around.scrollHeight > around.clientHeight + 1;
            const cuts = [style.overflowX, style.overflowY].some((overflow) => overflow !== "visible");
            if (wide && (around === element || cuts)) found.push(`${what} is cut at the side by <${around.tagName}>`);
            if (high && cuts) found.push(`${what} is cut below by <${around.tagName}>`);
        }
    }
    return found;
}"""


@pytest.fixture(params=["pseudo", "de"])
def portal(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Portal:
    """A portal in this language for everybody."""
    if request.param == "pseudo":
        speak_pseudo(monkeypatch)
    else:
        monkeypatch.setattr(web_language, "_best", lambda *_: "de")
    return make_portal(make_world(tmp_path))


def show(page: Page, portal: Portal, html: str) -> None:
    """Show a page of the portal as the browser would have got it."""
    visitor = portal.person()

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(HOST)
        found = None if path == "/" else visitor.get(path)
        body = html if found is None else found.get_data()
        route.fulfill(body=body, content_type="text/html; charset=utf-8" if found is None else found.content_type)

    page.route(f"{HOST}/**", answer)
    page.goto(f"{HOST}/")
    page.unroute_all()


@pytest.mark.parametrize("width", [390, 1280])
def test_no_label_of_the_portal_is_cut(portal: Portal, new_page: OpensPages, width: int) -> None:
    page = new_page(width=width)
    found = {}
    for number, (path, html) in enumerate(every_page(portal)):
        show(page, portal, html)
        for element in page.locator("details").all():
            element.evaluate("details => { details.open = true; }")
        if faults := page.evaluate(CLIPPED):
            found[f"{number} {path}"] = sorted(set(faults))

    assert found == {}


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ('<p style="width: 20px; overflow: hidden; white-space: nowrap">Much too long</p>', "is cut at the side"),
        ('<button style="width: 20px; white-space: nowrap">Much too long</button>', "is cut at the side"),
        ('<div style="height: 5px; overflow: hidden"><p>Much too high</p></div>', "is cut below"),
        ('<p style="width: 3000px">Wider than the page</p>', "the page is"),
        ('<p style="margin-left: -50px; position: absolute">Outside</p>', "leaves the page"),
    ],
)
def test_a_label_that_is_cut_is_found(new_page: OpensPages, fault: str, told: str) -> None:
    page = new_page(width=390)
    page.goto("about:blank")
    page.set_content(f"<body style='margin: 0'>{fault}</body>")

    assert any(told in found for found in page.evaluate(CLIPPED)), page.evaluate(CLIPPED)
