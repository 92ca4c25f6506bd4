"""Undo puts back exactly what was there before: nobody is let in by it, and no page of theirs stays with readers."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tests.invariants import everything
from tests.people import csrf_of

if TYPE_CHECKING:
    from tests.people import Person, Portal
    from werkzeug.test import TestResponse

ANA = "ana@example.org"


def decide(publisher: Person, portal: Portal, act: str, **fields: str) -> TestResponse:
    token = csrf_of(publisher.get("/publisher/authors/" + portal.account(ANA).id))
    at = f"/publisher/authors/{portal.account(ANA).id}/{act}"
    return publisher.client.post(at, data={"csrf_token": token, **fields})


def photo(text: str) -> bytes:
    """A photo of its own for each text."""
    body = BytesIO()
    Image.new("RGB", (400, 400), (len(text), 80, 90)).save(body, "PNG")
    return body.getvalue()


def state(portal: Portal) -> str:
    return portal.account(ANA).state.value


def test_an_approval_taken_back_takes_the_page_down_as_well(portal: Portal) -> None:
    publisher, author = portal.publisher(), portal.waiting()
    decide(publisher, portal, "approve")
    assert author.save(author_bio="Quick as I am.").status_code == 303
    portal.world.work()
    assert author.get("/authors/ana-lima/").status_code == 200

    assert decide(publisher, portal, "undo").status_code == 303
    portal.world.work()
    assert state(portal) == "waiting"
    assert author.get("/authors/ana-lima/").status_code == 404
    assert "Ana Lima" not in author.get("/authors/").text
    assert "You must wait" in author.get("/").text
    assert author.get("/history").status_code == 403


def test_who_deletes_the_account_after_that_takes_nothing_public_along(portal: Portal) -> None:
    publisher, author = portal.publisher(), portal.waiting()
    decide(publisher, portal, "approve")
    for text in ("Quick as I am.", "Quicker than that."):
        author.save(author_bio=text, profile_img=(BytesIO(photo(text)), "me.png"))
    decide(publisher, portal, "undo")
    assert "Ana Lima is waiting for a decision again." in publisher.get("/publisher").text

    assert author.post("/account/delete").status_code == 200
    portal.world.work()
    assert author.get("/authors/ana-lima/").status_code == 404
    assert "Ana Lima" not in publisher.get("/publisher/authors?q=ana").text
    assert not [path for path in portal.world.ports.files.paths() if "photos/" in path]
    kept = everything(portal.world.ports.store)
    assert "Quick" not in repr([*kept.profiles.values(), *kept.of("version").values()])
    assert len(kept.of("slug")) == 1


def test_an_approval_of_somebody_declined_is_taken_back_to_the_refusal(portal: Portal) -> None:
    publisher, author = portal.publisher(), portal.waiting()
    decide(publisher, portal, "decline", note="Not ours.")
    portal.world.clock.forward(minutes=1)
    portal.world.work()
    decide(publisher, portal, "approve")
    assert author.log_in().status_code == 303

    decide(publisher, portal, "undo")
    assert state(portal) == "declined"
    assert author.get("/account").status_code == 302
    assert author.log_in().status_code == 403
    portal.world.clock.forward(minutes=1)
    portal.world.work()
    assert "Your author page is open" not in [mail.subject for mail in portal.world.mailer.to(ANA)]


def test_a_refusal_taken_back_waits_again_and_no_letter_went_out(portal: Portal) -> None:
    publisher, author = portal.publisher(), portal.waiting()
    decide(publisher, portal, "decline", note="Not ours.")
    decide(publisher, portal, "undo")
    portal.world.clock.forward(minutes=1)
    portal.world.work()

    assert state(portal) == "waiting"
    assert author.log_in().status_code == 303
    assert "About your author account" not in [mail.subject for mail in portal.world.mailer.to(ANA)]


@pytest.mark.parametrize("act", ["suspend", "restore"])
def test_suspending_and_restoring_are_decided_anew_instead(portal: Portal, act: str) -> None:
    publisher, author = portal.publisher(), portal.author()
    author.save(author_bio="Here.")
    portal.world.clock.forward(minutes=1)
    for step in ("suspend", "restore")[: 1 if act == "suspend" else 2]:
        decide(publisher, portal, step)
    before = portal.account(ANA)
    page = publisher.get(f"/publisher/authors/{before.id}")
    assert "/undo" not in page.text

    decide(publisher, portal, "undo")
    assert portal.account(ANA) == before


def test_what_was_decided_over_half_a_minute_ago_stands(portal: Portal) -> None:
    publisher = portal.publisher()
    portal.waiting()
    decide(publisher, portal, "approve")
    portal.world.clock.forward(seconds=30)

    decide(publisher, portal, "undo")
    assert state(portal) == "active"
    assert "already out" in publisher.get(f"/publisher/authors/{portal.account(ANA).id}").text


def test_of_two_publishers_who_decide_at_once_one_is_told_of_the_other(portal: Portal) -> None:
    one, two = portal.publisher(), portal.publisher("too@marram.example", "Tom Oak")
    portal.waiting()
    at = f"/publisher/authors/{portal.account(ANA).id}"
    token = csrf_of(two.get(at))
    decide(one, portal, "approve")

    answer = two.client.post(f"{at}/decline", data={"csrf_token": token, "note": ""})
    assert answer.status_code == 303
    assert "Ines Vale already decided about Ana Lima" in two.get(at).text
    assert state(portal) == "active"


def test_nobody_suspends_themselves(portal: Portal) -> None:
    publisher = portal.publisher()
    own = portal.account("desk@marram.example").id
    token = csrf_of(publisher.get("/publisher/authors"))

    assert "/suspend" not in publisher.get(f"/publisher/authors/{own}").text
    answer = publisher.client.post(f"/publisher/authors/{own}/suspend", data={"csrf_token": token})
    assert answer.status_code == 403
    assert publisher.get("/publisher").status_code == 200
