"""``byline secret rotate`` and the seeds of authenticator apps."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.filled_portal import answered, byline, lived_in

from byline.accounts import seeds
from byline.accounts.authenticator_records import Authenticator, authenticator_record
from byline.key_ring import SIGNS_AFTER, VERIFIES_FOR, KeyRing, SecretKey, key_ring_from
from byline.settings import Settings
from byline.store.port import Create
from byline.wiring import connect

if TYPE_CHECKING:
    from pathlib import Path

    from byline.ports import Ports


@pytest.fixture
def here(tmp_path: Path) -> Path:
    lived_in(tmp_path / "here")
    return tmp_path / "here"


def ports_of(folder: Path) -> Ports:
    return connect(Settings.from_environ({"BYLINE_DATA": str(folder)})).ports


def add_seed(folder: Path) -> None:
    """An app whose seed is encrypted under the key that signs now."""
    ports = ports_of(folder)
    sealed = seeds.encrypt(ports, b"a seed of twenty by.", "a")
    ports.store.commit(Create(authenticator_record(Authenticator("a", sealed, 0, ports.clock.now()))))
    ports.store.close()


def waits(folder: Path) -> bool:
    """Whether a job waits that encrypts seeds again."""
    ports = ports_of(folder)
    found = any(each.data["kind"] == "encrypt-seeds" for each in ports.store.page("jobs").records)
    ports.store.close()
    return found


def ring(folder: Path) -> KeyRing:
    return key_ring_from((folder / "secret.key").read_text().strip())


def let_the_first_key_be_over(folder: Path) -> SecretKey:
    """Two keys, the older of which verifies no more; the older."""
    ports = ports_of(folder)  # makes the key
    old = ring(folder).keys[0]
    since = ports.clock.now() - SIGNS_AFTER - VERIFIES_FOR - timedelta(days=1)
    newer = SecretKey("a key that was made more than thirty days ago", since)
    (folder / "secret.key").write_text(KeyRing((newer, old)).to_text())
    ports.store.close()
    return old


def test_a_rotation_has_the_seeds_encrypted_again_where_there_are_any(here: Path) -> None:
    byline("secret", "rotate", DATA=str(here))
    assert not waits(here)
    add_seed(here)
    byline("secret", "rotate", DATA=str(here))
    assert waits(here)


def test_a_key_that_a_seed_needs_is_not_dropped(here: Path) -> None:
    add_seed(here)
    old = let_the_first_key_be_over(here)
    assert answered("secret", "rotate", DATA=str(here))["keys"] == 3
    assert old in ring(here).keys


def test_a_key_that_is_over_and_that_nothing_needs_is_dropped(here: Path) -> None:
    old = let_the_first_key_be_over(here)
    assert answered("secret", "rotate", DATA=str(here))["keys"] == 2
    assert old not in ring(here).keys
