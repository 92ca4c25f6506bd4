"""A new installation for each attack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.environment import World, make_world
from tests.people import House, make_house

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path, throttle=False)


@pytest.fixture
def house(world: World) -> House:
    return make_house(world)
