"""Browser tests: a real portal, a real Chromium, and faults that fail a test without its asking."""

from __future__ import annotations

import shutil
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import expect, sync_playwright
from tests.browser.axe import violations
from tests.browser.portal import DESK, Portal
from tests.browser.variants import VARIANTS, Variant
from tests.browser.visitor import Visitor
from tests.people import PASSWORD
from tests.server import Server, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Any, Literal

    from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
)  # fmt: skip
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
LONGEST_WAIT_MS = 15_000
expect.set_options(timeout=LONGEST_WAIT_MS)


class OpensPages(Protocol):
    """Opens a browser window of its own (own cookies) and returns its page."""

    def __call__(
        self, *, width: int = 1280, theme: Literal["light", "dark"] = "light", javascript: bool = True
    ) -> Page: ...


class StartsServers(Protocol):
    """Starts a portal in a folder of its own, on SQLite or on DynamoDB Local; settings without their ``BYLINE_``."""

    def __call__(self, engine: Literal["sqlite", "dynamodb"] = "sqlite", **settings: str) -> Server: ...


SITE = {"SITE_NAME": "Marram Press", "PUBLISHER_NAME": "Marram Press", "PUBLISHER_EMAIL": DESK}


def pytest_itemcollected(item: pytest.Item) -> None:
    """Whatever is in this folder needs a browser."""
    item.add_marker(pytest.mark.browser)


@pytest.fixture
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[StartsServers]:
    """Starts real portals on clocks that can be moved; all their processes are gone after the test."""
    with ExitStack() as stack:
        numbers = count()

        def starts(engine: Literal["sqlite", "dynamodb"] = "sqlite", **settings: str) -> Server:
            return stack.enter_context(_server(tmp_path / f"data{next(numbers)}", engine, request, **settings))

        yield starts


@pytest.fixture(scope="session")
def shared_portals(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[StartsServers]:
    """One portal with a publisher for each engine, for all tests that bring people of their own."""
    with ExitStack() as stack:
        started: dict[str, Server] = {}

        def starts(engine: Literal["sqlite", "dynamodb"] = "sqlite", **settings: str) -> Server:
            if engine not in started:
                data = tmp_path_factory.mktemp("shared") / "data"
                server = stack.enter_context(_server(data, engine, request, **SITE, **settings))
                server.run("publisher", "add", DESK, "--name", "Ines Vale", "--password-stdin", typed=PASSWORD)
                started[engine] = server
            return started[engine]

        yield starts


@contextmanager
def _server(
    data: Path, engine: Literal["sqlite", "dynamodb"], request: pytest.FixtureRequest, **settings: str
) -> Iterator[Server]:
    if engine == "dynamodb":
        endpoint = request.getfixturevalue("dynamodb_endpoint")
        settings["STORE"] = f"dynamodb://portal-{uuid4().hex}?region=eu-west-1&endpoint={endpoint}"
    with running(data, movable_clock=True, **settings) as server:
        yield server


@pytest.fixture(params=VARIANTS)
def variant(request: pytest.FixtureRequest) -> Variant:
    """How people come in this test; it is run once for each."""
    found = request.param
    assert isinstance(found, Variant)
    return found


@pytest.fixture(scope="session")
def is_new(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Callable[[str], bool]:
    """Whether nobody in this run, in whichever of its processes, has asked about this page before."""
    mine = tmp_path_factory.getbasetemp()
    seen = (mine.parent if hasattr(pytestconfig, "workerinput") else mine) / "seen"
    seen.mkdir(exist_ok=True)

    def asked(page: str) -> bool:
        try:
            (seen / sha256(page.encode()).hexdigest()).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    return asked


@pytest.fixture
def comes(new_page: OpensPages, variant: Variant, is_new: Callable[[str], bool]) -> Callable[[Server], Visitor]:
    """Lets somebody come to a portal, with a browser of their own and the look of this test."""

    def visitor(server: Server) -> Visitor:
        page = new_page(width=variant.width, theme=variant.theme, javascript=variant.scripts)
        return Visitor(page, server, variant, is_new)

    return visitor


@pytest.fixture(scope="session")
def numbers() -> Iterator[int]:
    """Numbers that are given once."""
    return count(1)


@pytest.fixture
def portal(
    shared_portals: StartsServers, variant: Variant, comes: Callable[[Server], Visitor], numbers: Iterator[int]
) -> Portal:
    """A portal with a publisher, and whoever comes to it."""
    return Portal(shared_portals(variant.engine), variant, comes, numbers)


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


@pytest.fixture(scope="session")
def windows(browser: Browser) -> dict[tuple[int, str, bool], list[Page]]:
    """Windows that are not in use: a fresh one costs half a second of a processor, one without cookies nothing."""
    return defaultdict(list)


@pytest.fixture
def new_page(
    browser: Browser, windows: dict[tuple[int, str, bool], list[Page]], faults: list[str]
) -> Iterator[OpensPages]:
    """Opens windows at a width, in a theme, with or without scripts.

    The test fails when a script fails, the console reports an error, something on a page does not load, or a page asks
    another machine for anything.
    """
    with ExitStack() as stack:

        def opens(*, width: int = 1280, theme: Literal["light", "dark"] = "light", javascript: bool = True) -> Page:
            free = windows[width, theme, javascript]
            page = free.pop() if free else _window(browser, width, theme, javascript=javascript)
            stack.callback(free.append, page)
            stack.callback(page.context.clear_cookies)
            stack.callback(page.unroute_all)
            for event, listener in _listeners(page, faults).items():
                page.on(event, listener)  # type: ignore[call-overload]
                stack.callback(page.remove_listener, event, listener)
            return page

        yield opens


def _window(browser: Browser, width: int, theme: Literal["light", "dark"], *, javascript: bool) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=theme,
        java_script_enabled=javascript,
        reduced_motion="reduce",
        locale="en-GB",
    )
    context.set_default_timeout(LONGEST_WAIT_MS)
    return context.new_page()


def _listeners(page: Page, faults: list[str]) -> dict[str, Callable[[Any], None]]:
    """What listens to a page, by event, and tells the faults."""

    def console(message: ConsoleMessage) -> None:
        # Chromium reports a page that came with 403 or 422 here; what else did not load is seen below.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            faults.append(f"{page.url}: console: {message.text}")

    def response(answer: Response) -> None:
        # 409 tells the script of the editor that another window has the draft by now.
        if answer.status >= 400 and answer.status != 409 and answer.request.resource_type != "document":
            faults.append(f"{page.url}: {answer.url} answered {answer.status}")

    def request(asked: Request) -> None:
        parts = urlsplit(asked.url)
        if parts.scheme not in {"data", "blob"} and parts.hostname != "127.0.0.1":
            faults.append(f"{page.url} asks another machine: {asked.url}")

    def error(fault: object) -> None:
        faults.append(f"{page.url}: script: {fault}")

    return {"console": console, "response": response, "request": request, "pageerror": error}


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
