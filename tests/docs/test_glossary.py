"""docs/glossary.md against the code: every term has one sentence, and leads to code that exists."""

from __future__ import annotations

import re

import pytest
from tests.docs.documents import SOURCE, code, tables, text_of
from tests.docs.test_documents import unknown_code

DOCUMENT = "docs/glossary.md"


def terms(text: str) -> dict[str, tuple[str, list[str]]]:
    """Each term of the document, its meaning, and the code that it leads to."""
    rows = [row for table in tables(text) for row in table]
    assert len({row[0] for row in rows}) == len(rows), "a term stands there twice"
    return {term: (meaning, code(where)) for term, meaning, where in rows}


def not_one_sentence(text: str) -> list[str]:
    """The terms whose meaning is no single sentence."""
    return [term for term, (meaning, _) in terms(text).items() if not re.fullmatch(r"[A-Z][^.]+[.]", meaning)]


def without_their_code(text: str, modules: set[str]) -> list[str]:
    """The terms that lead to no code although a module of the program bears their name."""
    named = {term: term.replace(" ", "_").replace("-", "_") for term, (_, where) in terms(text).items() if not where}
    return [term for term, name in named.items() if {name, f"{name}s"} & modules]


def modules_and_packages() -> set[str]:
    """The names of the program's modules and packages."""
    return {path.stem for path in SOURCE.rglob("*.py")} | {path.parent.name for path in SOURCE.rglob("__init__.py")}


def test_every_term_has_one_sentence() -> None:
    assert len(terms(text_of(DOCUMENT))) > 30
    assert not_one_sentence(text_of(DOCUMENT)) == []


def test_every_term_leads_to_code_that_exists() -> None:
    text = text_of(DOCUMENT)

    assert unknown_code(text) == set()
    assert [name for _, where in terms(text).values() for name in where if ".py" not in name] == []
    assert without_their_code(text, modules_and_packages()) == []


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_the_glossary_is_linked_from_where_people_begin(document: str) -> None:
    assert f"]({DOCUMENT})" in text_of(document)


def test_a_slip_in_the_glossary_is_found() -> None:
    row = "| passkey | {} | |\n"
    head = "| term | meaning | code |\n|---|---|---|\n"

    assert not_one_sentence(head + row.format("A key pair.")) == []
    assert not_one_sentence(head + row.format("A key pair. It replaces the password.")) == ["passkey"]
    assert not_one_sentence(head + row.format("")) == ["passkey"]
    assert without_their_code(head + row.format("A key pair."), {"login"}) == []
    assert without_their_code(head + row.format("A key pair."), {"login", "passkeys"}) == ["passkey"]
