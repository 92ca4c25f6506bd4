"""docs/addresses.md against the routes, the fields that are read, and the one table of who may do what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.access_table import TABLE
from tests.docs.documents import SOURCE, code, constant_words, first_words, python_files, table_under, tables, text_of
from tests.environment import make_world
from tests.people import make_portal

from byline.web import access
from byline.web.access import Answer, Who

if TYPE_CHECKING:
    from werkzeug.routing import Map

DOCUMENT = "docs/addresses.md"
WORDS = {
    Answer.PASS: "the page",
    Answer.LOGIN: "log in",
    Answer.GATE: "gate",
    Answer.HOME: "home",
    Answer.HIDDEN: "404",
}
NAMES = {
    "everyone": access.EVERYBODY,
    "one's own page": access.OWN_PAGE,
    "one's own draft": access.OWN_DRAFT,
    "one's own account": access.ACCOUNT,
    "to confirm": access.TO_CONFIRM,
    "an email again": access.SEND_AGAIN,
    "before approval": access.BEFORE_APPROVAL,
    "the console": access.CONSOLE,
}
QUERIES = {"after", "before", "email", "page", "pane", "q", "sort", "state"}
QUERIES |= {"about", "by", "kind", "person", "since", "until"}
VALUES = {"markdown", "html", "publish", "draft", "discard", "withdraw"}


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> Map:
    return make_portal(make_world(tmp_path_factory.mktemp("portal"))).app.url_map


def written(text: str) -> dict[str, tuple[set[str], str, set[str]]]:
    """Each address of the document: its methods, to whom it is open, and the fields it takes."""
    rows = [row for table in tables(text) for row in table if len(row) == 4]
    return {code(row[0])[0]: (set(row[1].split(", ")), row[2], fields_in(row[3])) for row in rows}


def fields_in(cell: str) -> set[str]:
    """The names of fields in a sentence: code that is no address, value, header or setting."""
    return {word for word in code(cell) if word.isidentifier() and word.islower() and word not in VALUES} - QUERIES


def differences(text: str, routes: Map) -> list[str]:
    """What a document says otherwise than the program."""
    said = written(text)
    faults = []
    real = {}
    for route in routes.iter_rules():
        methods, before = (route.methods or set()) - {"HEAD", "OPTIONS"}, real.get(route.rule)
        real[route.rule] = (methods | (before[0] if before else set()), TABLE[route.endpoint].answers)
    faults += [f"{address} is not described" for address in sorted(set(real) - set(said))]
    faults += [f"{address} does not exist" for address in sorted(set(said) - set(real))]
    for address in sorted(set(real) & set(said)):
        methods, answers = real[address]
        if said[address][0] != methods:
            faults.append(f"{address} takes {', '.join(sorted(methods))}")
        if NAMES.get(said[address][1]) != answers:
            faults.append(f"{address} is open to others than {said[address][1]}")
    read = set().union(
        *(
            first_words(tree, "single", "getlist", "text") | constant_words(tree, "FIELDS")
            for _, tree in python_files(SOURCE / "web")
        )
    )
    fields = set().union(*(fields for _, _, fields in said.values()))
    faults += [f"the field {name} is not described" for name in sorted(read - fields - {"csrf_token"})]
    faults += [f"no view reads the field {name}" for name in sorted(fields - read)]
    return faults


def test_every_address_is_described_with_its_methods_its_fields_and_who_may(routes: Map) -> None:
    assert differences(text_of(DOCUMENT), routes) == []


def test_the_kinds_of_openness_are_those_of_the_access_table() -> None:
    matrix = table_under(text_of(DOCUMENT), "Who may")
    said = {row[0]: row[1:] for row in matrix}

    assert said == {name: [WORDS[answers[who]] for who in Who] for name, answers in NAMES.items()}
    assert all(rule.answers in NAMES.values() for rule in TABLE.values())


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("| `/account` | GET |", "| `/accounts` | GET |", "/account is not described"),
        ("| `/account` | GET |", "| `/accounts` | GET |", "/accounts does not exist"),
        ("| `/account` | GET |", "| `/account` | GET, POST |", "/account takes GET"),
        (
            "| `/account` | GET | one's own page |",
            "| `/account` | GET | everyone |",
            "/account is open to others than",
        ),
        ("`old_password`, ", "", "the field old_password is not described"),
        ("`old_password`, ", "`older_password`, `old_password`, ", "no view reads the field older_password"),
    ],
)
def test_a_slip_in_the_document_is_found(routes: Map, before: str, after: str, fault: str) -> None:
    text = text_of(DOCUMENT)
    assert before in text

    faults = differences(text.replace(before, after), routes)

    assert any(found.startswith(fault) for found in faults), faults
