"""Inviting authors, and accepting: from the list of names to a page of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.people import PASSWORD, path_in

from byline.accounts.model import Role, State
from byline.audit import OPERATOR
from byline.authors import invitations, invitees
from byline.authors.invitations import InvitationOutcome

if TYPE_CHECKING:
    from tests.people import Person, Portal

ANA = "ana@example.org"


def invite(portal: Portal, text: str, **more: str) -> list[InvitationOutcome]:
    steps = invitations.invite(portal.world.ports, OPERATOR, invitees.from_text(text), **more)
    portal.world.work()
    return [step.outcome for step in steps]


def accept(portal: Portal, address: str = ANA, name: str = "Ana Lima") -> Person:
    person = portal.person(address, name)
    path = path_in(person.letter(), "/invitation/")
    answer = person.post(path, {"author_name": name, "new_password": PASSWORD})
    assert answer.status_code == 303, answer.text
    return person


def test_an_invited_author_accepts_and_has_a_page_at_once(portal: Portal) -> None:
    assert invite(portal, "Ana Lima <ana@example.org>") == [InvitationOutcome.NEW]
    person = portal.person()
    letter = person.letter()
    page = person.get(path_in(letter, "/invitation/"))

    assert "Dear Ana Lima," in letter
    assert "Welcome, <bdi>Ana Lima</bdi>" in page.text
    assert "as an author" in page.text
    assert 'value="Ana Lima"' in page.text
    accept(portal)
    account = portal.account(ANA)
    assert (account.state, account.role) == (State.ACTIVE, Role.AUTHOR)
    assert account.confirmed_at is not None
    assert person.log_in().status_code == 303
    assert person.save(author_bio="Here I am.").status_code == 303
    assert "Here I am." in person.get("/authors/ana-lima/").text
