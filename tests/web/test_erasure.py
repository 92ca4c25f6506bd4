"""Who deletes a registration, or an account that waits, leaves nothing in the store by which they are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.people import Person, Portal

NAME, ADDRESS = "Zanzibar Quagga", "zanzibar@quagga.example"


def kept_of(portal: Portal, *words: str) -> list[str]:
    """The kinds of records, but for what happened, in which one of the words stands."""
    portal.world.clock.forward(minutes=5)
    portal.world.work()
    records = portal.world.ports.store.scan(limit=1000).records
    return [
        record.key.kind
        for record in records
        if record.key.kind != "event" and any(word.lower() in f"{record}".lower() for word in words)
    ]


def registered(portal: Portal) -> Person:
    person = portal.person(ADDRESS, NAME)
    assert person.register().status_code == 303
    return person


def confirmed(portal: Portal) -> Person:
    person = registered(portal)
    assert person.confirm().status_code == 303
    return person


@pytest.mark.parametrize("far", [registered, confirmed])
def test_neither_name_nor_address_nor_password_is_kept(portal: Portal, far) -> None:  # noqa: ANN001
    person = far(portal)
    assert set(kept_of(portal, NAME, ADDRESS, "argon2")) >= {"proposal"}
    assert person.post("/account/delete").status_code == 200

    assert kept_of(portal, NAME, ADDRESS, "argon2") == []


def test_a_registration_taken_to_another_address_leaves_the_first_one_nowhere(portal: Portal) -> None:
    person = registered(portal)
    assert person.post("/confirm/address", {"author_email": "other@example.org"}, form="/").status_code == 303

    assert kept_of(portal, ADDRESS) == []
    assert kept_of(portal, NAME) == ["proposal"]


def test_a_deleted_registration_leaves_its_place_to_others(portal: Portal) -> None:
    for _ in range(6):
        registered(portal).post("/account/delete")

    assert portal.person(ADDRESS, NAME).register().status_code == 303
