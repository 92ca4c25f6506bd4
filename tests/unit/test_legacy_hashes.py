"""Hashes of Werkzeug's making: told apart, checked as Werkzeug checks them, and kept within bounds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.hash_watch import watch_legacy_hashes
from werkzeug.security import generate_password_hash

from byline import legacy_hashes
from byline.hashing import Argon2Hasher, Verdict

CHEAP = Argon2Hasher(memory_kib=8, passes=1)
NOW = datetime(2026, 5, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "method",
    [
        "scrypt:128:8:1",
        "scrypt:128:1:4",
        "scrypt:1024:8:1",
        "scrypt:32768:8:1",
        "pbkdf2:sha256:1000",
        "pbkdf2:sha1:7",
        "pbkdf2:sha512:9",
    ],
)
@pytest.mark.parametrize("password", ["secret", "pass wörd", "e\u0301", "x" * 256, ""])
def test_what_werkzeug_hashed_is_checked_as_werkzeug_does(method: str, password: str) -> None:
    stored = generate_password_hash(password, method)
    assert legacy_hashes.scheme_of(stored) == method
    assert legacy_hashes.verify(stored, password)
    assert not legacy_hashes.verify(stored, password + "x")


def test_the_usual_way_of_today_is_known() -> None:
    assert legacy_hashes.scheme_of(generate_password_hash("secret")) == "scrypt:32768:8:1"


@pytest.mark.parametrize(
    "text",
    [
        "", "none", "$argon2id$v=19$m=8,t=1,p=1$YQ$YQ", "plain$salt$" + "0" * 64, "sha256$salt$" + "0" * 64,
        "scrypt:32767:8:1$s$" + "0" * 128, "scrypt:0:8:1$s$" + "0" * 128, "scrypt:64:8:1$s$" + "0" * 128,
        "scrypt:1048576:8:1$s$" + "0" * 128, "scrypt:32768:99:1$s$" + "0" * 128, "scrypt:32768:8:9$s$" + "0" * 128,
        "scrypt:32768:0:1$s$" + "0" * 128, "scrypt:32768:8:0$s$" + "0" * 128, "scrypt:32768:8:1$s$short",
        "scrypt:32768:8:1$s$" + "Z" * 128, "scrypt:32768:8:1$$" + "0" * 128, "scrypt$s$" + "0" * 128,
        "pbkdf2:md5:1000$s$" + "0" * 64, "pbkdf2:sha256:0$s$" + "0" * 64, "pbkdf2:sha256:9999999$s$" + "0" * 64,
        "pbkdf2:sha256$s$" + "0" * 64, "pbkdf2:sha256:\u0661$s$" + "0" * 64, "scrypt:32768:8:1$a$b$" + "0" * 128,
    ],
)  # fmt: skip
def test_what_is_no_such_hash_or_would_cost_too_much_is_none(text: str) -> None:
    assert legacy_hashes.scheme_of(text) is None


@pytest.mark.parametrize("scheme", ["scrypt:1024:8:1", "pbkdf2:sha256:1000"])
def test_a_decoy_costs_as_much_and_is_never_right(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    computed = watch_legacy_hashes(monkeypatch)
    assert not legacy_hashes.verify(legacy_hashes.decoy_hash(scheme), "anything")
    assert computed == [scheme]


SCHEMES = ("pbkdf2:sha256:1000", "scrypt:1024:8:1")


@pytest.mark.parametrize(
    "stored",
    [
        None,
        CHEAP.hash("mine"),
        generate_password_hash("mine", SCHEMES[0]),
        generate_password_hash("mine", SCHEMES[1]),
        generate_password_hash("mine", "pbkdf2:sha256:5"),
        "nonsense",
    ],
    ids=["none", "argon2", "first kind", "second kind", "a kind of before", "nonsense"],
)
@pytest.mark.parametrize("password", ["mine", "another"])
def test_whatever_is_stored_one_of_each_kind_is_computed(
    stored: str | None, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed = watch_legacy_hashes(monkeypatch)
    CHEAP.verify(stored, password, schemes=SCHEMES)
    assert tuple(computed) == SCHEMES


def test_an_inherited_hash_is_right_for_its_password_and_is_to_be_replaced() -> None:
    stored = generate_password_hash("mine", SCHEMES[1])
    assert CHEAP.verify(stored, "mine", schemes=SCHEMES) is Verdict.REHASH
    assert CHEAP.verify(stored, "another", schemes=SCHEMES) is Verdict.NO


def test_an_inherited_hash_whose_time_is_over_is_never_right() -> None:
    stored = generate_password_hash("mine", SCHEMES[1])
    assert CHEAP.verify(stored, "mine") is Verdict.NO
    assert CHEAP.verify(stored, "mine", schemes=SCHEMES[:1]) is Verdict.NO


def test_our_own_hashes_are_checked_as_ever() -> None:
    stored = CHEAP.hash("mine")
    assert CHEAP.verify(stored, "mine", schemes=SCHEMES) is Verdict.YES
    assert CHEAP.verify(stored, "another", schemes=SCHEMES) is Verdict.NO
    assert CHEAP.verify(None, "mine", schemes=SCHEMES) is Verdict.NO


def test_a_process_looks_every_ten_minutes_and_forgets_when_the_time_is_over() -> None:
    known = legacy_hashes.LegacyHashes()
    assert known.is_stale(NOW)
    assert known.schemes(NOW) == ()

    known.update(SCHEMES, NOW + timedelta(hours=1), NOW)
    assert not known.is_stale(NOW + timedelta(minutes=9))
    assert known.is_stale(NOW + timedelta(minutes=10))
    assert known.schemes(NOW + timedelta(minutes=59)) == SCHEMES
    assert known.schemes(NOW + timedelta(hours=1)) == ()
