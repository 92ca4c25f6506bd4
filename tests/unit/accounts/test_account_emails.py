"""Letters about accounts: to whom they go, and to whom not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import House, form_of, make_house, path_in

from byline.accounts.confirmation import PURPOSE
from byline.errors import DeadLink

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A site at nine in the morning on 3 May 2026."""
    return make_house(make_world(tmp_path))


def letter_after_an_outage(house: House, subject: str) -> str:
    """A letter that is in the outbox, when the mail server comes back nine hours later."""
    house.world.mailer.down = OSError("away")
    for hours in (0, 5, 4):
        house.world.clock.forward(hours=hours)
        house.world.work()
    house.world.clock.forward(minutes=5)
    house.world.mailer.down = None
    house.world.work()
    return next(letter.text for letter in house.world.mailer.to("ana@example.org") if letter.subject == subject)


def test_a_late_letter_says_when_the_password_was_changed(house: House) -> None:
    author = house.author()
    author.post("/change_password", {"old_password": author.password, "new_password": "another long password"})

    assert "was changed on 3 May 2026, 09:00 UTC" in letter_after_an_outage(house, "Your password was changed")


def test_a_late_letter_says_when_the_page_was_edited(house: House) -> None:
    house.author()
    publisher = house.publisher()
    at = f"/publisher/authors/{house.account('ana@example.org').id}/edit"
    publisher.client.post(at, data={**form_of(publisher.get(at)), "author_bio": "Edited."})

    assert "on your behalf on 3 May 2026, 09:00 UTC" in letter_after_an_outage(house, "Your author page was edited")


def test_a_late_letter_says_how_long_its_link_really_works(house: House) -> None:
    house.person().register()

    text = letter_after_an_outage(house, "Confirm your email address")

    assert "The link works until 6 May 2026, 09:00 UTC" in text
    token, world = path_in(text, "/confirm/").rpartition("/")[2], house.world
    world.clock.forward(days=2, hours=14, minutes=54)
    world.ports.signer.read(PURPOSE, token, now=world.clock.now())
    world.clock.forward(minutes=1)
    with pytest.raises(DeadLink):
        world.ports.signer.read(PURPOSE, token, now=world.clock.now())


def test_nobody_is_written_to_about_an_account_that_was_deleted_meanwhile(house: House) -> None:
    person = house.waiting()
    person.post("/reset", {"author_email": person.address}, form="/logout")
    house.world.work()
    link = path_in(house.world.mailer.to(person.address)[-1].text, "/reset/")
    assert person.post(link, {"new_password": "another long password"}).status_code == 303
    assert person.post("/account/delete").status_code == 200
    before = len(house.world.mailer.sent)

    tally = house.world.work()

    assert not tally.retried
    assert not [letter.subject for letter in house.world.mailer.sent[before:] if letter.to != "desk@marram.example"]
