"""What a browser carries from one page to the next: a sentence, an address, an offer to undo, in any script."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest
from tests.people import csrf_of, path_in

from byline.accounts import publishers
from byline.accounts.addresses import normalise
from byline.audit import OPERATOR

if TYPE_CHECKING:
    from tests.people import Portal

LONGEST = ["\U00020000" * 200, "\u96ea" * 200, "\u00e9" * 200, "a" * 200]


@pytest.mark.parametrize("name", LONGEST)
def test_a_decision_can_be_undone_however_the_author_is_called(portal: Portal, name: str) -> None:
    publisher = portal.publisher()
    portal.waiting(name=name)
    at = f"/publisher/authors/{portal.account('ana@example.org').id}"

    assert publisher.post(f"{at}/approve", form=at).status_code == 303
    page = publisher.get("/publisher").text
    assert f"{name} approved." in page
    assert f'action="{at}/undo"' in page


def test_whoever_typed_a_long_address_everywhere_can_go_on(portal: Portal) -> None:
    address = "\u96ea" * 20 + "@" + "\u96ea\u570b\u5ddd\u7aef\u5eb7\u6210." * 5 + "example"
    person = portal.person(address, LONGEST[0])
    assert person.register().status_code == 303
    assert address in person.get("/").text
    assert person.post("/reset", {"author_email": address}).status_code == 303
    portal.world.clock.forward(days=8)
    person.get("/account")

    token = csrf_of(person.get("/login"))
    data = {"csrf_token": token, "author_email": address, "author_password": person.password}
    assert person.client.post("/login", data=data).status_code == 422


@pytest.mark.parametrize("name", LONGEST)
def test_an_invitation_works_however_somebody_is_called(portal: Portal, name: str) -> None:
    address = normalise("\u96ea" * 20 + "@" + "\u96ea\u570b\u5ddd\u7aef." * 5 + "example")
    publishers.add(portal.world.ports, OPERATOR, address=address, name=name, password=None)
    person = portal.person(address, name)
    link = path_in(person.letter(), "/invitation/")

    assert person.get(link).status_code == 200
    assert person.post(link, {"author_name": name, "new_password": person.password}).status_code == 303
    assert portal.account(address).name == name


def test_a_sentence_that_an_older_program_left_is_still_shown(portal: Portal) -> None:
    person = portal.person()
    signer, until = portal.world.ports.signer, int(portal.world.clock.now().timestamp()) + 3_600
    body = base64.urlsafe_b64encode(json.dumps({"said": "You are logged out.", "until": until}).encode()).decode()
    person.client.set_cookie("byline_visit", f"{body}.{signer.mac('visit', body)}")

    assert "You are logged out." in person.get("/").text
    assert "You are logged out." not in person.get("/").text


def test_only_the_newest_sentence_is_carried(portal: Portal) -> None:
    author = portal.author()
    token = csrf_of(author.get("/logout"))
    for words in ("First.", "Second."):
        answer = author.client.post("/", data={"csrf_token": token, "author_bio": words, "author_name": words * 25})
        assert answer.status_code == 303

    assert author.get("/account").text.count("Saved") == 1
