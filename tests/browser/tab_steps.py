"""What people do in a tab of either browser: fill in a form, press a button, become an author."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from tests.people import PASSWORD, path_in
from tests.server import soon

from byline.accounts.addresses import address_hash, normalise
from byline.accounts.records import claim_key
from byline.audit import OPERATOR
from byline.authors import decisions

if TYPE_CHECKING:
    from tests.browser.tabs import Tab
    from tests.server import Server

READY = "return document.readyState === 'complete' && location.href"
HEADING = "return document.readyState === 'complete' && document.querySelector('h1')?.innerText"
FILL = """
for (const [name, value] of Object.entries(arguments[0])) {
    const field = document.querySelector(`main [name=${name}]`);
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
}
return true;
"""
PRESS = """
const found = Array.from(document.querySelectorAll("button")).find((button) => button.innerText === arguments[0]);
setTimeout(() => found.click());
return Boolean(found);
"""


def fill(tab: Tab, **values: str) -> None:
    """Type into fields, each named by its name."""
    assert soon(lambda: tab.run(READY), "the page")
    assert tab.run(FILL, values)


def press(tab: Tab, button: str, heading: str) -> None:
    """Press a button, and wait for the page with this heading."""
    tab.run("window.before = true")
    assert tab.run(PRESS, button), tab.run("return document.body.innerText")
    soon(lambda: tab.run(f"if (window.before) return; {HEADING}") == heading, heading)


def is_author(tab: Tab, portal: Server, address: str) -> None:
    """Register, confirm and be approved: the empty editor is open."""
    tab.open(f"{portal.url}/register")
    fill(tab, author_name="Ana Lima", author_email=address, author_password=PASSWORD)
    press(tab, "Create account", "Check your email")
    body = portal.letter(address, subject="Confirm your email address").get_body(("plain",))
    assert body
    tab.open(f"{portal.url}{path_in(str(body.get_content()), '/confirm/')}")
    with closing((ports := portal.ports()).store):
        claim = claim_key(address_hash(normalise(address)))
        decisions.approve(ports, OPERATOR, str(ports.store.get(claim)[claim].data["account"]))
    tab.open(f"{portal.url}/")
    assert soon(lambda: tab.run(HEADING), "the editor") == "Your page"
