"""A publisher whose session is over: every address of the console leads to the login and back, and a decision that was
pressed is carried through it.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from tests.people import csrf_of

from byline.accounts.model import State

if TYPE_CHECKING:
    from tests.people import Person, Portal
    from werkzeug.test import TestResponse

HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
ADDRESSES = [
    "/publisher",
    "/publisher/",
    "/publisher/authors?q=ana",
    "/publisher/authors/0123456789abcdef01234567",
    "/publisher/authors/0123456789abcdef01234567/approve",
    "/publisher/no/such/page",
    "/publisher/first",
    "/publisher/first/token/more",
]


@pytest.fixture
def ana(portal: Portal) -> Person:
    return portal.waiting()


def pressed(portal: Portal, desk: Person, ana: Person, act: str, **fields: str) -> TestResponse:
    """The answer to a button of a page that stood open while the session ended."""
    at = f"/publisher/authors/{portal.account(ana.address).id}"
    page = desk.get("/publisher" if act == "approve" else f"{at}/{act}").text
    form = next(each for each in page.split("<form")[1:] if f'action="{at}/{act}"' in each).partition("</form>")[0]
    portal.world.clock.forward(hours=2)
    data = {name: unescape(value) for name, value in HIDDEN.findall(form)}
    return desk.client.post(f"{at}/{act}", data={**data, **fields})


def log_in(person: Person, page: TestResponse) -> TestResponse:
    """Log in on the page that the answer is, with what rides along."""
    kept = {name: unescape(value) for name, value in HIDDEN.findall(page.text)}
    return person.client.post(
        "/login", data={**kept, "author_email": person.address, "author_password": person.password}
    )


@pytest.mark.parametrize("address", ADDRESSES)
def test_strangers_are_led_to_the_login_and_back_from_every_address_alike(portal: Portal, address: str) -> None:
    for method in ("get", "post", "delete"):
        answer = getattr(portal.person().client, method)(address)
        assert answer.status_code == 302, method
        assert answer.headers["Location"].startswith("/login"), method
    assert portal.person().get(address).headers["Location"].startswith("/login?next=/publisher")
    assert portal.waiting().get(address).status_code == 404
    author = portal.author("bo@example.org", "Bo Lund")
    for method in ("get", "post", "delete"):
        assert getattr(author.client, method)(address).status_code == 404, method


def test_a_link_in_an_email_to_publishers_leads_to_the_queue_through_the_login(portal: Portal, ana: Person) -> None:
    portal.publisher()
    phone = portal.person("desk@marram.example")

    answer = phone.get(phone.get("/publisher").headers["Location"])
    assert log_in(phone, answer).headers["Location"] == "/publisher"
    assert ana.name in phone.get("/publisher").text


def test_a_decision_that_was_pressed_is_carried_through_the_login(portal: Portal, ana: Person) -> None:
    desk = portal.publisher()

    page = pressed(portal, desk, ana, "approve")
    assert page.status_code == 200
    assert "Log in, and what you decided is carried out." in page.text
    assert portal.account(ana.address).state is State.WAITING
    answer = log_in(desk, page)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/publisher")
    assert portal.account(ana.address).state is State.ACTIVE
    assert "Ana Lima approved." in desk.get("/publisher").text


def test_a_wrong_password_between_does_not_lose_the_decision(portal: Portal, ana: Person) -> None:
    desk = portal.publisher()
    page = pressed(portal, desk, ana, "approve")

    right, desk.password = desk.password, "wrong horse battery staple"
    page = log_in(desk, page)
    assert page.status_code == 422
    assert "what you decided is carried out" in page.text
    desk.password = right
    log_in(desk, page)

    assert portal.account(ana.address).state is State.ACTIVE


def test_a_note_rides_along_and_a_decision_that_cannot_be_carried_out_shows_its_form(
    portal: Portal, ana: Person
) -> None:
    desk = portal.publisher()

    shown = log_in(desk, pressed(portal, desk, ana, "decline", note="x" * 2_001))
    assert shown.status_code == 422
    assert "longer than 2,000 characters" in shown.text
    assert "x" * 2_001 in shown.text
    log_in(desk, pressed(portal, desk, ana, "decline", note="Not this year."))

    assert portal.account(ana.address).state is State.DECLINED
    assert portal.account(ana.address).note == "Not this year."


def test_nobody_else_carries_out_what_a_publisher_pressed(portal: Portal, ana: Person) -> None:
    desk, other = portal.publisher(), portal.publisher("two@marram.example", "Ole Dahl")
    page = pressed(portal, desk, ana, "approve")
    other.client = desk.client

    assert log_in(other, page).status_code == 303
    assert portal.account(ana.address).state is State.WAITING


def test_without_a_valid_seal_the_publisher_sees_the_author_with_the_button(portal: Portal, ana: Person) -> None:
    desk = portal.publisher()
    at = f"/publisher/authors/{portal.account(ana.address).id}"

    answer = pressed(portal, desk, ana, "approve", owner="0123.4567.forged")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/login?next={at}")
    page = desk.get(answer.headers["Location"])
    assert log_in(desk, page).headers["Location"] == at
    assert portal.account(ana.address).state is State.WAITING
    assert f'action="{at}/approve"' in desk.get(at).text
    assert csrf_of(desk.get(at))


def test_a_forged_decision_is_not_carried_out(portal: Portal, ana: Person) -> None:
    desk = portal.publisher()
    page = pressed(portal, desk, ana, "approve")
    kept = {name: unescape(value) for name, value in HIDDEN.findall(page.text)}

    forged = {**kept, "kept": kept["kept"].replace("approve", "suspend")}
    desk.client.post("/login", data={**forged, "author_email": desk.address, "author_password": desk.password})

    assert portal.account(ana.address).state is State.WAITING
