"""Commands about people, and what they do where there is no portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.moving import byline

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "words",
    ["authors", "approve ana@example.org", "deliver", "deliver --again", "republish", "backup {beside}/backup"],
)
def test_a_mistyped_folder_is_refused_and_nothing_is_made_there(words: str, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    for folder in tmp_path / "there", tmp_path / "not there":
        said = byline(*words.format(beside=tmp_path).split(), exit_code=2, DATA=str(folder)).stderr
        assert said == (
            f"byline: There is no portal in {folder}: `byline serve` makes one. "
            "If yours is elsewhere, set BYLINE_DATA or BYLINE_STORE.\n"
        )
    assert [*tmp_path.rglob("*")] == [tmp_path / "there"]


def test_a_portal_may_begin_with_its_publisher(tmp_path: Path) -> None:
    byline("publisher", "add", "ana@example.org", "--name", "Ana Lima", DATA=str(tmp_path / "new"))
    assert byline("authors", DATA=str(tmp_path / "new")).stdout == "There are no authors yet.\n"
