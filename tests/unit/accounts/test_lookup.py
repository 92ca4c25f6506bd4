"""Accounts by their email address, which nobody but publishers and the operator may ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import Portal, make_portal

from byline.accounts import lookup, publishers
from byline.accounts.actors import actor_of
from byline.accounts.addresses import normalise
from byline.audit import OPERATOR
from byline.authors import status
from byline.errors import Invalid, NotAllowed, NotFound

if TYPE_CHECKING:
    from pathlib import Path

ANA = normalise("ana@example.org")
BO = normalise("bo@example.org")


@pytest.fixture
def portal(tmp_path: Path) -> Portal:
    """An author, and somebody who has registered and not confirmed."""
    made = make_portal(make_world(tmp_path, throttle=False))
    made.author(ANA)
    made.person(BO, "Bo Lund").register()
    return made


def test_an_account_is_found_by_its_address_however_it_is_typed(portal: Portal) -> None:
    ports = portal.world.ports
    assert lookup.find_by_address(ports, OPERATOR, normalise(" ANA@example.org")) == portal.account(ANA)
    assert lookup.load_by_address(ports, OPERATOR, ANA) == portal.account(ANA)


def test_an_unconfirmed_address_has_no_account_and_is_told_from_an_unknown_one(portal: Portal) -> None:
    ports, unknown = portal.world.ports, normalise("nobody@example.org")
    assert lookup.find_by_address(ports, OPERATOR, BO) is None
    with pytest.raises(Invalid, match="has not confirmed yet"):
        lookup.load_by_address(ports, OPERATOR, BO)
    assert lookup.find_by_address(ports, OPERATOR, unknown) is None
    with pytest.raises(NotFound, match="has no account here"):
        lookup.load_by_address(ports, OPERATOR, unknown)


def test_an_author_learns_of_no_account_and_makes_no_publisher(portal: Portal) -> None:
    ports, ana = portal.world.ports, actor_of(portal.account(ANA))
    for look in (lookup.find_by_address, lookup.load_by_address):
        with pytest.raises(NotAllowed):
            look(ports, ana, BO)
    with pytest.raises(NotAllowed):
        publishers.add(ports, ana, address=ANA, name="Ana", password=None)
    with pytest.raises(NotAllowed):
        status.read_status(ports, ana)
