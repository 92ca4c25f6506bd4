"""A new installation for each attack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from jinja2 import BytecodeCache
from tests.environment import World, make_world
from tests.people import House, make_house

from byline.web import pages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from jinja2.bccache import Bucket


class _Remembered(BytecodeCache):
    """Compiled templates, kept from one house to the next: there are hundreds of houses here."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(autouse=True, scope="package")
def templates_are_compiled_once() -> Iterator[None]:
    begin, remembered = pages._Environment.__init__, _Remembered()

    def begin_with_them(environment: pages._Environment, *args: Any, **options: Any) -> None:
        begin(environment, *args, **options)
        environment.bytecode_cache = remembered

    pages._Environment.__init__ = begin_with_them  # type: ignore[method-assign]
    yield
    pages._Environment.__init__ = begin  # type: ignore[method-assign]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path, throttle=False)


@pytest.fixture
def house(world: World) -> House:
    return make_house(world)
