"""Inviting in a browser: a pasted list, its preview, the email's link; and the page of the team."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.people import PASSWORD, path_in

if TYPE_CHECKING:
    from tests.browser.portal import Portal


def test_forty_are_invited_with_four_clicks_and_one_accepts(portal: Portal) -> None:
    desk = portal.publisher()
    address = portal.address("ana")
    others = "\n".join(f"Author {number} <{portal.address('guest')}>" for number in range(39))
    link = desk.page.locator(".console-nav a[href$=invitations]").inner_text()
    desk.follows(" ".join(link.split()))  # behind it stands how many were invited before
    desk.types({"Authors to invite": f"Ana Lima <{address}>\n{others}\nBo Lund"})
    desk.presses("Preview the list")
    assert desk.heading == "Invite 40 authors?"
    assert "1 line has to be corrected." in desk.text
    desk.page.get_by_label("Email address").fill("bo@")
    desk.presses("Check the corrections", status=422)
    desk.page.get_by_label("Email address").fill(portal.address("bo"))
    desk.presses("Check the corrections")
    assert desk.heading == "Invite 41 authors?"
    desk.presses("Send 41 invitations")
    assert "41 invitations are on their way." in desk.text
    assert "Emails are being sent" in desk.text
    desk.types({"Authors to invite": f"Cy Moss <{portal.address('cy')}>"})
    desk.presses("Preview the list")
    desk.presses("Send 1 invitation")
    assert "It may not have been saved" not in desk.text
    assert desk.page.get_by_label("Authors to invite").input_value() == ""

    ana = portal.visitor()
    ana.goes_to(path_in(portal.letter(address, "You are invited as an author"), "/invitation/"))
    assert ana.heading == "Welcome, Ana Lima"
    ana.types({"Password": "short"})
    ana.presses("Accept and log in", status=422)
    ana.types({"Password": PASSWORD})
    ana.presses("Accept and log in")
    assert ana.heading == "Your page"


def test_a_colleague_is_invited_and_an_author_appointed_on_the_page_of_the_team(portal: Portal) -> None:
    desk = portal.publisher()
    colleague, address = portal.address("colleague"), portal.address("ana")
    portal.author(address, "Ana Lima")
    desk.follows("Team")
    desk.types({"Name": "Wim Aas", "Email address": "wim@"})
    desk.presses("Invite", status=422)
    desk.types({"Email address": colleague})
    desk.presses("Invite")
    assert "An invitation to Wim Aas is on its way." in desk.text
    desk.types({"Name": "Ana Lima", "Email address": address})
    desk.presses("Invite")
    assert desk.heading == "Make Ana Lima a publisher?"
    desk.presses("Make a publisher")
    assert "Ana Lima is a publisher now." in desk.text
    desk.clicks(desk.page.get_by_role("link", name="Make an author again… Ana Lima").first)
    assert desk.heading == "Make Ana Lima an author again?"
    desk.presses("Make an author again")
    assert "Ana Lima is an author now." in desk.text
