"""Finding an author in the console: by any word of a name, any part of an address, on both engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import make_portal

from byline.authors import search_index
from byline.store import formats
from byline.store.port import Delete, Key, Record, Replace

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Person, Portal

    from byline.store.port import Store

PEOPLE = {
    "gabo.garcia+books@novels.example": "Gabriel García Márquez",
    "ludwig@example.org": "Ludwig van Beethoven",
    "n_anh@example.org": "Nguyễn Nhật Ánh",
    "oneil@example.org": "Flann O\u2019Brien",
    "khmer@example.org": "សុខ\u200bវណ្ណា",
}


@pytest.fixture
def portal(tmp_path: Path, store: Store) -> Portal:
    formats.upgrade(store)
    portal = make_portal(make_world(tmp_path, store, throttle=False))
    for address, name in PEOPLE.items():
        portal.author(address, name)
    portal.world.work()
    return portal


@pytest.fixture
def desk(portal: Portal) -> Person:
    desk = portal.publisher()
    portal.world.work()
    return desk


def found(desk: Person, typed: str) -> set[str]:
    page = desk.get("/publisher/authors", query_string={"q": typed}).text
    return {address for address in PEOPLE if address.replace("+", "&#43;") in page or address in page}


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        *((typed, "gabo.garcia+books@novels.example") for typed in ("García", "garcia", "MARQ", "marquez gabr")),
        *((typed, "gabo.garcia+books@novels.example") for typed in ("garcía márquez", "books", "novels", "gabo.g")),
        ("gabo.garcia+books@novels.example", "gabo.garcia+books@novels.example"),
        *((typed, "ludwig@example.org") for typed in ("van beethoven", "beeth", "Beethoven, Ludwig van")),
        *((typed, "n_anh@example.org") for typed in ("anh", "nhat", "Nguyễn", "n_a")),
        *((typed, "oneil@example.org") for typed in ("brien", "O'Brien", "o\u2019bri")),
        ("វណ្ណា", "khmer@example.org"),
    ],
)
def test_any_word_of_a_name_and_any_part_of_an_address_finds_its_author(desk: Person, typed: str, address: str) -> None:
    assert found(desk, typed) == {address}


def test_words_that_no_one_has_together_find_no_one_and_the_page_says_what_was_searched(desk: Person) -> None:
    page = desk.get("/publisher/authors", query_string={"q": "garcia beethoven"}).text

    assert "No one found" in page
    assert "name or an email address with “<bdi>garcia beethoven</bdi>”" in page
    assert "The beginning of each word was searched for" in page


def test_an_account_has_at_most_twelve_words_and_its_address_always_has_room(portal: Portal, desk: Person) -> None:
    name = " ".join(f"Word{letter}" for letter in "abcdefghijklmnop")
    long = portal.author("zoe.quill@example.org", name)
    portal.world.work()

    assert len(_entries(portal, long.address)) == 12
    assert name in desk.get("/publisher/authors?q=quill").text
    assert name in desk.get("/publisher/authors?q=worda").text


def test_entries_of_an_older_program_are_made_anew_once(portal: Portal, desk: Person) -> None:
    store, ports = portal.world.ports.store, portal.world.ports
    portal.world.work()
    for address in PEOPLE:
        for record in _entries(portal, address).values():
            number = int(record.key.id.rpartition("/")[2])
            if number:
                store.commit(Delete(record.key, record.version))
            else:  # as they were: the whole name, and no words in the entry
                data = {"account": record.data["account"], "profile": record.data["profile"]}
                store.commit(Replace(Record(record.key, data, record.version + 1, record.entry)))
    assert found(desk, "beethoven") == set()

    search_index.rebuild_if_outdated(ports)
    portal.world.work()

    assert found(desk, "beethoven") == {"ludwig@example.org"}
    mark = store.one(Key("site", "search"))
    search_index.rebuild_if_outdated(ports)
    assert store.one(Key("site", "search")) == mark


def test_a_deleted_account_leaves_no_word_behind(portal: Portal, desk: Person) -> None:
    person = portal.waiting("gone@example.org", "Gone Person")
    portal.world.work()
    entries = _entries(portal, "gone@example.org")
    assert entries

    assert person.post("/account/delete").status_code == 200
    portal.world.work()

    assert portal.world.ports.store.get(*entries) == {}
    assert "Gone Person" not in desk.get("/publisher/authors?q=gone").text


def _entries(portal: Portal, address: str) -> dict[Key, Record]:
    account = portal.account(address).id
    return dict(portal.world.ports.store.get(*(Key("finder", f"{account}/{number}") for number in range(20))))
