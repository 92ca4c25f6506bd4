"""Two texts side by side."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.richtext import diff
from byline.richtext.diff import compare

few_words = st.lists(st.sampled_from(["a", "b ", "c\n", "の", "…", " ", "\n\n", "deer"]), max_size=30).map("".join)


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("", "", []),
        ("a", "", [("removed", "a")]),
        ("", "a", [("added", "a")]),
        ("a b", "a b", [("same", "a b")]),
        (
            "Ana wrote a long book.",
            "Ana wrote one short book, then.",
            [
                ("same", "Ana wrote "),
                ("removed", "a long "),
                ("added", "one short "),
                ("same", "book"),
                ("added", ", then"),
                ("same", "."),
            ],
        ),
        (
            "*Salt* it",
            "**Salt** it",
            [("same", "*"), ("added", "*"), ("same", "Salt"), ("added", "*"), ("same", "* it")],
        ),
        ("雪国の作者", "雪国を作者", [("same", "雪国"), ("removed", "の"), ("added", "を"), ("same", "作者")]),
        ("महादेवी है", "महादेवी थी", [("same", "महादेवी "), ("removed", "है"), ("added", "थी")]),
        ("e\u0301t", "e\u0300t", [("removed", "e\u0301t"), ("added", "e\u0300t")]),
    ],
)
def test_what_differs_is_marked_word_by_word(old: str, new: str, parts: list[diff.Part]) -> None:
    assert compare(old, new) == parts


@given(st.one_of(few_words, st.text(max_size=40)), st.one_of(few_words, st.text(max_size=40)))
def test_both_texts_can_be_read_from_the_parts(old: str, new: str) -> None:
    parts = compare(old, new)

    assert "".join(text for kind, text in parts if kind != "added") == old
    assert "".join(text for kind, text in parts if kind != "removed") == new
    assert all(text for _kind, text in parts)
    assert all(one[0] != other[0] for one, other in pairwise(parts))


@given(st.text("abc", max_size=9), st.text("abc", max_size=9))
def test_no_more_is_marked_than_has_to_be(old: str, new: str) -> None:
    parts = diff._compared(old, new, 99)

    assert parts is not None
    assert sum(kind == "same" for kind, _sign in parts) == _longest_in_common(old, new)


def test_a_rewritten_text_is_compared_by_rows() -> None:
    chance = random.Random(1)
    rows = [" ".join(chance.choice("abcdefgh") for _ in range(40)) for _ in range(90)]
    others = [" ".join(chance.choice("ABCDEFGH") for _ in range(40)) for _ in range(30)]

    parts = compare("\n".join(rows), "\n".join(others + rows[30:]))

    assert parts[-1] == ("same", "\n".join(rows[30:]))
    assert [kind for kind, _text in parts] == ["removed", "added", "same"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (" ".join(f"t s{n}" for n in range(1_500)), " ".join(f"t r{n}" for n in range(1_500))),
        ("\n".join(f"t s{n}" for n in range(1_500)), "\n".join(f"t r{n}" for n in range(1_500))),
        ("a " * 5_000, "b a " * 2_500),
        ("雪国" * 5_000, "国雪の" * 3_300),
        ("\n" * 10_000, "a\n" * 5_000),
        ("a" * 200_000, "b" * 200_000),
    ],
)
def test_no_two_texts_take_long(old: str, new: str) -> None:
    """A tenth of this on a slow machine; an algorithm whose cost is not bounded needs minutes."""
    began = time.process_time()

    compare(old, new)

    assert time.process_time() - began < 5


def _longest_in_common(old: str, new: str) -> int:
    lengths = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for row, one in enumerate(old):
        for column, other in enumerate(new):
            longest = max(lengths[row][column + 1], lengths[row + 1][column])
            lengths[row + 1][column + 1] = lengths[row][column] + 1 if one == other else longest
    return lengths[-1][-1]
