"""Every route, asked for by everybody: the answers are those of the one table in byline/web/access.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.access_table import TABLE
from tests.attack.route_walk import COLUMN, EVERYBODY, routes, somebody
from tests.people import csrf_of

from byline.web.access import CLOSED, Answer, Rule, Who

if TYPE_CHECKING:
    from tests.people import Person, Portal
    from werkzeug.test import TestResponse


ENDING = {"login.log_out", "registration.delete", "login.log_in", "registration.register"}
"""They end the very session that walks; tests of their own look at them."""


def test_every_route_has_a_row_of_its_own(portal: Portal) -> None:
    endpoints = {route.endpoint for route in routes(portal.app)}

    assert endpoints == set(TABLE)
    assert [endpoint for endpoint, row in TABLE.items() if row is CLOSED] == []


def test_a_route_without_a_row_is_closed_to_everybody(portal: Portal) -> None:
    portal.app.add_url_rule("/forgotten", "forgotten", lambda: "secret")

    for who in EVERYBODY:
        assert somebody(portal, who).get("/forgotten").status_code == 404
    assert set(CLOSED.answers.values()) == {Answer.HIDDEN}


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_gets_what_the_table_says(portal: Portal, who: str) -> None:
    author = portal.author("target@example.org", "Tara Getz")
    author.save(author_bio="The target's own words.")
    target = portal.account("target@example.org")
    person = somebody(portal, who)

    for route in routes(portal.app):
        if route.method == "POST" and route.endpoint in ENDING:
            continue
        address = route.at(account=target.id)
        answer = ask(person, route.method, address)
        check(TABLE[route.endpoint], COLUMN[who], answer, f"{who}: {route.method} {address}")

    assert portal.account("target@example.org").state.value in {"active", "suspended"} or who == "publisher"
    if who != "publisher":
        assert portal.account("target@example.org") == target


def ask(person: Person, method: str, address: str) -> TestResponse:
    if method == "GET":
        return person.get(address)
    page = person.get("/login") if person.get("/").status_code == 302 else person.get("/logout")
    token = csrf_of(page if "csrf_token" in page.text else person.get("/login"))
    return person.client.post(address, data={"csrf_token": token})


def check(rule: Rule, who: Who, answer: TestResponse, what: str) -> None:
    """What came back is what the table says for this column."""
    expected = rule.answers[who]
    location = answer.headers.get("Location", "")
    match expected:
        case Answer.PASS:
            passed = answer.status_code in {200, 302, 303, 403, 404, 409, 410, 422, 429}
            assert passed, f"{what}: {answer.status}"
            assert answer.status_code != 302 or location in {"/login", "/register"}, f"{what}: to {location}"
        case Answer.LOGIN:
            assert answer.status_code == 302, f"{what}: {answer.status}"
            assert location.startswith("/login"), what
        case Answer.GATE:
            assert answer.status_code == 403, f"{what}: {answer.status}"
            words = "You must confirm your email address" if who is Who.UNCONFIRMED else "You must wait to have your"
            assert words in answer.text, what
        case Answer.HOME:
            assert (answer.status_code, location) == (303, "/"), f"{what}: {answer.status}"
        case Answer.HIDDEN:
            assert answer.status_code == 404, f"{what}: {answer.status}"
            assert "Tara" not in answer.text, what
    if who is not Who.PUBLISHER and "/mailbox" not in what:  # the mailbox shows every letter; it is on loopback only
        assert "target@example.org" not in answer.text, what
