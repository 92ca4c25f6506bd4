"""docs/architecture.md and the decisions against the tree of the program."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.docs.documents import ROOT, SOURCE, code, first_words, python_files, table_under, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

DOCUMENT = "docs/architecture.md"
CHAPTERS = ["Context", "Choice", "What it costs"]


def kinds_described(text: str) -> set[str]:
    """The kinds of records that the document tells of."""
    return {code(row[0])[0] for row in table_under(text, "Records")}


def kinds_in_code() -> set[str]:
    """The kinds of records that the program makes keys of; the engines make some that they never store."""
    above = (tree for path, tree in python_files() if path.name not in {"sqlite.py", "dynamodb.py"})
    return set().union(*(first_words(tree, "Key") for tree in above))


def unnamed(packages: Iterable[str], text: str) -> set[str]:
    """The packages that a document does not name."""
    return {package for package in packages if not re.search(rf"\b{package}\b", text)}


def test_every_kind_of_record_is_described_and_no_other() -> None:
    assert kinds_described(text_of(DOCUMENT)) == kinds_in_code()


def test_every_package_is_named() -> None:
    packages = {path.parent.name for path in SOURCE.glob("*/__init__.py")}

    assert len(packages) > 10
    assert unnamed(packages, text_of(DOCUMENT)) == set()


def test_every_decision_is_in_the_list_and_has_its_chapters() -> None:
    files = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
    entries = re.findall(r"^\d+\. \[(.+)\]\((.+)\)$", text_of("docs/decisions/README.md"), re.MULTILINE)

    assert [file for _, file in entries] == [path.name for path in files]
    for path, (title, _) in zip(files, entries, strict=True):
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {int(path.name[:4])}. {title}\n")
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == CHAPTERS


def test_what_is_missing_is_found() -> None:
    text = text_of(DOCUMENT)

    without = kinds_described(re.sub(r"^\| `slug` .*\n", "", text, flags=re.MULTILINE))
    assert (kinds_in_code() - without) - (kinds_in_code() - kinds_described(text)) == {"slug"}
    assert unnamed({"imaging", "helpers"}, text) == {"helpers"}
