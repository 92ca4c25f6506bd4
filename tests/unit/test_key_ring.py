"""The ring of secret keys: which key signs, which verify, until when, and how the ring is written down."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta

import pytest

from byline.key_ring import SIGNS_AFTER, VERIFIES_FOR, KeyRing, SecretKey, key_ring_from

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
FIRST = SecretKey("the first key of this installation, by chance")
A_MINUTE = timedelta(minutes=1)


def in_force(ring: KeyRing, now: datetime) -> list[str]:
    return [key.text[:3] for key in ring.in_force(now)]


def test_a_new_key_verifies_at_once_and_signs_ten_minutes_later() -> None:
    ring = KeyRing((FIRST,)).with_new("new key, which is as long as it has to be", NOW)

    assert in_force(ring, NOW) == ["the", "new"]
    assert in_force(ring, NOW + SIGNS_AFTER - A_MINUTE) == ["the", "new"]
    assert in_force(ring, NOW + SIGNS_AFTER) == ["new", "the"]


def test_a_key_verifies_for_thirty_days_after_the_next_one_signs() -> None:
    ring = KeyRing((FIRST,)).with_new("new key, which is as long as it has to be", NOW)
    ends_at = NOW + SIGNS_AFTER + VERIFIES_FOR

    assert in_force(ring, ends_at - A_MINUTE) == ["new", "the"]
    assert in_force(ring, ends_at) == ["new"]
    assert [key.text[:3] for key in ring.with_new("2nd" * 20, ends_at).keys] == ["2nd", "new"]


def test_keys_that_come_one_upon_the_other_all_count() -> None:
    ring = KeyRing((FIRST,)).with_new("1st" * 20, NOW).with_new("2nd" * 20, NOW + A_MINUTE)

    assert in_force(ring, NOW + A_MINUTE) == ["the", "2nd", "1st"]
    assert in_force(ring, NOW + SIGNS_AFTER) == ["1st", "2nd", "the"]
    assert in_force(ring, NOW + SIGNS_AFTER + A_MINUTE) == ["2nd", "1st", "the"]


def test_a_ring_comes_back_as_it_was_written_and_a_key_alone_is_one() -> None:
    ring = KeyRing((FIRST,)).with_new("new key, which is as long as it has to be", NOW)

    assert key_ring_from(ring.to_text()) == ring
    assert "\n" not in ring.to_text()
    assert key_ring_from(FIRST.text) == KeyRing((FIRST,))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "short",
            '{"keys": []}',
            '{"keys": 1}',
            '{"keys": [1]}',
            '{"keys": [{}]}',
            '{"keys"',
            '{"keys": {"a": 1}}',
        ),
        '{"keys": [{"key": "short"}]}',
        f'{{"keys": [{{"key": "{"k" * 40}", "since": "yesterday"}}]}}',
        f'{{"keys": [{{"key": "{"k" * 40}", "since": "2026-11-27"}}]}}',
        f'{{"keys": [{{"key": "{"k" * 40}", "since": 7}}]}}',
    ],
)
def test_what_is_no_ring_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        key_ring_from(text)


def test_a_key_is_derived_for_each_purpose_and_address_as_rfc_5869_says() -> None:
    key = SecretKey("k" * 40, NOW)
    extracted = hmac.digest(b"byline", b"k" * 40, "sha256")

    assert key.derived("mac login", "https://a.example") == hmac.digest(
        extracted, b"byline mac login https://a.example\x01", "sha256"
    )
    derived = {
        key.derived(purpose, url) for purpose in ("a", "b") for url in ("https://a.example", "https://b.example")
    }
    assert len(derived) == 4


def test_the_first_key_of_an_installation_keeps_its_derivation() -> None:
    assert FIRST.derived("mac login", "https://a.example") == hmac.digest(
        FIRST.text.encode(), b"byline mac login https://a.example", "sha256"
    )
