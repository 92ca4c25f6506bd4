"""Two texts side by side: which words are only in the old one, and which only in the new.

The shortest way from one to the other is looked for by Myers's algorithm (1986), whose cost grows with the number of
differences. They are bounded here, so that no pair of texts, however made, keeps a page waiting: difflib needs minutes
for some that a person could save.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Kind: TypeAlias = Literal["same", "removed", "added"]
Part: TypeAlias = tuple[Kind, str]

_MOST_DIFFERENCES = 1_000
_MOST_WITHIN_ROWS = 100

# A word with its combining signs and what white space follows. Scripts that part no words by spaces go sign by sign.
# Compiled by ``re`` when it is first asked: it takes a millisecond, and a page view asks nothing.
_WORD = (
    r"[\u2e80-\u2fff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff][\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef]*\s*"
    r"|[\w\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u0670\u06d6-\u06ed\u0900-\u109f\u1780-\u17ff"
    r"\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d\ufe20-\ufe2f]+\s*|\s+|[^\w\s]\s*"
)
"""Every text is these, one after the other."""
_ROW = re.compile(r"[^\n]*\n+|[^\n]+")


def compare(old: str, new: str) -> list[Part]:
    """The parts of both texts in order, as ``(kind, text)``: what is not "added" is the old text, what is not "removed"
    the new one. Compare biographies as their textareas show them, so that a changed link or italics are seen.

    Takes less than a second for two texts of 10,000 characters. Texts with very many differences are compared by rows.
    """
    parts = _compared(re.findall(_WORD, old), re.findall(_WORD, new), _MOST_DIFFERENCES)
    if parts is None:
        parts = _by_rows(_ROW.findall(old), _ROW.findall(new))
    return _joined(parts)


def _by_rows(old: Sequence[str], new: Sequence[str]) -> list[Part]:
    """Rows compared as wholes, then the words of those that take each other's place."""
    rows = _compared(old, new, _MOST_DIFFERENCES)
    if rows is None:
        return [("removed", "".join(old)), ("added", "".join(new))]
    parts: list[Part] = []
    for kind, text in _joined(rows):
        if kind == "added" and parts and parts[-1][0] == "removed":
            gone = parts.pop()
            words = _compared(re.findall(_WORD, gone[1]), re.findall(_WORD, text), _MOST_WITHIN_ROWS)
            parts += words if words is not None else [gone, (kind, text)]
        else:
            parts.append((kind, text))
    return parts


def _compared(old: Sequence[str], new: Sequence[str], most: int) -> list[Part] | None:
    """The shortest way from one sequence to the other, or ``None`` where it takes more than ``most`` steps."""
    most = min(most, len(old) + len(new))
    reached = [-1] * (2 * most + 3)  # how far in the old sequence each diagonal got; the middle one stands at `middle`
    middle = most + 1
    reached[middle + 1] = 0
    history: list[list[int]] = []
    for steps in range(most + 1):
        history.append(reached[middle - steps - 1 : middle + steps + 2])
        lowest = -steps + 2 * max(0, steps - len(new))
        highest = steps - 2 * max(0, steps - len(old))
        for diagonal in range(lowest, highest + 1, 2):
            x = _start(reached, middle + diagonal)
            y = x - diagonal
            while x < len(old) and y < len(new) and old[x] == new[y]:
                x += 1
                y += 1
            reached[middle + diagonal] = x
            if x >= len(old) and y >= len(new):
                return list(_walked_back(old, new, history))[::-1]
    return None


def _start(reached: Sequence[int], at: int) -> int:
    """Where a diagonal goes on: straight down from the one above it, or one to the right from the one below it."""
    return max(reached[at + 1], reached[at - 1] + 1)


def _walked_back(old: Sequence[str], new: Sequence[str], history: Sequence[Sequence[int]]) -> Iterator[Part]:
    x, y = len(old), len(new)
    for steps in range(len(history) - 1, -1, -1):
        reached = history[steps]
        at = steps + 1 + x - y
        start = _start(reached, at)
        while x > start and y > 0:
            x, y = x - 1, y - 1
            yield "same", old[x]
        if start == reached[at + 1] and y > 0:
            y -= 1
            yield "added", new[y]
        elif x > 0:
            x -= 1
            yield "removed", old[x]


def _joined(parts: Iterable[Part]) -> list[Part]:
    """Parts with neighbours of a kind as one, what was removed before what was added in its place."""
    joined: list[Part] = []
    changed: dict[Kind, str] = {"removed": "", "added": ""}
    for kind, text in (*parts, ("same", "")):
        if kind != "same":
            changed[kind] += text
            continue
        for change, words in changed.items():
            if words:
                joined.append((change, words))
                changed[change] = ""
        if joined and joined[-1][0] == "same":
            joined[-1] = ("same", joined[-1][1] + text)
        elif text:
            joined.append(("same", text))
    return joined
