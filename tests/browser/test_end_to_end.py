"""From the first start of a portal to the page that a reader sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.conftest import SITE
from tests.browser.portal import CONFIRM, DESK, GATE_ONE, GATE_TWO, registers
from tests.browser.variants import on_both_engines
from tests.people import PASSWORD
from tests.server import soon

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import StartsServers
    from tests.browser.variants import Variant
    from tests.browser.visitor import Visitor
    from tests.server import Server

ANA = "ana@example.org"


@on_both_engines
def test_from_the_operators_link_to_the_readers_page(
    server: StartsServers, comes: Callable[[Server], Visitor], variant: Variant
) -> None:
    portal = server(variant.engine, **SITE)
    desk, ana, reader = (comes(portal) for _ in range(3))

    becomes_publisher(desk, reader)
    comes_to_the_second_gate(ana)
    lets_in(desk)
    portal.forward(seconds=31)
    writes(ana)
    finds_the_page(reader)


def becomes_publisher(desk: Visitor, stranger: Visitor) -> None:
    link = desk.server.first_publisher_link
    desk.goes_to("/mailbox")
    assert "Nothing sent yet" in desk.text
    desk.goes_to(link)
    desk.presses("Become publisher", status=422)
    assert "Enter your name" in desk.text
    desk.types({"Your name": "Ines Vale", "Email address": DESK, "Password": PASSWORD})
    desk.presses("Become publisher")

    assert desk.heading == "Waiting for approval"
    assert desk.page.locator(".console-nav .tally").count() == 0
    assert "No one is waiting for approval" in desk.text
    stranger.goes_to(link, status=410)
    assert "each start prints a new link" in stranger.text

    bar = desk.page.get_by_role("region", name="Your email address is not confirmed yet")
    assert bar.is_visible()
    desk.opens_letter(DESK, CONFIRM)
    desk.goes_to(desk.link_in_letter("/confirm/"))
    assert desk.path == "/publisher"
    assert bar.count() == 0


def comes_to_the_second_gate(ana: Visitor) -> None:
    ana.goes_to("/")
    ana.follows("Create an author account")
    registers(ana, ANA)
    ana.goes_to("/account", status=403)
    assert GATE_ONE in ana.text

    ana.opens_letter(ANA, CONFIRM)
    ana.goes_to(ana.link_in_letter("/confirm/"))
    assert GATE_TWO in ana.text
    ana.goes_to("/history", status=403)
    assert GATE_TWO in ana.text


def lets_in(desk: Visitor) -> None:
    desk.opens_letter(DESK, "1 author is waiting for approval")
    desk.goes_to(desk.link_in_letter("/publisher"))
    assert desk.heading == "Waiting for approval"
    assert desk.page.locator(".console-nav .tally").all_inner_texts() == ["1"]
    assert ANA in desk.text
    desk.presses("Approve Ana Lima")

    assert "Ana Lima approved." in desk.text
    assert desk.page.get_by_role("button", name="Undo").is_visible()
    assert desk.heading == "Waiting for approval"
    assert desk.page.locator(".console-nav .tally").count() == 0


def writes(ana: Visitor) -> None:
    ana.opens_letter(ANA, "Your author page is open")
    ana.goes_to("/")
    assert ana.heading == "Your page"
    assert "Not published yet" in ana.text
    ana.goes_to("/history")
    assert "Nothing saved yet" in ana.text
    ana.follows("Write the page")
    ana.types({"Biography (optional)": "I wrote *The Salt Road*."})
    ana.presses("Publish")

    assert "Saved and published." in ana.text
    ana.follows("See the page")
    assert ana.page.locator(".bio em").inner_text() == "The Salt Road"


def finds_the_page(reader: Visitor) -> None:
    def in_the_index() -> bool:
        reader.goes_to("/authors/")
        return "Ana Lima" in reader.text

    soon(in_the_index, "Ana Lima to be in the index")
    reader.follows("Ana Lima")
    assert reader.path == "/authors/ana-lima/"
    assert "I wrote The Salt Road." in reader.text
