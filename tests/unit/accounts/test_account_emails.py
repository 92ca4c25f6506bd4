"""Letters about accounts: to whom they go, and to whom not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import Portal, form_of, make_portal, path_in

from byline.accounts.confirmation import PURPOSE
from byline.errors import DeadLink

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def portal(tmp_path: Path) -> Portal:
    """A site at nine in the morning on 3 May 2026."""
    return make_portal(make_world(tmp_path))


def letter_after_an_outage(portal: Portal, subject: str) -> str:
    """A letter that is in the outbox, when the mail server comes back nine hours later."""
    portal.world.mailer.down = OSError("away")
    for hours in (0, 5, 4):
        portal.world.clock.forward(hours=hours)
        portal.world.work()
    portal.world.clock.forward(minutes=5)
    portal.world.mailer.down = None
    portal.world.work()
    return next(letter.text for letter in portal.world.mailer.to("ana@example.org") if letter.subject == subject)


def test_a_late_letter_says_when_the_password_was_changed(portal: Portal) -> None:
    author = portal.author()
    author.post("/change_password", {"old_password": author.password, "new_password": "another long password"})

    assert "was changed on 3 May 2026, 09:00 UTC" in letter_after_an_outage(portal, "Your password was changed")


def test_a_late_letter_says_when_the_page_was_edited(portal: Portal) -> None:
    portal.author()
    publisher = portal.publisher()
    at = f"/publisher/authors/{portal.account('ana@example.org').id}/edit"
    publisher.client.post(at, data={**form_of(publisher.get(at)), "author_bio": "Edited."})

    assert "on your behalf on 3 May 2026, 09:00 UTC" in letter_after_an_outage(portal, "Your author page was edited")


def test_a_late_letter_says_how_long_its_link_really_works(portal: Portal) -> None:
    portal.person().register()

    text = letter_after_an_outage(portal, "Confirm your email address")

    assert "The link works until 6 May 2026, 09:00 UTC" in text
    token, world = path_in(text, "/confirm/").rpartition("/")[2], portal.world
    world.clock.forward(days=2, hours=14, minutes=54)
    world.ports.signer.read(PURPOSE, token, now=world.clock.now())
    world.clock.forward(minutes=1)
    with pytest.raises(DeadLink):
        world.ports.signer.read(PURPOSE, token, now=world.clock.now())


def test_nobody_is_written_to_about_an_account_that_was_deleted_meanwhile(portal: Portal) -> None:
    person = portal.waiting()
    person.post("/reset", {"author_email": person.address}, form="/logout")
    portal.world.work()
    link = path_in(portal.world.mailer.to(person.address)[-1].text, "/reset/")
    assert person.post(link, {"new_password": "another long password"}).status_code == 303
    assert person.post("/account/delete").status_code == 200
    before = len(portal.world.mailer.sent)

    tally = portal.world.work()

    assert not tally.retried
    assert not [letter.subject for letter in portal.world.mailer.sent[before:] if letter.to != "desk@marram.example"]
