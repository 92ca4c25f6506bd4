"""Wherever a password is chosen: what everybody would try first for this person is refused, and nothing has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.people import path_in

from byline.accounts import publishers

if TYPE_CHECKING:
    from tests.people import Portal

OWN = [
    pytest.param("ana isabel lima 1986", id="name"),
    pytest.param("ana.reader@mail.example.org", id="address"),
    pytest.param("marrampress marrampress", id="site"),
    pytest.param("passwordpassword1!", id="common"),
    pytest.param("too short", id="short"),
]
NAME, ADDRESS = "Ana Isabel Lima", "ana.reader@mail.example.org"


@pytest.mark.parametrize("guess", OWN)
def test_a_registration_takes_none_of_them(portal: Portal, guess: str) -> None:
    person = portal.person(ADDRESS, NAME)
    person.password = guess

    answer = person.register()
    assert answer.status_code == 422
    assert 'id="author_password-error"' in answer.text
    assert guess not in answer.text.replace(ADDRESS, "")
    portal.world.work()
    assert not portal.world.mailer.sent


@pytest.mark.parametrize("guess", OWN)
def test_the_first_publisher_takes_none_of_them(portal: Portal, guess: str) -> None:
    link = path_in(publishers.first_link(portal.world.ports) or "", "/publisher/first/")
    data: dict[str, object] = {"author_email": ADDRESS, "author_name": NAME, "author_password": guess}

    answer = portal.person(ADDRESS, NAME).post(link, data)
    assert answer.status_code == 422
    assert 'id="author_password-error"' in answer.text
    assert publishers.first_link(portal.world.ports)


@pytest.mark.parametrize("guess", OWN)
def test_a_change_takes_none_of_them_and_the_old_one_goes_on(portal: Portal, guess: str) -> None:
    ana = portal.author(ADDRESS, NAME)

    answer = ana.post("/change_password", {"old_password": ana.password, "new_password": guess})
    assert answer.status_code == 422
    assert 'id="new_password-error"' in answer.text
    ana.log_out()
    assert ana.log_in(password=guess).status_code != 303
    assert ana.log_in().status_code == 303


@pytest.mark.parametrize("old", ["not the old one", ""])
def test_a_wrong_old_password_and_a_bad_new_one_are_named_in_one_round(portal: Portal, old: str) -> None:
    ana = portal.author(ADDRESS, NAME)

    answer = ana.post("/change_password", {"old_password": old, "new_password": "too short"})
    assert answer.status_code == 422
    assert 'id="old_password-error"' in answer.text
    assert 'id="new_password-error"' in answer.text


@pytest.mark.parametrize("guess", OWN)
def test_a_reset_takes_none_of_them_and_its_link_stays_good(portal: Portal, guess: str) -> None:
    ana = portal.author(ADDRESS, NAME)
    ana.log_out()
    ana.post("/reset", {"author_email": ADDRESS})
    link = path_in(ana.letter(), "/reset/")

    answer = ana.post(link, {"new_password": guess})
    assert answer.status_code == 422
    assert 'id="new_password-error"' in answer.text
    assert ana.post(link, {"new_password": "a tall ship and a star"}).status_code == 303
    ana.log_out()
    assert ana.log_in(password="a tall ship and a star").status_code == 303


def test_a_password_is_good_for_years(portal: Portal) -> None:
    ana = portal.author(ADDRESS, NAME)
    ana.log_out()
    portal.world.clock.forward(days=5 * 366)

    assert ana.log_in().headers["Location"] == "/"
    assert ana.get("/account").status_code == 200
