"""``byline publisher list``, ``remove`` and ``restore``, and invitations that are taken back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from tests.environment import make_world
from tests.filled_portal import answered, byline, lived_in
from tests.people import PASSWORD, Portal, make_portal

from byline.accounts import account_links, invitation_links, invitations, lookup, password, publishers
from byline.accounts.addresses import normalise
from byline.accounts.clients import UNKNOWN_CLIENT
from byline.accounts.model import Role, State
from byline.audit import OPERATOR
from byline.authors import acceptance, decisions
from byline.errors import DeadLink, Invalid, NotAllowed

if TYPE_CHECKING:
    from pathlib import Path

DESK = "desk@marram.example"
OTHER = normalise("otto@example.org")


@pytest.fixture
def data(tmp_path: Path) -> dict[str, str]:
    """The settings of a portal with a publisher, an author, and somebody who waits."""
    lived_in(tmp_path / "data")
    return {"DATA": str(tmp_path / "data")}


def states(data: dict[str, str]) -> dict[str, str]:
    return {row["address"]: row["state"] for row in answered("publisher", "list", **data)}


def test_publishers_are_listed_with_who_is_invited(data: dict[str, str]) -> None:
    byline("publisher", "add", OTHER, "--name", "Otto Berg", **data)
    assert states(data) == {DESK: "active", OTHER: "invited"}
    said = byline("publisher", "list", **data).stdout
    assert "invited    Otto Berg  <otto@example.org>" in said


def test_the_last_active_publisher_stays_one(data: dict[str, str]) -> None:
    said = byline("publisher", "remove", DESK, exit_code=1, **data).stderr
    assert "last active publisher" in said
    assert states(data) == {DESK: "active"}


def test_who_is_removed_is_an_author_and_can_be_added_again(data: dict[str, str]) -> None:
    byline("publisher", "add", "ana@example.org", **data)
    page = [row["page"] for row in answered("authors", **data) if row["address"] == "ana@example.org"]
    assert answered("publisher", "remove", "ana@example.org", **data)["done"] == "removed"
    assert states(data) == {DESK: "active"}
    (row,) = (row for row in answered("authors", **data) if row["address"] == "ana@example.org")
    assert (row["role"], row["state"], row["page"]) == ("author", "active", page[0])
    assert answered("publisher", "add", "ana@example.org", **data)["done"] == "promoted"


def test_who_is_no_publisher_is_refused(data: dict[str, str]) -> None:
    for command in "remove", "restore":
        for address in "ana@example.org", "ben@example.org":
            said = byline("publisher", command, address, exit_code=1, **data).stderr
            assert "is not a publisher's address" in said
    assert "not suspended: the account is active" in byline("publisher", "restore", DESK, exit_code=1, **data).stderr


@pytest.fixture
def portal(tmp_path: Path) -> Portal:
    made = make_portal(make_world(tmp_path, throttle=False))
    made.publisher()
    return made


def test_a_suspended_publisher_is_restored_as_one_and_told(portal: Portal) -> None:
    ports = portal.world.ports
    publishers.add(ports, OPERATOR, address=OTHER, name="Otto Berg", password=PASSWORD)
    account = lookup.load_by_address(ports, OPERATOR, OTHER)
    decisions.suspend(ports, OPERATOR, account.id)
    restored = decisions.reinstate(ports, OPERATOR, account.id)
    assert publishers.is_publisher(restored)
    portal.world.clock.forward(minutes=1)
    portal.world.work()
    assert portal.world.mailer.to(OTHER)


def test_who_had_no_page_gets_one_and_may_write_it(portal: Portal) -> None:
    ports = portal.world.ports
    publishers.add(ports, OPERATOR, address=OTHER, name="Otto Berg", password=PASSWORD)
    person = portal.person(OTHER, "Otto Berg")
    person.log_in()
    assert person.get("/publisher").status_code == 200
    account = decisions.remove_publisher(ports, OPERATOR, lookup.load_by_address(ports, OPERATOR, OTHER).id)
    assert (account.role, account.state) == (Role.AUTHOR, State.ACTIVE)
    assert person.get("/publisher").status_code in {302, 404}  # their sessions have ended
    person.log_in()
    assert person.get("/publisher").status_code == 404
    assert person.save(author_bio="Mine.").status_code == 303
    portal.world.work()
    assert "Mine." in person.get("/authors/otto-berg/").text


def test_of_two_the_suspended_one_does_not_count(portal: Portal) -> None:
    ports = portal.world.ports
    publishers.add(ports, OPERATOR, address=OTHER, name="Otto Berg", password=PASSWORD)
    other = lookup.load_by_address(ports, OPERATOR, OTHER)
    decisions.suspend(ports, OPERATOR, other.id)
    desk = portal.account(DESK)
    with pytest.raises(NotAllowed, match="last active publisher"):
        decisions.remove_publisher(ports, OPERATOR, desk.id)
    assert decisions.remove_publisher(ports, OPERATOR, other.id).state is State.SUSPENDED
    with pytest.raises(Invalid):
        decisions.remove_publisher(ports, OPERATOR, other.id)


def invited(portal: Portal) -> str:
    """Invite somebody; the token of the link in their email."""
    publishers.add(portal.world.ports, OPERATOR, address=OTHER, name="Otto Berg", password=None)
    portal.world.work()
    found: Any = re.search(r"/invitation/(\S+)", portal.world.mailer.to(OTHER)[-1].text)
    return str(found[1])


def accept(portal: Portal, token: str) -> None:
    ports = portal.world.ports
    link = invitation_links.read_link(ports, token)
    acceptance.accept(ports, None, link, name="Otto Berg", password=PASSWORD, client=UNKNOWN_CLIENT)


def reset_link(portal: Portal) -> str:
    """The link of an invitation as programs before format 5 made it."""
    ports = portal.world.ports
    now = ports.clock.now()
    link = account_links.link_for_address(ports, OTHER, asked_at=now, role=Role.PUBLISHER, name="Otto Berg")
    return link.rpartition("/")[2]


def test_an_invitation_that_is_taken_back_opens_nothing(portal: Portal) -> None:
    ports, token = portal.world.ports, invited(portal)
    page = portal.person().get(f"/invitation/{token}")
    assert page.status_code == 200
    assert invitations.revoke(ports, OPERATOR, OTHER)
    with pytest.raises(DeadLink, match="taken back"):
        accept(portal, token)
    page = portal.person().get(f"/invitation/{token}")
    assert page.status_code == 410
    assert "The invitation was taken back." in page.text
    assert invitations.open_invitations(ports, OPERATOR) == []
    assert not invitations.revoke(ports, OPERATOR, OTHER)  # nothing was left to take back


def test_an_invitation_that_is_taken_back_before_its_email_sends_none(portal: Portal) -> None:
    ports = portal.world.ports
    publishers.add(ports, OPERATOR, address=OTHER, name="Otto Berg", password=None)
    invitations.revoke(ports, OPERATOR, OTHER)
    portal.world.work()
    assert portal.world.mailer.to(OTHER) == []


def test_who_is_invited_again_comes_in_by_the_new_link_alone(portal: Portal) -> None:
    ports, old = portal.world.ports, invited(portal)
    invitations.revoke(ports, OPERATOR, OTHER)
    portal.world.clock.forward(minutes=5)
    new = invited(portal)
    with pytest.raises(DeadLink):
        accept(portal, old)
    accept(portal, new)
    assert publishers.is_publisher(lookup.load_by_address(ports, OPERATOR, OTHER))
    assert invitations.open_invitations(ports, OPERATOR) == []


def test_both_links_of_two_invitations_work_until_one_is_used(portal: Portal) -> None:
    first, _ = invited(portal), portal.world.clock.forward(minutes=5)
    invited(portal)
    accept(portal, first)


def test_an_invitation_of_an_older_program_can_be_taken_back_too(portal: Portal) -> None:
    ports = portal.world.ports
    token = reset_link(portal)
    assert account_links.read_link(ports, token).role is Role.PUBLISHER
    assert not invitations.revoke(ports, OPERATOR, OTHER)
    with pytest.raises(DeadLink):
        account_links.read_link(ports, token)


def test_a_reset_is_no_invitation_and_goes_on(portal: Portal) -> None:
    ports = portal.world.ports
    link = account_links.link_for_address(ports, OTHER, asked_at=ports.clock.now())
    invitations.revoke(ports, OPERATOR, OTHER)
    assert account_links.read_link(ports, link.rpartition("/")[2]).role is Role.AUTHOR


def test_an_invitation_that_is_taken_back_at_the_same_moment_opens_nothing(portal: Portal) -> None:
    ports = portal.world.ports
    invited(portal)
    link = account_links.read_link(ports, reset_link(portal))
    invitations.revoke(ports, OPERATOR, OTHER)
    with pytest.raises(DeadLink):
        password.reset(ports, None, link, new=PASSWORD, name="Otto Berg", client=UNKNOWN_CLIENT)


def test_a_link_of_an_older_program_goes_on_working_beside_a_new_one(portal: Portal) -> None:
    ports = portal.world.ports
    invited(portal)
    link = account_links.read_link(ports, reset_link(portal))

    password.reset(ports, None, link, new=PASSWORD, name="Otto Berg", client=UNKNOWN_CLIENT)

    assert publishers.is_publisher(lookup.load_by_address(ports, OPERATOR, OTHER))


def test_a_command_takes_an_invitation_back(data: dict[str, str]) -> None:
    byline("publisher", "add", OTHER, "--name", "Otto Berg", **data)
    assert answered("publisher", "remove", OTHER, **data)["done"] == "revoked"
    assert states(data) == {DESK: "active"}
    assert answered("publisher", "remove", "nobody@example.org", **data)["done"] == "unknown"


@pytest.mark.parametrize("person", ["author", "publisher"])
def test_no_password_is_set_for_an_account_that_exists(portal: Portal, person: str) -> None:
    ana = portal.author("ana@example.org") if person == "author" else portal.publisher("ana@example.org")
    before = portal.password_hash("ana@example.org")

    with pytest.raises(Invalid):
        publishers.add(
            portal.world.ports, OPERATOR, address=normalise("ana@example.org"), name="", password="a new one of them"
        )
    assert portal.password_hash("ana@example.org") == before
    assert ana.get("/account").status_code == 200
