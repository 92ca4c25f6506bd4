"""A new installation for each web test."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from tests.people import House, make_house
from tests.world import World, make_world

from byline.store.dynamodb import DynamoStore
from byline.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from byline.store.port import Store


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path, throttle=False)


@pytest.fixture
def house(world: World) -> House:
    return make_house(world)


@pytest.fixture(params=["sqlite", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty store, on each engine."""
    if request.param == "sqlite":
        opened: Store = SqliteStore(":memory:")
    else:
        endpoint = request.getfixturevalue("dynamodb_endpoint")
        opened = DynamoStore(f"web-{uuid4().hex}", region="eu-west-1", endpoint=endpoint, create_table=True)
    yield opened
    opened.close()
