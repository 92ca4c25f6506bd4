"""Attacks on the recovery of lost second factors: by the mailbox alone, by asking around, and at the same moment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import PASSWORD, make_portal, path_in
from tests.web.test_recovery import INES, READY, credentials, email_to, finish_link, is_waiting, opened, start
from tests.web.test_second_factors import ANA, NEW, set_up

from byline.accounts import factor_recovery, recovery
from byline.accounts.actors import actor_of
from byline.accounts.clients import UNKNOWN_CLIENT
from byline.audit import OPERATOR
from byline.authors import decisions
from byline.errors import DeadLink, NotAllowed, Refusal
from byline.proofs import Proof

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Person, Portal

BO = "bo@example.org"


@pytest.fixture
def portal(tmp_path: Path) -> Portal:
    return make_portal(make_world(tmp_path, throttle=False))


@pytest.fixture
def ana(portal: Portal) -> Person:
    person = portal.author(ANA)
    set_up(portal, person)
    return person


def reset(portal: Portal, new: str) -> Person:
    """What whoever reads the mailbox can do by themselves; their browser."""
    thief = portal.person(ANA)
    thief.post("/reset", {"author_email": ANA})
    at = opened(thief, path_in(email_to(portal, "Choose a new password"), "/reset/"))
    assert thief.post(at, {"new_password": new}, form=at).status_code == 303
    return thief


def test_the_mailbox_alone_opens_nothing(portal: Portal, ana: Person) -> None:
    thief = reset(portal, NEW)
    assert thief.get("/account").status_code == 302  # the second step is asked for
    at = f"/publisher/authors/{portal.account(ANA).id}/recovery"
    token = re.findall(r'name="csrf_token" value="([^"]+)"', thief.get("/login").text)[0]
    assert thief.client.post(at, data={"csrf_token": token}).status_code in {302, 303}
    portal.world.clock.forward(hours=73)
    portal.world.work()
    assert not is_waiting(portal)
    assert READY not in [mail.subject for mail in portal.world.mailer.to(ana.address)]


def test_who_fooled_a_publisher_cannot_shut_the_owner_out_meanwhile(portal: Portal, ana: Person) -> None:
    start(portal)
    assert is_waiting(portal)
    reset(portal, NEW)  # it ends the owner's sessions, which could have stopped the recovery
    assert ana.get("/account").status_code == 302
    assert not is_waiting(portal)


def test_no_answer_to_a_stranger_tells_whether_a_recovery_waits(portal: Portal, ana: Person) -> None:
    bo = portal.author(BO, "Bo Lund")
    set_up(portal, bo)
    start(portal, ana.address)

    def seen(address: str) -> list[tuple[int, str, str]]:
        stranger = portal.person(address)
        answers = [
            stranger.post("/reset", {"author_email": address}),
            stranger.log_in(password="not the password"),
            stranger.get("/recovery/no-such-link"),
            stranger.get("/recovery/stop/no-such-link"),
            stranger.log_in(password=PASSWORD),
            stranger.get("/login/verify"),
            stranger.get("/account/recovery"),
        ]
        return [(each.status_code, each.headers.get("Location", ""), _plain(each.text, address)) for each in answers]

    assert seen(ANA) == seen(BO)


def test_a_link_that_stops_does_not_finish_nor_the_other_way_round(portal: Portal, ana: Person) -> None:
    start(portal, ana.address)
    portal.world.clock.forward(hours=72)
    to_stop = path_in(email_to(portal, READY), "/recovery/stop/").rpartition("/")[2]
    to_finish = finish_link(portal).rpartition("/")[2]
    ports = portal.world.ports
    with pytest.raises(DeadLink):
        factor_recovery.read_link(ports, to_stop)
    with pytest.raises(DeadLink):
        recovery.stop_by_link(ports, None, to_finish)
    assert is_waiting(portal)


def test_of_two_that_finish_at_once_one_succeeds(portal: Portal, ana: Person) -> None:
    start(portal, ana.address)
    portal.world.clock.forward(hours=72)
    ports, token = portal.world.ports, finish_link(portal).rpartition("/")[2]
    links = [factor_recovery.read_link(ports, token) for _ in range(2)]
    factor_recovery.finish(ports, None, links[0], new=NEW, client=UNKNOWN_CLIENT)
    with pytest.raises(DeadLink):
        factor_recovery.finish(ports, None, links[1], new="another long password of a thief", client=UNKNOWN_CLIENT)
    assert portal.person(ANA).log_in(password=NEW).status_code == 303


def test_one_that_is_stopped_at_the_same_moment_removes_nothing(portal: Portal, ana: Person) -> None:
    start(portal, ana.address)
    portal.world.clock.forward(hours=72)
    ports = portal.world.ports
    link = factor_recovery.read_link(ports, finish_link(portal).rpartition("/")[2])
    assert recovery.stop_for(ports, OPERATOR, portal.account(ANA).id)
    with pytest.raises(DeadLink):
        factor_recovery.finish(ports, None, link, new=NEW, client=UNKNOWN_CLIENT)
    assert credentials(portal).has_second_factor
    assert portal.person(ANA).log_in(password=NEW).status_code == 422


def test_a_publisher_who_is_being_suspended_starts_none(portal: Portal, ana: Person) -> None:
    portal.publisher("vera@marram.example", "Vera Hart")
    portal.publisher(INES)
    ines, ports = portal.account(INES), portal.world.ports
    acting = actor_of(ines, proof_ages={Proof.PASSWORD: 0})
    decisions.suspend(ports, OPERATOR, ines.id)
    with pytest.raises(NotAllowed):
        factor_recovery.start(ports, acting, portal.account(ana.address).id)
    assert not is_waiting(portal)


def test_no_one_stops_or_starts_anothers_but_publishers(portal: Portal, ana: Person) -> None:
    bo = portal.author(BO, "Bo Lund")
    start(portal, ana.address)
    assert bo.post("/account/recovery/stop", form="/account").status_code == 303
    assert is_waiting(portal)
    by = actor_of(portal.account(BO))
    for act in (factor_recovery.start, recovery.stop_for):
        with pytest.raises(Refusal):
            act(portal.world.ports, by, portal.account(ANA).id)
    assert is_waiting(portal)


def _plain(page: str, address: str) -> str:
    """A page without what is random in it, and the address itself."""
    page = re.sub(r'value="[^"]*"|data-copies="[^"]*"|<!--.*?-->', "", page, flags=re.DOTALL)
    return page.replace(address, "").replace("Ana Lima", "").replace("Bo Lund", "")
