"""The team: who is a publisher, who is invited as one, and how that is changed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from tests.people import PASSWORD, path_in

from byline.accounts import publishers
from byline.accounts.actors import actor_of
from byline.accounts.addresses import normalise
from byline.accounts.model import Role, State
from byline.audit import OPERATOR
from byline.authors import decisions
from byline.errors import NotAllowed
from byline.proofs import Proof

if TYPE_CHECKING:
    from tests.people import Portal

TEAM = "/publisher/team"
RUI = "rui@marram.example"


def test_a_publisher_invites_a_colleague_who_reads_as_what_and_by_whom(portal: Portal) -> None:
    desk = portal.publisher()
    sent = desk.post(TEAM, {"author_name": "Rui Sá", "author_email": RUI})
    assert sent.headers["Location"] == TEAM
    assert "Rui Sá" in desk.get(TEAM).text
    rui = portal.person(RUI, "Rui Sá")
    letter = rui.letter()
    path = path_in(letter, "/invitation/")

    assert "Ines Vale invites you as a publisher" in letter
    assert "as a publisher" in rui.get(path).text
    assert rui.post(path, {"author_name": "Rui Sá", "new_password": PASSWORD}).status_code == 303
    assert rui.get("/publisher").status_code == 200
    assert portal.account(RUI).role is Role.PUBLISHER


def test_an_invitation_of_a_colleague_is_revoked_on_the_page_of_the_team(portal: Portal) -> None:
    desk = portal.publisher()
    desk.post(TEAM, {"author_name": "Rui Sá", "author_email": RUI})
    path = path_in(portal.person(RUI).letter(), "/invitation/")
    revoked = desk.post("/publisher/invitations/revoke", {"author_email": RUI, "to": "team"}, form=TEAM)

    assert revoked.headers["Location"] == TEAM
    assert "Rui Sá" not in desk.get(TEAM).text.partition("<main")[2].partition("</ul>")[0]
    assert portal.person(RUI).get(path).status_code == 410


def test_an_author_is_appointed_only_after_a_page_that_says_what_it_means(portal: Portal) -> None:
    desk, ana = portal.publisher(), portal.author()
    ana.save(author_bio="Mine.")
    led = desk.post(TEAM, {"author_name": "Ana Lima", "author_email": "ana@example.org"})
    page = desk.get(led.headers["Location"])

    assert "All sessions of ana@example.org end" in page.text
    assert portal.account("ana@example.org").role is Role.AUTHOR
    assert desk.post(led.headers["Location"], {}).headers["Location"] == TEAM
    assert portal.account("ana@example.org").role is Role.PUBLISHER
    assert ana.get("/account").status_code == 302
    portal.world.work()
    assert "Mine." in ana.get("/authors/ana-lima/").text


def test_a_publisher_becomes_an_author_again_and_the_page_stays(portal: Portal) -> None:
    desk = portal.publisher()
    other = portal.author("rui@marram.example", "Rui Sá")
    other.save(author_bio="Mine.")
    publishers.appoint(portal.world.ports, OPERATOR, portal.account(RUI).id)
    at = f"{TEAM}/{portal.account(RUI).id}/remove"
    assert "page stays as it is" in desk.get(at).text
    assert desk.post(at).headers["Location"] == TEAM

    account = portal.account(RUI)
    assert (account.role, account.state) == (Role.AUTHOR, State.ACTIVE)
    assert "Rui Sá is an author now." in desk.get(TEAM).text
    portal.world.work()
    assert "Mine." in desk.get("/authors/rui-sa/").text
    assert desk.post(at, form=TEAM).headers["Location"] == TEAM  # a second press changes nothing


def test_the_last_publisher_stays_one(portal: Portal) -> None:
    desk = portal.publisher()
    own = portal.account(desk.address)
    assert "Make an author again" not in desk.get(TEAM).text
    assert desk.post(f"{TEAM}/{own.id}/remove").status_code == 403
    assert portal.account(desk.address).role is Role.PUBLISHER


def test_one_of_two_publishers_may_leave_the_team(portal: Portal) -> None:
    desk = portal.publisher()
    portal.publisher(RUI, "Rui Sá")
    at = f"{TEAM}/{portal.account(desk.address).id}/remove"
    assert "You can no longer open this console." in desk.get(at).text
    desk.post(at)

    assert portal.account(desk.address).role is Role.AUTHOR
    assert desk.get(TEAM).status_code == 302


def test_two_publishers_who_remove_each_other_leave_one(portal: Portal) -> None:
    portal.publisher()
    portal.publisher(RUI, "Rui Sá")
    ines, rui = portal.account("desk@marram.example"), portal.account(RUI)
    just_now = {Proof.PASSWORD: 0}
    decisions.remove_publisher(portal.world.ports, actor_of(ines, proof_ages=just_now), rui.id)

    with pytest.raises(NotAllowed):
        decisions.remove_publisher(portal.world.ports, actor_of(rui, proof_ages=just_now), ines.id)
    for act in (
        partial(
            publishers.invite,
            portal.world.ports,
            actor_of(rui, proof_ages=just_now),
            address=normalise("eva@example.org"),
            name="Eva",
        ),
        partial(publishers.appoint, portal.world.ports, actor_of(rui, proof_ages=just_now), rui.id),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert portal.account("desk@marram.example").role is Role.PUBLISHER


def test_what_was_typed_is_still_there_where_it_is_refused(portal: Portal) -> None:
    answer = portal.publisher().post(TEAM, {"author_name": "Rui Sá", "author_email": "rui@"})

    assert answer.status_code == 422
    assert 'value="Rui Sá"' in answer.text
    assert 'value="rui@"' in answer.text


def test_the_note_to_a_colleague_stands_in_the_email_and_in_its_reminder(portal: Portal) -> None:
    desk = portal.publisher()
    fields = {"author_name": "Rui Sá", "author_email": RUI}
    refused = desk.post(TEAM, {**fields, "note": "x" * 2001})
    assert refused.status_code == 422
    assert 'id="note-error"' in refused.text

    desk.post(TEAM, {**fields, "note": "As we said on Monday.\r\nYours, Ines"})
    rui = portal.person(RUI, "Rui Sá")
    assert "As we said on Monday." in rui.letter()
    portal.world.clock.forward(days=2)
    desk.log_in()
    desk.post("/publisher/invitations/remind", {"author_email": RUI, "to": "team"}, form=TEAM)
    reminder = rui.letter()
    assert "This is a reminder" in reminder
    assert "As we said on Monday." in reminder
