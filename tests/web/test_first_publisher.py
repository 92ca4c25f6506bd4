"""The first publisher: a link that a start prints, once, and a mailbox that is proven afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.people import PASSWORD, csrf_of, path_in

from byline.accounts import publishers

if TYPE_CHECKING:
    from tests.people import Person, Portal
    from werkzeug.test import TestResponse

DESK = "desk@marram.example"


@pytest.fixture
def link(portal: Portal) -> str:
    return path_in(publishers.first_link(portal.world.ports) or "", "/publisher/first/")


def become(person: Person, link: str, **typed: str) -> TestResponse:
    data = {"author_email": person.address, "author_name": person.name, "author_password": person.password, **typed}
    return person.post(link, data)  # type: ignore[arg-type]


def test_the_link_makes_one_publisher_and_is_dead_then(portal: Portal, link: str) -> None:
    ines, other = portal.person(DESK, "Ines Vale"), portal.person("too@marram.example", "Tom Oak")
    token = csrf_of(other.get(link))

    assert become(ines, link).headers["Location"] == "/publisher"
    assert ines.get("/publisher").status_code == 200
    assert publishers.first_link(portal.world.ports) is None
    assert other.get(link).status_code == 410
    late = {"csrf_token": token, "author_email": other.address, "author_name": "Tom", "author_password": PASSWORD}
    assert other.client.post(link, data=late).status_code == 410
    assert other.get("/publisher").status_code == 302  # to the login, as for everyone who is not logged in


def test_the_link_is_dead_after_a_day_and_is_worth_nothing_altered(portal: Portal, link: str) -> None:
    person = portal.person(DESK)
    for altered in (link[:-1], link + "A", "/publisher/first/x", link.replace("first/", "first/.")):
        assert person.get(altered).status_code == 410
    portal.world.clock.forward(hours=24)
    assert person.get(link).status_code == 410


def test_opening_the_link_or_looking_at_it_makes_nobody(portal: Portal, link: str) -> None:
    person = portal.person(DESK)
    for method in ("GET", "HEAD", "OPTIONS"):
        assert person.client.open(link, method=method, follow_redirects=True).status_code == 200
    assert person.client.post(link, data={}).status_code == 400
    assert publishers.first_link(portal.world.ports)


def test_what_was_typed_stays_but_for_the_password(portal: Portal, link: str) -> None:
    answer = become(portal.person(DESK, "Ines Vale"), link, author_password="short one")

    assert answer.status_code == 422
    assert 'value="Ines Vale"' in answer.text
    assert f'value="{DESK}"' in answer.text
    assert "short one" not in answer.text


def test_an_address_that_has_an_account_is_told_how_it_gets_there(portal: Portal, link: str) -> None:
    portal.author()
    answer = become(portal.person("ANA@example.org", "Ana"), link)

    assert answer.status_code == 422
    assert "byline publisher add" in answer.text


def test_whoever_was_logged_in_before_is_logged_out_of_that(portal: Portal, link: str) -> None:
    author = portal.author()
    before = author.client.get_cookie("byline")
    assert before
    author.address, author.name = DESK, "Ines Vale"
    assert become(author, link).status_code == 303

    copy = portal.person()
    copy.client.set_cookie("byline", before.decoded_value)
    assert copy.get("/account").status_code == 302


def test_the_mailbox_is_proven_by_opening_the_letter_in_the_same_account(portal: Portal, link: str) -> None:
    ines = portal.person(DESK, "Ines Vale")
    become(ines, link)
    assert "Your email address is not confirmed yet" in ines.get("/publisher").text
    letter = path_in(ines.letter(), "/confirm/")

    stranger, author = portal.person(), portal.author()
    assert stranger.get(letter).headers["Location"] == "/login"
    assert "logged in as someone else" in author.get(letter).text
    for method in ("HEAD", "OPTIONS"):
        ines.client.open(letter, method=method)
        page = ines.get("/publisher").text
        assert "Your email address is not confirmed yet" in page
        assert "Your email address is confirmed." not in page
    assert ines.get(letter).status_code == 303
    page = ines.get("/publisher").text
    assert "Your email address is confirmed." in page
    assert "Your email address is not confirmed yet" not in page
    assert "was confirmed before" in ines.get(letter).text


def test_before_that_no_letter_for_a_new_password_goes_out(portal: Portal, link: str) -> None:
    ines = portal.person(DESK, "Ines Vale")
    become(ines, link)
    ines.letter()
    before = len(portal.world.mailer.to(DESK))
    portal.person().post("/reset", {"author_email": DESK})
    portal.world.work()
    assert len(portal.world.mailer.to(DESK)) == before

    ines.confirm()
    portal.person().post("/reset", {"author_email": DESK})
    portal.world.work()
    assert portal.world.mailer.to(DESK)[-1].subject == "Choose a new password"


def test_the_letter_is_sent_again_from_the_bar(portal: Portal, link: str) -> None:
    ines = portal.person(DESK, "Ines Vale")
    become(ines, link)
    ines.letter()
    assert ines.post("/confirm/again", form="/publisher").headers["Location"] == "/publisher"
    portal.world.work()
    assert len(portal.world.mailer.to(DESK)) == 2
    assert ines.confirm().status_code == 303
