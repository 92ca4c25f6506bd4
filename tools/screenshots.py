"""Pictures of every page, on a phone and a desk, by day and by night: ``.venv/bin/python -m tools.screenshots FOLDER``.

A portal of the demo's people is made, started, walked through and thrown away. ``--readme`` takes those of README.md
only, one of each, as small as they may be.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from PIL import Image
from playwright.sync_api import sync_playwright
from tests.browser.conftest import FLAGS, PROGRAMS, SITE
from tests.browser.photos import no_photo
from tests.people import path_in
from tests.server import Server

from byline.cli.demo import PASSWORD, prepare
from byline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Literal

    from playwright.sync_api import Browser, Page

PHONE, DESKTOP = 390, 1280
THEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
README: Final = {"reader", "editor", "register", "gate", "queue"}
README_HEIGHT: Final = 900
COLOURS: Final = 192
"""In a picture for README.md; a page has few, and one with a photo still looks like itself."""

PUBLISHER, AUTHOR, UNSAVED = "imogen.thackwray@example.org", "ruth@ambersley.example", "leocadia@example.net"
LONG_NAME, FROM_THE_RIGHT = "benedita@example.net", "rayhana@example.org"
DECLINED, SUSPENDED, WAITING, UNCONFIRMED = (
    "odile.tremblecourt@example.org",
    "tobias.larch@example.com",
    "zephirine@example.com",
    "gwenllian@example.org",
)
NEW_PASSWORD = "quite another long password"  # noqa: S105 - of nobody


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--readme", is_flag=True, help="Only the pictures in README.md.")
@click.option("--port", default=8000, help="Where the portal listens; it is to be read in the pictures.")
def main(folder: Path, *, readme: bool, port: int) -> None:
    """Take pictures of every page, into FOLDER."""
    folder.mkdir(parents=True, exist_ok=True)
    with _server(port) as server, sync_playwright() as playwright:
        program = next(filter(None, map(shutil.which, PROGRAMS)), None)
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        walk = Walk(browser, server, Camera(folder, readme=readme))
        walk.strangers()
        walk.registering()
        walk.forgetting()
        walk.authors()
        walk.publishers()
        walk.readers()
        browser.close()


@dataclass(frozen=True, slots=True)
class Camera:
    """Takes pictures of pages, each named after what it shows."""

    folder: Path
    readme: bool

    def takes(self, page: Page, name: str) -> None:
        """The page as it stands there, in every look; for README.md in one, and only if it is in there."""
        if self.readme:
            if name in README:
                self._for_readme(page, self.folder / f"{name}.png")
            return
        for width in (PHONE, DESKTOP):
            for theme in THEMES:
                page.emulate_media(color_scheme=theme)
                page.set_viewport_size({"width": width, "height": 800})
                # A window as tall as the page, or what sticks to its lower edge would lie across the middle.
                tall = int(page.evaluate("document.documentElement.scrollHeight"))
                page.set_viewport_size({"width": width, "height": tall})
                page.screenshot(path=self.folder / f"{name}-{width}-{theme}.png")

    def on_paper(self, page: Page, name: str) -> None:
        """The page as a printer gets it."""
        if not self.readme:
            page.emulate_media(media="print", color_scheme="light")
            page.set_viewport_size({"width": 720, "height": 1000})
            page.screenshot(path=self.folder / f"{name}-paper.png", full_page=True)
            page.emulate_media(media="screen")

    @staticmethod
    def _for_readme(page: Page, path: Path) -> None:
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": DESKTOP, "height": 800})
        tall = int(page.evaluate("document.documentElement.scrollHeight"))
        page.set_viewport_size({"width": DESKTOP, "height": min(tall, README_HEIGHT)})
        page.screenshot(path=path)
        with Image.open(path) as picture:
            picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


@dataclass(frozen=True, slots=True)
class Walk:
    """Somebody with a browser, who goes everywhere."""

    browser: Browser
    server: Server
    camera: Camera

    def strangers(self) -> None:
        """What anybody sees, and how the portal says no."""
        page = self._page()
        for name, path in (
            ("start", "/"),
            ("login", "/login"),
            ("reset", "/reset"),
            ("not-there", "/no-such-page"),
            ("dead-link", "/confirm/made-up"),
            ("dead-reset", "/reset/made-up"),
            ("logout", "/logout"),
            ("mailbox", "/mailbox"),
        ):
            self._goes(page, path, name)
        self._logs_in(page, AUTHOR, "what was it again?")
        self.camera.takes(page, "login-refused")
        for address, name in ((DECLINED, "declined"), (SUSPENDED, "suspended")):
            self._logs_in(page, address)
            self.camera.takes(page, name)

    def registering(self) -> None:
        """From the form to the publisher's decision."""
        page, address = self._page(), "ana.lima@example.org"
        self._goes(page, "/register", "register-empty")
        _types(page, {"Name": "Ana Lima", "Email address": address, "Password": "four unrelated words"})
        self.camera.takes(page, "register")
        _types(page, {"Email address": "ana.lima", "Password": "short"})
        _presses(page, "Create account")
        self.camera.takes(page, "register-refused")
        _types(page, {"Email address": address, "Password": NEW_PASSWORD})
        _presses(page, "Create account")
        self.camera.takes(page, "gate")
        _presses(page, "Send it again")
        self.camera.takes(page, "gate-too-soon")
        page.get_by_text("Use another address").click()
        _types(page, {"New email address": "nowhere"})
        _presses(page, "Send the email there")
        self.camera.takes(page, "gate-refused")
        self._goes(page, "/account/delete", "delete-registration")
        letter = self._letter(page, address, "Confirm your email address")
        elsewhere = self._page()
        self._goes(elsewhere, path_in(letter, "/confirm/"), "confirm-elsewhere")
        self._goes(page, path_in(letter, "/confirm/"), "waiting")
        self._goes(page, path_in(letter, "/confirm/"), "confirmed-before")
        self._goes(elsewhere, path_in(letter, "/confirm/"), "confirm-dead")
        browsers = [self._page() for _ in range(6)]
        for another in browsers:
            another.goto(f"{self.server.url}/register")
            _types(another, {"Name": "Bo Lund", "Email address": "bo@example.org", "Password": NEW_PASSWORD})
            _presses(another, "Create account")
        self.camera.takes(browsers[-1], "registrations-full")

    def forgetting(self) -> None:
        """A new password by mail."""
        page, address = self._page(), LONG_NAME
        page.goto(f"{self.server.url}/reset")
        _types(page, {"Email address": address})
        _presses(page, "Send the email")
        self.camera.takes(page, "reset-sent")
        letter = self._letter(page, address, "Choose a new password")
        self._goes(page, path_in(letter, "/reset/"), "reset-link")
        _types(page, {"New password": "password"})
        _presses(page, "Change password")
        self.camera.takes(page, "reset-refused")

    def authors(self) -> None:
        """The editor and what belongs to it."""
        page = self._page()
        self._logs_in(page, UNSAVED)
        self.camera.takes(page, "editor-new")
        self._goes(page, "/history", "history-new")
        self._logs_in(page, FROM_THE_RIGHT)
        self.camera.takes(page, "editor-from-the-right")
        self._logs_in(page, AUTHOR)
        self.camera.takes(page, "editor")
        for name, path in (
            ("account", "/account"),
            ("change-password", "/change_password"),
            ("logout-really", "/logout"),
        ):
            self._goes(page, path, name)
        other = page.context.new_page()
        other.goto(f"{self.server.url}/")
        page.goto(f"{self.server.url}/")
        for tab, says in ((other, "Her tenth is due in autumn."), (page, "Her eleventh is due, too.")):
            tab.get_by_role("textbox", name="Biography (optional)", exact=True).click()
            for key in ("Control+End", "Enter"):
                tab.keyboard.press(key)
            tab.keyboard.type(says)
            _presses(tab, "Publish")
        self.camera.takes(other, "editor-saved")
        self.camera.takes(page, "stale")
        other.goto(f"{self.server.url}/")
        other.get_by_text("More: name for sorting, page address").click()
        _types(other, {"Name": "", "Page address": "Not An Address"})
        other.locator("#links summary").first.click()
        other.locator("#link_url-1").fill("ftp://example.org")
        other.get_by_label("Change photo").set_input_files(no_photo())
        _presses(other, "Publish")
        self.camera.takes(other, "editor-refused")
        self._goes(other, "/history", "history")
        self._goes(other, "/history/1", "compare")
        other.goto(f"{self.server.url}/")
        self.server.forward(hours=25)
        _presses(other, "Publish")
        self.camera.takes(other, "login-with-text")
        _types(other, {"Email address": AUTHOR, "Password": PASSWORD})
        _presses(other, "Log in", within="main")
        self.camera.takes(other, "editor-resumed")

    def publishers(self) -> None:
        """The console."""
        page = self._page()
        self._logs_in(page, PUBLISHER)
        self.camera.takes(page, "editor-of-a-publisher")
        for name, path in (
            ("queue", "/publisher"),
            ("authors", "/publisher/authors"),
            ("authors-waiting", "/publisher/authors?state=waiting"),
            ("authors-none", "/publisher/authors?q=nobody+of+this+name"),
            ("export", "/publisher/export"),
            ("import", "/publisher/import"),
        ):
            self._goes(page, path, name)
        for address, name in ((LONG_NAME, "author"), (WAITING, "author-waiting"), (SUSPENDED, "author-suspended")):
            self._finds(page, address)
            self.camera.takes(page, name)
        here = page.url.removeprefix(self.server.url)
        self._goes(page, f"{here}/restore", "restore")
        self._finds(page, LONG_NAME)
        here = page.url.removeprefix(self.server.url)
        for act in ("suspend", "edit", "history"):
            self._goes(page, f"{here}/{act}", f"publisher-{act}")
        self._finds(page, WAITING)
        here = page.url.removeprefix(self.server.url)
        self._goes(page, f"{here}/decline", "decline")
        _types(page, {"Note to Zéphirine (optional)": "We print poems only.\n\nTry us again with some."})
        _presses(page, "Show the email with this note")
        self.camera.takes(page, "decline-preview")
        page.goto(f"{self.server.url}/publisher")
        _presses(page, "Approve Zéphirine")
        self.camera.takes(page, "queue-approved")

    def readers(self) -> None:
        """What needs no log-in and no program behind it."""
        page = self._page()
        for name, path in (
            ("index", "/authors/"),
            ("reader", "/authors/ruth-ambersley/"),
            ("reader-long", "/authors/augustine-nkemdirim-hale/"),
            ("reader-from-the-right", "/authors/rayhana-al-mirsali/"),
            ("reader-without-photo", "/authors/tak-eunsol/"),
            ("reader-short", "/authors/kestrelle/"),
            ("reader-long-name", f"/authors/{self._slug_of_the_long_name(page)}/"),
        ):
            self._goes(page, path, name)
        for name, path in (("reader", "/authors/ruth-ambersley/"), ("index", "/authors/")):
            page.goto(f"{self.server.url}{path}")
            self.camera.on_paper(page, name)

    def _page(self) -> Page:
        return self.browser.new_context(locale="en-GB", reduced_motion="reduce").new_page()

    def _goes(self, page: Page, path: str, name: str) -> None:
        page.goto(f"{self.server.url}{path}")
        self.camera.takes(page, name)

    def _logs_in(self, page: Page, address: str, password: str = PASSWORD) -> None:
        page.context.clear_cookies()
        page.goto(f"{self.server.url}/login")
        _types(page, {"Email address": address, "Password": password})
        _presses(page, "Log in", within="main")

    def _finds(self, page: Page, address: str) -> None:
        page.goto(f"{self.server.url}/publisher/authors?q={address}")
        page.locator(".people th a").first.click()
        page.wait_for_load_state()

    def _letter(self, page: Page, to: str, subject: str) -> str:
        """The text of a letter, of which pictures are taken on the way."""
        body = self.server.letter(to, subject=subject).get_body(("plain",))
        page.goto(f"{self.server.url}/mailbox")
        page.locator("li", has_text=f"to {to}").get_by_role("link").first.click()
        page.wait_for_load_state()
        name = subject.lower().replace(" ", "-")
        self.camera.takes(page, f"letter-{name}")
        page.get_by_role("link", name="See it as mail programs show it").click()
        page.wait_for_load_state()
        self.camera.takes(page, f"letter-{name}-as-mail")
        return str(body.get_content()) if body else ""

    def _slug_of_the_long_name(self, page: Page) -> str:
        page.goto(f"{self.server.url}/authors/")
        link = page.get_by_role("link", name="Maria Benedita").get_attribute("href") or ""
        return link.strip("/").rpartition("/")[2]


def _types(page: Page, words: Mapping[str, str]) -> None:
    for label, text in words.items():
        page.get_by_label(label, exact=True).fill(text)


def _presses(page: Page, button: str, within: str = "body") -> None:
    with page.expect_navigation():
        page.locator(within).get_by_role("button", name=button, exact=True).first.click()


@contextmanager
def _server(port: int) -> Iterator[Server]:
    """A portal of the demo's people, which is gone afterwards."""
    people = json.loads(resources.files("byline.cli").joinpath("demo_authors.json").read_text("utf-8"))
    site = {f"BYLINE_{name}": value for name, value in SITE.items()} | {"BYLINE_THROTTLE": "off"}
    environ = {name: value for name, value in os.environ.items() if not name.startswith("BYLINE_")} | site
    with tempfile.TemporaryDirectory(prefix="byline-pictures-") as folder:
        data = Path(folder) / "data"
        prepare(Settings.from_environ({**site, "BYLINE_DATA": str(data), "BYLINE_PORT": str(port)}), people)
        server = Server(data, port, environ, movable_clock=True)
        try:
            server.start()
            yield server
        finally:
            server.kill()


if __name__ == "__main__":
    main()
