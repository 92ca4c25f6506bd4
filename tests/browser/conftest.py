"""Browser tests: a real portal, a real Chromium, and faults that fail a test without its asking."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from itertools import count
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import sync_playwright
from tests.browser.axe import violations
from tests.portal import Portal, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Literal

    from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
)  # fmt: skip
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
LONGEST_WAIT_MS = 15_000


class OpensPages(Protocol):
    """Opens a browser window of its own (own cookies) and returns its page."""

    def __call__(
        self, *, width: int = 1280, theme: Literal["light", "dark"] = "light", javascript: bool = True
    ) -> Page: ...


class StartsPortals(Protocol):
    """Starts a portal in a folder of its own, on SQLite or on DynamoDB Local; settings without their ``BYLINE_``."""

    def __call__(self, engine: Literal["sqlite", "dynamodb"] = "sqlite", **settings: str) -> Portal: ...


ENGINES = ("sqlite", pytest.param("dynamodb", marks=pytest.mark.dynamodb))
"""For tests that are run on both."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """Whatever is in this folder needs a browser."""
    item.add_marker(pytest.mark.browser)


@pytest.fixture
def portal(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[StartsPortals]:
    """Starts real portals; all their processes are gone after the test."""
    with ExitStack() as stack:
        numbers = count()

        def starts(engine: Literal["sqlite", "dynamodb"] = "sqlite", **settings: str) -> Portal:
            if engine == "dynamodb":
                endpoint = request.getfixturevalue("dynamodb_endpoint")
                settings["STORE"] = f"dynamodb://portal-{uuid4().hex}?region=eu-west-1&endpoint={endpoint}"
            return stack.enter_context(running(tmp_path / f"data{next(numbers)}", **settings))

        yield starts


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the system's, or else the one that Playwright brought."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """What went wrong behind the pages of this test, which fails unless the list is empty at its end."""
    seen: list[str] = []
    yield seen
    assert not seen, "\n".join(seen)


@pytest.fixture
def new_page(browser: Browser, faults: list[str]) -> Iterator[OpensPages]:
    """Opens windows at a width, in a theme, with or without scripts.

    The test fails when a script fails, the console reports an error, something on a page does not load, or a page asks
    another machine for anything.
    """
    with ExitStack() as stack:

        def opens(*, width: int = 1280, theme: Literal["light", "dark"] = "light", javascript: bool = True) -> Page:
            context = browser.new_context(
                viewport={"width": width, "height": 800},
                color_scheme=theme,
                java_script_enabled=javascript,
                reduced_motion="reduce",
                locale="en-GB",
            )
            stack.callback(context.close)
            context.set_default_timeout(LONGEST_WAIT_MS)
            page = context.new_page()
            _watch(page, faults)
            return page

        yield opens


def _watch(page: Page, faults: list[str]) -> None:
    def console(message: ConsoleMessage) -> None:
        # Chromium reports a page that came with 403 or 422 here; what else did not load is seen below.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            faults.append(f"{page.url}: console: {message.text}")

    def response(answer: Response) -> None:
        if answer.status >= 400 and answer.request.resource_type != "document":
            faults.append(f"{page.url}: {answer.url} answered {answer.status}")

    def request(asked: Request) -> None:
        parts = urlsplit(asked.url)
        if parts.scheme not in {"data", "blob"} and parts.hostname != "127.0.0.1":
            faults.append(f"{page.url} asks another machine: {asked.url}")

    page.on("console", console)
    page.on("pageerror", lambda error: faults.append(f"{page.url}: script: {error}"))
    page.on("response", response)
    page.on("request", request)


class Examines(Protocol):
    """Fails the test when axe finds anything wrong on a page."""

    def __call__(self, page: Page) -> None: ...


@pytest.fixture
def axe() -> Examines:
    """axe-core on a page, for WCAG 2.2 A and AA."""

    def examine(page: Page) -> None:
        found = violations(page)
        assert not found, f"{page.url}:\n" + "\n".join(found)

    return examine
