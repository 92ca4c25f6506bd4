"""Registering and proving one's address: every way through the first gate, and every way that leads nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.portal import CONFIRM, GATE_ONE, GATE_TWO, registers
from tests.browser.variants import off_the_main_road, on_both_engines
from tests.people import PASSWORD, path_in

if TYPE_CHECKING:
    from tests.browser.server import Portal


def test_a_refused_registration_says_where_and_keeps_what_was_typed(portal: Portal) -> None:
    ana = portal.visitor()
    ana.goes_to("/register")
    ana.types({"Name": "Ana Lima", "Email address": "ana at example", "Password": "too short"})
    ana.presses("Create account", status=422)

    summary = ana.page.get_by_role("alert")
    assert "No account created yet" in summary.inner_text()
    summary.get_by_role("link").first.click()
    assert ana.focused == "author_email"
    typed = [ana.page.get_by_label(label, exact=True).input_value() for label in ("Name", "Email address", "Password")]
    assert typed == ["Ana Lima", "ana at example", ""]

    address = portal.address()
    ana.types({"Email address": address, "Password": PASSWORD})
    ana.presses("Create account")
    assert address in ana.text


def test_the_letter_is_sent_again_and_to_another_address(portal: Portal) -> None:
    ana, wrong, right = portal.visitor(), portal.address(), portal.address()
    registers(ana, wrong)
    first = path_in(portal.letter(wrong, CONFIRM), "/confirm/")
    ana.presses("Send it again", status=429)
    assert "Wait 2 minutes, then try again" in ana.text
    assert ana.heading == "Check your email"
    portal.server.forward(minutes=2)
    ana.goes_to("/")
    ana.presses("Send it again")
    assert "An email is on its way." in ana.text

    ana.page.get_by_text("Use another address").click()
    ana.types({"New email address": "nowhere"})
    ana.presses("Send the email there", status=422)
    ana.types({"New email address": right})
    ana.presses("Send the email there")
    assert "An email is on its way." in ana.text

    ana.goes_to(first, status=410)
    assert "The confirmation link is either invalid or expired." in ana.text
    ana.opens_letter(right, CONFIRM)
    ana.goes_to(ana.link_in_letter("/confirm/"))
    assert GATE_TWO in ana.text


def test_the_link_works_in_another_browser_for_who_knows_the_password(portal: Portal) -> None:
    ana, phone, address = portal.visitor(), portal.visitor(), portal.address()
    registers(ana, address)
    phone.goes_to(path_in(portal.letter(address, CONFIRM), "/confirm/"))
    assert phone.heading == "Log in to confirm your address"
    phone.types({"Password": "not the one she chose"})
    phone.presses("Log in and confirm", status=422)
    phone.types({"Password": PASSWORD})
    phone.presses("Log in and confirm")
    assert GATE_TWO in phone.text

    ana.goes_to("/")
    assert ana.heading == "Log in"
    assert "Log in to go on" in ana.text
    assert ana.page.get_by_label("Email address").input_value() == address


@on_both_engines
def test_the_code_works_in_the_browser_that_registered(portal: Portal) -> None:
    ana, address = portal.visitor(), portal.address()
    registers(ana, address)
    code = portal.code(address)
    ana.types({"Six-digit code": "000 000" if code.replace(" ", "") != "000000" else "111 111"})
    ana.presses("Confirm with the code", status=422)
    assert "That code does not match" in ana.text
    ana.types({"Six-digit code": code})
    ana.presses("Confirm with the code")

    assert "Your email address is confirmed." in ana.text
    assert GATE_TWO in ana.text
    portal.server.run("approve", address)
    ana.goes_to("/")
    assert ana.heading == "Your page"


@off_the_main_road
def test_a_link_does_nothing_for_anybody_else(portal: Portal) -> None:
    address = portal.address()
    ana, twice = portal.visitor(), portal.visitor()
    registers(ana, address)
    link = path_in(portal.letter(address, CONFIRM), "/confirm/")
    registers(twice, address)
    twice.goes_to(link)
    assert f"This link belongs to another registration of {address}." in twice.text

    other = portal.waiting(portal.address("bo"), "Bo Lund")
    other.goes_to(link)
    assert other.heading == "You are logged in as someone else"

    ana.goes_to(link)
    assert GATE_TWO in ana.text
    ana.goes_to(link)
    assert ana.heading == "Your address is confirmed"
    other.presses("Log out", within="main")
    other.goes_to(link, status=410)


@off_the_main_road
def test_a_registration_can_be_deleted(portal: Portal) -> None:
    ana, address = portal.visitor(), portal.address()
    registers(ana, address)
    ana.follows("Delete this registration")
    ana.follows("Keep it")
    assert GATE_ONE in ana.text
    ana.follows("Delete this registration")
    ana.presses("Delete the registration")
    assert ana.heading == "The registration is deleted"
    ana.follows("Log in", within="main")
    assert ana.heading == "Log in"


@off_the_main_road
def test_five_registrations_of_one_address_are_enough(portal: Portal) -> None:
    address = portal.address()
    # Each in a browser of its own: in one, the next would take the place of the one before.
    for _ in range(5):
        registers(portal.visitor(), address)
    sixth = portal.visitor()
    sixth.goes_to("/register")
    sixth.types({"Name": "Ana Lima", "Email address": address, "Password": PASSWORD})
    sixth.presses("Create account", status=429)
    assert sixth.heading == "Too many registrations of this address"
    sixth.presses("Choose a password by email")
    assert "If the address you typed has an account, an email is on its way." in sixth.text

    sixth.opens_letter(address, "Choose a new password")
    sixth.goes_to(sixth.link_in_letter("/reset/"))
    assert sixth.heading == "Open your account"
    sixth.presses("Open account", status=422)
    sixth.types({"Name": "Ana Lima", "Password": PASSWORD})
    sixth.presses("Open account")
    assert GATE_TWO in sixth.text
