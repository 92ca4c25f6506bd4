"""How the tests of the documents read them: which there are, their tables, their code, and what the program says."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/byline"
_FENCED = re.compile(r"^```[a-z]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`([^`\n]+)`")


def tracked() -> list[Path]:
    """Every file that belongs to the project."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    paths = [ROOT / name.decode() for name in listed.split(b"\0") if name]
    return [path for path in paths if path.is_file()]


def documents() -> list[Path]:
    """Every document."""
    found = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
    assert len(found) > 10
    return found


def text_of(name: str) -> str:
    """A document's text, by its path in the project."""
    return (ROOT / name).read_text(encoding="utf-8")


def tables(text: str) -> list[list[list[str]]]:
    """The tables of a document, each the cells of its rows, without head and rule."""
    found: list[list[list[str]]] = []
    inside = False
    for line in text.splitlines():
        if line.startswith("|"):
            if not inside:
                found.append([])
            found[-1].append([cell.strip() for cell in line.strip().strip("|").split("|")])
        inside = line.startswith("|")
    return [table[2:] for table in found]


def table_under(text: str, heading: str) -> list[list[str]]:
    """The first table under a heading of the second degree."""
    _, found, rest = text.partition(f"\n## {heading}\n")
    assert found, f"There is no heading {heading!r}"
    return tables(rest.partition("\n## ")[0])[0]


def code(cell: str) -> list[str]:
    """What stands in code in a cell or a line."""
    return _INLINE.findall(cell)


def commands(text: str) -> Iterator[str]:
    """The lines of a document that are typed at a shell: in fenced blocks, and in code within a sentence."""
    for block in _FENCED.findall(text):
        yield from (line.strip() for line in block.splitlines())
    yield from code(_FENCED.sub("", text))


def python_files(folder: Path = SOURCE) -> Iterator[tuple[Path, ast.Module]]:
    """The modules of the program, read."""
    for path in sorted(folder.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """The calls of functions or methods of these names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in names:
                yield node


def first_words(tree: ast.AST, *names: str) -> set[str]:
    """The texts that such calls are given first."""
    firsts = (call.args[0] for call in calls(tree, *names) if call.args)
    return {str(first.value) for first in firsts if isinstance(first, ast.Constant) and isinstance(first.value, str)}


def constant_words(tree: ast.Module, name: str) -> set[str]:
    """The texts in a module's constant of this name, if it has one."""
    values = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and any(getattr(target, "id", "") == name for target in node.targets)
    ]
    nodes = [node for value in values for node in ast.walk(value)]
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
