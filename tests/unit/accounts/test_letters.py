"""Letters about accounts: to whom they go, and to whom not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.people import make_house, path_in
from tests.world import make_world

if TYPE_CHECKING:
    from pathlib import Path


def test_nobody_is_written_to_about_an_account_that_was_deleted_meanwhile(tmp_path: Path) -> None:
    house = make_house(make_world(tmp_path))
    person = house.waiting()
    person.post("/reset", {"author_email": person.address}, form="/logout")
    house.world.work()
    link = path_in(house.world.mailer.to(person.address)[-1].text, "/reset/")
    assert person.post(link, {"new_password": "another long password"}).status_code == 303
    assert person.post("/account/delete").status_code == 200
    before = len(house.world.mailer.sent)

    tally = house.world.work()

    assert not tally.put_off
    assert not [letter.subject for letter in house.world.mailer.sent[before:] if letter.to != "desk@marram.example"]
