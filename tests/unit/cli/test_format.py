"""Commands and the format of a store: an older program says that it is too old, and a start moves the number."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest
from tests.filled_portal import byline, lived_in, open_store, store_address

from byline.cli import portal, server
from byline.settings import Settings
from byline.store import formats

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    lived_in(tmp_path / "data")
    return tmp_path / "data"


def start(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `byline serve` does until it serves."""
    monkeypatch.setattr(server, "serve", lambda *_: None)
    portal.start(Settings.from_environ({"BYLINE_DATA": str(data)}), cast("Any", None))


def format_of(data: Path) -> int:
    store = open_store(store_address(data))
    number = store.format()
    store.close()
    return number


def test_what_will_change_is_said_before_it_does(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = format_of(data)
    byline("deliver", DATA=str(data))  # or the check would find fault with jobs that wait
    assert "format" not in {each["about"] for each in json.loads(byline("check", "--json", DATA=str(data)).stdout)}
    monkeypatch.setattr(formats, "NEWEST", before + 1)
    monkeypatch.setitem(formats.CHANGES, before + 1, "drafts are kept")
    said = f"from format {before} to {before + 1} (drafts are kept). An older Byline refuses it then"
    found = {each["about"]: each for each in json.loads(byline("check", "--json", DATA=str(data)).stdout)}
    assert said in found["format"]["sentence"]
    assert format_of(data) == before
    start(data, monkeypatch)
    assert said in capsys.readouterr().out
    start(data, monkeypatch)
    assert "moves from" not in capsys.readouterr().out


def test_every_format_says_what_changes() -> None:
    assert set(formats.CHANGES) == set(range(formats.FIRST + 1, formats.NEWEST + 1))


def test_a_start_moves_the_number_and_other_commands_do_not(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = format_of(data)
    monkeypatch.setattr(formats, "NEWEST", before + 1)
    byline("authors", DATA=str(data))
    byline("deliver", DATA=str(data))
    assert format_of(data) == before
    start(data, monkeypatch)
    assert format_of(data) == before + 1


def test_an_older_program_says_which_one_to_use(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as newer:
        newer.setattr(formats, "NEWEST", formats.NEWEST + 1)
        start(data, monkeypatch)
    sentence = "was written to by a newer Byline: use that one. To go back to this one, restore a backup"
    for words in ("authors", "serve", "republish", "deliver", ("backup", tmp_path / "file")):
        assert sentence in byline(*([words] if isinstance(words, str) else words), exit_code=2, DATA=str(data)).stderr
    [found] = [
        each for each in json.loads(byline("check", "--json", exit_code=1, DATA=str(data)).stdout) if each["wrong"]
    ]
    assert sentence in found["sentence"]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    copied = byline("copy-store", store_address(data), store_address(elsewhere), exit_code=2)
    assert sentence in copied.stderr
    assert not list(elsewhere.iterdir())
