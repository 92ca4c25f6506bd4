"""docs/asvs against the standard's numbers and against the tests: each row that applies once, each test there."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from tests.docs.documents import ROOT, text_of
from tools import asvs

if TYPE_CHECKING:
    from pathlib import Path

FIRST_PAGE = "docs/asvs/README.md"
ROW = "| {} | {} | {} | It is so. | `{}` |\n"
PROJECT = '[tool.pytest.ini_options]\ntestpaths = ["tests"]\npythonpath = ["."]\naddopts = "--import-mode=importlib"\n'


def left_out(heading: str) -> list[str]:
    return asvs.not_applied(text_of(FIRST_PAGE), heading)


def test_each_requirement_of_the_standard_stands_in_one_place() -> None:
    applied = [row.number for row in asvs.rows()]
    everything = [*applied, *left_out("For the operator"), *left_out("Not about Byline")]

    assert (len(asvs.STANDARD), len(applied), len(left_out("For the operator"))) == (345, 247, 19)
    assert {number: count for number, count in Counter(everything).items() if count > 1} == {}
    assert set(everything) == set(asvs.STANDARD)


def test_a_row_has_its_level_a_state_a_sentence_and_what_shows_it() -> None:
    for row in asvs.rows():
        assert row.level == asvs.STANDARD[row.number], row
        assert row.state in asvs.STATES, row
        assert row.how.endswith((".", ".)")), row
        assert row.tests or row.state != "test", row
        assert "](../" in row.how or row.state != "document", row
        assert row.how.startswith("Not met") == (row.state == "not met"), row
        assert row.how.startswith("No object") == (row.state == "no object"), row


def test_rows_stand_in_the_order_of_their_numbers() -> None:
    numbers = [tuple(map(int, row.number.split("."))) for row in asvs.rows()]

    assert numbers == sorted(numbers)


def test_the_sum_is_that_of_the_rows() -> None:
    text = text_of(FIRST_PAGE)

    assert asvs.with_sum(text, asvs.rows()) == text, "run: .venv/bin/python -m tools.asvs"


def test_what_is_claimed_is_what_the_rows_say() -> None:
    missing = {
        level: [row.number for row in asvs.rows() if row.state == "not met" and row.level == level]
        for level in (1, 2, 3)
    }
    met = [row for row in asvs.rows() if row.level == 3 and row.state in {"test", "document"}]

    assert missing[1] == []
    assert missing[2] == ["14.1.1", "14.1.2", "14.2.4"]  # personal data
    assert len(met) >= 55


def test_every_test_that_is_named_exists_and_is_not_left_out() -> None:
    assert asvs.unknown_tests(name for row in asvs.rows() for name in row.tests) == []


def test_a_test_that_is_not_there_or_left_out_is_found(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_x.py").write_text(
        "import pytest\n\ndef test_runs(): ...\n\n@pytest.mark.skip\ndef test_skipped(): ...\n\n"
        "@pytest.mark.xfail(reason='x')\ndef test_fails(): ...\n\ndef test_leaves():\n    pytest.skip('x')\n"
    )
    (tmp_path / "tests/test_y.py").write_text(
        "import pytest\npytestmark = pytest.mark.skipif(True)\ndef test_y(): ...\n"
    )
    named = [f"tests/test_x.py::test_{name}" for name in ("runs", "skipped", "fails", "leaves", "none")]
    named += ["tests/test_y.py::test_y", "tests/test_z.py::test_z"]

    assert asvs.unknown_tests(named, tmp_path) == sorted(named[1:])


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A project whose table names a test that runs, one with parameters, and one that a condition leaves out."""
    for folder in ("tests", "docs/asvs"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    for name in ("tools", "tests/asvs_plugin.py"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "tests/conftest.py").write_text("from tests.asvs_plugin import pytest_configure\n")
    (tmp_path / "tests/test_x.py").write_text(
        "import pytest\n\ndef test_one(): ...\n\n@pytest.mark.parametrize('a', [1, 2])\ndef test_two(a): ...\n"
    )
    (tmp_path / "tests/test_y.py").write_text("import pytest\n\ndef test_three(): pytest.skip('not here')\n")
    table = [
        ROW.format(f"1.1.{at}", 2, "test", f"test_{name}")
        for at, name in ((1, "x.py::test_one"), (2, "x.py::test_two"))
    ]
    (tmp_path / "docs/asvs/v1.md").write_text("".join(table))
    return tmp_path


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one process", "two workers"])
def test_a_full_run_fails_where_a_named_test_did_not_run(small: Path, workers: tuple[str, ...]) -> None:
    code, said = run(small, *workers)
    assert code == 0, said

    with (small / "docs/asvs/v1.md").open("a") as page:
        page.write(ROW.format("1.2.1", 1, "test", "test_y.py::test_three"))
    code, said = run(small, *workers, "tests")
    assert code == 1
    assert "did not run" in said
    assert "tests/test_y.py::test_three" in said
    assert "test_one" not in said


def test_a_run_of_some_tests_says_nothing_of_the_others(small: Path) -> None:
    (small / "docs/asvs/v1.md").write_text(ROW.format("1.2.1", 1, "test", "test_y.py::test_three"))

    assert run(small, "tests/test_x.py")[0] == 0
    assert run(small, "-k", "one")[0] == 0
