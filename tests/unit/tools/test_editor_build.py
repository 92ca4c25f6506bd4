"""The built editor: that it is what the folder editor makes, small enough for a phone, and free to pass on."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from tests.docs.documents import ROOT

if TYPE_CHECKING:
    from pathlib import Path

STATIC = ROOT / "src/byline/web/static"
BUILT = ("editor.js", "editor-licences.txt")
MOST_BYTES = 95_000
"""Compressed, as it travels."""


@pytest.mark.slow
def test_building_it_again_gives_the_same_bytes(tmp_path: Path) -> None:
    subprocess.run([ROOT / "tools/build-editor.sh", tmp_path], check=True, capture_output=True)

    for name in BUILT:
        assert (tmp_path / name).read_bytes() == (STATIC / name).read_bytes(), f"{name} is out of date: make editor"


def test_it_is_small_enough_for_a_phone() -> None:
    assert len(gzip.compress((STATIC / "editor.js").read_bytes(), 9, mtime=0)) <= MOST_BYTES


def test_its_packages_are_pinned_one_by_one_with_their_hashes() -> None:
    asked = json.loads((ROOT / "editor/package.json").read_text())["devDependencies"]
    lock = json.loads((ROOT / "editor/package-lock.json").read_text())["packages"]

    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in asked.values()), asked
    assert all("integrity" in package and "resolved" not in package for path, package in lock.items() if path)


def test_the_licences_of_what_it_contains_are_shipped_with_it() -> None:
    licences = (STATIC / "editor-licences.txt").read_text()
    named = re.findall(r"^(\S+) \d+\.\d+\.\d+ \((.+)\)$", licences, re.MULTILINE)

    assert {"prosemirror-view", "prosemirror-model", "w3c-keyname"} <= {name for name, _ in named}
    assert {licence for _, licence in named} == {"MIT"}
    assert licences.count("Permission is hereby granted") == len(named)
