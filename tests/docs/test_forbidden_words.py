"""What stands in no file of the project: where somebody's machine keeps things, and where packages come from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.docs.documents import ROOT, tracked

if TYPE_CHECKING:
    from pathlib import Path

# Written in pieces, or this file would be the first that is found.
FORBIDDEN = {
    "a path of somebody's machine": re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/"),
    "a host that packages come from": re.compile(
        r"(?:pypi|npmjs|pythonhosted|maven|yarnpkg|anaconda)[.](?:org|com|io)", re.IGNORECASE
    ),
    "an option that names such a host": re.compile("--(?:extra-)?index" + "-url|--trusted" + "-host|--find" + "-links"),
    "a document that is not here": re.compile("shared" + r"/[a-z-]+\.md"),
}
PICTURES = {".png", ".jpg", ".ico", ".woff2"}


def forbidden_in(text: str) -> list[str]:
    """What a text has that it must not have, with the line it stands in."""
    return [
        f"line {number}: {what}"
        for number, line in enumerate(text.splitlines(), 1)
        for what, pattern in FORBIDDEN.items()
        if pattern.search(line)
    ]


def found_in(paths: list[Path]) -> dict[str, list[str]]:
    """What such files have, by their names."""
    texts = {path: path.read_bytes().decode("utf-8", "replace") for path in paths if path.suffix not in PICTURES}
    return {str(path.relative_to(ROOT)): faults for path, text in texts.items() if (faults := forbidden_in(text))}


def test_no_file_says_whose_machine_it_was_written_on() -> None:
    files = tracked()

    assert len(files) > 100
    assert found_in(files) == {}


@pytest.mark.parametrize(
    "line",
    [
        "see /wor" + "k/main",
        "cd /roo" + "t/byline",
        "in /hom" + "e/ana/byline",
        "https://files.python" + "hosted.org/packages",
        "https://registry.np" + "mjs.org/axe-core",
        "pip install --extra-index" + "-url x",
        "as shared" + "/design.md says",
    ],
)
def test_a_planted_word_is_found(line: str) -> None:
    assert len(forbidden_in(f"fine\n{line}\n")) == 1
