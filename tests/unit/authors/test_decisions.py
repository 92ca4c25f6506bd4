"""Decisions and their letters: told once, half a minute later, and only if they still stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import House, make_house

from byline.audit import OPERATOR
from byline.authors import decisions

if TYPE_CHECKING:
    from pathlib import Path

ANA = "ana@example.org"
REFUSED = "About your author account"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return make_house(make_world(tmp_path))


def refused_then_approved(house: House, *, after_seconds: int) -> None:
    decisions.decline(house.world.ports, OPERATOR, house.account(ANA).id, note="Not ours.")
    house.world.clock.forward(seconds=after_seconds)
    house.world.work()
    decisions.approve(house.world.ports, OPERATOR, house.account(ANA).id)


def letters_about(house: House, subject: str) -> list[str]:
    return [letter.text for letter in house.world.mailer.to(ANA) if letter.subject == subject]


@pytest.mark.parametrize("undone_after_seconds", [5, 25])
def test_a_refusal_that_nobody_was_told_is_told_when_the_approval_is_taken_back(
    house: House, undone_after_seconds: int
) -> None:
    house.waiting()
    refused_then_approved(house, after_seconds=10)
    house.world.clock.forward(seconds=undone_after_seconds)
    house.world.work()  # the refusal's own letter is due meanwhile, and does not go out: it is not so
    assert not letters_about(house, REFUSED)

    decisions.undo(house.world.ports, OPERATOR, house.account(ANA).id)
    house.world.clock.forward(seconds=31)
    house.world.work()

    (letter,) = letters_about(house, REFUSED)
    assert "Not ours." in letter


def test_a_refusal_that_was_told_is_not_told_again(house: House) -> None:
    house.waiting()
    refused_then_approved(house, after_seconds=31)
    decisions.undo(house.world.ports, OPERATOR, house.account(ANA).id)
    house.world.clock.forward(seconds=31)
    house.world.work()

    assert len(letters_about(house, REFUSED)) == 1


def test_a_refusals_letter_that_is_late_goes_out_when_the_approval_is_taken_back(house: House) -> None:
    house.waiting()
    house.world.mailer.down = OSError("the mail server is away")
    refused_then_approved(house, after_seconds=31)
    house.world.mailer.down = None
    decisions.undo(house.world.ports, OPERATOR, house.account(ANA).id)
    house.world.clock.forward(seconds=31)
    house.world.work()

    assert len(letters_about(house, REFUSED)) == 1
