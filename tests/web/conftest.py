"""A new installation for each web test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.people import House, make_house
from tests.world import World, make_world

from byline.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path

    from byline.store.port import Store


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path, throttle=False)


@pytest.fixture
def house(world: World) -> House:
    return make_house(world)


@pytest.fixture
def store() -> Store:
    return SqliteStore(":memory:")
