"""Once a year an author is asked whether their page is still right; a button on the link's page says so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import csrf_of, make_portal, path_in
from tests.store_wrappers import CountingStore
from tests.web.test_drafts import photo

from byline.audit import OPERATOR
from byline.authors import list_entries, list_index, overview, still_right
from byline.authors.list_entries import PageState
from byline.press import yearly_question

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Person, Portal

    from byline.store.port import Store

ANA = "ana@example.org"
ASKED = "Is your author page still right?"


@pytest.fixture
def counted(store: Store) -> CountingStore:
    return CountingStore(store)


@pytest.fixture
def portal(tmp_path: Path, counted: CountingStore) -> Portal:
    portal = make_portal(make_world(tmp_path, counted, throttle=False), publish_in_line=False)
    a_day_passes(portal, days=0)
    return portal


@pytest.fixture
def ana(portal: Portal) -> Person:
    ana = portal.author(ANA)
    ana.save(author_bio="I write by the *sea*.", author_summary="Writes by the sea.", link_url=["https://ana.example/"])
    return ana


def a_day_passes(portal: Portal, *, days: float = 1) -> None:
    """What the worker does each day, and whatever is due within it."""
    portal.world.clock.forward(days=days)
    list_index.rebuild_if_outdated(portal.world.ports)
    for _ in range(10):
        portal.world.work()
        portal.world.clock.forward(minutes=1)


def asked(portal: Portal, address: str = ANA) -> list[str]:
    return [mail.text for mail in portal.world.mailer.to(address) if mail.subject == ASKED]


def switch_on(portal: Portal) -> None:
    yearly_question.save(portal.world.ports, OPERATOR, on=True)


def link(portal: Portal) -> str:
    switch_on(portal)
    a_day_passes(portal, days=366)
    a_day_passes(portal)
    return path_in(asked(portal)[-1], "/still-right/")


def stale(portal: Portal) -> int:
    counts = overview.read_counts(portal.world.ports, OPERATOR)
    assert counts is not None
    return counts.get(list_entries.of_page(PageState.STALE), 0)


def test_no_author_is_asked_until_a_publisher_switches_it_on(portal: Portal, ana: Person) -> None:
    a_day_passes(portal, days=366)
    a_day_passes(portal)
    assert asked(portal) == []
    assert stale(portal) == 1

    desk = portal.publisher()
    page = desk.get("/publisher/settings")
    assert re.search(r'value="off" checked', page.text)
    desk.post("/publisher/settings/yearly-question", {"yearly_question": "on"}, form="/publisher/settings")
    assert "Authors are asked once a year from now on." in desk.get("/publisher/settings").text
    a_day_passes(portal)

    assert len(asked(portal)) == 1


def test_an_author_is_asked_once_a_year_at_most(portal: Portal, ana: Person) -> None:
    link(portal)
    for _ in range(5):
        a_day_passes(portal, days=70)
    assert len(asked(portal)) == 1

    a_day_passes(portal, days=20)
    assert len(asked(portal)) == 2


def test_who_changed_their_page_within_the_year_is_not_asked(portal: Portal, ana: Person) -> None:
    switch_on(portal)
    portal.world.clock.forward(days=300)
    ana.log_in()
    ana.save(author_bio="Moved to the hills.")
    a_day_passes(portal, days=100)
    a_day_passes(portal)

    assert asked(portal) == []


def test_the_links_page_shows_what_readers_see_and_opening_it_changes_nothing(portal: Portal, ana: Person) -> None:
    ana.save(profile_img=photo())
    address, reader = link(portal), portal.person()

    page = reader.get(address)

    assert page.status_code == 200
    portrait = re.search(r'<img class="portrait" src="(/authors/photos/[^"]+)"', page.text)
    assert portrait
    assert reader.get(portrait[1]).status_code == 200
    for words in ("Is this still right?", "I write by the", "Writes by the sea.", "ana.example", "Yes, it is right"):
        assert words in page.text
    assert "/login?next=/" in page.text.replace("%2F", "/")
    portal.world.work()
    assert stale(portal) == 1


def test_the_button_confirms_the_page_which_leaves_the_list_for_a_year(
    portal: Portal, ana: Person, counted: CountingStore
) -> None:
    address, reader = link(portal), portal.person()
    token = csrf_of(reader.get(address))

    counted.reset()
    answer = reader.client.post(address, data={"csrf_token": token})

    assert answer.status_code == 303
    assert (counted.reads, counted.commits) == (1, 1)
    assert "Your page is confirmed." in reader.get(address).text
    portal.world.work()
    assert stale(portal) == 0
    desk = portal.publisher()
    history = desk.get(f"/publisher/authors/{portal.account(ANA).id}").text
    assert "Confirmed that the page is still right." in history
    a_day_passes(portal, days=300)
    assert stale(portal) == 0
    a_day_passes(portal, days=66)
    a_day_passes(portal)
    assert stale(portal) == 1
    assert len(asked(portal)) == 2


def test_pressing_the_button_twice_confirms_once(portal: Portal, ana: Person) -> None:
    address, reader = link(portal), portal.person()
    for _ in range(2):
        assert reader.post(address, {}, form="/login").status_code == 303
    portal.world.work()
    desk = portal.publisher()

    history = desk.get(f"/publisher/authors/{portal.account(ANA).id}").text
    assert history.count("Confirmed that the page is still right.") == 1


@pytest.mark.parametrize("what", ["forged", "expired", "suspended", "asked again"])
def test_a_link_that_is_not_the_last_ones_does_nothing(portal: Portal, ana: Person, what: str) -> None:
    address, reader = link(portal), portal.person()
    if what == "forged":
        address = address[:-3] + "abc"
    elif what == "expired":
        portal.world.clock.forward(days=91)
    elif what == "suspended":
        from byline.authors import decisions

        decisions.suspend(portal.world.ports, OPERATOR, portal.account(ANA).id, note="")
    else:
        a_day_passes(portal, days=366)
        a_day_passes(portal)
    for answer in (reader.get(address), reader.post(address, {}, form="/login")):
        assert answer.status_code == 410


def test_many_authors_are_asked_a_few_a_minute_and_not_all_on_one_day(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        portal.author(f"a{number}@example.org", f"Author {number}").save(author_bio="Words.")
    monkeypatch.setattr(still_right, "A_SLICE", 2)
    monkeypatch.setattr(still_right, "MOST_A_DAY", 5)
    switch_on(portal)
    portal.world.work()
    portal.world.clock.forward(days=366)
    list_index.rebuild_if_outdated(portal.world.ports)

    def sent() -> int:
        portal.world.work()
        return sum(len(asked(portal, f"a{number}@example.org")) for number in range(7))

    assert sent() == 2
    portal.world.clock.forward(minutes=1)
    assert sent() == 4
    portal.world.clock.forward(minutes=5)
    assert sent() == 5
    a_day_passes(portal)
    assert sent() == 7
