"""The order of rows by the numbers in them, for people without a script."""

from __future__ import annotations

import pytest

from byline.web.row_order import ordered


@pytest.mark.parametrize(
    ("places", "order"),
    [
        (["1", "2", "3", "4"], "abcd"),
        (["", "", "", ""], "abcd"),
        ([], "abcd"),
        (["1", "2", "1", "4"], "cabd"),
        (["3", "2", "3", "4"], "bcad"),
        (["4", "3", "2", "1"], "dcba"),
        (["9", "2", "3", "4"], "bcda"),
        (["x", "-1", "1e3", "1"], "dabc"),
        (["99999", "2", "3", "4"], "abcd"),
    ],
)
def test_a_row_goes_where_its_number_says(places: list[str], order: str) -> None:
    assert "".join(ordered("abcd", places)) == order
