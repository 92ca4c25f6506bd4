"""``byline aws`` and ``byline cost`` where their code is not installed: a wheel has no ``tools``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from byline.cli import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _wheel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(main, "TOOLS", tmp_path / "tools")


@pytest.mark.parametrize("words", [["cost"], ["aws"], ["aws", "--help"], ["aws", "deploy", "--region", "eu-west-1"]])
def test_a_command_that_is_not_installed_says_in_one_sentence_what_to_do(words: list[str]) -> None:
    done = CliRunner().invoke(main.main, words)

    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr == (
        f"byline: `byline {words[0]}` works in a checkout of Byline only: clone its repository, type `make`, and run "
        f"`.venv/bin/byline {words[0]}` there.\n"
    )


def test_a_program_that_asks_for_json_is_told_in_json() -> None:
    done = CliRunner().invoke(main.main, ["cost", "--json"])

    assert done.exit_code == 2
    assert "`byline cost` works in a checkout of Byline only" in json.loads(done.stdout)["error"]["message"]


def test_all_commands_are_listed_without_them_too() -> None:
    listed = CliRunner().invoke(main.main, ["--help"])

    assert listed.exit_code == 0
    assert all(f"\n  {name} " in listed.stdout for name in main.COMMANDS)
    assert listed.stdout.count("Works in a checkout of Byline only.") == 2
