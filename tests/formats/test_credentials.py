"""Passwords of accounts that were stored before credentials had a record: they work, stay where they are until the
store is upgraded, and then move with the next login or the next change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.formats.conftest import FORMATS
from tests.people import csrf_of

from byline.accounts.records import account_key, credentials_key
from byline.store import formats

if TYPE_CHECKING:
    from tests.formats.conftest import OldPortal
    from tests.people import Person

    from byline.store.port import Record

pytestmark = pytest.mark.parametrize(
    "commit", [commit for commit, number in FORMATS.items() if number < formats.CREDENTIALS]
)
ANA, BEN, FINN = "ana@example.org", "ben@example.org", "finn@example.org"
IMPORTED = "kim@example.org"
NEW_PASSWORD = "one more long password"


def records_of(old: OldPortal, address: str) -> tuple[Record, Record | None]:
    """An account's record, and that of its credentials."""
    account_id = old.portal.account(address).id
    store = old.world.ports.store
    account = store.one(account_key(account_id))
    assert account
    return account, store.one(credentials_key(account_id))


def is_moved(old: OldPortal, address: str) -> bool:
    """Whether the credentials of an account have a record; they are never in both."""
    account, credentials = records_of(old, address)
    assert ("password" in account.data) is (credentials is None)
    return credentials is not None


def chooses(person: Person, link: str) -> int:
    data = {"csrf_token": csrf_of(person.get(link)), "new_password": NEW_PASSWORD}
    return person.client.post(link, data=data).status_code


def test_until_the_upgrade_the_program_before_can_be_put_back(old: OldPortal) -> None:
    ana = old.logged_in(ANA)
    change = {"old_password": ana.password, "new_password": NEW_PASSWORD}
    assert ana.post("/change_password", change).status_code == 303
    assert old.person(ANA).log_in(password=NEW_PASSWORD).status_code == 303
    assert chooses(old.person(FINN), old.known["links"]["reset"]) == 303
    new = old.portal.waiting("new@example.org", "Nora Ness")
    for address in ANA, FINN, new.address:
        assert not is_moved(old, address), address
        assert str(records_of(old, address)[0].data["password"]).startswith("$argon2id$")
    assert old.portal.person(new.address).log_in().status_code == 303


def test_an_old_password_moves_with_the_first_login_after_the_upgrade(old: OldPortal) -> None:
    formats.upgrade(old.world.ports.store)
    for address in ANA, BEN, IMPORTED:
        assert old.person(address).log_in(password="the password of somebody else").status_code == 422
        assert not is_moved(old, address)
        for _ in range(2):
            assert old.logged_in(address).get("/").status_code == 200
            assert is_moved(old, address)


def test_sessions_of_before_the_upgrade_change_their_password(old: OldPortal) -> None:
    ana = old.browser(ANA)
    formats.upgrade(old.world.ports.store)
    change = {"old_password": ana.password, "new_password": NEW_PASSWORD}
    assert ana.post("/change_password", {**change, "old_password": "a wrong one, and long"}).status_code == 422
    assert ana.post("/change_password", change).status_code == 303
    assert is_moved(old, ANA)
    assert old.person(ANA).log_in().status_code == 422
    assert old.person(ANA).log_in(password=NEW_PASSWORD).status_code == 303


def test_a_link_that_was_out_at_the_upgrade_works_once(old: OldPortal) -> None:
    link = old.known["links"]["reset"]
    formats.upgrade(old.world.ports.store)
    assert old.person(FINN).get(link).status_code == 200
    old.logged_in(FINN)
    assert is_moved(old, FINN), "the credentials moved, and the password is the same"
    assert chooses(old.person(FINN), link) == 303
    assert old.person(FINN).get(link).status_code == 410
    assert old.person(FINN).log_in(password=NEW_PASSWORD).status_code == 303


def test_a_link_that_was_out_at_the_upgrade_ends_with_another_change(old: OldPortal) -> None:
    link = old.known["links"]["reset"]
    formats.upgrade(old.world.ports.store)
    finn = old.logged_in(FINN)
    change = {"old_password": finn.password, "new_password": NEW_PASSWORD}
    assert finn.post("/change_password", change).status_code == 303
    assert old.person(FINN).get(link).status_code == 410


def test_an_account_of_before_the_upgrade_is_deleted_with_its_password(old: OldPortal) -> None:
    jon = old.logged_in("jon@example.org")
    formats.upgrade(old.world.ports.store)
    for person in jon, old.logged_in(BEN):
        account_id = old.portal.account(person.address).id
        assert is_moved(old, person.address) is (person.address == BEN)
        assert person.post("/account/delete").status_code == 200
        records = old.world.ports.store.get(account_key(account_id), credentials_key(account_id))
        assert list(records) == [account_key(account_id)]
        assert not records[account_key(account_id)].data.get("password")
