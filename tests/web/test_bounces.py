"""Who sees that letters to somebody do not arrive, and what they can do about it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest

from byline.accounts.bounces import MAIL_SYSTEM, BounceKind, record_bounce

if TYPE_CHECKING:
    from tests.people import Person, Portal

ANA = "ana@example.org"


@pytest.fixture
def desk(portal: Portal) -> Person:
    portal.author(ANA)
    portal.author("bo@example.org", "Bo Lund")
    return portal.publisher()


def at(portal: Portal, address: str = ANA) -> str:
    return f"/publisher/authors/{portal.account(address).id}"


def test_a_publisher_sees_whose_letters_come_back_since_when_and_what_to_do(portal: Portal, desk: Person) -> None:
    record_bounce(portal.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)

    page = desk.get(at(portal)).text
    assert "Emails to <bdi>Ana Lima</bdi> are not delivered" in page
    assert "Emails to ana@example.org have come back since" in page
    assert 'datetime="2026-05-03T09:00:00+00:00"' in page
    assert "An email came back." in page
    assert "was marked as spam" not in page
    assert "not delivered" not in desk.get(at(portal, "bo@example.org")).text


def test_a_publisher_sees_who_marked_a_letter_as_spam(portal: Portal, desk: Person) -> None:
    record_bounce(portal.world.ports, MAIL_SYSTEM, ANA, BounceKind.COMPLAINT)

    page = desk.get(at(portal)).text
    assert "was marked as spam" in page
    assert "have come back since" not in page


def test_the_list_shows_them_among_the_others_and_alone(portal: Portal, desk: Person) -> None:
    assert "All emails are delivered" in desk.get("/publisher/authors?letters=undelivered").text
    record_bounce(portal.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)

    everybody = desk.get("/publisher/authors").text
    assert everybody.count('class="chip bad"') == 1
    assert "Lund, Bo" in everybody
    alone = desk.get("/publisher/authors?letters=undelivered").text
    assert "Lima, Ana" in alone
    assert "Lund, Bo" not in alone


def test_the_list_goes_on_where_it_is_long(portal: Portal, desk: Person) -> None:
    for number in range(51):
        address = f"a{number:02}@example.org"
        portal.waiting(address, f"Author {number:02}")
        record_bounce(portal.world.ports, MAIL_SYSTEM, address, BounceKind.BOUNCE)
        portal.world.clock.forward(seconds=1)

    page = desk.get("/publisher/authors?letters=undelivered").text
    assert "a00@example.org" in page
    assert "a50@example.org" not in page
    [link] = re.findall(r'href="(/publisher/authors\?[^"]*after=[^"]*)"', page)
    following = desk.get(html.unescape(link)).text
    assert "a50@example.org" in following
    assert "a00@example.org" not in following


def test_the_queue_warns_of_an_address_that_does_not_answer(portal: Portal, desk: Person) -> None:
    portal.waiting("cy@example.org", "Cy Orr")
    assert "not delivered" not in desk.get("/publisher").text
    record_bounce(portal.world.ports, MAIL_SYSTEM, "cy@example.org", BounceKind.BOUNCE)

    assert "Emails to this address are not delivered." in desk.get("/publisher").text


def test_a_publisher_says_that_letters_arrive_again(portal: Portal, desk: Person) -> None:
    record_bounce(portal.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)

    done = desk.post(f"{at(portal)}/letters", form=at(portal))

    assert (done.status_code, done.headers["Location"]) == (303, at(portal))
    page = desk.get(at(portal)).text
    assert "Emails to Ana Lima are delivered again" in page
    assert "not delivered" not in page
    assert "Emails are delivered again." in page
    assert "by <bdi>Ines Vale</bdi>" in page
    assert desk.post(f"{at(portal)}/letters", form=at(portal)).status_code == 303


@pytest.mark.parametrize(
    ("cause", "words"),
    [(BounceKind.BOUNCE, "come back"), (BounceKind.COMPLAINT, "was marked as spam")],
    ids=["back", "spam"],
)
def test_whoever_it_is_about_sees_it_on_every_page_while_logged_in(
    portal: Portal, cause: BounceKind, words: str
) -> None:
    author, other = portal.author(ANA), portal.author("bo@example.org", "Bo Lund")
    before = {path: author.get(path).text for path in ("/", "/account", "/history")}
    record_bounce(portal.world.ports, MAIL_SYSTEM, ANA, cause)

    for path, page in before.items():
        assert words not in page
        assert words in author.get(path).text
        assert "Emails to you are not delivered" not in other.get(path).text
    author.log_out()
    for path in ("/", "/login", "/reset", "/register"):
        assert "not delivered" not in author.get(path).text


def test_whoever_waits_for_approval_sees_it_and_whoever_has_not_confirmed_does_not(portal: Portal) -> None:
    waiting, unconfirmed = portal.waiting(ANA), portal.person("cy@example.org", "Cy Orr")
    unconfirmed.register()
    portal.world.work()
    for person in (waiting, unconfirmed):
        record_bounce(portal.world.ports, MAIL_SYSTEM, person.address, BounceKind.BOUNCE)

    assert "come back" in waiting.get("/").text
    assert "come back" not in unconfirmed.get("/").text


def test_a_publisher_whose_own_letters_come_back_sees_it_in_the_console(portal: Portal, desk: Person) -> None:
    record_bounce(portal.world.ports, MAIL_SYSTEM, desk.address, BounceKind.BOUNCE)

    assert "Emails to <strong>desk@marram.example</strong> come back." in desk.get("/publisher").text
    assert desk.post(f"{at(portal, desk.address)}/letters", form="/publisher").status_code == 303
    assert "come back" not in desk.get("/publisher").text
