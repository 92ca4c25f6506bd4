"""An import says beforehand which page address each author will have, and gets on however many share a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world

from byline.audit import OPERATOR
from byline.authors import imports
from byline.authors.imports import ImportedAuthor, ImportOutcome, ImportStep
from byline.profiles import records
from byline.profiles.slugs import valid
from byline.store.port import Create, Record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.environment import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


def planned(world: World, names: Sequence[str]) -> Sequence[ImportStep]:
    rows = [
        ImportedAuthor(number, f"author{number}@example.org", name, "", "", "", "", confirmed=True, approved=True)
        for number, name in enumerate(names, 1)
    ]
    return imports.plan(world.ports, OPERATOR, rows)


def has_address(world: World, slug: str) -> None:
    world.ports.store.commit(Create(Record(records.slug_key(valid(slug)), {"profile": "somebody"})))


def test_authors_of_one_name_have_the_numbers_behind_it_that_are_free(world: World) -> None:
    has_address(world, "ana-lima-2")
    steps = planned(world, ["Ana Lima", "Ben Osei", "Ana Lima", "Ana Lima"])
    assert [step.slug for step in steps] == ["ana-lima", "ben-osei", "ana-lima-3", "ana-lima-4"]


def test_who_has_the_name_already_keeps_the_address_of_it(world: World) -> None:
    has_address(world, "ana-lima")
    (step,) = planned(world, ["Ana Lima"])
    assert step.slug == "ana-lima-2"
    assert step.notes


def test_more_authors_of_one_name_than_there_are_numbers_come_in_all_the_same(world: World) -> None:
    steps = planned(world, ["Ana Lima"] * 120)
    done = [imports.import_author(world.ports, OPERATOR, step, None) for step in steps]
    assert {step.outcome for step in done} == {ImportOutcome.ACTIVE}
    assert len({step.slug for step in done}) == 120
