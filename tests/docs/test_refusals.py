"""The tree of errors against its drawing, the web's statuses and the shell's exit codes: none is forgotten."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest
from tests.docs.documents import SOURCE, calls, python_files, table_under, text_of

from byline import errors
from byline.cli.main import EXIT_CODES
from byline.errors import BylineError, Refusal
from byline.web.answers import STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterator

NODE = re.compile(r"^[│ ]*(?:[├└]── )?([A-Z]\w+)\b", re.MULTILINE)
ROOTS = {BylineError, Refusal}


def below(kind: type[BylineError]) -> Iterator[type[BylineError]]:
    """All the classes under a class, those of the web too: importing its table has loaded them."""
    for child in kind.__subclasses__():
        if child.__module__.startswith("byline."):
            yield child
            yield from below(child)


def without_a_row(table: dict[type[BylineError], object], *, everywhere: bool) -> set[str]:
    """The classes that can be raised and that a table does not answer; ``everywhere``: those of the web as well."""
    kinds = {kind for kind in below(BylineError) if everywhere or kind.__module__ == errors.__name__}
    return {kind.__name__ for kind in kinds - ROOTS - set(table)}


def test_every_refusal_has_a_status_on_the_web() -> None:
    assert without_a_row(dict(STATUSES), everywhere=True) == set()


def test_every_refusal_has_an_exit_code_in_the_shell() -> None:
    assert without_a_row(dict(EXIT_CODES), everywhere=False) == set()


def test_every_class_of_errors_that_is_written_has_been_looked_at() -> None:
    known = {kind.__name__ for kind in below(BylineError)}
    written = {
        node.name
        for _, tree in python_files()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and {getattr(base, "id", "") for base in node.bases} & {"BylineError", *known}
    }

    assert written == known


def test_messages_are_made_where_translators_are_given_them() -> None:
    made = {path.relative_to(SOURCE).as_posix() for path, tree in python_files() for _ in calls(tree, "Plain")}

    assert made
    assert {path for path in made if not path.startswith("messages/")} == set()


@pytest.mark.parametrize("package", ["accounts", "authors", "profiles"])
def test_a_use_case_says_in_a_message_why_something_cannot_be_done_now(package: str) -> None:
    given = [
        each for _, tree in python_files(SOURCE / package) for call in calls(tree, "Unavailable") for each in call.args
    ]

    assert given
    assert [ast.unparse(each) for each in given if isinstance(each, ast.Constant | ast.JoinedStr)] == []


def test_the_drawing_shows_the_tree() -> None:
    drawn = set(NODE.findall((errors.__doc__ or "").partition("::")[2].partition("\n\n``")[0]))

    assert drawn == {kind.__name__ for kind in [BylineError, *below(BylineError)] if kind.__module__ == errors.__name__}


def test_every_status_that_is_answered_stands_in_the_document() -> None:
    said = {int(row[0]) for row in table_under(text_of("docs/addresses.md"), "Answers")}

    assert {status for status, _ in STATUSES.values()} <= said


@pytest.mark.parametrize("kind", [errors.Stale, errors.Unavailable])
def test_a_class_without_a_row_is_found(kind: type[BylineError]) -> None:
    for table, everywhere in ((dict(STATUSES), True), (dict(EXIT_CODES), False)):
        without = {other: answer for other, answer in table.items() if other is not kind}

        assert without_a_row(without, everywhere=everywhere) == {kind.__name__}


def test_a_class_of_the_web_without_a_row_is_found() -> None:
    without = {kind: answer for kind, answer in STATUSES.items() if kind.__name__ != "Forged"}

    assert without_a_row(dict(without), everywhere=True) == {"Forged"}
