"""Undo puts back exactly what was there before: nobody is let in by it, and no page of theirs stays with readers."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tests.invariants import everything
from tests.people import csrf_of

if TYPE_CHECKING:
    from tests.people import House, Person
    from werkzeug.test import TestResponse

ANA = "ana@example.org"


def decide(publisher: Person, house: House, act: str, **fields: str) -> TestResponse:
    token = csrf_of(publisher.get("/publisher/authors/" + house.account(ANA).id))
    at = f"/publisher/authors/{house.account(ANA).id}/{act}"
    return publisher.client.post(at, data={"csrf_token": token, **fields})


def photo(text: str) -> bytes:
    """A photo of its own for each text."""
    body = BytesIO()
    Image.new("RGB", (400, 400), (len(text), 80, 90)).save(body, "PNG")
    return body.getvalue()


def state(house: House) -> str:
    return house.account(ANA).state.value


def test_an_approval_taken_back_takes_the_page_down_as_well(house: House) -> None:
    publisher, author = house.publisher(), house.waiting()
    decide(publisher, house, "approve")
    assert author.save(author_bio="Quick as I am.").status_code == 303
    house.world.work()
    assert author.get("/authors/ana-lima/").status_code == 200

    assert decide(publisher, house, "undo").status_code == 303
    house.world.work()
    assert state(house) == "waiting"
    assert author.get("/authors/ana-lima/").status_code == 404
    assert "Ana Lima" not in author.get("/authors/").text
    assert "You must wait" in author.get("/").text
    assert author.get("/history").status_code == 403


def test_who_deletes_the_account_after_that_takes_nothing_public_along(house: House) -> None:
    publisher, author = house.publisher(), house.waiting()
    decide(publisher, house, "approve")
    for text in ("Quick as I am.", "Quicker than that."):
        author.save(author_bio=text, profile_img=(BytesIO(photo(text)), "me.png"))
    decide(publisher, house, "undo")
    assert "Ana Lima is waiting for a decision again." in publisher.get("/publisher").text

    assert author.post("/account/delete").status_code == 200
    house.world.work()
    assert author.get("/authors/ana-lima/").status_code == 404
    assert "Ana Lima" not in publisher.get("/publisher/authors?q=ana").text
    assert not [path for path in house.world.ports.files.paths() if "photos/" in path]
    kept = everything(house.world.ports.store)
    assert "Quick" not in repr([*kept.profiles.values(), *kept.of("version").values()])
    assert len(kept.of("slug")) == 1


def test_an_approval_of_somebody_declined_is_taken_back_to_the_refusal(house: House) -> None:
    publisher, author = house.publisher(), house.waiting()
    decide(publisher, house, "decline", note="Not ours.")
    house.world.clock.forward(minutes=1)
    house.world.work()
    decide(publisher, house, "approve")
    assert author.log_in().status_code == 303

    decide(publisher, house, "undo")
    assert state(house) == "declined"
    assert author.get("/account").status_code == 302
    assert author.log_in().status_code == 403
    house.world.clock.forward(minutes=1)
    house.world.work()
    assert "Your author page is open" not in [mail.subject for mail in house.world.mailer.to(ANA)]


def test_a_refusal_taken_back_waits_again_and_no_letter_went_out(house: House) -> None:
    publisher, author = house.publisher(), house.waiting()
    decide(publisher, house, "decline", note="Not ours.")
    decide(publisher, house, "undo")
    house.world.clock.forward(minutes=1)
    house.world.work()

    assert state(house) == "waiting"
    assert author.log_in().status_code == 303
    assert "About your author account" not in [mail.subject for mail in house.world.mailer.to(ANA)]


@pytest.mark.parametrize("act", ["suspend", "restore"])
def test_suspending_and_restoring_are_decided_anew_instead(house: House, act: str) -> None:
    publisher, author = house.publisher(), house.author()
    author.save(author_bio="Here.")
    house.world.clock.forward(minutes=1)
    for step in ("suspend", "restore")[: 1 if act == "suspend" else 2]:
        decide(publisher, house, step)
    before = house.account(ANA)
    page = publisher.get(f"/publisher/authors/{before.id}")
    assert "/undo" not in page.text

    decide(publisher, house, "undo")
    assert house.account(ANA) == before


def test_what_was_decided_over_half_a_minute_ago_stands(house: House) -> None:
    publisher = house.publisher()
    house.waiting()
    decide(publisher, house, "approve")
    house.world.clock.forward(seconds=30)

    decide(publisher, house, "undo")
    assert state(house) == "active"
    assert "already out" in publisher.get(f"/publisher/authors/{house.account(ANA).id}").text


def test_of_two_publishers_who_decide_at_once_one_is_told_of_the_other(house: House) -> None:
    one, two = house.publisher(), house.publisher("too@marram.example", "Tom Oak")
    house.waiting()
    at = f"/publisher/authors/{house.account(ANA).id}"
    token = csrf_of(two.get(at))
    decide(one, house, "approve")

    answer = two.client.post(f"{at}/decline", data={"csrf_token": token, "note": ""})
    assert answer.status_code == 303
    assert "Ines Vale already decided about Ana Lima" in two.get(at).text
    assert state(house) == "active"


def test_nobody_suspends_themselves(house: House) -> None:
    publisher = house.publisher()
    own = house.account("desk@marram.example").id
    token = csrf_of(publisher.get("/publisher/authors"))

    assert "/suspend" not in publisher.get(f"/publisher/authors/{own}").text
    answer = publisher.client.post(f"/publisher/authors/{own}/suspend", data={"csrf_token": token})
    assert answer.status_code == 403
    assert publisher.get("/publisher").status_code == 200
