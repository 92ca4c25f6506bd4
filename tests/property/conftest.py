"""One portal for all examples of a test, on each engine; an example begins by emptying it."""

from __future__ import annotations

import os
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock
from uuid import uuid4

import pytest
from tests.environment import make_world
from tests.fault.installation import InstantImaging
from tests.people import Portal, make_portal

from byline.store import dynamodb_table, formats
from byline.store.dynamodb import DynamoStore
from byline.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from byline.store.port import Store

ENGINES = ["sqlite", pytest.param("dynamodb", marks=pytest.mark.dynamodb)]
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - where Linux keeps files in memory


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store of each engine."""
    store: DynamoStore | SqliteStore
    if request.param == "dynamodb":
        endpoint = request.getfixturevalue("dynamodb_endpoint")
        # The tests' clock stands in the past, where the engine's sweeper would find every session over.
        with mock.patch.object(dynamodb_table, "_forget_what_has_expired"):
            store = DynamoStore(
                f"test-{uuid4().hex}", region="eu-west-1", endpoint=endpoint, create_table=True, deadline_seconds=60
            )
        formats.upgrade(store)
    else:
        store = SqliteStore(":memory:")
    with closing(store):
        yield store


@pytest.fixture
def portal(store: Store, tmp_path: Path) -> Iterator[Portal]:
    """A portal whose photos cost nothing, with its files in memory where there is such a place."""
    at = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else tmp_path
    with tempfile.TemporaryDirectory(dir=at, prefix="byline-") as folder:
        world = make_world(Path(folder), store)
        yield make_portal(replace(world, ports=replace(world.ports, imaging=InstantImaging())))
