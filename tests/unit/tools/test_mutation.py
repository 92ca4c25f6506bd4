"""The changes that ``make mutate`` makes: each is one change of what a program does, and the rest of the text stays."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent

import pytest
from tools.mutation.changes import Change, changed, changes_in
from tools.mutation.trial import Selection, Trial

SOURCE = Path(__file__).parents[3] / "src" / "byline"


def made(text: str) -> set[str]:
    """All texts that one change makes of a text."""
    return {" ".join(changed(text, change).split()) for change in changes_in("x.py", text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = b == c", {"a = (b != c)"}),
        ("a = b < c", {"a = (b >= c)", "a = (b <= c)"}),
        ("a = b and c", {"a = (b or c)"}),
        ("a = not b", {"a = (b)"}),
        ("a = b + c", {"a = (b - c)"}),
        ("HOURS = 2", {"HOURS = 4"}),
        ("a = 0", {"a = 1"}),
        ("live = True", {"live = False"}),
        ("a = f(x, y=b)", {"a = f(x)"}),
        ("a = b if c else d", {"a = b if (not c) else d"}),
        ("f(x)", {"pass"}),
        ("if a: b = c", {"if (not a): b = c"}),
        ("def f(): raise E", {"def f(): pass"}),
        ("def f(): return x", {"def f(): pass"}),
        ("a = 'é' if b else c", {"a = 'é' if (not b) else c"}),
    ],
)
def test_a_change_says_something_else(text: str, expected: set[str]) -> None:
    assert made(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "if TYPE_CHECKING: import x",
        '"""What a module is for."""',
        "class A(Protocol):\n    def f(self) -> int:\n        return 1",
        "@dataclass(frozen=True)\nclass A: pass",
        "a: Literal[1]",
    ],
)
def test_what_no_test_could_notice_is_not_changed(text: str) -> None:
    assert made(text) == set()


def test_every_change_can_be_read_and_changes_something() -> None:
    text = (SOURCE / "links.py").read_text()
    for change in changes_in("links.py", text):
        assert ast.dump(ast.parse(changed(text, change))) != ast.dump(ast.parse(text)), change


def test_a_change_says_where_it_is_and_in_which_function() -> None:
    text = dedent("""\
        @open_to(NOBODY)
        def f():
            return x

        LIMIT = 3
        """)
    found, limit = changes_in("src/x.py", text)

    assert str(found) == "src/x.py:3: statement removed: return x -> pass"
    assert found.function == ("f", 1)
    assert (limit.function, limit.meaning) == (None, "src/x.py: constant changed: 3 -> 6")


def test_a_change_is_tried_in_a_copy_and_taken_back(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "src").mkdir()
    program = tmp_path / "src" / "answer.py"
    program.write_text("def answer():\n    return 42\n\n\ndef other():\n    return 1\n")
    (tmp_path / "tests" / "conftest.py").write_text(
        "def pytest_addoption(parser):\n    parser.addoption('--quick', action='store_true')\n"
    )
    (tmp_path / "tests" / "test_answer.py").write_text(
        "from answer import answer\n\n\ndef test_it():\n    assert answer() == 42\n"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    text = program.read_text()

    def outcome(change: Change, only: str) -> str | None:
        trial = Trial(tmp_path, change, changed(text, change))
        try:
            return trial.caught_by(Selection(only=[only]), ["tests"])
        finally:
            trial.end()

    changes = {change.before: change for change in changes_in("src/answer.py", text)}
    assert outcome(changes["42"], "tests/test_answer.py::test_it") == "FAILED tests/test_answer.py::test_it"
    assert outcome(changes["1"], "tests/test_answer.py::test_it") is None
    assert program.read_text() == text
