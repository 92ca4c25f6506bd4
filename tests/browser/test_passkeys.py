"""Passkeys in a real Chromium, with its virtual device: added, used to log in, and proven with again."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pytest
from tests.people import PASSWORD
from tests.server import running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, CDPSession, Page
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


_TO_URL = str.maketrans("+/", "-_", "=")
"""From base64 to what WebAuthn writes."""


@dataclass(frozen=True)
class Device:
    """The browser's virtual device."""

    session: CDPSession
    id: str

    def passkeys(self) -> list[dict[str, Any]]:
        """Those that it holds."""
        found = self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        return list(found["credentials"])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A portal at an address with a name: browsers want one for passkeys."""
    with running(tmp_path / "data", host="localhost", movable_clock=True) as server:
        server.run("publisher", "add", DESK, "--name", "Ines Vale", "--password-stdin", typed=PASSWORD)
        yield server


@contextmanager
def window(
    browser: Browser,
    *,
    width: int = 1280,
    theme: Literal["light", "dark"] = "light",
    locale: str = "en-GB",
    **options: object,
) -> Iterator[tuple[Page, Device]]:
    """A page in a browser whose device answers by itself, and that device; no script of the page may fail."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=theme, locale=locale, reduced_motion="reduce"
    )
    page, faults = context.new_page(), []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": {**DEVICE, **options}})
    yield page, Device(session, added["authenticatorId"])
    context.close()
    assert faults == []


def logs_in(page: Page, server: Server, *, is_offered: bool = True) -> None:
    """With the password, past the offer of a passkey, which is made once."""
    page.goto(f"{server.url}/login")
    page.get_by_label("Email address").fill(DESK)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("[name=makes_passkeys]").wait_for(state="attached")
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
    if is_offered:
        page.wait_for_url(f"{server.url}/passkeys/offer")
        page.get_by_role("link", name="Not now").click()
    page.wait_for_url(f"{server.url}/publisher*")


def adds(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/account/security")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url(f"{server.url}/account/security")


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


SIGNALS = ("signalUnknownCredential", "signalAllAcceptedCredentials", "signalCurrentUserDetails")
"""What a browser is told, so that its list of passkeys is that of the portal (WebAuthn Level 3, 5.1.10)."""


def listens(page: Page) -> None:
    """Keep what the portal tells the browser, once the browser has done something about it."""
    page.add_init_script(
        f"""for (const name of {list(SIGNALS)}) {{
            const tell = PublicKeyCredential[name].bind(PublicKeyCredential);
            PublicKeyCredential[name] = async (said) => {{
                await tell(said);
                sessionStorage.setItem(name, JSON.stringify(said));
            }};
        }}"""
    )


def told(page: Page, name: str) -> dict[str, Any]:
    """What the browser was told by a function of this name since it was asked last."""
    said = page.wait_for_function("name => sessionStorage.getItem(name)", arg=name).json_value()
    page.evaluate("name => sessionStorage.removeItem(name)", name)
    found: dict[str, Any] = json.loads(said)
    return found


def test_the_browser_is_told_which_passkeys_there_are_and_whose_they_are(browser: Browser, server: Server) -> None:
    with window(browser) as (page, device):
        listens(page)
        logs_in(page, server)
        adds(page, server)

        [made] = device.passkeys()
        of_passkey, of_person = (made[each].translate(_TO_URL) for each in ("credentialId", "userHandle"))
        assert told(page, "signalAllAcceptedCredentials") == {
            "rpId": "localhost",
            "userId": of_person,
            "allAcceptedCredentialIds": [of_passkey],
        }
        assert told(page, "signalCurrentUserDetails") == {
            "rpId": "localhost",
            "userId": of_person,
            "name": DESK,
            "displayName": "Ines Vale",
        }

        page.get_by_role("link", name="Remove Passkey 1").click()
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Remove", exact=True).click()
        page.get_by_text("The passkey is removed.").wait_for()
        assert told(page, "signalAllAcceptedCredentials")["allAcceptedCredentialIds"] == []
        assert device.passkeys() == []


def test_the_browser_forgets_a_passkey_that_the_portal_does_not_know(browser: Browser, server: Server) -> None:
    with window(browser) as (page, device):
        listens(page)
        logs_in(page, server)
        adds(page, server)
        [made] = device.passkeys()
        page.get_by_role("link", name="Remove Passkey 1").click()
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Remove", exact=True).click()
        page.get_by_text("The passkey is removed.").wait_for()
        told(page, "signalAllAcceptedCredentials")
        logs_out(page, server)
        device.session.send("WebAuthn.addCredential", {"authenticatorId": device.id, "credential": made})  # of a backup

        page.goto(f"{server.url}/login")  # the device offers it
        page.get_by_text("does not know that passkey any more").wait_for()

        of_passkey = made["credentialId"].translate(_TO_URL)
        assert told(page, "signalUnknownCredential") == {"rpId": "localhost", "credentialId": of_passkey}
        assert device.passkeys() == []


def test_a_passkey_is_offered_once_after_a_login_with_the_password(browser: Browser, server: Server) -> None:
    with window(browser) as (page, _):
        logs_in(page, server)
        logs_out(page, server)
        logs_in(page, server, is_offered=False)


@pytest.mark.parametrize("is_filled_in", [True, False])
def test_the_browser_makes_it_by_itself_if_it_has_filled_in_the_password(
    browser: Browser, server: Server, *, is_filled_in: bool
) -> None:
    """No password manager is at hand, so the test stands in for it: the virtual device answers, or no one does."""
    with window(browser) as (page, device):
        page.add_init_script(
            """const create = navigator.credentials.create.bind(navigator.credentials);
            navigator.credentials.create = ({ publicKey, mediation }) => {
                const how = `${mediation ?? "asked"} ${publicKey.authenticatorSelection.userVerification}`;
                sessionStorage.setItem("made", [sessionStorage.getItem("made"), how].filter(Boolean).join(", "));
                if (mediation && !FILLED_IN) return Promise.reject(new DOMException("", "NotAllowedError"));
                return create({ publicKey });
            };""".replace("FILLED_IN", str(is_filled_in).lower())
        )
        page.goto(f"{server.url}/login?next=/account")
        page.get_by_label("Email address").fill(DESK)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.locator("[name=makes_passkeys]").wait_for(state="attached")
        page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
        page.get_by_role("button", name="Add a passkey").click()
        page.get_by_role("heading", name="Your recovery codes").wait_for()

        by_itself, asked = "conditional preferred", "asked required"
        made = page.evaluate("sessionStorage.getItem('made')")
        assert made == (by_itself if is_filled_in else f"{by_itself}, {asked}")
        assert len(device.passkeys()) == 1


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
