"""Whatever a thief does with an account, and in whatever order: the link at the old address brings the owner back."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import PASSWORD, make_portal
from tests.soft_authenticator import Passkey
from tests.web.test_address_change import ANA, OTHER, THIRD, change, undo, undo_link
from tests.web.test_passkeys import URL, add
from tests.web.test_passkeys import log_in as log_in_with
from tests.web.test_second_factors import NEW, code_of, set_up

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Person, Portal

ADDRESS, PASSWORD_TOO, PASSKEY, APP, LOG_IN = "address", "password", "passkey", "app removed", "login of its own"
PATHS = [path for path in permutations((ADDRESS, PASSWORD_TOO, PASSKEY, APP)) if path]


class Thief:
    """One who has the owner's session and password, and a mailbox and a phone of their own."""

    def __init__(self, portal: Portal, person: Person) -> None:
        self.portal, self.person, self.phone = portal, person, Passkey.new("thief")

    def act(self, what: str) -> None:
        if what == ADDRESS:
            change(self.portal, self.person, OTHER)
            self.person.address = OTHER
        elif what == PASSWORD_TOO:
            passwords = {"old_password": self.person.password, "new_password": NEW}
            assert self.person.post("/change_password", passwords).status_code == 303
            self.person.password = NEW
        elif what == PASSKEY:
            assert add(self.person, self.phone).status_code in {200, 303}
        else:
            removal = {"author_password": self.person.password}
            page = "/account/security/authenticator/remove"
            assert self.person.post(page, removal).status_code == 303
        self.portal.world.clock.forward(seconds=40)


def _is_in(person: Person) -> bool:
    return person.get("/account").status_code == 200


@pytest.mark.parametrize("path", PATHS, ids=" - ".join)
def test_the_undo_link_brings_the_owner_back_after(portal_at_home: Portal, path: tuple[str, ...]) -> None:
    portal = portal_at_home
    ana = portal.author(ANA)
    set_up(portal, ana)
    portal.world.clock.forward(days=20)
    stolen = portal.person(ANA)
    stolen.log_in()
    stolen.post("/login/verify", {"code": code_of(portal)})
    portal.world.clock.forward(seconds=40)
    thief = Thief(portal, stolen)
    for what in path:
        thief.act(what)

    assert "The change is undone" in undo(portal, undo_link(portal, ANA)).text

    assert not _is_in(thief.person)
    portal.world.clock.forward(seconds=40)
    owner = portal.person(ANA)
    owner.password = PASSWORD
    assert owner.log_in().location == "/login/verify"
    assert owner.post("/login/verify", {"code": code_of(portal)}).status_code == 303
    assert _is_in(owner)
    again = portal.person(OTHER)
    for password in (PASSWORD, NEW):
        again.password = password
        assert again.log_in().status_code == 422
    if PASSKEY in path:
        assert log_in_with(again, thief.phone).status_code != 303
    assert not _is_in(again)


def test_a_thief_who_changes_the_address_twice_is_undone_by_the_first_link(portal_at_home: Portal) -> None:
    portal = portal_at_home
    ana = portal.author(ANA)
    portal.world.clock.forward(days=20)
    stolen = portal.person(ANA)
    stolen.log_in()
    change(portal, stolen, OTHER)
    portal.world.clock.forward(minutes=3)
    change(portal, stolen, THIRD)
    undo(portal, undo_link(portal, ANA))
    assert not _is_in(stolen)
    ana.log_in()
    assert _is_in(ana)


@pytest.fixture
def portal_at_home(tmp_path: Path) -> Portal:
    """A portal whose address has a name, as passkeys want it."""
    return make_portal(make_world(tmp_path, url=URL, throttle=False))
