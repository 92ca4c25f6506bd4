"""Web addresses in a line: found quickly in whatever is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.richtext.domains import has_web_address

WORDS = ["Ana", "B.Com", "M.Ed", "Ph.D", "Dr.", "de", "Lima", "LL.B.", "(Hons.)", "J.", "O'Neil-Kay", "B.Sc/M.Sc", "Ma"]


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join))
def test_no_row_of_words_from_names_is_an_address(name: str) -> None:
    assert not has_web_address(name)


@pytest.mark.parametrize("words", ["{}", "Ana ({})", "Win at {}!", "{}, now", "{}/win", "{}:8080", "Ana, {}."])
@pytest.mark.parametrize(
    "host", ["example.com", "Example.org", "my-shop.example.co.uk", "a1.ru", "win.xyz", "me@ex.de"]
)
def test_an_address_is_found_wherever_it_stands(words: str, host: str) -> None:
    assert has_web_address(words.format(host))


@pytest.mark.parametrize(
    "text", ["a." * 5_000, "ab." * 3_000, "a-" * 5_000, "-" * 9_000, "1-" * 4_000 + ".co", "a" * 9_000]
)
@pytest.mark.timeout(5)
def test_a_hostile_line_is_looked_through_quickly(text: str) -> None:
    assert not has_web_address(text)
