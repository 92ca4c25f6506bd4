"""What format 6 brought, as its last program stored it: second factors, named devices, logins that end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.formats.conftest import FORMATS
from tests.web.test_address_change import change, undo, undo_link
from tests.web.test_second_factors import code_of

from byline.accounts.passkey_records import passkeys_of
from byline.store import formats

if TYPE_CHECKING:
    from tests.formats.conftest import OldPortal

pytestmark = pytest.mark.parametrize(
    "commit", [commit for commit, number in FORMATS.items() if number >= formats.FACTORS]
)
DESK, SIA, PAU = "desk@marram.example", "sia@example.org", "pau@example.org"


def test_the_app_is_asked_for_and_lets_in(old: OldPortal) -> None:
    sia = old.person(SIA)
    assert sia.log_in().location == "/login/verify"
    assert sia.post("/login/verify", {"code": "000000"}).status_code == 422
    old.world.clock.forward(seconds=60)
    assert sia.post("/login/verify", {"code": code_of(old.portal, SIA)}).status_code == 303
    assert sia.get("/account").status_code == 200


def test_a_recovery_code_lets_in_once(old: OldPortal) -> None:
    code = old.known["locks"]["recovery_code"]
    for status in (303, 422):
        sia = old.person(SIA)
        sia.log_in()
        assert sia.post("/login/verify", {"code": code}).status_code == status


def test_a_passkey_is_listed_under_its_name(old: OldPortal) -> None:
    account = old.portal.account(PAU)
    [passkey] = passkeys_of(old.world.ports, account.id, {}).keys
    assert passkey.name == old.known["locks"]["passkey"]
    assert old.person(PAU).log_in().location == "/login/verify"


def test_a_device_keeps_the_name_that_it_was_given(old: OldPortal) -> None:
    assert old.known["locks"]["device"] in old.logged_in(SIA).get("/account/devices").text


def test_the_settings_of_the_console_stand(old: OldPortal) -> None:
    page = old.logged_in(DESK).get("/publisher/settings").text
    assert re.search(r'value="6"\s+(selected|checked)', page)
    assert re.search(r'name="grace_days"[^>]*value="7"', page)


def test_the_address_can_be_changed_and_the_change_undone(old: OldPortal) -> None:
    """The first change of a program of the next format."""
    formats.upgrade(old.world.ports.store)
    sia = old.logged_in(SIA)
    change(old.portal, sia, "sia.lund@example.net")
    assert old.portal.account("sia.lund@example.net").name == "Sia Lund"
    undo(old.portal, undo_link(old.portal, SIA))
    assert old.portal.account(SIA).name == "Sia Lund"
