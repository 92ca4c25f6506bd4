"""Data folders with names that would mean something else in a URL: everything is in the folder that was named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from tests.filled_portal import ANA, byline, files_address, lived_in, store_address

from byline.cli import portal, server
from byline.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["a%20b", "a%2Fb", "a#b", "a?b"])
def test_everything_is_in_the_folder_that_was_named(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here, there, back = (tmp_path / each for each in (name, f"{name}-there", f"{name}-back"))
    assert f"There is no portal in {here}:" in byline("authors", exit_code=2, DATA=str(here)).stderr
    assert not here.exists()
    lived_in(here)
    assert ANA in byline("authors", DATA=str(here)).stdout
    there.mkdir()
    missing = byline("copy-store", store_address(there), store_address(back), exit_code=2).stderr
    assert f"FROM is not there: {there}/byline.sqlite3" in missing
    byline("copy-store", store_address(here), store_address(there))
    byline("copy-files", files_address(here), files_address(there))
    assert ANA in byline("authors", DATA=str(there)).stdout
    byline("backup", tmp_path / "file", DATA=str(here))
    byline("restore", tmp_path / "file", DATA=str(back))
    assert ANA in byline("authors", DATA=str(back)).stdout

    monkeypatch.setattr(server, "serve", lambda *_: None)
    portal.start(Settings.from_environ({"BYLINE_DATA": str(here)}), cast("Any", None))
    said = capsys.readouterr().out
    assert f"{here}/mail\n" in said
    assert f"Data is in {here}." in said
    for folder in (here, there, back):
        assert {path.name for path in folder.iterdir()} >= {"byline.sqlite3", "files"}
    assert {path.name for path in tmp_path.iterdir()} == {here.name, there.name, back.name, "file"}
