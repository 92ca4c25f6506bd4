"""Addresses and names that look like others are marked where a publisher decides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from byline.audit import OPERATOR
from byline.authors import decisions, search_index
from byline.richtext.lookalikes import is_deceptive, skeleton
from byline.store.port import Replace

if TYPE_CHECKING:
    from tests.people import Portal


@pytest.mark.parametrize(
    "text",
    ["anna@p\u0435nguin.com", "\u0430nna@penguin.com", "anna@\u0440\u0430\u0443\u0440\u0430l.com", "An\u0430 Lima",
     "\u0405\u0435\u0440\u0430 Lima", "\u03b1nna@example.org", "anna@\u0430\u0440\u0440\u04cf\u0435.com"],
)  # fmt: skip
def test_what_mixes_alphabets_or_looks_latin_and_is_not_deceives(text: str) -> None:
    assert is_deceptive(text)


@pytest.mark.parametrize(
    "text",
    ["anna@penguin.com", "Zoë Ærøskøbing", "анна@почта.рф", "Анна Жукова", "村上 春樹", "ガンダムX", "Γιώργος Σεφέρης",
     "नेहा शर्मा", "ana@münchen.de", "O'Brien-Smith 3rd", "김민수", "Nguyễn Văn An"],
)  # fmt: skip
def test_names_and_addresses_of_one_alphabet_do_not(text: str) -> None:
    assert not is_deceptive(text)


def test_two_that_are_easily_taken_for_each_other_have_one_skeleton() -> None:
    for one, two in (
        ("Ana Lima", "An\u0430 L\u0456ma"),
        ("Arno Marne", "Amo Mame"),
        ("Émile", "Emile"),
    ):
        assert skeleton(one) == skeleton(two)
    assert skeleton("Ana Lima") != skeleton("Ana Limo")


def test_a_publisher_is_told_of_a_deceptive_address_and_name_before_deciding(portal: Portal) -> None:
    waiting = portal.waiting("anna@p\u0435nguin.com", "An\u0430 Lima")
    portal.waiting("bea@example.org", "Bea Lund")
    desk = portal.publisher()
    portal.world.work()

    for path in ("/publisher", f"/publisher/authors/{portal.account(waiting.address).id}"):
        page = desk.get(path).text
        assert page.count("Look twice:") == 2
        assert "anna@xn--pnguin-3of.com" in page
    assert "Look twice" not in desk.get(f"/publisher/authors/{portal.account('bea@example.org').id}").text


SAYS = "is an author here and has this name"
ALIKE = [
    ("Ana Lima", "ana LIMA"),
    ("Ana Lima", "An\u0430 L\u0456m\u0430"),
    ("An\u0430 L\u0456m\u0430", "Ana Lima"),
    ("Arno Marne", "Amo Mame"),
]


@pytest.mark.parametrize(("name", "other"), [("Ana Lima", "Ana Lima"), *ALIKE])
def test_a_publisher_is_told_of_an_author_who_has_a_name_like_it(portal: Portal, name: str, other: str) -> None:
    author = portal.author(name=name)
    author.save(author_bio="Hello.")
    portal.world.work()
    portal.waiting("other@example.org", other)
    portal.waiting("bea@example.org", "Bea Lund")
    desk = portal.publisher()
    portal.world.work()

    for path in (f"/publisher/authors/{portal.account('other@example.org').id}", "/publisher"):
        page = desk.get(path).text
        assert f'<a href="/publisher/authors/{portal.account(author.address).id}">' in page
        assert page.count(SAYS) == 1


@pytest.mark.parametrize(("name", "other"), ALIKE)
def test_one_who_waits_is_pointed_out_when_an_author_takes_a_name_like_it(
    portal: Portal, name: str, other: str
) -> None:
    author = portal.author(name="Bea Lund")
    portal.waiting("other@example.org", other)
    desk = portal.publisher()
    portal.world.work()
    assert SAYS not in desk.get("/publisher").text

    author.save(author_name=name)
    portal.world.work()
    assert SAYS in desk.get("/publisher").text

    author.save(author_name="Bea Lund")
    portal.world.work()
    assert SAYS not in desk.get("/publisher").text


def test_of_two_who_wait_the_one_left_is_pointed_out_when_the_other_is_approved(portal: Portal) -> None:
    for number in range(2):
        portal.waiting(f"{number}@example.org", "Ana Lima")
        portal.world.work()
    desk = portal.publisher()
    for number in range(2):
        account = portal.account(f"{number}@example.org").id
        desk.post(f"/publisher/authors/{account}/approve", form="/publisher")
        assert desk.get("/publisher").text.count(SAYS) == 1
        desk.post(f"/publisher/authors/{account}/undo", form=f"/publisher/authors/{account}")
        assert SAYS not in desk.get("/publisher").text


def test_two_who_wait_under_names_that_look_alike_are_pointed_out(portal: Portal) -> None:
    portal.waiting("a@example.org", "Arno Lima")
    portal.waiting("b@example.org", "Arno L\u0456ma")
    desk = portal.publisher()

    assert desk.get("/publisher").text.count("Another author who is waiting has this name") == 2


def test_an_account_that_is_gone_or_has_another_name_is_named_by_no_other(portal: Portal) -> None:
    ana, store = portal.author(), portal.world.ports.store
    ids = {address: portal.account(address).id for address in (ana.address,)}
    for number in range(2):
        other = portal.waiting(f"{number}@example.org", "Ana Lima")
        ids[other.address] = portal.account(other.address).id
    portal.world.work()

    def named() -> list[str]:
        firsts = (store.one(search_index.first_key(account)) for account in ids.values())
        return sorted(each for first in firsts for each in search_index.alike_in(first))

    assert named() == sorted([*ids.values()] * 2)
    assert other.post("/account/delete").status_code == 200
    portal.world.work()
    assert ids[other.address] not in named()
    ana.save(author_name="Ana Silva")
    portal.world.work()
    assert named() == []


def test_an_author_is_pointed_out_only_while_active(portal: Portal) -> None:
    author = portal.author()
    portal.waiting("other@example.org", "Ana Lima")
    desk = portal.publisher()
    ports, account = portal.world.ports, portal.account(author.address).id
    for act, times in ((decisions.suspend, 0), (decisions.reinstate, 1)):
        act(ports, OPERATOR, account)
        portal.world.work()
        assert desk.get("/publisher").text.count(SAYS) == times


def test_entries_of_an_older_program_cost_a_read_until_they_are_made_again(portal: Portal) -> None:
    portal.author()
    portal.waiting("other@example.org", "Ana Lima")
    desk, ports = portal.publisher(), portal.world.ports
    portal.world.work()
    key = search_index.first_key(portal.account("other@example.org").id)
    first = ports.store.one(key)
    assert first
    data = {name: value for name, value in first.data.items() if name != "called"}
    ports.store.commit(Replace(replace(first, data=data, version=first.version + 1)))
    assert desk.get("/publisher").text.count(SAYS) == 1

    search_index.rebuild_if_outdated(ports)
    portal.world.work()
    again = ports.store.one(key)
    assert again
    assert again.data["called"] == {portal.account("ana@example.org").id: "Ana Lima"}
