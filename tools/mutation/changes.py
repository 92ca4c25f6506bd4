"""The changes: which there are in a file, and the file's text with one of them made."""

from __future__ import annotations

import ast
from dataclasses import dataclass

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_BOUNDARIES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult, ast.Mod: ast.Add,
}  # fmt: skip
_FOR_TYPES_ALONE = {"TYPE_CHECKING"}
_DECLARING = {"dataclass", "field", "TypeVar", "NewType", "Protocol"}
"""Calls whose arguments say what a class is like, not what the program does: ``slots=True`` changes no behaviour."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a piece of a file's text stands: lines from 1, columns in bytes of UTF-8 from 0."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Change:
    """One change: what stands at a place in a file (a path in the repository), and what is put there instead."""

    path: str
    span: Span
    kind: str
    before: str
    after: str
    function: tuple[str, int] | None
    """Name and first line of the innermost function it is made in, decorators included; none for a module or class."""

    @property
    def meaning(self) -> str:
        """The change without its line, as ``equivalent.txt`` has it."""
        before, after = (" ".join(text.split()) for text in (self.before, self.after))
        return f"{self.path}: {self.kind}: {before} -> {after}"

    def __str__(self) -> str:
        return self.meaning.replace(": ", f":{self.span.line}: ", 1)


def changes_in(path: str, text: str) -> list[Change]:
    """All changes that can be made in a file, in the order of its text."""
    finder = _Finder(path, text)
    finder.visit(ast.parse(text))
    return finder.found


def changed(text: str, change: Change) -> str:
    """The file's text with a change made; every line keeps its number unless a piece of several lines was replaced."""
    lines = text.encode().splitlines(keepends=True)
    span = change.span
    head = b"".join(lines[: span.line - 1]) + lines[span.line - 1][: span.column]
    tail = lines[span.end_line - 1][span.end_column :] + b"".join(lines[span.end_line :])
    return (head + change.after.encode() + tail).decode()


class _Finder(ast.NodeVisitor):
    """Walks a tree and notes what can be changed."""

    def __init__(self, path: str, text: str) -> None:
        self.found: list[Change] = []
        self._path = path
        self._text = text
        self._functions: list[tuple[str, int]] = []

    def _note(self, kind: str, node: ast.expr | ast.stmt, after: ast.AST | str) -> None:
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        span = Span(node.lineno, node.col_offset, end_line, end_column)
        before = ast.get_source_segment(self._text, node) or ""
        text = after if isinstance(after, str) else f"({ast.unparse(after)})"
        function = self._functions[-1] if self._functions else None
        self.found.append(Change(self._path, span, kind, before, text, function))

    # What is passed over: what only type checkers read, what declares a class, and what stands in an f-string, whose
    # places Python 3.11 does not know.

    def visit_If(self, node: ast.If) -> None:
        if isinstance(node.test, ast.Name) and node.test.id in _FOR_TYPES_ALONE:
            return
        self._note("condition negated", node.test, ast.UnaryOp(ast.Not(), node.test))
        self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Nothing in here."""

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        if any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases):
            return
        for statement in node.body:
            self.visit(statement)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if any(isinstance(decorator, ast.Name) and decorator.id == "overload" for decorator in node.decorator_list):
            return
        self._functions.append((node.name, min([node.lineno, *(mark.lineno for mark in node.decorator_list)])))
        for default in (*node.args.defaults, *(default for default in node.args.kw_defaults if default)):
            self.visit(default)
        for statement in node.body:
            self.visit(statement)
        self._functions.pop()

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self.visit(node.value)

    # Conditions

    def visit_While(self, node: ast.While) -> None:
        if not isinstance(node.test, ast.Constant):
            self._note("condition negated", node.test, ast.UnaryOp(ast.Not(), node.test))
        self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._note("condition negated", node.test, ast.UnaryOp(ast.Not(), node.test))
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not):
            self._note("not removed", node, node.operand)
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        for kind, table in (("comparison flipped", _COMPARISONS), ("boundary moved", _BOUNDARIES)):
            for index, operator in enumerate(node.ops):
                if other := table.get(type(operator)):
                    operators = [*node.ops[:index], other(), *node.ops[index + 1 :]]
                    self._note(kind, node, ast.Compare(node.left, operators, node.comparators))
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        self._note("and/or swapped", node, ast.BoolOp(other, node.values))
        self.generic_visit(node)

    # Values

    def visit_BinOp(self, node: ast.BinOp) -> None:
        texts = any(isinstance(side, ast.JoinedStr) or _is_text(side) for side in (node.left, node.right))
        if (other := _ARITHMETIC.get(type(node.op))) and not texts:
            self._note("arithmetic changed", node, ast.BinOp(node.left, other(), node.right))
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, bool):
            self._note("constant changed", node, repr(not node.value))
        elif isinstance(node.value, int | float):
            self._note("constant changed", node, repr(node.value * 2 or 1))

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id in _DECLARING:
            return
        for keyword in node.keywords:
            if keyword.arg:
                rest = [other for other in node.keywords if other is not keyword]
                self._note("argument dropped", node, ast.unparse(ast.Call(node.func, node.args, rest)))
        self.generic_visit(node)

    # Statements

    def visit_Raise(self, node: ast.Raise) -> None:
        self._note("statement removed", node, "pass")
        self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> None:
        self._note("statement removed", node, "pass")
        self.generic_visit(node)

    def visit_Continue(self, node: ast.Continue) -> None:
        self._note("statement removed", node, "pass")

    def visit_Break(self, node: ast.Break) -> None:
        self._note("statement removed", node, "pass")

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._note("statement removed", node, "pass")
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call):
            self._note("statement removed", node, "pass")
            self.generic_visit(node)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
