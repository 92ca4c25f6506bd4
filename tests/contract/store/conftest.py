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

ENGINES = [
    "sqlite",
    "memory",
    pytest.param("dynamodb", marks=pytest.mark.dynamodb),
    pytest.param("ministack", marks=pytest.mark.aws),
]
"""The last is a second opinion on what DynamoDB means, by others than Amazon."""


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store, on each engine."""
    opened: Store
    if request.param == "dynamodb":
        opened = request.getfixturevalue("table")()
    elif request.param == "ministack":
        opened = request.getfixturevalue("second_opinion")()
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


@pytest.fixture
def second_opinion(ministack_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[], DynamoStore]:
    """Opens a store on a table of this test's own in ministack, which wants to know who asks."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")

    def opened() -> DynamoStore:
        name = f"test-{uuid4().hex}"
        return DynamoStore(
            name, region="eu-west-1", endpoint=ministack_endpoint, create_table=True, deadline_seconds=60
        )

    return opened
