"""``byline page merge`` merges two pages of one person, and takes that back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.filled_portal import byline, lived_in

if TYPE_CHECKING:
    from pathlib import Path

TABLE = "name,page_address,email,biography\nE. Karr,e-karr,,Words of old.\nEdith Karr,edith-karr,,Words of hers.\n"


def biography(data: Path, page_address: str) -> str:
    said = byline("export", "--format", "json", page_address, DATA=str(data)).stdout
    [author] = json.loads(said)["authors"]
    return str(author["page"]["bio_text"])


def test_two_pages_are_merged_and_the_merge_is_undone(tmp_path: Path) -> None:
    data, table = tmp_path / "data", tmp_path / "table.csv"
    lived_in(data)
    table.write_text(TABLE)
    assert "2 added" in byline("import", "authors", str(table), "--apply", DATA=str(data)).stdout

    said = byline("page", "merge", "e-karr", "edith-karr", "--take", "biography", DATA=str(data)).stdout
    assert said == "e-karr leads to edith-karr, the page of Edith Karr, from now on.\n"
    assert biography(data, "edith-karr") == "Words of old."

    said = byline("page", "merge", "e-karr", "edith-karr", "--undo", DATA=str(data)).stdout
    assert said == "E. Karr has the page e-karr again. The page edith-karr is as it was.\n"
    assert biography(data, "edith-karr") == "Words of hers."
    assert biography(data, "e-karr") == "Words of old."


def test_pages_that_cannot_be_merged_are_refused(tmp_path: Path) -> None:
    data = tmp_path / "data"
    lived_in(data)
    byline("page", "add", "Edith Karr", DATA=str(data))
    for pages, why in (
        (("edith-karr", "edith-karr"), "This is the same page"),
        (("edith-karr", "no-one"), "no-one is not the email address or page address of an author"),
        (("ana", "edith-karr"), "Only a page that the press keeps is merged"),
        (("edith-karr", "ana", "--undo"), "This merge cannot be undone any more"),
    ):
        assert why in byline("page", "merge", *pages, exit_code=1, DATA=str(data)).stderr
