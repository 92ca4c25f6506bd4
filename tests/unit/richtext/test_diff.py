"""Two texts side by side."""

from __future__ import annotations

import random
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.richtext.diff import compare, first_change

if TYPE_CHECKING:
    from byline.richtext.diff import Part

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
def test_what_differs_is_marked_word_by_word(old: str, new: str, parts: list[Part]) -> None:
    assert compare(old, new) == parts


@given(st.one_of(few_words, st.text(max_size=40)), st.one_of(few_words, st.text(max_size=40)))
def test_both_texts_can_be_read_from_the_parts(old: str, new: str) -> None:
    parts = compare(old, new)

    assert "".join(text for kind, text in parts if kind != "added") == old
    assert "".join(text for kind, text in parts if kind != "removed") == new
    assert all(text for _kind, text in parts)
    assert all(one[0] != other[0] for one, other in pairwise(parts))


@given(st.text("雪国の", max_size=9), st.text("雪国の", max_size=9))
def test_no_more_is_marked_than_has_to_be(old: str, new: str) -> None:
    same = "".join(text for kind, text in compare(old, new) if kind == "same")

    assert len(same) == _longest_in_common(old, new)


def test_what_was_not_rewritten_is_left_alone() -> None:
    chance = random.Random(1)
    rows = [" ".join(chance.choice("abcdefgh") for _ in range(40)) for _ in range(90)]
    others = [" ".join(chance.choice("ABCDEFGH") for _ in range(40)) for _ in range(30)]

    parts = compare("\n".join(rows), "\n".join(others + rows[30:]))

    assert parts[-1] == ("same", "\n".join(rows[30:]))
    assert [kind for kind, _text in parts] == ["removed", "added", "same"]


def test_ten_thousand_characters_are_compared_word_by_word() -> None:
    old = "".join(chr(0x4E00 + number) for number in range(10_000))
    new = "".join("の" if number % 5 == 0 else character for number, character in enumerate(old))

    began = time.process_time()
    parts = compare(old, new)

    assert time.process_time() - began < 1
    assert parts[:4] == [("removed", old[0]), ("added", "の"), ("same", old[1:5]), ("removed", old[5])]
    assert len(parts) == 6_000


def test_texts_of_far_more_words_are_compared_by_rows() -> None:
    rows = [f"{'word ' * 99}{number}\n" for number in range(300)]

    parts = compare("".join(rows), "".join([*rows[:150], f"{'word ' * 98}other\n", *rows[151:]]))

    assert parts[1:3] == [("removed", rows[150]), ("added", f"{'word ' * 98}other\n")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (" ".join(f"t s{n}" for n in range(1_500)), " ".join(f"t r{n}" for n in range(1_500))),
        ("\n".join(f"t s{n}" for n in range(1_500)), "\n".join(f"t r{n}" for n in range(1_500))),
        ("a " * 5_000, "b a " * 2_500),
        ("雪国" * 5_000, "国雪の" * 3_300),
        ("\n" * 10_000, "a\n" * 5_000),
        ("a" * 200_000, "b" * 200_000),
        ("a " * 100_000, "b a " * 50_000),
        ("a\n" * 100_000, "b\na\n" * 50_000),
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


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("She keeps bees.", "She keeps goats.", ("bees", "goats")),
        ("bees " * 5_000 + "end", "bees " * 5_000 + "start", ("end", "start")),
        ("bees  " * 300 + "old", "bees " * 300 + "new", ("old", "new")),  # the width of white space is no change
        ("One, two.", "One; too.", ("two", "too")),  # one with letters is told before one without
        ("One, two.", "One; two.", (",", ";")),
        ("", "A first sentence.", ("", "A first sentence.")),
        ("ぼくはねこ", "ぼくはいぬ", ("ねこ", "いぬ")),
        ("same", "same", ("", "")),
    ],
)
def test_the_first_change_is_told_in_a_few_words(old: str, new: str, change: tuple[str, str]) -> None:
    was, now = first_change(old, new)

    assert (was.strip(), now.strip()) == change
