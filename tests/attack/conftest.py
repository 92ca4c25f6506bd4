"""A new installation for each attack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.environment import World, make_world
from tests.people import Portal, make_portal

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path, throttle=False)


@pytest.fixture
def portal(world: World) -> Portal:
    return make_portal(world)
