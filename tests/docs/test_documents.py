"""The documents among themselves: their links lead somewhere, their commands exist, the first of them is short."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from tests.docs.documents import ROOT, SOURCE, code, commands, documents, table_under, text_of, tracked

if TYPE_CHECKING:
    from pathlib import Path

MOST_LINES_README = 100
LINK = re.compile(r"\]\(([^)\s]+)\)")
MADE = re.compile(r"^(?:sudo )?make(?: -C \S+)?((?: [a-z][a-z-]*\b(?![=.]))*)")
PYTHON_FILE = re.compile(r"`((?:[a-z_]+/)*[a-z_]+\.py)(?::([A-Za-z_]+))?`")


def anchors(text: str) -> set[str]:
    """The names by which a document's headings are linked to, as hosts of repositories make them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(document: Path, text: str) -> list[str]:
    """The links of a document that lead to no file, or to no heading, of the project."""
    inside = (link for link in LINK.findall(text) if not re.match(r"[a-z]+:", link))
    return [link for link in inside if not _leads_somewhere(document, text, link)]


def _leads_somewhere(document: Path, text: str, link: str) -> bool:
    path, _, anchor = unquote(link).partition("#")
    target = (document.parent / path).resolve() if path else document
    if not target.is_relative_to(ROOT) or not target.is_file():
        return False
    return not anchor or anchor in anchors(text if target == document else target.read_text(encoding="utf-8"))


def unknown_targets(text: str, makefile: str) -> set[str]:
    """What a document asks ``make`` for that the Makefile does not know."""
    known = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    asked = (word for line in commands(text) if (found := MADE.match(line)) for word in found[1].split())
    return set(asked) - known


def unknown_code(text: str) -> set[str]:
    """The files of the program, or functions in them, that a document names and that are not there."""
    unknown = set()
    for name, function in PYTHON_FILE.findall(text):
        found = [path for path in (SOURCE / name, ROOT / name) if path.is_file()]
        found += SOURCE.rglob(name) if "/" not in name else []
        defined = re.compile(rf"^(?:def|class) {function}\b|^{function}\b.* = ", re.MULTILINE)
        if not any(not function or defined.search(path.read_text(encoding="utf-8")) for path in found):
            unknown.add(f"{name}:{function}".rstrip(":"))
    return unknown


def test_every_link_leads_somewhere() -> None:
    broken = {path.relative_to(ROOT): broken_links(path, path.read_text(encoding="utf-8")) for path in documents()}

    assert {path: links for path, links in broken.items() if links} == {}


def test_every_folder_of_tests_has_its_line() -> None:
    said = {code(row[0])[0] for row in table_under(text_of("CONTRIBUTING.md"), "Tests")}
    tests = [path.relative_to(ROOT).parts for path in tracked() if path.name.startswith("test_")]
    folders = {f"tests/{parts[1]}" for parts in tests if parts[0] == "tests" and len(parts) > 2}

    assert said == folders


def test_every_document_can_be_found_from_the_first() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        document = waiting.pop()
        if document not in reached:
            reached.add(document)
            links = LINK.findall(document.read_text(encoding="utf-8"))
            paths = (link.partition("#")[0] for link in links if not re.match(r"[a-z]+:", link))
            waiting += [(document.parent / path).resolve() for path in paths if path.endswith(".md")]

    assert set(documents()) - reached == set()


def test_every_make_command_exists() -> None:
    makefile = text_of("Makefile")
    unknown = {
        path.relative_to(ROOT): unknown_targets(path.read_text(encoding="utf-8"), makefile) for path in documents()
    }

    assert {path: targets for path, targets in unknown.items() if targets} == {}


def test_every_file_and_function_that_is_named_exists() -> None:
    unknown = {path.relative_to(ROOT): unknown_code(path.read_text(encoding="utf-8")) for path in documents()}

    assert {path: names for path, names in unknown.items() if names} == {}


def test_the_readme_is_short_and_shows_how_to_begin() -> None:
    text = text_of("README.md")

    assert len(text.splitlines()) < MOST_LINES_README
    assert {"make run", "make test"} <= {line.partition("#")[0].strip() for line in commands(text)}


def test_what_leads_nowhere_is_found() -> None:
    here = ROOT / "docs/settings.md"

    assert broken_links(here, "[a](nowhere.md) ![b](images/none.png) [c](settings.md) [d](https://example.org/)") == [
        "nowhere.md",
        "images/none.png",
    ]
    assert broken_links(here, "# Here\n[a](#here) [b](#there) [c](commands.md#commands) [d](commands.md#none)") == [
        "#there",
        "commands.md#none",
    ]
    assert broken_links(here, "[out of it](../../elsewhere.md)") == ["../../elsewhere.md"]


def test_a_command_that_does_not_exist_is_found() -> None:
    known = "run: setup\ntest:\n"

    assert unknown_targets(
        "`make tset`, `make`\n\n```\nmake run   # so\nmake -C /opt/byline PYTHON=python3\n```\n", known
    ) == {"tset"}


def test_code_that_does_not_exist_is_found() -> None:
    assert unknown_code("`errors.py`, `errors.py:Refusal`, `error.py`, `errors.py:Refused`") == {
        "error.py",
        "errors.py:Refused",
    }
