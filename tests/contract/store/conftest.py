from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from byline.store.dynamodb import DynamoStore
from byline.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from byline.store.port import Store

ENGINES = ["sqlite", "memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)]


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store, on each engine."""
    opened: Store
    if request.param == "dynamodb":
        opened = request.getfixturevalue("table")()
    else:
        opened = SqliteStore(":memory:" if request.param == "memory" else tmp_path / "byline.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def table(dynamodb_endpoint: str) -> Callable[..., DynamoStore]:
    """Opens stores on a table of this test's own; what is passed goes to the store."""
    name = f"test-{uuid4().hex}"

    def opened(**how: object) -> DynamoStore:
        settings = {"region": "eu-west-1", "endpoint": dynamodb_endpoint, "create_table": True, "deadline_seconds": 60}
        return DynamoStore(name, **{**settings, **how})  # type: ignore[arg-type]

    return opened
