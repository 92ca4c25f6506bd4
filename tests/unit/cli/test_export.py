"""``byline export`` writes a file whole or not at all; ``byline import authors`` looks before it changes anything."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

from tests.filled_portal import byline, lived_in

if TYPE_CHECKING:
    from pathlib import Path


def test_a_table_goes_to_standard_output_or_into_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    lived_in(tmp_path / "data")
    said = byline("export", DATA=str(tmp_path / "data")).stdout_bytes
    path = tmp_path / "authors.csv"
    path.write_text("an older one")
    assert byline("export", "--output", str(path), DATA=str(tmp_path / "data")).stdout == ""
    assert path.read_bytes() == said
    assert said.startswith("\ufeffname,".encode())
    assert b"Her second book is *out*." in said
    assert path.stat().st_mode & 0o777 == 0o600
    assert {each.name for each in tmp_path.iterdir()} == {"data", "authors.csv"}


def test_some_authors_are_named_and_a_name_of_no_one_is_refused(tmp_path: Path) -> None:
    lived_in(tmp_path / "data")
    path = tmp_path / "kit.zip"
    byline("export", "ana", "--format", "zip", "--output", str(path), DATA=str(tmp_path / "data"))
    assert "ana/ana-portrait.jpg" in zipfile.ZipFile(path).namelist()
    before = path.read_bytes()
    refused = byline(
        "export", "nobody@example.org", "--output", str(path), exit_code=1, DATA=str(tmp_path / "data")
    ).stderr
    assert refused == "byline: nobody@example.org is not the email address or page address of an author\n"
    assert path.read_bytes() == before


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    lived_in(tmp_path / "data")
    path = tmp_path / "missing" / "authors.csv"
    said = byline("export", "--output", str(path), exit_code=2, DATA=str(tmp_path / "data")).stderr
    assert said.startswith(f"byline: {path} cannot be written: ")


def test_an_import_changes_nothing_before_it_is_applied(tmp_path: Path) -> None:
    lived_in(tmp_path / "data")
    data, path = str(tmp_path / "data"), tmp_path / "authors.csv"
    byline("export", "--output", str(path), DATA=data)
    said = byline("import", "authors", str(path), DATA=data).stdout
    assert "0 changed, 1 unchanged, 0 invited, 0 added, 0 left out, 0 faulty." in said

    path.write_text(path.read_text("utf-8-sig").replace("second book", "third book"), "cp1252")
    said = byline("import", "authors", str(path), DATA=data).stdout
    assert "    2  changed   Ana Lima  biography\n" in said
    assert "Nothing was changed. Add --apply to import them." in said
    assert "second book" in byline("export", DATA=data).stdout
    (row,) = json.loads(byline("import", "authors", str(path), "--apply", "--json", DATA=data).stdout)["rows"]
    assert (row["row"], row["outcome"], row["done"], row["columns"]) == (2, "changed", True, ["biography"])
    assert "third book" in byline("export", DATA=data).stdout


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    lived_in(tmp_path / "data")
    path = tmp_path / "authors.csv"
    path.write_text("name\nAna")
    said = byline("import", "authors", str(path), exit_code=1, DATA=str(tmp_path / "data")).stderr
    assert "neither a column" in said
    missing = byline("import", "authors", str(tmp_path / "none"), exit_code=2, DATA=str(tmp_path / "data")).stderr
    assert "cannot be read" in missing
