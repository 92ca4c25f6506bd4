"""The short biography: one line, and a first sentence to suggest for it."""

from __future__ import annotations

import pytest

from byline.errors import Invalid
from byline.profiles import summary


def test_a_short_biography_is_one_line() -> None:
    assert summary.from_form("  Writes about\r\n the\u00a0sea. ") == "Writes about the sea."
    assert summary.from_form("x" * 300) == "x" * 300
    for wrong in ("x" * 301, "a\x07b"):
        with pytest.raises(Invalid) as fault:
            summary.from_form(wrong)
        assert set(fault.value.faults) == {"author_summary"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Ana Lima writes novels about the sea. She lives in Porto.", "Ana Lima writes novels about the sea."),
        ("Dr. Ana Lima was born in Porto!\n\nShe writes.", "Dr. Ana Lima was born in Porto!"),
        ("Ana Lima writes novels about the sea", ""),
        ("Hello. " + "x" * 400 + ".", ""),
        (
            "\u5ddd\u7aef\u5eb7\u6210\u306f\u65e5\u672c\u306e" * 3 + "\u3002\u6b21\u3002",
            "\u5ddd\u7aef\u5eb7\u6210\u306f\u65e5\u672c\u306e" * 3 + "\u3002",
        ),
        ("", ""),
    ],
)
def test_the_first_sentence_is_suggested_where_it_fits(text: str, sentence: str) -> None:
    assert summary.suggestion(text) == sentence
