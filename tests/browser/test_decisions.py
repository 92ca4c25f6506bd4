"""What the publisher does: let in, turn down, find, close and open again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.portal import logs_in
from tests.browser.variants import off_the_main_road, on_both_engines

if TYPE_CHECKING:
    from tests.browser.server import Portal
    from tests.browser.visitor import Visitor


def test_declining_shows_the_letter_first_and_can_be_undone(portal: Portal) -> None:
    address = portal.address("dee")
    portal.waiting(address, "Dee Roe")
    desk = portal.publisher()
    finds(desk, address, "Dee Roe")
    desk.follows("Decline Dee Roe…")
    desk.types({"Note to Dee Roe (optional)": "x" * 2_001})
    desk.presses("Decline Dee Roe", status=422)
    desk.types({"Note to Dee Roe (optional)": "We print poems only."})
    desk.presses("Show the email with this note")
    assert "We print poems only." in desk.page.get_by_role("region", name="The email").inner_text()
    desk.presses("Decline Dee Roe")
    assert "Dee Roe declined." in desk.text
    desk.presses("Undo")
    assert "Dee Roe is waiting for a decision again." in desk.text

    finds(desk, address, "Dee Roe")
    desk.follows("Decline Dee Roe…")
    desk.types({"Note to Dee Roe (optional)": "We print poems only."})
    desk.presses("Decline Dee Roe")
    portal.server.forward(seconds=31)
    assert "We print poems only." in portal.letter(address, "About your author account")

    dee = portal.visitor()
    dee.goes_to("/login")
    logs_in(dee, address, status=403)
    assert dee.heading == "Your account was declined"
    assert "We print poems only." in dee.text


@off_the_main_road
def test_who_was_declined_can_still_be_let_in(portal: Portal) -> None:
    address = portal.address("dee")
    portal.waiting(address, "Dee Roe")
    desk, late = portal.publisher(), portal.publisher()
    finds(desk, address, "Dee Roe")
    finds(late, address, "Dee Roe")
    desk.follows("Decline Dee Roe…")
    desk.presses("Decline Dee Roe")
    finds(desk, address, "Dee Roe")
    desk.presses("Approve Dee Roe")
    assert "Dee Roe approved." in desk.text

    late.presses("Approve Dee Roe")
    assert "Ines Vale already decided about Dee Roe" in late.text
    portal.server.forward(seconds=31)
    dee = portal.visitor()
    dee.opens_letter(address, "Your author page is open")
    logs_in(dee, address)
    assert dee.heading == "Your page"


@on_both_engines
def test_suspending_takes_the_page_from_readers_and_restoring_brings_it_back(portal: Portal) -> None:
    address = portal.address()
    ana, desk, reader = portal.author(address), portal.publisher(), portal.visitor()
    ana.presses("Publish")
    public = ana.page.get_by_role("link", name="See the page").get_attribute("href")
    assert public
    finds(desk, address, "Ana Lima")
    desk.follows("Suspend Ana Lima…")
    desk.presses("Suspend Ana Lima")
    assert "Ana Lima suspended." in desk.text

    reader.sees(public, status=404)
    ana.goes_to("/")
    logs_in(ana, address, status=403)
    assert ana.heading == "Your account is suspended"

    desk.follows("Restore Ana Lima…")
    desk.presses("Restore Ana Lima")
    assert "Ana Lima restored." in desk.text
    reader.sees(public, status=200)
    logs_in(ana, address)
    assert ana.heading == "Your page"


@off_the_main_road
def test_authors_are_found_by_name_address_and_state(portal: Portal) -> None:
    address = portal.address("zoe")
    portal.waiting(address, "Zoë Zurbriggen")
    desk = portal.publisher()
    for typed in ("zoe zur", "ZOË", address[:6]):
        finds(desk, typed, "Zoë Zurbriggen")
        desk.follows("All authors", within="main")
    desk.goes_to("/publisher/authors?state=waiting")
    assert address in desk.text
    desk.goes_to("/publisher/authors?state=declined")
    assert address not in desk.text
    desk.goes_to("/publisher/authors?state=suspended&q=nobody-of-this-name")
    assert "No one found" in desk.text
    desk.follows("Show all authors")


def finds(desk: Visitor, typed: str, name: str) -> None:
    """Search the authors, and open the page of the one with this name."""
    desk.goes_to("/publisher/authors")
    desk.types({"Find by any word of a name or email address": typed})
    desk.presses("Search")
    desk.clicks(desk.page.locator(".people").get_by_role("link").first)
    assert desk.heading == name
