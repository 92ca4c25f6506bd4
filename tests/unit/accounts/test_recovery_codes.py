"""Recovery codes: long, ten, each good for once, and forgiving of how they are typed."""

from __future__ import annotations

import pytest
from tests.environment import CountedChance

from byline.accounts.recovery_codes import hash_of, looks_like_one, new_codes, without

CODES = new_codes(CountedChance())
HASHES = tuple(hash_of("ana", code) for code in CODES)


def test_there_are_ten_of_120_bits_each() -> None:
    assert len(set(CODES)) == 10
    assert all(len(code.replace("-", "")) * 5 == 120 for code in CODES)


@pytest.mark.parametrize("typed", [str.upper, lambda code: code.replace("-", ""), lambda code: f" {code} "])
def test_a_code_is_good_however_it_is_typed(typed) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    left = without(HASHES, "ana", typed(CODES[3]))
    assert left == HASHES[:3] + HASHES[4:]


def test_a_code_is_good_once_and_for_one_account() -> None:
    left = without(HASHES, "ana", CODES[0])
    assert left is not None
    assert without(left, "ana", CODES[0]) is None
    assert without(HASHES, "bea", CODES[0]) is None


def test_six_digits_are_no_recovery_code() -> None:
    assert not looks_like_one("123456")
    assert without(HASHES, "ana", "") is None


def test_a_code_of_before_is_good_as_it_is() -> None:
    old = "k3vq-7m2x-d4ha-p6tz"
    assert without((hash_of("ana", old), *HASHES), "ana", old) == HASHES
