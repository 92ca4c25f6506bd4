"""Passkeys in a real Chromium, with its virtual device: added, used to log in, and proven with again."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from tests.people import PASSWORD
from tests.server import running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page
    from tests.server import Server

DESK = "desk@marram.example"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
    "defaultBackupEligibility": True,
    "defaultBackupState": True,
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A portal at an address with a name: browsers want one for passkeys."""
    with running(tmp_path / "data", host="localhost", movable_clock=True) as server:
        server.run("publisher", "add", DESK, "--name", "Ines Vale", "--password-stdin", typed=PASSWORD)
        yield server


@contextmanager
def window(browser: Browser, **device: object) -> Iterator[tuple[Page, Any]]:
    """A page in a browser whose device answers by itself, and that device; no script of the page may fail."""
    context = browser.new_context(locale="en-GB", reduced_motion="reduce")
    page, faults = context.new_page(), []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    session.send("WebAuthn.addVirtualAuthenticator", {"options": {**DEVICE, **device}})
    yield page, session
    context.close()
    assert faults == []


def logs_in(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/login")
    page.get_by_label("Email address").fill(DESK)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url(f"{server.url}/publisher*")


def adds(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/account/security")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()


def logs_out(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/logout")
    page.get_by_role("main").get_by_role("button", name="Log out").click()
    page.get_by_text("You are logged out.").wait_for()


def test_a_passkey_is_added_and_logs_in_without_an_address(browser: Browser, server: Server) -> None:
    with window(browser) as (page, _):
        logs_in(page, server)
        adds(page, server)
        assert "Synced" in page.locator(".devices").inner_text()
        logs_out(page, server)

        page.goto(f"{server.url}/login")  # what the browser offers at the field, its device takes at once
        page.wait_for_url(f"{server.url}/publisher*")

        page.goto(f"{server.url}/account/security")
        assert "last used" in page.locator(".devices").inner_text()


def test_who_came_by_a_passkey_proves_by_it_again(browser: Browser, server: Server) -> None:
    with window(browser) as (page, _):
        logs_in(page, server)
        adds(page, server)
        server.forward(minutes=20)

        page.goto(f"{server.url}/account/verify?next=/account/sessions")
        page.get_by_role("button", name="Use a passkey").click()

        page.wait_for_url(f"{server.url}/account/sessions")


def test_a_device_that_refuses_is_told_and_the_password_goes_on(browser: Browser, server: Server) -> None:
    with window(browser, isUserVerified=False) as (page, _):
        page.goto(f"{server.url}/login")
        page.get_by_role("button", name="Use a passkey").click()
        page.get_by_text("Your device did not answer.").wait_for()

        logs_in(page, server)
