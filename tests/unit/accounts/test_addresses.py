"""Addresses: what is one, and which spellings are the same mailbox."""

from __future__ import annotations

import pytest

from byline.accounts.addresses import address_hash, normalise
from byline.errors import Invalid


@pytest.mark.parametrize(
    "spellings",
    [
        ("ana@example.org", "ANA@Example.ORG", "  ana@example.org ", "ana@example。org"),
        ("ana@bücher.example", "ana@BÜCHER.example", "ana@xn--bcher-kva.example", "ana@bu\u0308cher.example"),
        ("jos\u00e9@example.org", "jose\u0301@example.org", "JOS\u00c9@example.org"),
        ("ana+pages@example.org", "Ana+Pages@example.org"),
    ],
)
def test_spellings_of_one_mailbox_have_one_place(spellings: tuple[str, ...]) -> None:
    assert len({address_hash(normalise(spelling)) for spelling in spellings}) == 1


def test_different_mailboxes_have_different_places() -> None:
    addresses = ["ana@example.org", "ana@example.com", "an.a@example.org", "ana+x@example.org", "b@example.org"]

    assert len({address_hash(normalise(address)) for address in addresses}) == len(addresses)


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "ana", "@example.org", "ana@", "ana@@example.org", "ana@example", "a b@example.org",
        "ana@exa mple.org", "ana@-example.org", "ana@example.org\r\nBcc: b@example.org", "ana@example.org\0",
        "<ana@example.org>", "ana@[127.0.0.1]", "a" * 300 + "@example.org", "ana@example..org",
        ".ana@example.org", "ana@\ud800.org", "\u202eana@example.org",
        '"a b"@example.org', "ana@example.org,bo@example.org",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        normalise(typed)

    assert set(refusal.value.faults) == {"author_email"}


def test_a_place_tells_no_address_and_fits_into_a_cookie() -> None:
    place = address_hash(normalise("ana@example.org"))

    assert len(place) == 32
    assert set(place) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
