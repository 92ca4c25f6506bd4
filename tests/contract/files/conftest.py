"""Every engine that keeps files; a new one joins by a line in ENGINES."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from byline.files.folder import FolderFiles

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from byline.files.port import Files

    Engine = Callable[[Path], Files]

ENGINES: dict[str, Engine] = {"folder": lambda place: FolderFiles(place / "files")}


@pytest.fixture(params=sorted(ENGINES))
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    """An empty tree of files."""
    return ENGINES[request.param](tmp_path)
