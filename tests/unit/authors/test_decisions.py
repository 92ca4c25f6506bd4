"""Decisions and their letters: told once, half a minute later, and only if they still stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import Portal, make_portal

from byline.audit import OPERATOR
from byline.authors import decisions

if TYPE_CHECKING:
    from pathlib import Path

ANA = "ana@example.org"
REFUSED = "About your author account"


@pytest.fixture
def portal(tmp_path: Path) -> Portal:
    return make_portal(make_world(tmp_path))


def refused_then_approved(portal: Portal, *, after_seconds: int) -> None:
    decisions.decline(portal.world.ports, OPERATOR, portal.account(ANA).id, note="Not ours.")
    portal.world.clock.forward(seconds=after_seconds)
    portal.world.work()
    decisions.approve(portal.world.ports, OPERATOR, portal.account(ANA).id)


def letters_about(portal: Portal, subject: str) -> list[str]:
    return [letter.text for letter in portal.world.mailer.to(ANA) if letter.subject == subject]


@pytest.mark.parametrize("undone_after_seconds", [5, 25])
def test_a_refusal_that_nobody_was_told_is_told_when_the_approval_is_taken_back(
    portal: Portal, undone_after_seconds: int
) -> None:
    portal.waiting()
    refused_then_approved(portal, after_seconds=10)
    portal.world.clock.forward(seconds=undone_after_seconds)
    portal.world.work()  # the refusal's own letter is due meanwhile, and does not go out: it is not so
    assert not letters_about(portal, REFUSED)

    decisions.undo(portal.world.ports, OPERATOR, portal.account(ANA).id)
    portal.world.clock.forward(seconds=31)
    portal.world.work()

    (letter,) = letters_about(portal, REFUSED)
    assert "Not ours." in letter


def test_a_refusal_that_was_told_is_not_told_again(portal: Portal) -> None:
    portal.waiting()
    refused_then_approved(portal, after_seconds=31)
    decisions.undo(portal.world.ports, OPERATOR, portal.account(ANA).id)
    portal.world.clock.forward(seconds=31)
    portal.world.work()

    assert len(letters_about(portal, REFUSED)) == 1


def test_a_refusals_letter_that_is_late_goes_out_when_the_approval_is_taken_back(portal: Portal) -> None:
    portal.waiting()
    portal.world.mailer.down = OSError("the mail server is away")
    refused_then_approved(portal, after_seconds=31)
    portal.world.mailer.down = None
    decisions.undo(portal.world.ports, OPERATOR, portal.account(ANA).id)
    portal.world.clock.forward(seconds=31)
    portal.world.work()

    assert len(letters_about(portal, REFUSED)) == 1
