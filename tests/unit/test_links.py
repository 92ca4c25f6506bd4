"""Signed links: each is for one purpose, one site, one state and a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from byline.errors import DeadLink
from byline.key_ring import single_key
from byline.links import Signer, constant_time_equal

NOW = datetime(2026, 5, 3, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
SIGNER = Signer(single_key("one secret of at least thirty-two bytes"), "https://authors.example.org")


def test_a_link_says_what_it_was_made_to_say() -> None:
    token = SIGNER.make("reset", {"a": "42"}, fingerprint="state", expires_at=LATER)

    claims = SIGNER.read("reset", token, now=NOW)

    assert claims.fields == {"a": "42"}
    assert claims.matches("state")
    assert not claims.matches("another state")


def test_a_link_needs_no_escaping_in_an_address() -> None:
    token = SIGNER.make("reset", {"n": "Þóra Ósk / ? #"}, expires_at=LATER)

    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_a_link_is_dead_from_its_last_moment_on() -> None:
    token = SIGNER.make("reset", {}, expires_at=LATER)

    SIGNER.read("reset", token, now=LATER - timedelta(seconds=1))
    with pytest.raises(DeadLink):
        SIGNER.read("reset", token, now=LATER)


@pytest.mark.parametrize(
    "other",
    [
        ("confirm", SIGNER),
        ("reset", Signer(single_key("another secret of at least thirty-two b"), "https://authors.example.org")),
        ("reset", Signer(single_key("one secret of at least thirty-two bytes"), "https://elsewhere.example.org")),
    ],
)
def test_a_link_is_dead_for_another_purpose_secret_or_site(other: tuple[str, Signer]) -> None:
    purpose, signer = other
    token = SIGNER.make("reset", {"a": "42"}, expires_at=LATER)

    with pytest.raises(DeadLink):
        signer.read(purpose, token, now=NOW)


@pytest.mark.parametrize("token", ["", ".", "a.b", "é.x", "x" * 5_000, "e30.AAAA", "\ud800"])
def test_what_is_no_link_is_dead_and_nothing_worse(token: str) -> None:
    with pytest.raises(DeadLink):
        SIGNER.read("reset", token, now=NOW)


def test_every_changed_letter_kills_a_link() -> None:
    token = SIGNER.make("reset", {"a": "42"}, expires_at=LATER)

    for place in range(len(token)):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(DeadLink):
            SIGNER.read("reset", changed, now=NOW)


@pytest.mark.parametrize(
    ("fields", "fingerprint", "most"),
    [
        ({"a": "0199a1b2c3d4e5f60718293a"}, SIGNER.mac("state", "1"), 80),
        ({"p": 32 * "7f", "s": "1", "i": "0199a1b2c3d4e5f60718293a"}, "", 110),
        ({"m": "ana@example.org", "r": "author", "n": "Inês Vale"}, "invitation 2", 115),
        ({"n": "abcdef", "s": "1", "x": "ABC0", "y": "0a0", "z": ""}, 22 * "z", 100),
    ],
)
def test_links_are_short_and_say_what_they_were_made_to_say(
    fields: dict[str, str], fingerprint: str, most: int
) -> None:
    token = SIGNER.make("reset", fields, fingerprint=fingerprint, expires_at=LATER)

    assert len(token) <= most
    claims = SIGNER.read("reset", token, now=NOW)
    assert (claims.fields, claims.fingerprint) == (fields, fingerprint)


def test_a_link_that_is_out_since_before_links_were_short_still_works() -> None:
    old = "eyIhIjoxNzc3ODAyNDAwLCJhIjoiNDIiLCJmIjoic3RhdGUifQ.x4tf02XJ7mxTy9F2G2xTAcyml6luIWcJlyrfl02TF0M"

    claims = SIGNER.read("reset", old, now=NOW)

    assert (claims.fields, claims.fingerprint) == ({"a": "42"}, "state")
    with pytest.raises(DeadLink):
        SIGNER.read("reset", old, now=LATER)
    with pytest.raises(DeadLink):
        SIGNER.read("confirm", old, now=NOW)
    with pytest.raises(DeadLink):
        SIGNER.read("reset", f"B{old[1:]}", now=NOW)


def test_a_code_has_six_digits_and_follows_from_its_parts() -> None:
    codes = {SIGNER.digits("code", "proposal", str(letter)) for letter in range(50)}

    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert len(codes) == 50
    assert SIGNER.digits("code", "proposal", "1") == SIGNER.digits("code", "proposal", "1")


@pytest.mark.parametrize("given", ["", "A" * 22, "A" * 21, "A" * 23, "\u0410" * 22, "\xc0", "\ud800", "\0", "?" * 22])
def test_only_what_is_genuine_is_the_same_and_anything_may_be_given(given: str) -> None:
    assert constant_time_equal(given, "A" * 22) is (given == "A" * 22)
