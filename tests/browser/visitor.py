"""Somebody in front of a browser: opens pages, fills in forms, presses buttons, and looks at whatever comes."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import expect
from tests.browser.axe import violations
from tests.server import soon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from playwright.sync_api import Dialog, Locator, Page, Response
    from tests.browser.variants import Variant
    from tests.server import Server

_IDS = re.compile(r"(?<=/)[^/]*\d[^/]*")
"""Parts of an address with a digit in them: accounts, versions, letters and tokens. They do not make another page."""
_SEEN = """() => ({
    headings: document.querySelectorAll("h1").length,
    language: document.documentElement.lang,
    wide: document.documentElement.scrollWidth,
    refused: document.getElementById("errors") !== null,
    title: document.title,
})"""
"""All at once, and without what a locator brings into a page: that is most of what looking costs."""


BIOGRAPHY = "Biography (optional)"
_WRITE = """text => {
    const field = document.querySelector("main [name=author_bio]");
    field.form.elements.bio_format.value = "markdown";
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
}"""
"""Light Markdown into the textarea behind the rich editor, which takes it over."""


@contextmanager
def questions(page: Page) -> Iterator[list[str]]:
    """The kinds of what a page asks meanwhile; each is answered with yes.

    Windows are used again: what listens to one has to be taken off, or it would answer in the test of somebody else.
    And it must not raise, which would end the connection to the browser for all tests that follow.
    """
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    try:
        yield asked
    finally:
        page.remove_listener("dialog", answer)


@dataclass
class Visitor:
    """A browser of its own at a portal. ``is_new`` is asked about each page, so that axe looks once at each."""

    page: Page
    server: Server
    variant: Variant
    is_new: Callable[[str], bool]
    status: int = 0

    @property
    def heading(self) -> str:
        """The page's one main heading."""
        return str(self.page.evaluate("document.querySelector('h1').innerText"))

    @property
    def text(self) -> str:
        """What the page says between its head and its foot, without what is hidden."""
        return str(self.page.evaluate("document.querySelector('main').innerText"))

    @property
    def path(self) -> str:
        """Where it is, without the machine."""
        return self.page.url.removeprefix(self.server.url)

    @property
    def focused(self) -> str:
        """The id of what has the focus."""
        return str(self.page.evaluate("document.activeElement.id"))

    def goes_to(self, address: str, *, status: int = 200) -> None:
        """Open an address: a path of the portal, or a whole one."""
        whole = address if "://" in address else f"{self.server.url}{address}"
        self._comes(lambda: self.page.goto(whole), status)

    def presses(self, button: str, *, within: str = "body", status: int = 200) -> None:
        """Press the button with this name, and look at the page that it leads to."""
        found = self.page.locator(within).get_by_role("button", name=button, exact=True)
        self._opens_menu(found)
        self.clicks(found.first, status=status)

    def follows(self, link: str, *, within: str = "body", status: int = 200) -> None:
        """Follow the first link with this name."""
        found = self.page.locator(within).get_by_role("link", name=link, exact=True)
        self._opens_menu(found)
        self.clicks(found.first, status=status)

    def _opens_menu(self, wanted: Locator) -> None:
        """Open the menu where that is what hides the thing: on a phone."""
        menu = self.page.locator(".menu > summary")
        if menu.count() and menu.is_visible() and not wanted.count():
            menu.click()

    def types(self, words: Mapping[str, str]) -> None:
        """Fill in fields, each named by its label."""
        for label, text in words.items():
            if label == BIOGRAPHY and self.variant.scripts:
                self.page.evaluate(_WRITE, text)
            else:
                self.page.get_by_label(label, exact=True).fill(text)

    @property
    def biography(self) -> str:
        """The biography that the form would send, in light Markdown where nobody touched it in the rich editor."""
        return self.page.locator("main [name=author_bio]").input_value()

    def opens_letter(self, to: str, subject: str) -> None:
        """Read somebody's newest letter with this subject on the mailbox page."""
        self.server.letter(to, subject=subject)
        self.goes_to("/mailbox")
        row = self.page.locator("li", has_text=f"to {to}").filter(has_text=subject).first
        self.clicks(row.get_by_role("link"))
        assert self.heading == subject

    def sees(self, address: str, *, status: int) -> None:
        """Open a reader's page until it answers like this: what many pages share is published by the worker."""

        def so() -> bool:
            answer = self.page.goto(address)
            return answer is not None and answer.status == status

        soon(so, f"{address} to answer {status}")
        self.goes_to(address, status=status)

    def link_in_letter(self, part: str) -> str:
        """The address in the letter before them that has this in it."""
        found = self.page.locator(f'main a[href*="{part}"]').first.get_attribute("href")
        assert found
        return found

    def clicks(self, wanted: Locator, *, status: int = 200) -> None:
        """Click what leads to another page, and look at that page: what is read at once is never the old one."""

        def clicked() -> Response | None:
            with self.page.expect_navigation() as arrived:
                wanted.click()
            return arrived.value

        self._comes(clicked, status)

    def _comes(self, go: Callable[[], Response | None], status: int) -> None:
        answer = go()
        self.status = answer.status if answer is not None else 0
        assert self.status == status, (
            f"{self.page.url} answered {self.status}:\n{self.page.locator('body').inner_text()}"
        )
        self.looks()

    def looks(self) -> None:
        """See that the page is whole: heading, title, language, focus, nothing sideways, nothing that axe finds."""
        page = self.page
        where = f"{page.url} at {self.variant.width} pixels"
        seen = page.evaluate(_SEEN)
        assert seen["headings"] == 1, where
        assert seen["language"], where
        assert seen["wide"] <= self.variant.width, f"{where} is {seen['wide']} pixels wide"
        refused = seen["refused"]
        assert refused or self.status != 422, f"{where} does not say what is wrong"
        if refused or self.status == 200:
            assert seen["title"].startswith("Error: ") == refused, f"{where}: {seen['title']}"
        if refused:
            expect(page.locator("#errors"), where).to_be_focused()
        if self.variant.scripts and self.variant.engine == "sqlite":
            here = f"{self.variant.theme} {_IDS.sub('…', self.path)} {self.heading} {self.status}"
            if self.is_new(here):
                found = violations(page)
                assert not found, f"{where}, {self.variant.theme}:\n" + "\n".join(found)
