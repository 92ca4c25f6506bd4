"""One tab of Chromium or of Firefox: open an address, go back, run a script. Firefox is spoken to by Marionette."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any, Protocol

from playwright.sync_api import Error
from tests.engines import free_port
from tests.server import soon

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

PROGRAMS = ("firefox-esr", "firefox")
LONGEST_START_SECONDS = 120
_QUIET = (
    "app.normandy.enabled", "app.update.enabled", "browser.aboutwelcome.enabled", "extensions.update.enabled",
    "datareporting.policy.dataSubmissionEnabled", "network.captive-portal-service.enabled",
    "network.connectivity-service.enabled",
)  # fmt: skip
"""What makes a fresh Firefox ask other machines."""


_KEYS = {"Control": "\ue009", "Shift": "\ue008", "Enter": "\ue007", "End": "\ue010", "ArrowDown": "\ue015"}
"""Keys without a character, as WebDriver has them."""


class Tab(Protocol):
    """A browser's tab."""

    def open(self, address: str) -> None:
        """Open an address; where nothing answers, the browser's own page about it."""

    def back(self) -> None:
        """Press the browser's Back."""

    def press(self, *keys: str) -> None:
        """Press keys together, such as ``Control`` and ``v``."""

    def run(self, script: str, *values: object) -> Any:
        """What a function's body returns in the page, with ``arguments``; ``None`` while a page is on its way."""


class Chromium:
    """A tab of the browser that the other tests use."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def open(self, address: str) -> None:
        with suppress(Error):  # nothing answers
            self._page.goto(address)

    def back(self) -> None:
        with suppress(Error):  # the page before may be told to have failed meanwhile: Chromium loads it again and again
            self._page.go_back()

    def press(self, *keys: str) -> None:
        self._page.keyboard.press("+".join(keys))

    def run(self, script: str, *values: object) -> Any:
        try:
            return self._page.evaluate(f"values => (function () {{ {script} }}).apply(null, values)", list(values))
        except Error:
            return None


class Firefox:
    """A Firefox of its own, without a window."""

    def __init__(self, line: IO[bytes], connection: socket.socket) -> None:
        self._line = line
        self._connection = connection
        self._number = 0
        self._heard()
        self._asks("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {"unhandledPromptBehavior": "accept"}}})

    def open(self, address: str) -> None:
        self._asks("WebDriver:Navigate", {"url": address})

    def back(self) -> None:
        self._asks("WebDriver:Back")

    def press(self, *keys: str) -> None:
        values = [_KEYS.get(key, key) for key in keys]
        downs = [{"type": "keyDown", "value": value} for value in values]
        ups = [{"type": "keyUp", "value": value} for value in reversed(values)]
        row = {"type": "key", "id": "keyboard", "actions": [*downs, *ups]}
        self._asks("WebDriver:PerformActions", {"actions": [row]})

    def run(self, script: str, *values: object) -> Any:
        answer = self._asks("WebDriver:ExecuteScript", {"script": script, "args": list(values)})
        return answer and answer["value"]

    def quit(self) -> None:
        """Close the browser."""
        self._asks("Marionette:Quit", {"flags": ["eForceQuit"]})

    def _asks(self, command: str, parameters: dict[str, Any] | None = None) -> Any:
        self._number += 1
        message = json.dumps([0, self._number, command, parameters or {}]).encode()
        self._connection.sendall(b"%d:%b" % (len(message), message))
        _, _, _, result = self._heard()
        return result

    def _heard(self) -> Any:
        digits = b""
        while (letter := self._line.read(1)) != b":":
            assert letter, "Firefox is gone"
            digits += letter
        return json.loads(self._line.read(int(digits)))


@contextmanager
def firefox(profile: Path) -> Iterator[Firefox]:
    """A Firefox with a new profile in this folder."""
    program = next(filter(None, map(shutil.which, PROGRAMS)))
    assert program
    port = free_port()
    profile.mkdir()
    settings = {"marionette.port": port, "browser.shell.checkDefaultBrowser": False, **dict.fromkeys(_QUIET, False)}
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in settings.items())
    (profile / "user.js").write_text("".join(lines))
    command = [program, "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:

        def connected() -> socket.socket | None:
            try:
                return socket.create_connection(("127.0.0.1", port))
            except OSError:
                return None

        connection = soon(connected, "Firefox to answer", seconds=LONGEST_START_SECONDS)
        assert connection
        with connection, connection.makefile("rb") as line:
            tab = Firefox(line, connection)
            yield tab
            tab.quit()
    finally:
        process.kill()
        process.wait()
