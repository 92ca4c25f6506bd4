"""What happened to an account: stored as codes and ids, read with names and in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import House, make_house

from byline.audit import OPERATOR
from byline.authors import listing
from byline.messages import events
from byline.store.port import Key, Replace

if TYPE_CHECKING:
    from pathlib import Path

ANA, DESK = "ana@example.org", "desk@marram.example"


@pytest.fixture
def house(tmp_path: Path) -> House:
    """An author whom a publisher suspended and reinstated."""
    house = make_house(make_world(tmp_path))
    house.author(ANA)
    desk = house.publisher(DESK)
    at = f"/publisher/authors/{house.account(ANA).id}"
    assert desk.post(f"{at}/suspend").status_code == 303
    return house


def told(house: House) -> list[tuple[str, str]]:
    return [
        (str(event.message), str(event.by)) for event in listing.events(house.world.ports, OPERATOR, house.account(ANA))
    ]


def stored(house: House) -> list[dict[str, object]]:
    page = house.world.ports.store.page("events", prefix=f"{house.account(ANA).id}/")
    return [dict(record.data) for record in page.records]


def test_an_event_is_read_with_the_names_of_who_acted(house: House) -> None:
    assert told(house) == [
        ("Suspended.", "Ines Vale"),
        ("Approved.", "the operator"),
        ("The address was confirmed and the account opened.", "Ana Lima"),
    ]


def test_a_new_name_is_a_new_name_in_what_happened_before(house: House) -> None:
    from byline.accounts.records import account_record

    desk = house.account(DESK)
    house.world.ports.store.commit(Replace(account_record(replace(desk, name="Ines Orr", version=desk.version + 1))))

    assert told(house)[0] == ("Suspended.", "Ines Orr")


def test_an_event_holds_codes_and_ids_and_no_name_or_sentence(house: House) -> None:
    for event in stored(house):
        assert " " not in str(event["what"])
        assert event["by_name"] == ""
        assert "Lima" not in str(event)
        assert "Vale" not in str(event)


def test_an_event_that_was_stored_with_a_name_and_in_english_is_read(house: House) -> None:
    store = house.world.ports.store
    [record] = [
        record
        for record in store.page("events", prefix=f"{house.account(ANA).id}/").records
        if record.data["what"] == events.SUSPENDED
    ]
    gone = {**record.data, "what": "decision undone", "by": "a-deleted-account", "by_name": "Bea Orr"}
    store.commit(Replace(replace(record, data=gone, version=record.version + 1)))

    assert told(house)[0] == ("The decision was taken back.", "Bea Orr")
    assert Key("event", record.key.id) == record.key
