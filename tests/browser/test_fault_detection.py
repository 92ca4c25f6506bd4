"""The browser tests' own eyes: what is wrong on a page is seen, whatever the page's policy says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from tests.browser.conftest import Examines, OpensPages

ADDRESS = "http://127.0.0.1/page"
GOOD = """<!doctype html><html lang="en"><head><title>Page</title></head>
<body><main><h1>A page</h1><p>Text</p></main></body></html>"""
POLICY = "default-src 'none'; require-trusted-types-for 'script'"
STRICT = {"Content-Type": "text/html", "Content-Security-Policy": POLICY}


def show(page: Page, html: str) -> None:
    page.route(ADDRESS, lambda route: route.fulfill(body=html, headers=STRICT))
    page.goto(ADDRESS)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_without_faults_passes(new_page: OpensPages, axe: Examines, theme: str) -> None:
    page = new_page(theme=theme, width=320)
    show(page, GOOD)

    axe(page)

    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") == (theme == "dark")
    assert page.evaluate("innerWidth") == 320


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ('<img src="data:,">', "image-alt"),
        ("<input>", "label"),
        ('<p style="color: #999; background: #fff">Pale</p>', "color-contrast"),
    ],
)
def test_a_fault_is_told_by_its_rule(new_page: OpensPages, axe: Examines, fault: str, rule: str) -> None:
    page = new_page()
    page.goto("about:blank")
    page.set_content(GOOD.replace("<p>Text</p>", fault))

    with pytest.raises(AssertionError, match=rule):
        axe(page)


def test_scripts_can_be_off(new_page: OpensPages) -> None:
    page = new_page(javascript=False)
    page.goto("about:blank")

    page.set_content('<p>before</p><script>document.querySelector("p").textContent = "after"</script>')

    assert page.text_content("p") == "before"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<script>undefined.name</script>", "script: "),
        ("<script>console.error('Lost')</script>", "console: Lost"),
        ('<img alt="" src="http://127.0.0.1/missing.png">', "missing.png answered 404"),
        ('<img alt="" src="http://example.invalid/a.png">', "asks another machine"),
    ],
)
def test_what_goes_wrong_behind_a_page_fails_the_test(
    new_page: OpensPages, faults: list[str], body: str, told: str
) -> None:
    page = new_page()
    page.goto("about:blank")
    page.route("**/*.png", lambda route: route.fulfill(status=404))

    page.set_content(GOOD.replace("<p>Text</p>", body), wait_until="networkidle")

    assert any(told in fault for fault in faults), faults
    faults.clear()
