from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import uuid4

import botocore.loaders
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


@pytest.fixture(scope="session")
def _read_once() -> Iterator[None]:
    """Have botocore read its descriptions of DynamoDB once, not once a client, which takes most of a short test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.create_loader", lru_cache(botocore.loaders.create_loader))
        yield


@pytest.fixture
def table(dynamodb_endpoint: str, _read_once: None) -> Callable[..., DynamoStore]:
    """Opens stores on a table of this test's own; what is passed goes to the store."""
    name = f"test-{uuid4().hex}"

    def opened(**how: object) -> DynamoStore:
        settings = {"region": "eu-west-1", "endpoint": dynamodb_endpoint, "create_table": True, "deadline_seconds": 60}
        return DynamoStore(name, **{**settings, **how})  # type: ignore[arg-type]

    return opened
