"""What the paths of readers' files tell of them: how long caches may keep each, and whose it is."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tests.environment import World, make_world
from tests.people import make_portal

from byline.site import addresses, index_publishing
from byline.site.writing import cache_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from byline.files.port import File, Files


class Noting:
    """Files that remember how long each may be kept."""

    def __init__(self, inner: Files) -> None:
        self._inner = inner
        self.kept: dict[str, int] = {}

    def put(self, file: File, /, *, cache_seconds: int = 0) -> None:
        self.kept[file.path] = cache_seconds
        self._inner.put(file, cache_seconds=cache_seconds)

    def get(self, path: str, /) -> File | None:
        return self._inner.get(path)

    def delete(self, path: str, /) -> None:
        self._inner.delete(path)

    def paths(self, prefix: str = "", /) -> Iterator[str]:
        return self._inner.paths(prefix)


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = make_world(tmp_path, throttle=False)
    return replace(made, ports=replace(made.ports, files=Noting(made.ports.files)))


def test_the_path_tells_how_long_a_file_was_put_for(world: World) -> None:
    photo = io.BytesIO()
    Image.new("RGB", (300, 400), "teal").save(photo, "JPEG")
    photo.seek(0)
    author = make_portal(world).author()
    author.save(author_bio="Here I am.", profile_img=(photo, "me.jpg"))
    author.save(author_slug="somewhere-else")
    world.work()

    assert isinstance(world.ports.files, Noting)
    kept = world.ports.files.kept
    assert {path: cache_seconds(path) for path in kept} == kept
    assert set(kept.values()) == {0, 365 * 24 * 3600}


def test_a_site_without_authors_has_shared_files_only(world: World) -> None:
    index_publishing.write_index(world.ports)
    before = set(world.ports.files.paths())
    assert before
    assert all(map(addresses.is_shared, before))

    make_portal(world).author().save(author_bio="Here I am.")
    world.work()
    own = {path for path in world.ports.files.paths() if not addresses.is_shared(path)}
    assert own == {"authors/ana-lima/index.html", "authors/ana-lima/index.json"}
