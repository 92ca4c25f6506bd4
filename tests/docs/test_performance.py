"""The table of round trips against the test that counts them."""

from __future__ import annotations

import ast

import pytest
from tests.docs.documents import calls, code, table_under, text_of

DOCUMENT = "docs/performance.md"
COUNTING = "tests/web/test_round_trips.py"


def counted(source: str) -> dict[str, set[tuple[int, int]]]:
    """The reads and commits that each test of a module asserts."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            kept = [{word.arg: word.value for word in call.keywords} for call in calls(node, "at_most")]
            found[node.name] = {(_number(words["reads"]), _number(words["commits"])) for words in kept}
    return {name: numbers for name, numbers in found.items() if numbers}


def _number(node: ast.expr) -> int:
    assert isinstance(node, ast.Constant)
    assert isinstance(node.value, int)
    return node.value


def differences(text: str, source: str) -> list[str]:
    """The rows that say otherwise than the tests, and the tests that have no row."""
    counts = counted(source)
    rows = {code(row[3])[0]: (int(row[1]), int(row[2])) for row in table_under(text, "Round trips")}
    faults = [f"{name} counts otherwise" for name, pair in rows.items() if pair not in counts.get(name, set())]
    return faults + [f"{name} is not in the table" for name in counts if name not in rows]


def test_the_table_of_round_trips_is_what_is_counted() -> None:
    assert differences(text_of(DOCUMENT), text_of(COUNTING)) == []


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("| registering | 1 | 1 |", "| registering | 1 | 0 |", "test_registering_takes_one_read_and_one_commit counts"),
        (
            "`test_approving_takes_one",
            "`test_approving_took_one",
            "test_approving_takes_one_read_and_one_commit is not",
        ),
    ],
)
def test_a_row_that_is_wrong_or_missing_is_found(before: str, after: str, fault: str) -> None:
    text = text_of(DOCUMENT)
    assert before in text

    faults = differences(text.replace(before, after), text_of(COUNTING))

    assert any(found.startswith(fault) for found in faults), faults
