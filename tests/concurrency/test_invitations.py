"""Invitations that several people act on at the same moment: one outcome, and whoever comes too late is told."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from tests import invariants
from tests.concurrency.parallel import at_once
from tests.people import PASSWORD, path_in

from byline.accounts import invitation_links
from byline.accounts import invitations as sent_invitations
from byline.accounts.actors import actor_of
from byline.accounts.addresses import normalise
from byline.accounts.clients import UNKNOWN_CLIENT
from byline.accounts.model import State
from byline.audit import OPERATOR
from byline.authors import acceptance, decisions, invitations, invitees
from byline.authors.invitations import InvitationOutcome
from byline.errors import DeadLink, NotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.people import Portal
    from tests.store_wrappers import HookedStore

ANA = normalise("ana@example.org")
LIST = invitees.from_text("Ana Lima <ana@example.org>\nBo Lund <bo@example.org>")


@pytest.fixture(autouse=True)
def later(portal: Portal) -> None:
    """A year on: DynamoDB Local deletes by the machine's own clock what has expired, such as old invitations."""
    portal.world.clock.forward(days=365)


def link(portal: Portal) -> invitation_links.InvitationLink:
    """The link in Ana's email, opened."""
    invitations.invite(portal.world.ports, OPERATOR, LIST)
    token = path_in(portal.person().letter(), "/invitation/").rpartition("/")[2]
    return invitation_links.read_link(portal.world.ports, token)


def accepting(portal: Portal, opened: invitation_links.InvitationLink) -> Callable[[], str]:
    def accept() -> str:
        try:
            acceptance.accept(
                portal.world.ports, None, opened, name="Ana Lima", password=PASSWORD, client=UNKNOWN_CLIENT
            )
        except DeadLink:
            return "too late"
        return "accepted"

    return accept


def test_of_two_who_accept_one_invitation_at_once_one_gets_the_account(portal: Portal, hooked: HookedStore) -> None:
    opened = link(portal)

    outcomes = at_once([accepting(portal, opened), accepting(portal, opened)], commits_meet_at=hooked)

    assert sorted(outcomes) == ["accepted", "too late"]
    assert portal.account(ANA).state is State.ACTIVE
    portal.world.work()
    invariants.check_records(invariants.everything(portal.world.ports.store))


def test_an_invitation_is_accepted_or_revoked_never_both(portal: Portal, hooked: HookedStore) -> None:
    opened = link(portal)
    revoking = partial(sent_invitations.revoke, portal.world.ports, OPERATOR, ANA)

    accepted, revoked = at_once([accepting(portal, opened), revoking], commits_meet_at=hooked)

    assert (accepted, revoked) in {("accepted", False), ("too late", True)}
    found = sent_invitations.find(portal.world.ports, ANA)
    assert found is not None
    assert (found.accepted_at is not None, found.is_revoked) == (accepted == "accepted", bool(revoked))


def test_an_email_that_goes_out_while_the_invitation_is_accepted_hinders_no_one(
    portal: Portal, hooked: HookedStore
) -> None:
    link(portal)
    renewed = sent_invitations.renew(portal.world.ports, OPERATOR, ANA)
    assert renewed is not None
    token = invitation_links.link_for(portal.world.ports, renewed).rpartition("/")[2]
    opened = invitation_links.read_link(portal.world.ports, token)

    outcomes = at_once([accepting(portal, opened), portal.world.work], commits_meet_at=hooked)

    assert outcomes[0] == "accepted"


def test_an_address_that_registers_while_it_is_invited_has_one_account(portal: Portal) -> None:
    opened = link(portal)
    portal.waiting("ana@example.org", "Ana Lima")

    assert accepting(portal, opened)() == "too late"
    assert portal.account(ANA).state is State.WAITING
    [ana, bo] = invitations.plan(portal.world.ports, OPERATOR, LIST)
    assert (ana.outcome, bo.outcome) == (InvitationOutcome.HERE, InvitationOutcome.INVITED)


def test_two_publishers_who_invite_the_same_people_at_once_send_one_email_each(
    portal: Portal, hooked: HookedStore
) -> None:
    desks = [portal.publisher("ines@marram.example"), portal.publisher("rui@marram.example")]
    actors = [actor_of(portal.account(desk.address)) for desk in desks]

    went = at_once([partial(invitations.invite, portal.world.ports, by, LIST) for by in actors], commits_meet_at=hooked)

    outcomes = [[step.outcome.value for step in steps] for steps in went]
    assert sorted(outcomes) == [["invited", "invited"], ["new", "new"]]
    portal.world.clock.forward(minutes=1)
    portal.world.work()
    assert len(portal.world.mailer.to(ANA)) == 1


def test_a_publisher_who_was_suspended_meanwhile_invites_no_one(portal: Portal) -> None:
    portal.publisher("ines@marram.example")
    portal.publisher("rui@marram.example")
    ines = actor_of(portal.account("ines@marram.example"))
    decisions.suspend(portal.world.ports, OPERATOR, ines.account_id)

    for act in (
        partial(invitations.invite, portal.world.ports, ines, LIST),
        partial(sent_invitations.revoke, portal.world.ports, ines, ANA),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert sent_invitations.find(portal.world.ports, ANA) is None
