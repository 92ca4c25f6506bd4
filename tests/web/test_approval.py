"""An approval opens the page as well, whatever there was before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.accounts import publishers
from byline.accounts.addresses import normalise
from byline.audit import OPERATOR
from byline.authors import decisions

if TYPE_CHECKING:
    from tests.people import Portal

    from byline.accounts.model import Account


def decide(portal: Portal, what: str) -> None:
    account: Account = portal.account("ana@example.org")
    {"approve": decisions.approve, "undo": decisions.undo}[what](portal.world.ports, OPERATOR, account.id)
    portal.world.work()


def test_a_page_that_came_down_with_its_approval_comes_back_with_the_next(portal: Portal) -> None:
    author = portal.author()
    author.save(author_bio="Here I am.")
    portal.world.work()
    assert author.get("/authors/ana-lima/").status_code == 200

    decide(portal, "undo")
    assert author.get("/authors/ana-lima/").status_code == 404
    decide(portal, "approve")
    assert "Here I am." in author.get("/authors/ana-lima/").text
    assert "Ana Lima" in author.get("/authors/").text


def test_a_page_that_came_down_with_its_approval_comes_back_when_its_author_is_made_a_publisher(portal: Portal) -> None:
    author = portal.author()
    author.save(author_bio="Here I am.")
    portal.world.work()
    decide(portal, "undo")

    publishers.add(portal.world.ports, OPERATOR, address=normalise("ana@example.org"), name="", password=None)
    portal.world.work()

    assert "Here I am." in author.get("/authors/ana-lima/").text
    assert "Ana Lima" in author.get("/authors/").text
