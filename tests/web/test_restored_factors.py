"""An old backup restored: second factors are as they were then, and everyone who has one is told."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.filled_portal import answered, byline
from tests.people import PASSWORD, make_portal
from tests.soft_authenticator import Passkey
from tests.web.test_passkeys import URL, add, log_in
from tests.web.test_second_factors import ANA, code_of, set_up

from byline.accounts import restore_notices
from byline.audit import OPERATOR
from byline.environment import SystemClock
from byline.key_ring import single_key
from byline.links import Signer
from byline.store import formats
from byline.store.sqlite import SqliteStore
from byline.transfer import backups
from byline.wiring import scratch_store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Portal

    from byline.store.port import Store

INES = "ines@marram.example"
SUBJECT = "Look at your second factors"
OVER = "cannot be checked any more"


@pytest.fixture
def before(tmp_path: Path, store: Store) -> Portal:
    """A portal with an author who has an app and a passkey, one without a second factor, and a publisher."""
    return make_portal(make_world(tmp_path / "before", store, url=URL, throttle=False))


class Backup:
    """A backup of a portal, and the portals that are restored from it."""

    def __init__(self, portal: Portal, folder: Path) -> None:
        self.folder, self.clock = folder, portal.world.clock
        self.stream = io.BytesIO()
        backups.write(portal.world.ports, OPERATOR, self.stream, made_by="a test", scratch=scratch_store)

    def restored(self, *, key: str = "") -> tuple[Portal, backups.Contents]:
        """The portal that comes of it, under its old secret key or another one, and what the restore says."""
        world = make_world(self.folder / f"after-{key}", SqliteStore(":memory:"), url=URL, throttle=False)
        world.clock.at = self.clock.now()
        if key:
            world = replace(world, ports=replace(world.ports, signer=Signer(single_key(key * 40), URL)))
        contents = backups.restore(world.ports, OPERATOR, self.stream)
        formats.upgrade(world.ports.store)
        portal = make_portal(world)
        world.work()
        world.work()
        return portal, contents


def told(portal: Portal, address: str) -> str:
    """The email about the restore; "" if there was none."""
    return next((mail.text for mail in portal.world.mailer.to(address) if mail.subject == SUBJECT), "")


def test_factors_are_as_they_were_and_their_owners_and_the_publishers_are_told(before: Portal, tmp_path: Path) -> None:
    ana, phone = before.author(ANA), Passkey.new("phone")
    codes = set_up(before, ana)
    before.author("bo@example.org", "Bo Lund")
    before.publisher(INES)
    backup = Backup(before, tmp_path)
    assert add(ana, phone).status_code == 303  # gone after the restore

    after, contents = backup.restored()

    assert contents.factors.people == 1
    assert contents.factors.unreadable_apps == 0
    assert [(each.address, each.app_since, each.passkeys) for each in contents.factors.publishers] == [(INES, None, 0)]
    assert "works again: remove it again" in told(after, ANA)
    assert OVER not in told(after, ANA)
    assert told(after, INES)
    assert not told(after, "bo@example.org")
    person = after.person(ANA)
    person.log_in()
    after.world.clock.forward(seconds=60)
    assert person.post("/login/verify", {"code": code_of(after)}).status_code == 303
    assert log_in(after.person(), phone).status_code == 422
    assert len(codes) == 10


def test_under_another_key_apps_end_with_an_email_and_passkeys_and_recovery_codes_go_on(
    before: Portal, tmp_path: Path
) -> None:
    ana, phone = before.author(ANA), Passkey.new("phone")
    codes = set_up(before, ana)
    assert add(ana, phone).status_code == 303
    before.publisher(INES)

    after, contents = Backup(before, tmp_path).restored(key="x")

    assert contents.factors.unreadable_apps == 1
    assert OVER in told(after, ANA)
    assert OVER not in told(after, INES)
    person = after.person(ANA)
    person.log_in()
    refused = person.post("/login/verify", {"code": "000000"})
    assert refused.status_code == 422
    assert OVER in refused.text
    assert person.post("/login/verify", {"code": codes[0]}).status_code == 303
    assert OVER in person.get("/account/security").text
    assert log_in(after.person(), phone).status_code == 303
    set_up(after, person)
    assert OVER not in person.get("/account/security").text


def test_a_recovery_that_was_stopped_does_not_come_back(before: Portal, tmp_path: Path) -> None:
    from tests.web.test_recovery import is_waiting, start

    set_up(before, before.author(ANA))
    start(before)
    assert is_waiting(before)
    after, _ = Backup(before, tmp_path).restored()
    assert not is_waiting(after)


def test_everyone_is_told_once_whatever_the_slices_are(
    before: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restore_notices, "A_SLICE", 1)
    people = [f"ana{number}@example.org" for number in range(3)]
    for address in people:
        set_up(before, before.author(address))
    after, contents = Backup(before, tmp_path).restored()
    for _ in range(5):
        after.world.work()
    assert contents.factors.people == 3
    assert [len([m for m in after.world.mailer.to(each) if m.subject == SUBJECT]) for each in people] == [1, 1, 1]


def test_the_command_says_what_became_of_them_and_what_publishers_have(tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    world = make_world(folder, SqliteStore(folder / "byline.sqlite3"), throttle=False)
    world.clock.at = SystemClock().now()
    portal = make_portal(world)
    set_up(portal, portal.publisher(INES))
    world.work()
    world.ports.store.close()
    byline("backup", tmp_path / "site.backup", DATA=str(folder))

    said = byline("restore", tmp_path / "site.backup", DATA=str(tmp_path / "there")).stdout
    assert "what was removed since works again, what was added since is gone" in said
    assert f"{INES}  an authenticator app since {world.clock.at:%Y-%m-%d}, recovery codes: 10" in said
    assert "cannot be checked under this secret key: 1" in said  # the test's key is none of a folder
    found = answered("restore", tmp_path / "site.backup", DATA=str(tmp_path / "again"))["second_factors"]
    assert (found["people"], found["unreadable_apps"]) == (1, 1)
    assert json.dumps(found["publishers"][0]).count(INES) == 1
    assert PASSWORD not in said
