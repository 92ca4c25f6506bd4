"""Seeds of authenticator apps under a new secret key: encrypted again by a job; no key is dropped that one needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import make_portal
from tests.web.test_second_factors import set_up

from byline.accounts import seed_encryption, seeds
from byline.accounts.authenticator_records import authenticator_from, authenticator_key
from byline.audit import OPERATOR
from byline.encryption import UnreadableSecret, key_name_of
from byline.jobs.worker import run_due_jobs
from byline.key_ring import SIGNS_AFTER, VERIFIES_FOR, KeyRing, SecretKey
from byline.links import Signer
from byline.wiring import handlers

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Portal

    from byline.ports import Ports
    from byline.store.port import Store

OLD = "a secret for tests, long enough for all of them"
NEW = "another secret for tests, made later than the first"
NEWEST = "a third secret for tests, made later than the second"


@pytest.fixture
def portal(tmp_path: Path, store: Store) -> Portal:
    return make_portal(make_world(tmp_path, store, throttle=False))


class Rotation:
    """A portal with apps, whose secret key is rotated."""

    def __init__(self, portal: Portal, apps: int = 1) -> None:
        self.portal, self.clock = portal, portal.world.clock
        self.ring = KeyRing((SecretKey(OLD),))
        self.addresses = [f"ana{number}@example.org" for number in range(apps)]
        for address in self.addresses:
            set_up(portal, portal.author(address))
        portal.world.work()

    @property
    def ports(self) -> Ports:
        """What a process has that has read all keys."""
        ports = self.portal.world.ports
        ring = self.ring
        signer = Signer(lambda: ring.in_force(self.clock.now()), ports.site.url, kept=lambda: ring.keys)
        return replace(ports, signer=signer)

    def rotate(self, text: str = NEW) -> None:
        """As the command does it."""
        in_use, name = seed_encryption.keys_in_use(self.ports, OPERATOR), self.ports.signer.key_name
        self.ring = self.ring.with_new(text, self.clock.now(), lambda key: name(key) in in_use)
        due_at = self.clock.now() + SIGNS_AFTER
        seed_encryption.begin(self.ports, OPERATOR, name(self.ring.keys[0]), due_at=due_at)

    def work(self, after: timedelta) -> None:
        self.clock.forward(seconds=after.total_seconds())
        while run_due_jobs(self.ports, handlers()).done:
            self.clock.forward(seconds=seed_encryption.APART.total_seconds())

    def sealed(self) -> list[str]:
        keys = [authenticator_key(self.portal.account(address).id) for address in self.addresses]
        found = self.ports.store.get(*keys)
        return [authenticator_from(found[key]).sealed for key in keys]

    def names(self) -> set[str]:
        return set(map(key_name_of, self.sealed()))

    def name(self, text: str) -> str:
        return next(self.ports.signer.key_name(key) for key in self.ring.keys if key.text == text)

    def seeds(self) -> list[bytes]:
        return [
            seeds.decrypt(self.ports, sealed, self.portal.account(address).id)
            for address, sealed in zip(self.addresses, self.sealed(), strict=True)
        ]


def test_every_seed_is_encrypted_again_and_is_the_same(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seed_encryption, "A_SLICE", 2)
    rotation = Rotation(portal, apps=5)
    before = rotation.seeds()
    rotation.rotate()
    assert rotation.names() == {rotation.name(OLD)}

    rotation.work(SIGNS_AFTER)

    assert rotation.names() == {rotation.name(NEW)}
    assert rotation.seeds() == before
    assert seed_encryption.keys_in_use(rotation.ports, OPERATOR) == {rotation.name(NEW)}


def test_a_job_that_runs_twice_changes_nothing_the_second_time(portal: Portal) -> None:
    rotation = Rotation(portal)
    rotation.rotate()
    rotation.work(SIGNS_AFTER)
    once = rotation.sealed()
    seed_encryption.begin(rotation.ports, OPERATOR, rotation.name(NEW), due_at=rotation.clock.now())
    rotation.work(timedelta(0))
    assert rotation.sealed() == once


def test_a_key_that_does_not_sign_yet_is_waited_for(portal: Portal) -> None:
    rotation = Rotation(portal)
    seed_encryption.begin(rotation.ports, OPERATOR, "the name of no key yet", due_at=rotation.clock.now())
    rotation.work(timedelta(0))
    assert rotation.names() == {rotation.name(OLD)}
    rotation.ring = KeyRing((SecretKey(NEW, rotation.clock.now() - SIGNS_AFTER), *rotation.ring.keys))
    # It is another key than the one that is waited for, so that this is waited for in vain, and not for ever.
    for _ in range(seed_encryption.MOST_TRIES):
        rotation.work(seed_encryption.TRY_AGAIN)
    assert rotation.names() == {rotation.name(NEW)}


def test_a_key_that_is_over_still_opens_the_seeds_under_it_and_stays_at_the_next_rotation(portal: Portal) -> None:
    rotation = Rotation(portal)
    before = rotation.seeds()
    rotation.rotate()  # and no worker runs for a month
    rotation.clock.forward(seconds=(SIGNS_AFTER + VERIFIES_FOR).total_seconds())
    old, new = rotation.name(OLD), rotation.name(NEW)
    assert rotation.ports.signer.key_names() == (new,)
    assert rotation.seeds() == before

    rotation.rotate(NEWEST)

    assert old in {rotation.ports.signer.key_name(key) for key in rotation.ring.keys}
    rotation.work(SIGNS_AFTER)
    assert rotation.names() == {rotation.name(NEWEST)}
    assert rotation.seeds() == before
    rotation.clock.forward(seconds=(SIGNS_AFTER + VERIFIES_FOR).total_seconds())
    rotation.rotate("a fourth secret for tests, made later than all of them")
    assert old not in {rotation.ports.signer.key_name(key) for key in rotation.ring.keys}


def test_a_key_that_no_seed_names_is_dropped_when_it_is_over(portal: Portal) -> None:
    rotation = Rotation(portal, apps=0)
    rotation.rotate()
    rotation.clock.forward(seconds=(SIGNS_AFTER + VERIFIES_FOR).total_seconds())
    rotation.rotate(NEWEST)
    assert [key.text for key in rotation.ring.keys] == [NEWEST, NEW]


def test_a_seed_under_a_key_that_is_gone_holds_up_no_other(portal: Portal) -> None:
    rotation = Rotation(portal, apps=2)
    rotation.ring = KeyRing((SecretKey(NEW, rotation.clock.now() - SIGNS_AFTER),))
    seed_encryption.begin(rotation.ports, OPERATOR, rotation.name(NEW), due_at=rotation.clock.now())
    rotation.work(timedelta(0))
    with pytest.raises(UnreadableSecret):
        rotation.seeds()
    assert not rotation.ports.store.page("jobs-given-up").records
