"""Credentials as a record beside the account's: read together, changed together, and what links are bound to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.invariants import check_records, everything
from tests.people import PASSWORD, Portal, csrf_of, make_portal, path_in
from tests.store_wrappers import CountingStore, HookedStore

from byline.accounts import account_links, login, password
from byline.accounts.addresses import normalise
from byline.accounts.clients import UNKNOWN_CLIENT
from byline.accounts.credentials import find_with_credentials, load_credentials
from byline.accounts.records import account_key, credentials_key, credentials_record
from byline.errors import DeadLink, TooMany
from byline.hashing import Argon2Hasher
from byline.store.port import Replace
from byline.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from byline.store.port import Key, Record

ANA = normalise("ana@example.org")
NEW = "one more long password"


class TornStore(HookedStore):
    """Reads the last keys of a get first, as DynamoDB may, and lets somebody in before it reads the others."""

    between: Any = None

    def get(self, *keys: Key) -> Mapping[Key, Record]:
        if self.between is None or [key.kind for key in keys] != ["account", "credentials"]:
            return super().get(*keys)
        between, self.between = self.between, None
        later = super().get(keys[1])
        between()
        return {**super().get(keys[0]), **later}


@pytest.fixture
def portal(tmp_path: Path) -> Portal:
    made = make_portal(make_world(tmp_path, TornStore(SqliteStore(":memory:")), throttle=False))
    made.author(ANA)
    return made


def link(portal: Portal) -> str:
    """A link to choose a new password, as an email brings it."""
    asked_at = portal.world.clock.now()
    return account_links.link_for_account(portal.world.ports, portal.with_credentials(ANA), asked_at=asked_at)


def is_alive(portal: Portal, url: str) -> bool:
    try:
        account_links.read_link(portal.world.ports, url.rpartition("/")[2])
    except DeadLink:
        return False
    return True


def resets(portal: Portal) -> None:
    found = account_links.read_link(portal.world.ports, link(portal).rpartition("/")[2])
    password.reset(portal.world.ports, None, found, new=NEW, name="", client=UNKNOWN_CLIENT)


def test_the_password_is_in_the_credentials_and_nowhere_in_the_account(portal: Portal) -> None:
    store = portal.world.ports.store
    known = portal.with_credentials(ANA)
    account, credentials = store.one(account_key(known.account.id)), store.one(credentials_key(known.account.id))
    assert credentials
    assert credentials.data == {"password": known.credentials.password_hash}
    assert account
    assert "argon2" not in str(account.data)
    check_records(everything(store))


def test_account_and_credentials_are_one_read_and_as_much_for_nobody(portal: Portal) -> None:
    counting = CountingStore(portal.world.ports.store)
    ports = replace(portal.world.ports, store=counting)
    for account_id, is_there in ((portal.account(ANA).id, True), (None, False), ("somebody-else", False)):
        counting.reset()
        assert (find_with_credentials(ports, account_id) is not None) is is_there
        assert counting.counts == (1, 0)


def test_a_password_that_is_replaced_between_two_reads_begins_no_session(portal: Portal) -> None:
    store = portal.world.ports.store
    assert isinstance(store, TornStore)
    store.between = lambda: resets(portal)
    with pytest.raises(TooMany):
        login.log_in(portal.world.ports, None, address=ANA, password=PASSWORD, remember=False, client=UNKNOWN_CLIENT)
    assert len(everything(store).of("session")) == 2, "the author's own, and that of the new password"
    assert portal.person(ANA).log_in(password=NEW).status_code == 303


def test_a_link_ends_with_the_next_version_of_the_credentials(portal: Portal) -> None:
    url, known = link(portal), portal.with_credentials(ANA)
    portal.person(ANA).log_in()
    assert is_alive(portal, url), "logging in changes no credentials"
    changed = replace(known.credentials, version=known.credentials.version + 1)
    portal.world.ports.store.commit(Replace(credentials_record(changed)))
    assert not is_alive(portal, url)
    assert is_alive(portal, link(portal))


def test_a_hash_of_old_parameters_is_replaced_by_the_next_login(portal: Portal) -> None:
    weak = Argon2Hasher(memory_kib=16, passes=1).hash(PASSWORD)
    before = portal.with_credentials(ANA)
    changed = replace(before.credentials, password_hash=weak, version=before.credentials.version + 1)
    portal.world.ports.store.commit(Replace(credentials_record(changed)))
    for version in (before.credentials.version + 2,) * 2:
        assert portal.person(ANA).log_in().status_code == 303
        after = portal.with_credentials(ANA).credentials
        assert after.version == version
        assert after.password_hash != weak


def test_a_deleted_account_leaves_no_credentials(portal: Portal) -> None:
    bea = portal.waiting("bea@example.org", "Bea Cole")
    account = portal.account("bea@example.org")
    assert bea.post("/account/delete").status_code == 200
    assert portal.world.ports.store.one(credentials_key(account.id)) is None
    assert load_credentials(portal.world.ports, account, {}).password_hash is None
    check_records(everything(portal.world.ports.store))


def test_a_reset_leaves_no_way_in_by_the_old_password(portal: Portal) -> None:
    ana = portal.person(ANA)
    assert ana.post("/reset", {"author_email": ANA}).status_code == 303
    at = path_in(ana.letter(), "/reset/")
    data = {"csrf_token": csrf_of(ana.get(at)), "new_password": NEW}
    assert ana.client.post(at, data=data).status_code == 303
    assert portal.person(ANA).log_in().status_code == 422
    assert portal.person(ANA).log_in(password=NEW).status_code == 303
    assert not is_alive(portal, at)


def test_a_password_is_stored_as_argon2id_with_the_numbers_of_the_document() -> None:
    stored = [Argon2Hasher().hash(PASSWORD) for _ in range(2)]

    assert all(each.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for each in stored)  # 19 MiB, two passes
    assert stored[0].split("$")[4] != stored[1].split("$")[4]  # the salt
    assert PASSWORD not in str(stored)
