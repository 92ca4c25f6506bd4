from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.unit.site.environment import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def make_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], World]]:
    """Several worlds in one test, each of its own; they need not outlive a loss of power."""
    monkeypatch.setattr("os.fsync", lambda _: None)
    worlds: list[World] = []

    def make() -> World:
        worlds.append(World(tmp_path / str(len(worlds))))
        return worlds[-1]

    yield make
    for world in worlds:
        world.close()


@pytest.fixture
def world(make_world: Callable[[], World]) -> World:
    return make_world()
