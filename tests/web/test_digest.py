"""The weekly email to publishers says what happened, and can be switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.people import csrf_of, path_in

from byline.authors import list_index

if TYPE_CHECKING:
    from tests.people import Person, Portal

ANA = "ana@example.org"
DESK, OTHER = "desk@marram.example", "vale@marram.example"
WEEK = "The week at Marram Press"


@pytest.fixture
def desk(portal: Portal) -> Person:
    list_index.rebuild_if_outdated(portal.world.ports)
    portal.world.work()
    return portal.publisher(DESK)


def days_pass(portal: Portal, days: int) -> None:
    """What the worker does on each of some days."""
    for _ in range(days):
        portal.world.clock.forward(days=1)
        list_index.rebuild_if_outdated(portal.world.ports)
        portal.world.work()


def told(portal: Portal, address: str = DESK) -> list[str]:
    return [mail.text for mail in portal.world.mailer.to(address) if mail.subject == WEEK]


def test_on_mondays_publishers_hear_who_published_registered_waits_and_was_invited(
    portal: Portal, desk: Person
) -> None:
    days_pass(portal, 2)  # 3 May 2026 is a Sunday
    portal.author(ANA).save(author_bio="By the sea.")
    portal.waiting("bo@example.org", "Bo Berg")
    days_pass(portal, 7)

    (text,) = told(portal)

    assert "1 page was published or changed: Ana Lima" in text
    assert "2 accounts were opened: " in text
    assert "Bo Berg" in text
    assert "1 author is waiting for approval." in text
    assert "/publisher/activity?since=2026-05-04" in text
    days_pass(portal, 14)
    assert len(told(portal)) == 1


def test_no_email_comes_where_nothing_happened(portal: Portal, desk: Person) -> None:
    days_pass(portal, 3)
    before = len(told(portal))
    days_pass(portal, 21)

    assert len(told(portal)) == before


def test_a_publisher_switches_theirs_off_by_the_emails_link_and_no_one_elses(portal: Portal, desk: Person) -> None:
    portal.publisher(OTHER, "Vera Vale")
    days_pass(portal, 2)
    portal.author(ANA).save(author_bio="One.")
    days_pass(portal, 7)
    address, reader = path_in(told(portal)[-1], "/digest/"), portal.person()

    page = reader.get(address)
    assert "Switch the weekly email off?" in page.text
    assert reader.client.post(address, data={"csrf_token": csrf_of(page)}).status_code == 303
    assert "The weekly email is switched off" in reader.get(address).text
    portal.author("bo@example.org", "Bo Berg").save(author_bio="Two.")
    days_pass(portal, 7)

    assert len(told(portal)) == 1
    assert len(told(portal, OTHER)) == 2


def test_a_publisher_switches_theirs_off_and_on_in_the_console(portal: Portal, desk: Person) -> None:
    for wanted, sentence in (("off", "You no longer get the weekly email."), ("on", "You get the weekly email")):
        desk.post("/publisher/settings/digest", {"digest": wanted}, form="/publisher/settings")
        assert sentence in desk.get("/publisher/settings").text
        days_pass(portal, 2)
        portal.author(f"{wanted}@example.org", "Bo Berg").save(author_bio="Two.")
        days_pass(portal, 7)
        desk.log_in()
        assert len(told(portal)) == (1 if wanted == "on" else 0)


def test_a_link_that_is_none_does_nothing(portal: Portal, desk: Person) -> None:
    assert portal.person().get("/digest/abc").status_code == 410
