"""ISBNs: any way of typing one is understood, a slip is found, and it is shown as it is printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.profiles import isbn


@pytest.mark.parametrize(
    "typed",
    [
        "978-3-16-148410-0",
        "9783161484100",
        "978 3 16 148410 0",
        "ISBN 978-3-16-148410-0",
        "ISBN-13: 978-3-16-148410-0",
        "978\u20113\u201116\u2011148410\u20110",
        "\uff19\uff17\uff18\uff13\uff11\uff16\uff11\uff14\uff18\uff14\uff11\uff10\uff10",
        "3-16-148410-X",
        "316148410x",
        "ISBN-10 3-16-148410-X",
    ],
)
def test_an_isbn_is_kept_as_thirteen_digits_however_it_is_typed(typed: str) -> None:
    assert isbn.parse(typed) == "9783161484100"


@pytest.mark.parametrize(
    ("typed", "is_misprint"),
    [
        ("978-3-16-148410-1", True),
        ("3-16-148410-1", True),
        ("978-3-16-148401-0", True),
        ("978-3-16-14841", False),
        ("977-3-16-148410-0", False),
        ("The Salt Road", False),
        ("", False),
        ("9" * 100_000, False),
    ],
)
def test_a_slip_of_the_pen_is_told_from_what_is_no_isbn(typed: str, is_misprint: bool) -> None:
    with pytest.raises(isbn.MalformedIsbn) as fault:
        isbn.parse(typed)
    assert fault.value.is_misprint is is_misprint


@pytest.mark.parametrize(
    "printed",
    [
        "978-3-16-148410-0",
        "978-0-306-40615-7",
        "978-1-4028-9462-6",
        "978-2-07-036822-8",
        "978-7-5327-6010-7",
        "978-99953-1-000-4",
        "979-10-90636-07-1",
        "979-12-200-0852-5",
    ],
)
def test_an_isbn_is_shown_as_it_is_printed(printed: str) -> None:
    assert isbn.hyphenated(isbn.parse(printed)) == printed


def test_a_number_of_no_known_range_is_shown_without_hyphens() -> None:
    assert isbn.hyphenated(isbn.parse("979-9-00-000000-4")) == "9799000000004"


@given(st.sampled_from(["978", "979"]), st.text("0123456789", min_size=9, max_size=9))
def test_what_is_shown_is_understood_again(prefix: str, digits: str) -> None:
    number = next(f"{prefix}{digits}{last}" for last in range(10) if _adds_up(f"{prefix}{digits}{last}"))

    shown = isbn.hyphenated(number)

    assert isbn.parse(shown) == number
    assert shown.count("-") in {0, 4}


def _adds_up(digits: str) -> bool:
    return sum(int(digit) * (1, 3)[at % 2] for at, digit in enumerate(digits)) % 10 == 0
