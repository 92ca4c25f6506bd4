"""The table of OWASP's ASVS 5.0 in ``docs/asvs``: its rows, their sum, and whether the tests that it names exist.

The pages are the one source. ``python -m tools.asvs`` writes the sum at the head of them anew; a test compares it, and
looks each test up. A full run of the tests fails at its end if a named one did not run (``tests/asvs_plugin.py``).
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = "docs/asvs"
STATES: Final = ("test", "document", "not met", "no object")
_STANDARD = """
1.1:22 1.2:1111122223 1.3:112222222223 1.4:222 1.5:123 2.1:122 2.2:112 2.3:12223 2.4:23 3.1:3 3.2:113 3.3:12223
3.4:11222233 3.5:11122333 3.6:3 3.7:22333 4.1:12233 4.2:23333 4.3:22 4.4:1222 5.1:2 5.2:112333 5.3:113 5.4:222
6.1:122 6.2:111111112222 6.3:11223333 6.4:112233 6.5:22222333 6.6:2223 6.7:33 6.8:2222 7.1:222 7.2:1111 7.3:22
7.4:11222 7.5:223 7.6:22 8.1:1233 8.2:1123 8.3:133 8.4:23 9.1:111 9.2:1222 10.1:22 10.2:223 10.3:22223
10.4:1111122222233333 10.5:22222 10.6:22 10.7:222 11.1:2233 11.2:22233 11.3:11233 11.4:1222 11.5:23 11.6:23
11.7:33 12.1:12233 12.2:11 12.3:22223 13.1:2333 13.2:222223 13.3:2233 13.4:1222233 14.1:22 14.2:12223333
14.3:122 15.1:12233 15.2:12233 15.3:1222222 15.4:3333 16.1:2 16.2:22222 16.3:2222 16.4:222 16.5:2223 17.1:23
17.2:22223333 17.3:22
"""
"""The levels of each section's requirements, in their order: of 3.2 the first two are level 1, the third level 3."""
STANDARD: Final = {
    f"{section}.{number}": int(level)
    for section, _, levels in (part.partition(":") for part in _STANDARD.split())
    for number, level in enumerate(levels, 1)
}
"""The level of each of the 345 requirements."""
_BEGIN, _END = "<!-- sum: python -m tools.asvs -->", "<!-- end of the sum -->"
_TEST = re.compile(r"`([\w/]+\.py::\w+)`")
_OTHER = re.compile(r"\b\d+\.\d+\.\d+\b")


@dataclass(frozen=True, slots=True)
class Row:
    """A requirement that applies, as the table has it; ``tests`` as "tests/…/test_x.py::test_y"."""

    number: str
    level: int
    state: str
    how: str
    tests: tuple[str, ...]


def rows(root: Path = ROOT) -> Iterator[Row]:
    """Every row of the pages, in their order."""
    for page in sorted((root / FOLDER).glob("v*.md"), key=lambda path: int(path.stem.split("-")[0][1:])):
        for line in page.read_text(encoding="utf-8").splitlines():
            if re.match(r"\| \d", line):
                number, level, state, how, tests = (cell.strip() for cell in line.strip().strip("|").split("|"))
                yield Row(number, int(level), state, how, tuple(f"tests/{name}" for name in _TEST.findall(tests)))


def not_applied(text: str, heading: str) -> list[str]:
    """The numbers under a heading of the first page, which are not in the table."""
    return _OTHER.findall(text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0])


def sum_of(found: Iterable[Row]) -> str:
    """The sum by state and level, as a table."""
    counted = Counter((row.state, row.level) for row in found)
    lines = ["| | level 1 | level 2 | level 3 | all |", "|---|---|---|---|---|"]
    names = {"test": "met, shown by a test", "document": "met by a document"}
    for state in STATES:
        cells = [counted[state, level] for level in (1, 2, 3)]
        lines.append(f"| {names.get(state, state)} | {' | '.join(map(str, [*cells, sum(cells)]))} |")
    cells = [sum(counted[state, level] for state in STATES) for level in (1, 2, 3)]
    lines.append(f"| apply | {' | '.join(map(str, [*cells, sum(cells)]))} |")
    return "\n".join(lines)


def with_sum(text: str, found: Iterable[Row]) -> str:
    """The first page with this sum."""
    head, _, rest = text.partition(_BEGIN)
    return f"{head}{_BEGIN}\n\n{sum_of(found)}\n\n{_END}{rest.partition(_END)[2]}"


def unknown_tests(named: Iterable[str], root: Path = ROOT) -> list[str]:
    """Those of the named tests that no file has, or that it does not run: skipped, or expected to fail."""
    wanted = set(named)
    known: set[str] = set()
    for path in {name.partition("::")[0] for name in wanted}:
        if (root / path).is_file():
            tree = ast.parse((root / path).read_text(encoding="utf-8"))
            known |= {f"{path}::{name}" for name in _tests_that_run(tree)}
    return sorted(wanted - known)


def _tests_that_run(tree: ast.Module) -> Iterator[str]:
    marks = [
        node for node in tree.body if isinstance(node, ast.Assign) and "pytestmark" in ast.unparse(node.targets[0])
    ]
    if any(_is_left_out(mark.value) for mark in marks):
        return
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            inside = (each for each in ast.walk(node) if isinstance(each, ast.Call))
            if not any(map(_is_left_out, [*node.decorator_list, *inside])):
                yield node.name


def _is_left_out(node: ast.expr) -> bool:
    text = ast.unparse(node.func if isinstance(node, ast.Call) else node)
    return bool(re.search(r"pytest\.(mark\.)?(skip|skipif|xfail|importorskip)\b", text))


def main() -> int:
    """Write the sum into the first page."""
    page = ROOT / FOLDER / "README.md"
    page.write_text(with_sum(page.read_text(encoding="utf-8"), list(rows())), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
