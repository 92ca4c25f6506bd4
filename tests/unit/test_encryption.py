"""Secrets at rest: no one reads them in a stolen store, and none opens for another account."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.environment import CountedChance

from byline.encryption import UnreadableSecret, decrypt, encrypt, is_current
from byline.key_ring import SecretKey
from byline.links import Signer

OLD, NEW = (
    SecretKey("an old secret key of some length"),
    SecretKey("a new secret key of some length!", datetime(2026, 5, 3, tzinfo=UTC)),
)
URL = "https://authors.example.org"


def signer(*keys: SecretKey) -> Signer:
    return Signer(lambda: keys, URL)


def sealed(by: Signer | None = None) -> str:
    return encrypt(by or signer(OLD), CountedChance(), "a seed", b"the seed", about="ana")


def test_a_secret_comes_back_and_is_nowhere_in_what_is_stored() -> None:
    assert decrypt(signer(OLD), "a seed", sealed(), about="ana") == b"the seed"
    assert "seed" not in sealed()


@pytest.mark.parametrize(
    ("by", "purpose", "about"),
    [(signer(NEW), "a seed", "ana"), (signer(OLD), "another", "ana"), (signer(OLD), "a seed", "bea")],
)
def test_it_opens_for_nothing_else(by: Signer, purpose: str, about: str) -> None:
    with pytest.raises(UnreadableSecret):
        decrypt(by, purpose, sealed(), about=about)


def test_a_changed_one_does_not_open() -> None:
    whole = sealed()
    for at in range(len(whole)):
        other = whole[:at] + ("A" if whole[at] != "A" else "B") + whole[at + 1 :]
        try:
            opened = decrypt(signer(OLD), "a seed", other, about="ana")
        except UnreadableSecret:
            continue
        assert opened == b"the seed"  # the last character's unused bits


def test_under_a_new_key_the_old_ones_open_and_are_known_as_old() -> None:
    both = signer(NEW, OLD)
    assert decrypt(both, "a seed", sealed(), about="ana") == b"the seed"
    assert not is_current(both, sealed())
    assert is_current(both, sealed(both))


def test_two_of_the_same_secret_are_not_alike() -> None:
    chance = CountedChance()
    assert encrypt(signer(OLD), chance, "a seed", b"x", about="ana") != encrypt(
        signer(OLD), chance, "a seed", b"x", about="ana"
    )


def test_a_secret_outlives_a_change_of_the_public_address() -> None:
    elsewhere = Signer(lambda: (OLD,), "https://people.example.net")

    assert decrypt(elsewhere, "a seed", sealed(), about="ana") == b"the seed"
    assert is_current(elsewhere, sealed())


def test_what_was_bound_to_the_address_is_read_there_and_encrypted_again() -> None:
    bound = encrypt(signer(OLD), CountedChance(), "a seed", b"the seed", about="ana", is_bound=True)

    assert decrypt(signer(OLD), "a seed", bound, about="ana") == b"the seed"
    assert is_current(signer(OLD), bound, is_bound=True)
    assert not is_current(signer(OLD), bound)
    with pytest.raises(UnreadableSecret):
        decrypt(Signer(lambda: (OLD,), "https://people.example.net"), "a seed", bound, about="ana")
