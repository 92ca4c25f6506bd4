"""Codes of authenticator apps, by the vectors of RFC 6238 (appendix B) and RFC 4226 (appendix D)."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from byline.accounts.totp import code_at, matching_step, setup_address, setup_key

SEED = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert code_at(SEED, seconds // 30) == code


def test_a_clock_may_be_half_a_minute_off_and_no_more() -> None:
    now = datetime.fromtimestamp(3000, UTC)
    accepted = [step for step in range(95, 106) if matching_step(SEED, code_at(SEED, step), now, after=0) is not None]
    assert accepted == [99, 100, 101]


def test_a_code_works_once_and_none_before_it_afterwards() -> None:
    now = datetime.fromtimestamp(3000, UTC)
    assert matching_step(SEED, code_at(SEED, 100), now, after=0) == 100
    assert matching_step(SEED, code_at(SEED, 100), now, after=100) is None
    assert matching_step(SEED, code_at(SEED, 99), now, after=100) is None
    assert matching_step(SEED, code_at(SEED, 101), now, after=100) == 101


@pytest.mark.parametrize("typed", ["", "28708", "2870822", "٢٨٧٠٨٢", "287082\n", "abcdef"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert matching_step(SEED, typed, datetime.fromtimestamp(59, UTC), after=0) is None


def test_an_app_reads_name_and_seed_from_the_address() -> None:
    address = urlsplit(setup_address(SEED, issuer="Marram: Press & Söhne", account="ana@example.org"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert parse_qs(address.query) == {
        "secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"],
        "issuer": ["Marram: Press & Söhne"],
    }
    assert setup_key(SEED) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
