"""The queue of those who wait: a line each, many approved at once, and one outcome where two publishers are at it."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import csrf_of, make_portal
from tests.store_wrappers import CountingStore, HookedStore

from byline.audit import OPERATOR
from byline.authors import bulk_approval, decisions

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from tests.people import Person, Portal
    from werkzeug.test import TestResponse

    from byline.store.port import Store


@pytest.fixture
def hooked(store: Store) -> HookedStore:
    return HookedStore(store)


@pytest.fixture
def counted(hooked: HookedStore) -> CountingStore:
    return CountingStore(hooked)


@pytest.fixture
def portal(tmp_path: Path, counted: CountingStore) -> Portal:
    return make_portal(make_world(tmp_path, counted, throttle=False))


@pytest.fixture
def desk(portal: Portal) -> Person:
    return portal.publisher()


def queued(portal: Portal, count: int, name: str = "Author {}") -> list[str]:
    for number in range(count):
        portal.waiting(f"a{number}@example.org", name.format(number))
        portal.world.clock.forward(seconds=1)
    return [portal.account(f"a{number}@example.org").id for number in range(count)]


def ticks(desk: Person, *ids: str) -> TestResponse:
    page = desk.get("/publisher")
    return desk.client.post("/publisher/approve", data={"csrf_token": csrf_of(page), "author": list(ids)})


def states(portal: Portal, count: int) -> list[str]:
    return [portal.account(f"a{number}@example.org").state.value for number in range(count)]


def test_a_line_says_how_long_someone_has_waited_and_marks_it_only_past_the_usual_time(
    portal: Portal, desk: Person
) -> None:
    queued(portal, 1)
    assert '<p class="age">today</p>' in desk.get("/publisher").text
    portal.world.clock.forward(days=14)
    desk.log_in()
    assert '<p class="age">14 days</p>' in desk.get("/publisher").text
    portal.world.clock.forward(days=1)
    desk.log_in()
    assert re.search(
        r'<p class="age late">15 days<span class="visually-hidden"> \(longer than', desk.get("/publisher").text
    )


def test_many_are_approved_at_once_in_commits_of_ten_with_a_page_and_an_email_each(
    portal: Portal, desk: Person, counted: CountingStore
) -> None:
    ids = queued(portal, 12)
    token = csrf_of(desk.get("/publisher"))
    counted.reset()
    answer = desk.client.post("/publisher/approve", data={"csrf_token": token, "author": ids})
    assert (answer.status_code, answer.location) == (303, "/publisher")
    assert (counted.reads, counted.commits) == (3, 2)
    assert "12 authors approved." in desk.get("/publisher").text
    assert states(portal, 12) == ["active"] * 12
    assert all(portal.account(f"a{number}@example.org").profile_id for number in range(12))
    portal.world.clock.forward(seconds=31)
    portal.world.work()
    for number in range(12):
        assert [mail.subject for mail in portal.world.mailer.to(f"a{number}@example.org")][-1:] == [
            "Your author page is open"
        ]


def test_what_was_approved_at_once_is_taken_back_at_once_until_the_emails_are_out(portal: Portal, desk: Person) -> None:
    ids = queued(portal, 3)
    for late in (False, True):
        ticks(desk, *ids)
        found = re.search(r'action="(/publisher/approve/undo[^"]*)"', desk.get("/publisher").text)
        assert found
        if late:
            portal.world.clock.forward(seconds=31)
            portal.world.work()
        assert desk.post(unescape(found[1]), form="/publisher").status_code == 303
        said = "3 authors stay approved: the emails are already out." if late else "3 authors wait again."
        assert said in desk.get("/publisher").text
        assert states(portal, 3) == (["active"] if late else ["waiting"]) * 3
    assert [mail.subject for mail in portal.world.mailer.to("a0@example.org")].count("Your author page is open") == 1


@pytest.mark.parametrize("ids", ["", "author=x", "author=" + "0" * 24, "author=%00&author=" + "a" * 3_000])
def test_taking_back_what_no_one_approved_changes_nothing(portal: Portal, desk: Person, ids: str) -> None:
    queued(portal, 1)
    assert desk.post(f"/publisher/approve/undo?{ids}", form="/publisher").status_code == 303
    assert states(portal, 1) == ["waiting"]


def test_two_people_of_one_name_are_approved_together_with_page_addresses_of_their_own(
    portal: Portal, desk: Person
) -> None:
    ids = queued(portal, 3, "Ana Lima")
    ticks(desk, *ids)
    assert states(portal, 3) == ["active"] * 3


def test_nothing_ticked_says_what_to_do(portal: Portal, desk: Person) -> None:
    queued(portal, 1)
    assert ticks(desk).status_code == 303
    assert "Select who to approve first." in desk.get("/publisher").text


@pytest.mark.parametrize("made_up", ["x", "0" * 24, "0" * 80, "é", "a/b"])
def test_an_id_that_is_no_accounts_is_passed_over(portal: Portal, desk: Person, made_up: str) -> None:
    ids = queued(portal, 1)
    assert ticks(desk, made_up, *ids).status_code == 303
    assert states(portal, 1) == ["active"]


def test_where_two_publishers_tick_the_same_people_each_is_decided_once_and_both_are_told(
    portal: Portal, desk: Person, hooked: HookedStore
) -> None:
    ids = queued(portal, 4)
    ports, done = portal.world.ports, []

    def colleague(name: str, _: Any) -> None:
        if name == "commit" and not done:
            done.append(True)
            decisions.decline(ports, OPERATOR, ids[1], note="")
            decisions.approve(ports, OPERATOR, ids[2])

    token = csrf_of(desk.get("/publisher"))
    hooked.before = colleague
    answer = desk.client.post("/publisher/approve", data={"csrf_token": token, "author": ids})
    assert answer.status_code == 200
    assert "2 authors approved." in answer.text
    assert (
        len(re.findall(r"<li><bdi>Author [12]</bdi>: the operator already decided: (?:Declined|Active)", answer.text))
        == 2
    )
    assert states(portal, 4) == ["active", "declined", "active", "active"]

    again = desk.client.post("/publisher/approve", data={"csrf_token": token, "author": ids})
    assert "authors approved" not in again.text
    assert again.text.count("already decided") == 4


def test_a_publisher_who_is_suspended_meanwhile_approves_no_one(
    portal: Portal, desk: Person, hooked: HookedStore
) -> None:
    ids = queued(portal, 2)
    other = portal.publisher("other@marram.example", "Otto Vale")
    ports, done = portal.world.ports, []

    def colleague(name: str, _: Any) -> None:
        if name == "commit" and not done:
            done.append(True)
            decisions.suspend(ports, OPERATOR, portal.account(desk.address).id)

    token = csrf_of(desk.get("/publisher"))
    hooked.before = colleague
    desk.client.post("/publisher/approve", data={"csrf_token": token, "author": ids})
    assert states(portal, 2) == ["waiting"] * 2
    assert "Author 0" in other.get("/publisher").text


def test_ticks_survive_a_session_that_ended(portal: Portal, desk: Person) -> None:
    ids = queued(portal, 2)
    page = desk.get("/publisher")
    owner = re.search(r'name="owner" value="([^"]+)"', page.text)
    assert owner
    form = {"csrf_token": csrf_of(page), "owner": owner[1], "author": ids}
    portal.world.clock.forward(hours=2)
    login = desk.client.post("/publisher/approve", data=form)
    assert login.status_code == 200
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', login.text))
    kept = {name: value.replace("&#34;", '"').replace("&amp;", "&") for name, value in fields.items()}
    desk.client.post("/login", data={**kept, "author_email": desk.address, "author_password": desk.password})
    assert states(portal, 2) == ["active"] * 2


def test_at_most_a_hundred_are_decided_in_one_call(portal: Portal) -> None:
    outcome = bulk_approval.approve_many(portal.world.ports, OPERATOR, [f"{number:024x}" for number in range(500)])
    assert outcome == bulk_approval.Outcome()
