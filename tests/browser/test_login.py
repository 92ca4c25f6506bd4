"""Logging in and out, and passwords: changed, forgotten, and chosen by who was invited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.portal import logs_in
from tests.browser.variants import off_the_main_road, on_both_engines
from tests.people import PASSWORD, path_in

if TYPE_CHECKING:
    from tests.browser.portal import Portal
    from tests.browser.visitor import Visitor

NEW, NEWEST = "quite another long password", "and one more, longer still"
RESET = "Choose a new password"


@on_both_engines
def test_who_asks_to_be_remembered_is_and_nobody_else(portal: Portal) -> None:
    address = portal.address()
    here, phone = portal.author(address), portal.visitor()
    here.presses("Log out", within="header")
    assert "You are logged out." in here.text
    logs_in(here, address, password="not the right one at all", status=422)
    assert "The email address or the password is not right" in here.text
    logs_in(here, address)
    phone.goes_to("/login")
    logs_in(phone, address, remember=True)
    assert here.heading == phone.heading == "Your page"
    assert login_expires(here) == -1, "without being asked, the login outlives the browser"
    assert login_expires(phone) > 0

    portal.server.forward(hours=3)
    here.goes_to("/account")
    assert here.heading == "Log in"
    assert here.page.get_by_label("Email address").input_value() == address
    logs_in(here, address)
    assert here.heading == "Account"
    phone.goes_to("/")
    assert phone.heading == "Your page"


def test_a_new_password_logs_all_other_devices_out(portal: Portal) -> None:
    address = portal.address()
    ana, phone = portal.author(address), portal.visitor()
    phone.goes_to("/login")
    logs_in(phone, address)
    ana.goes_to("/account")
    ana.follows("Change password")
    ana.types({"Current password": "not the right one at all", "New password": NEW})
    ana.presses("Change password", status=422)
    ana.types({"Current password": PASSWORD, "New password": "password"})
    ana.presses("Change password", status=422)
    ana.types({"Current password": PASSWORD, "New password": NEW})
    ana.presses("Change password")
    assert "Your password is changed. All other devices are logged out." in ana.text

    phone.goes_to("/")
    logs_in(phone, address, status=422)
    logs_in(phone, address, NEW)
    assert phone.heading == "Your page"
    ana.opens_letter(address, "Your password was changed")
    ana.goes_to("/")
    assert ana.heading == "Your page"


@on_both_engines
def test_a_forgotten_password_is_replaced_by_mail(portal: Portal) -> None:
    address = portal.address()
    elsewhere, ana = portal.author(address), portal.visitor()
    ana.goes_to("/login")
    logs_in(ana, address, password="what was it again?", status=422)
    ana.presses("Forgot your password?")
    assert ana.page.get_by_label("Email address").input_value() == address
    ana.types({"Email address": "nobody"})
    ana.presses("Send the email", status=422)
    unknown = portal.address("nobody")
    for who in (unknown, address):
        ana.goes_to("/reset")
        ana.types({"Email address": who})
        ana.presses("Send the email")
        assert "If the address you typed has an account, an email is on its way." in ana.text
        assert ana.heading == "Check your email"

    ana.opens_letter(address, RESET)
    link = ana.link_in_letter("/reset/")
    ana.goes_to(link)
    ana.types({"New password": "too short"})
    ana.presses("Change password", status=422)
    ana.types({"New password": NEWEST})
    ana.presses("Change password")
    assert "Your new password is set. All other devices are logged out." in ana.text
    assert ana.heading == "Your page"

    elsewhere.goes_to("/")
    assert elsewhere.heading == "Log in"
    elsewhere.goes_to(link, status=410)
    assert "A link for a new password works once and for one hour." in elsewhere.text
    assert not portal.server.letters(unknown)


@off_the_main_road
def test_who_is_invited_as_a_publisher_chooses_a_password(portal: Portal) -> None:
    address = portal.address("colleague")
    portal.server.run("publisher", "add", address, "--name", "Wim Aas")
    wim = portal.visitor()
    wim.goes_to(path_in(portal.letter(address, "You are invited as a publisher"), "/invitation/"))
    assert wim.heading == "Welcome, Wim Aas"
    assert "as a publisher" in wim.text
    wim.types({"Password": NEW})
    wim.presses("Accept and log in")
    assert wim.path == "/publisher"


@off_the_main_road
def test_a_link_alone_logs_nobody_out(portal: Portal) -> None:
    ana = portal.author(portal.address())
    ana.goes_to("/logout")
    assert ana.heading == "Log out?"
    ana.follows("Stay logged in")
    assert ana.heading == "Your page"
    ana.goes_to("/logout")
    ana.presses("Log out", within="main")
    ana.goes_to("/logout")
    assert "You are not logged in in this browser." in ana.text


def login_expires(visitor: Visitor) -> float:
    """When the cookie of a login expires, -1 for the end of the browser."""
    [cookie] = [cookie for cookie in visitor.page.context.cookies() if cookie["name"] == "byline"]
    return cookie["expires"]
