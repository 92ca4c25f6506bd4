"""What happened to an account: stored as codes and ids, read with names and in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import Portal, make_portal

from byline.audit import OPERATOR
from byline.authors import listing
from byline.messages import events
from byline.store.port import Key, Replace

if TYPE_CHECKING:
    from pathlib import Path

ANA, DESK = "ana@example.org", "desk@marram.example"


@pytest.fixture
def portal(tmp_path: Path) -> Portal:
    """An author whom a publisher suspended and reinstated."""
    portal = make_portal(make_world(tmp_path))
    portal.author(ANA)
    desk = portal.publisher(DESK)
    at = f"/publisher/authors/{portal.account(ANA).id}"
    assert desk.post(f"{at}/suspend").status_code == 303
    return portal


def told(portal: Portal) -> list[tuple[str, str]]:
    return [
        (str(event.message), str(event.by))
        for event in listing.events(portal.world.ports, OPERATOR, portal.account(ANA))
    ]


def stored(portal: Portal) -> list[dict[str, object]]:
    page = portal.world.ports.store.page("events", prefix=f"{portal.account(ANA).id}/")
    return [dict(record.data) for record in page.records]


def test_an_event_is_read_with_the_names_of_who_acted(portal: Portal) -> None:
    assert told(portal) == [
        ("Suspended.", "Ines Vale"),
        ("Approved.", "the operator"),
        ("The address was confirmed and the account opened.", "Ana Lima"),
    ]


def test_a_new_name_is_a_new_name_in_what_happened_before(portal: Portal) -> None:
    from byline.accounts.records import account_record

    desk = portal.account(DESK)
    portal.world.ports.store.commit(Replace(account_record(replace(desk, name="Ines Orr", version=desk.version + 1))))

    assert told(portal)[0] == ("Suspended.", "Ines Orr")


def test_an_event_holds_codes_and_ids_and_no_name_or_sentence(portal: Portal) -> None:
    for event in stored(portal):
        assert " " not in str(event["what"])
        assert event["by_name"] == ""
        assert "Lima" not in str(event)
        assert "Vale" not in str(event)


def test_an_event_that_was_stored_with_a_name_and_in_english_is_read(portal: Portal) -> None:
    store = portal.world.ports.store
    [record] = [
        record
        for record in store.page("events", prefix=f"{portal.account(ANA).id}/").records
        if record.data["what"] == events.SUSPENDED
    ]
    gone = {**record.data, "what": "decision undone", "by": "a-deleted-account", "by_name": "Bea Orr"}
    store.commit(Replace(replace(record, data=gone, version=record.version + 1)))

    assert told(portal)[0] == ("The decision was taken back.", "Bea Orr")
    assert Key("event", record.key.id) == record.key
