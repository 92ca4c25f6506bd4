"""``byline --version``: the version and the commit, wherever the program is."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

from tests.docs.documents import ROOT
from tests.filled_portal import byline

from byline.cli import version

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_checkout_says_its_commit() -> None:
    command = ["git", "rev-parse", "--short=12", "HEAD"]
    commit = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    assert re.fullmatch(rf"byline \d+\.\d+\.\d+ \({commit}\+?\)\n", byline("--version").stdout)


def test_another_repository_around_the_program_is_not_taken_for_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "venv" / "lib" / "byline"
    package.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    monkeypatch.setattr(version, "_PACKAGE", package)
    assert re.fullmatch(r"byline \d+\.\d+\.\d+\n", byline("--version").stdout)
    (package / "commit.txt").write_text("0123456789ab\n")
    assert byline("--version").stdout.endswith("(0123456789ab)\n")


def test_no_git_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert re.fullmatch(r"byline \d+\.\d+\.\d+\n", byline("--version").stdout)
