"""An approval opens the page as well, whatever there was before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.accounts import publishers
from byline.accounts.addresses import normalise
from byline.audit import OPERATOR
from byline.authors import decisions

if TYPE_CHECKING:
    from tests.people import House

    from byline.accounts.model import Account


def decide(house: House, what: str) -> None:
    account: Account = house.account("ana@example.org")
    {"approve": decisions.approve, "undo": decisions.undo}[what](house.world.ports, OPERATOR, account.id)
    house.world.work()


def test_a_page_that_came_down_with_its_approval_comes_back_with_the_next(house: House) -> None:
    author = house.author()
    author.save(author_bio="Here I am.")
    house.world.work()
    assert author.get("/authors/ana-lima/").status_code == 200

    decide(house, "undo")
    assert author.get("/authors/ana-lima/").status_code == 404
    decide(house, "approve")
    assert "Here I am." in author.get("/authors/ana-lima/").text
    assert "Ana Lima" in author.get("/authors/").text


def test_a_page_that_came_down_with_its_approval_comes_back_when_its_author_is_made_a_publisher(house: House) -> None:
    author = house.author()
    author.save(author_bio="Here I am.")
    house.world.work()
    decide(house, "undo")

    publishers.add(house.world.ports, OPERATOR, address=normalise("ana@example.org"), name="", password=None)
    house.world.work()

    assert "Here I am." in author.get("/authors/ana-lima/").text
    assert "Ana Lima" in author.get("/authors/").text
