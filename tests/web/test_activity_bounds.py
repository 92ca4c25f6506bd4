"""How far a slice of the activity looks that no index narrows, and what it says of events about no one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import make_portal
from tests.store_wrappers import CountingStore
from tests.web.test_activity import link, rows

from byline.accounts.actors import actor_of
from byline.audit import OPERATOR, audit_events
from byline.authors import invitations, invitees
from byline.messages import events

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Portal

    from byline.store.port import Store

ANA, DESK = "ana@example.org", "desk@marram.example"


@pytest.fixture
def counted(store: Store) -> CountingStore:
    return CountingStore(store)


@pytest.fixture
def portal(tmp_path: Path, counted: CountingStore) -> Portal:
    return make_portal(make_world(tmp_path, counted, throttle=False), publish_in_line=False)


def saves(portal: Portal, address: str, number: int) -> None:
    """Events of saves of Ana's page, a second apart, by whoever has an address."""
    ports, by, about = portal.world.ports, actor_of(portal.account(address)), portal.account(ANA).id
    for each in range(number):
        portal.world.clock.forward(seconds=1)
        ports.store.commit(*audit_events(ports, by, events.SAVED, about, version=each + 1))


def test_what_one_person_did_is_looked_for_in_four_hundred_events_at_a_time(
    portal: Portal, counted: CountingStore
) -> None:
    portal.author(ANA)
    desk = portal.publisher(DESK)
    mine = f"/publisher/activity?by={portal.account(DESK).id}"
    saves(portal, DESK, 1)
    saves(portal, ANA, 399)
    counted.reset()
    shown = desk.get(mine).text
    assert counted.reads == 3
    assert len(rows(shown)) == 1

    saves(portal, ANA, 1)
    counted.reset()
    shown = desk.get(mine).text
    assert counted.reads <= 3
    assert rows(shown) == []
    assert "Nothing of this kind since" in shown
    assert len(rows(desk.get(link(shown, "Look further back")).text)) == 1


def test_an_event_about_no_one_says_who_did_it(portal: Portal) -> None:
    desk = portal.publisher(DESK)
    invitations.invite(portal.world.ports, OPERATOR, invitees.from_text("Bo Lund <bo@example.org>"))
    assert rows(desk.get("/publisher/activity").text)[0].endswith("Invited 1 person, by the operator .")
