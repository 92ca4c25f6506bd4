"""Dates and numbers: as Babel writes them, without Babel."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st
from tools.messages import LOCALES

from byline.messages import formats
from byline.messages.catalogue import LANGUAGES

AT = datetime(2026, 5, 5, 14, 0, tzinfo=UTC)


def test_a_time_says_its_zone() -> None:
    assert formats.moment(AT, "en") == "5 May 2026, 14:00 UTC"
    assert formats.moment(AT, "de") == "5. Mai 2026, 14:00 UTC"
    assert formats.clock(AT) == "14:00 UTC"


@pytest.mark.parametrize("language", LANGUAGES)
@given(at=st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(UTC)), count=st.integers(-(10**9), 10**9))  # noqa: DTZ001 - hypothesis adds the zone
def test_dates_and_numbers_are_those_that_babel_writes(language: str, at: datetime, count: int) -> None:
    locale = LOCALES.get(language, language)

    assert formats.day(at, language) == format_date(at, "long", locale=locale)
    assert formats.number(count, language) == format_decimal(count, locale=locale)
