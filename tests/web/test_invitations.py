"""Inviting authors, and accepting: from the list of names to a page of one's own."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import PASSWORD, Person, Portal, csrf_of, form_of, make_portal, path_in
from tests.store_wrappers import CountingStore

from byline.accounts import bounces, publishers
from byline.accounts.addresses import address_hash, normalise
from byline.accounts.invitation_records import invitation_key
from byline.accounts.model import Role, State
from byline.audit import OPERATOR
from byline.authors import invitations, invitees
from byline.authors.invitations import InvitationOutcome
from byline.store import formats
from byline.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.test import TestResponse

    from byline.store.port import Store

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


def hidden(page: TestResponse) -> dict[str, str]:
    """What a preview sends along."""
    inside = page.text.partition('<form class="preview"')[2]
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', inside)}


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


def test_a_biography_of_the_list_is_the_draft_of_the_new_page(portal: Portal) -> None:
    row = 'Ana Lima,ana@example.org,"Lima, Ana",the-lima,"A *poet*, born 1970."'
    sheet = f"name,email,sort_name,page_address,biography\n{row}"
    invite(portal, sheet)
    person = accept(portal)

    page = person.get("/")
    assert "A *poet*, born 1970." in page.text
    assert person.get("/authors/the-lima/").status_code == 404
    assert person.post("/", {**form_of(page), "intent": "publish"}, form="/").status_code == 303
    portal.world.work()
    assert "A <em>poet</em>, born 1970." in person.get("/authors/the-lima/").text


def test_a_page_address_that_was_taken_meanwhile_is_not_given(portal: Portal) -> None:
    invite(portal, "name,email,page_address\nAna Lima,ana@example.org,bo-lund")
    portal.author("bo@example.org", "Bo Lund")
    person = accept(portal)

    assert person.save(author_bio="Here.").status_code == 303
    portal.world.work()
    assert "Here." in person.get("/authors/ana-lima/").text


def test_an_author_may_correct_the_name_of_the_invitation(portal: Portal) -> None:
    invite(portal, "ana@example.org")
    letter = portal.person().letter()
    assert "Dear" not in letter
    person = accept(portal, name="Ana M. Lima")

    assert portal.account(ANA).name == "Ana M. Lima"
    assert "Ana M. Lima" in person.get("/").text


def test_an_invitation_speaks_the_language_that_was_chosen_and_quotes_the_note(portal: Portal) -> None:
    invite(portal, "Ana Lima <ana@example.org>", note="Neues <b>Buch</b>,\nneue Seite!", language="de")
    mail = portal.world.mailer.to(ANA)[-1]

    assert mail.subject == "Sie sind als Autor oder Autorin eingeladen"
    assert "> Neues <b>Buch</b>,\n> neue Seite!" in mail.text
    assert "Neues &lt;b&gt;Buch&lt;/b&gt;,<br>" in mail.html


def test_a_link_works_once_and_says_what_became_of_it(portal: Portal) -> None:
    invite(portal, "Ana Lima <ana@example.org>")
    path = path_in(portal.person().letter(), "/invitation/")
    accept(portal)

    used = portal.person().get(path)
    assert used.status_code == 410
    assert "The invitation was accepted: log in with your password." in used.text


def test_an_invitation_ends_after_thirty_days(portal: Portal) -> None:
    invite(portal, "Ana Lima <ana@example.org>")
    path = path_in(portal.person().letter(), "/invitation/")
    portal.world.clock.forward(days=29)
    assert portal.person().get(path).status_code == 200
    portal.world.clock.forward(days=2)

    assert "It has expired." in portal.person().get(path).text
    assert invite(portal, "Ana Lima <ana@example.org>") == [InvitationOutcome.NEW]
    accept(portal)


def test_a_password_that_is_too_short_keeps_the_name_that_was_typed(portal: Portal) -> None:
    invite(portal, "Ana Lima <ana@example.org>")
    person = portal.person()
    path = path_in(person.letter(), "/invitation/")
    answer = person.post(path, {"author_name": "Ana M.", "new_password": "short"})

    assert answer.status_code == 422
    assert 'value="Ana M."' in answer.text
    assert accept(portal).get("/").status_code == 200


def test_nobody_is_invited_before_the_publisher_has_seen_the_list(portal: Portal) -> None:
    desk, people = (
        portal.publisher(),
        "Ana Lima <ana@example.org>\nBo <bo@@example.org>\ndesk@marram.example\nana@example.org",
    )
    seen = desk.post("/publisher/invitations", {"people": people, "note": "Hello!"})

    assert seen.status_code == 200
    assert "Invite 1 author?" in seen.text
    assert "Has an account here" in seen.text
    assert "The same mailbox as row 1" in seen.text
    assert "There is more than one @" in seen.text
    assert portal.world.mailer.to(ANA) == []
    fixed = {**hidden(seen), "row": "2", "row_name": "Bo Lund", "row_email": "bo@example.org"}
    again = desk.post("/publisher/invitations", {**fixed, "intent": ""})
    assert "Invite 2 authors?" in again.text
    sent = desk.post("/publisher/invitations", {**hidden(again), "intent": "send"})
    assert sent.headers["Location"] == "/publisher/invitations"
    portal.world.clock.forward(seconds=5)
    portal.world.work()
    assert "> Hello!" in portal.world.mailer.to("bo@example.org")[-1].text
    assert "Ines Vale invites you" in portal.world.mailer.to(ANA)[-1].text
    assert "2 invitations are on their way." in desk.get("/publisher/invitations").text


def test_a_correction_that_is_no_good_is_asked_for_again_and_nothing_is_sent(portal: Portal) -> None:
    desk = portal.publisher()
    wrong = {"people": "Ana <ana@example.org>\nBo", "row": "2", "row_name": "Bo Lund", "row_email": "bo@"}
    answer = desk.post("/publisher/invitations", {**wrong, "intent": "send"})

    assert answer.status_code == 422
    assert 'value="bo@"' in answer.text
    assert 'href="#row_email-2"' in answer.text
    portal.world.work()
    assert portal.world.mailer.to(ANA) == []


def test_the_navigation_says_how_many_invitations_wait_for_an_answer(portal: Portal) -> None:
    desk = portal.publisher()
    assert 'class="tally"' not in desk.get("/publisher/authors").text
    invite(portal, "Ana Lima <ana@example.org>\nBo Lund <bo@example.org>")
    portal.world.clock.forward(seconds=2)
    portal.world.work()
    assert 'Invitations <span class="tally">2</span>' in desk.get("/publisher/authors").text
    accept(portal)
    portal.world.work()
    assert 'Invitations <span class="tally">1</span>' in desk.get("/publisher/authors").text


def test_a_file_of_a_spreadsheet_is_taken(portal: Portal) -> None:
    desk = portal.publisher()
    file = (BytesIO("Name;E-Mail\nZoé Hart;zoe@example.org\n".encode("cp1252")), "people.csv")
    seen = desk.post("/publisher/invitations", {"people": "", "people_file": file}, content_type="multipart/form-data")

    assert "Zoé Hart" in seen.text
    assert "Invite 1 author?" in seen.text


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ("", "Enter at least one email address"),
        ("x@example.org\n" * 501, "The list has 501 people; invite at most 500"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_in_a_sentence(portal: Portal, people: str, said: str) -> None:
    answer = portal.publisher().post("/publisher/invitations", {"people": people, "note": "Hello!"})

    assert answer.status_code == 422
    assert said in answer.text
    assert "Hello!" in answer.text


def test_two_hundred_are_invited_in_commits_of_ten_and_written_to_a_second_apart(tmp_path: Path) -> None:
    counted = CountingStore(SqliteStore(":memory:"))
    portal = make_portal(make_world(tmp_path, counted, throttle=False))
    people = "\n".join(f"Author {number} <a{number}@example.org>" for number in range(200))
    desk = portal.publisher()
    counted.reset()
    desk.post("/publisher/invitations", {"people": people, "intent": "send"})

    assert counted.commits == 20
    portal.world.work()
    assert len(portal.world.mailer.sent) == 1
    assert "Emails are being sent: 1 of 200 are out." in desk.get("/publisher/invitations").text
    for _ in range(200):
        portal.world.clock.forward(seconds=1)
        portal.world.work()
    assert len(portal.world.mailer.sent) == 200
    assert "Emails are being sent" not in desk.get("/publisher/invitations").text


def test_one_is_reminded_once_a_day_gets_a_new_link_and_is_revoked(portal: Portal) -> None:
    desk = portal.publisher()
    invite(portal, "Ana Lima <ana@example.org>")
    old = path_in(portal.person().letter(), "/invitation/")
    assert "Remind" not in desk.get("/publisher/invitations").text
    portal.world.clock.forward(days=1)
    desk = portal.publisher("other@marram.example")

    def press(button: str) -> str:
        at = f"/publisher/invitations/{button}"
        assert desk.post(at, {"author_email": ANA}, form="/publisher/invitations").status_code == 303
        portal.world.work()
        return desk.get("/publisher/invitations").text

    assert "A reminder to Ana Lima is on its way." in press("remind")
    assert portal.world.mailer.to(ANA)[-1].subject == "Reminder: you are invited as an author"
    assert "No reminder was sent" in press("remind")
    assert portal.person().get(old).status_code == 200
    assert "A new link for Ana Lima is on its way" in press("renew")
    new = path_in(portal.person().letter(), "/invitation/")
    assert "A newer email has another link" in portal.person().get(old).text
    assert portal.person().get(new).status_code == 200
    assert "The invitation of ana@example.org is revoked" in press("revoke")
    assert "The invitation was taken back." in portal.person().get(new).text
    assert "Invite again" in desk.get("/publisher/invitations").text
    press("renew")
    accept(portal)
    assert "Accepted" in desk.get("/publisher/invitations").text
    assert "Nothing was revoked" in press("revoke")


def test_an_invitation_whose_email_came_back_is_marked(portal: Portal) -> None:
    desk = portal.publisher()
    invite(portal, "Ana Lima <ana@example.org>")
    bounces.record_bounce(portal.world.ports, bounces.MAIL_SYSTEM, ANA, bounces.BounceKind.BOUNCE)

    assert "The email came back" in desk.get("/publisher/invitations").text


def test_while_an_older_program_may_come_back_authors_are_not_invited(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = portal.publisher()
    monkeypatch.setattr(type(portal.world.ports.store), "format", lambda _: formats.DESK - 1)
    answer = desk.post("/publisher/invitations", {"people": "Ana Lima <ana@example.org>"})

    assert answer.status_code == 503
    assert "Authors can be invited when that is done" in answer.text
    assert "Ana Lima &lt;ana@example.org&gt;" in answer.text


def test_a_publisher_who_is_invited_meanwhile_gets_a_link_that_the_older_program_reads(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(portal.world.ports.store), "format", lambda _: formats.DESK - 1)
    publishers.add(portal.world.ports, OPERATOR, address=normalise(ANA), name="Ana Lima", password=None)
    person = portal.person()

    assert "/reset/" in person.letter()
    record = portal.world.ports.store.one(invitation_key(address_hash(normalise(ANA))))
    assert record is not None
    assert set(record.data) == {"address", "name", "role", "invited_at", "revocations", "is_revoked"}


def test_the_list_takes_two_reads_and_inviting_one_read_of_the_store_and_one_commit(
    tmp_path: Path, store: Store
) -> None:
    counted = CountingStore(store)
    portal = make_portal(make_world(tmp_path, counted))
    desk = portal.publisher()
    page = desk.get("/publisher/invitations")
    counted.reset()
    sent = {"csrf_token": csrf_of(page), "people": "Ana Lima <ana@example.org>", "intent": "send"}
    assert desk.client.post("/publisher/invitations", data=sent).status_code == 303
    assert counted.counts == (2, 1)  # the session, and how the address stands
    portal.world.work()
    counted.reset()
    assert "Ana Lima" in desk.get("/publisher/invitations").text
    assert counted.counts == (3, 0)  # the session, the list, how the addresses stand
