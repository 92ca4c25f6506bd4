"""Installations for many people at once, on both engines."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from tests.environment import World, make_world
from tests.people import Portal, make_portal
from tests.store_wrappers import HookedStore

from byline.store import formats
from byline.store.dynamodb import DynamoStore
from byline.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from byline.store.port import Store

ENGINES = ["sqlite", pytest.param("dynamodb", marks=pytest.mark.dynamodb)]
PATIENCE_SECONDS = 60
"""Two hundred who ask an engine on a small machine all at once are served, but the last of them late."""


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store, on each engine."""
    opened: Store
    if request.param == "dynamodb":
        endpoint = request.getfixturevalue("dynamodb_endpoint")
        opened = DynamoStore(
            f"test-{uuid4().hex}",
            region="eu-west-1",
            endpoint=endpoint,
            create_table=True,
            deadline_seconds=PATIENCE_SECONDS,
        )
        formats.upgrade(opened)
    else:
        opened = SqliteStore(tmp_path / "byline.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def hooked(store: Store) -> HookedStore:
    return HookedStore(store)


@pytest.fixture
def world(tmp_path: Path, hooked: HookedStore) -> World:
    return make_world(tmp_path, hooked, throttle=False)


@pytest.fixture
def portal(world: World) -> Portal:
    return make_portal(world)
