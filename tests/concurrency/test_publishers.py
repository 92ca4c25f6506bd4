"""Publishers who act on each other at the same moment: who is being suspended decides nothing, and one always stays."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from tests import invariants
from tests.concurrency.parallel import at_once
from tests.people import csrf_of

from byline.accounts.actors import actor_of
from byline.accounts.bounces import MAIL_SYSTEM, BounceKind, record_bounce
from byline.accounts.model import State
from byline.audit import OPERATOR
from byline.authors import decisions, pages
from byline.errors import AlreadyDecided, NotAllowed
from byline.profiles.editing import PageChange

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.people import Portal
    from tests.store_wrappers import HookedStore

INES, RUI, EVA = "ines@marram.example", "rui@marram.example", "eva@marram.example"


def outcome(act: Callable[[], object]) -> str:
    try:
        act()
    except (NotAllowed, AlreadyDecided) as fault:
        return type(fault).__name__
    return "done"


def states(portal: Portal, *addresses: str) -> list[State]:
    return [portal.account(address).state for address in addresses]


def test_of_two_publishers_who_suspend_each_other_at_once_one_succeeds_and_the_other_is_told(
    portal: Portal, hooked: HookedStore
) -> None:
    people = [portal.publisher(INES, "Ines Vale"), portal.publisher(RUI, "Rui Sá")]
    ids = [portal.account(address).id for address in (INES, RUI)]
    posts = [
        partial(person.client.post, f"/publisher/authors/{other}/suspend", data={"csrf_token": csrf_of(page)})
        for person, other in zip(people, reversed(ids), strict=True)
        for page in [person.get(f"/publisher/authors/{other}/suspend")]
    ]

    answers = at_once(posts, commits_meet_at=hooked)

    assert sorted(answer.status_code for answer in answers) == [303, 403]
    assert sorted(states(portal, INES, RUI)) == [State.ACTIVE, State.SUSPENDED]
    winner = [answer.status_code for answer in answers].index(303)
    assert portal.account((RUI, INES)[winner]).state is State.SUSPENDED
    invariants.check_records(invariants.everything(portal.world.ports.store))


def test_of_three_publishers_who_suspend_each_other_in_a_ring_at_least_one_stays(
    portal: Portal, hooked: HookedStore
) -> None:
    for address in (INES, RUI, EVA):
        portal.publisher(address)
    accounts = [portal.account(address) for address in (INES, RUI, EVA)]
    acts = [
        partial(decisions.suspend, portal.world.ports, actor_of(by), accounts[(number + 1) % 3].id)
        for number, by in enumerate(accounts)
    ]

    outcomes = at_once([partial(outcome, act) for act in acts], commits_meet_at=hooked)

    assert "done" in outcomes
    assert State.ACTIVE in states(portal, INES, RUI, EVA)


def test_the_operator_cannot_suspend_the_last_publisher_not_even_all_of_them_at_once(
    portal: Portal, hooked: HookedStore
) -> None:
    portal.publisher(INES)
    with pytest.raises(NotAllowed):
        decisions.suspend(portal.world.ports, OPERATOR, portal.account(INES).id)

    portal.publisher(RUI)
    ids = [portal.account(address).id for address in (INES, RUI)]
    acts = [partial(decisions.suspend, portal.world.ports, OPERATOR, account_id) for account_id in ids]
    outcomes = at_once([partial(outcome, act) for act in acts], commits_meet_at=hooked)

    assert sorted(outcomes) == ["NotAllowed", "done"]
    assert sorted(states(portal, INES, RUI)) == [State.ACTIVE, State.SUSPENDED]


def test_a_publisher_who_was_suspended_meanwhile_commits_nothing(portal: Portal) -> None:
    portal.publisher(INES)
    portal.publisher(RUI)
    portal.author("ana@example.org")
    portal.waiting("bo@example.org", "Bo Lund")
    ports, ines = portal.world.ports, actor_of(portal.account(INES))
    ana, bo = portal.account("ana@example.org"), portal.account("bo@example.org")
    decisions.suspend(ports, OPERATOR, ines.account_id)

    for act in (
        partial(decisions.approve, ports, ines, bo.id),
        partial(decisions.decline, ports, ines, bo.id, note="No."),
        partial(decisions.suspend, ports, ines, ana.id),
        partial(pages.save_for, ports, ines, ana.id, PageChange(bio="<p>Still here.</p>")),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert (portal.account("ana@example.org"), portal.account("bo@example.org")) == (ana, bo)


def test_a_publisher_whose_account_changed_in_a_small_thing_goes_on(portal: Portal) -> None:
    portal.publisher(INES, "Ines Vale")
    portal.waiting("bo@example.org", "Bo Lund")
    ports, ines = portal.world.ports, actor_of(portal.account(INES))
    record_bounce(ports, MAIL_SYSTEM, INES, BounceKind.BOUNCE)

    assert decisions.approve(ports, ines, portal.account("bo@example.org").id).state is State.ACTIVE
