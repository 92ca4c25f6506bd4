"""What an operator reads who starts the portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.portal import running, soon

if TYPE_CHECKING:
    from pathlib import Path


def test_a_start_says_where_everything_is_and_warns_of_nothing(tmp_path: Path) -> None:
    with running(tmp_path / "data") as portal:
        soon(lambda: "Stop with Ctrl+C." in portal.said, "the last of the first words")
        lines = portal.said.splitlines()

    assert [line.split(" ")[0] for line in lines] == ["Byline", "Make", "Letters", "Data"]
    assert "WARNING" not in portal.log
