"""How long things are: a file is read in one sitting, a view is read at a glance."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.docs.documents import SOURCE, python_files

if TYPE_CHECKING:
    from pathlib import Path

MOST_LINES_FILE = 300
MOST_LINES_VIEW = 25
"""Lines of a function's body, its docstring left out."""
READ = {".py", ".html", ".js", ".xml"}
"""Kinds of files that somebody follows; a stylesheet and data are looked up in."""


def too_long(folder: Path) -> list[str]:
    """The files below a folder that have more lines than a file may have."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in READ)
    assert files
    lengths = [(path.relative_to(folder), len(path.read_text(encoding="utf-8").splitlines())) for path in files]
    return [f"{path}: {length} lines" for path, length in lengths if length >= MOST_LINES_FILE]


def long_views(tree: ast.Module) -> list[str]:
    """The functions of a module whose body has more lines than a view may have."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return [f"{node.name}: {length} lines" for node in functions if (length := _length(node)) > MOST_LINES_VIEW]


def _length(function: ast.FunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_file_is_longer_than_one_sitting() -> None:
    assert too_long(SOURCE) == []


def test_no_view_is_longer_than_a_glance() -> None:
    views = {path.name: long_views(tree) for path, tree in python_files(SOURCE / "web/views")}

    assert len(views) > 5
    assert {name: found for name, found in views.items() if found} == {}


def test_what_is_too_long_is_found(tmp_path: Path) -> None:
    (tmp_path / "fits.py").write_text("x = 1\n" * (MOST_LINES_FILE - 1))
    (tmp_path / "long.py").write_text("x = 1\n" * MOST_LINES_FILE)
    (tmp_path / "nested").mkdir()
    (tmp_path / "nested" / "long.py").write_text("x = 1\n")  # of the same name, and short
    fits = ['    """Words."""', *["    x = 1"] * MOST_LINES_VIEW]
    code = "\n".join(["def fits():", *fits, "", "def long():", *fits, "    x = 1"])

    assert too_long(tmp_path) == [f"long.py: {MOST_LINES_FILE} lines"]
    assert long_views(ast.parse(code)) == [f"long: {MOST_LINES_VIEW + 1} lines"]
