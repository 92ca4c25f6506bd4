"""A new installation for each web test."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest import mock
from uuid import uuid4

import pytest
from tests import people
from tests.environment import World, make_world
from tests.gateways import Gateway, http_api
from tests.people import Portal, make_portal

from byline.aws.gateway import gateway
from byline.aws.handler import MOST_BYTES_ANSWER, MOST_BYTES_PHOTO
from byline.store import dynamodb_table, formats
from byline.store.dynamodb import DynamoStore
from byline.store.sqlite import SqliteStore
from byline.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from flask import Flask

    from byline.store.port import Store


@pytest.fixture(params=["server", pytest.param("lambda", marks=pytest.mark.aws)], autouse=True)
def door(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """By which way requests come in: every story is told on a web server, and again on Lambda behind an HTTP API."""
    if request.param == "lambda":
        monkeypatch.setattr(people, "create_app", _on_lambda)
    return str(request.param)


def _on_lambda(*args: Any, **options: Any) -> Flask:
    bounds = {"most_bytes_photo": MOST_BYTES_PHOTO, "most_bytes_answer": MOST_BYTES_ANSWER}
    app = create_app(*args, **{**bounds, **options})
    app.wsgi_app = Gateway(gateway(app.wsgi_app, edge_keys=()), http_api)  # type: ignore[assignment, method-assign]
    return app


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path, throttle=False)


@pytest.fixture
def portal(world: World) -> Portal:
    return make_portal(world)


@pytest.fixture(params=["sqlite", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty store, on each engine."""
    if request.param == "sqlite":
        opened: Store = SqliteStore(":memory:")
    else:
        endpoint = request.getfixturevalue("dynamodb_endpoint")
        # The tests' clock stands in the past, where the engine's sweeper would find every session over.
        with mock.patch.object(dynamodb_table, "_forget_what_has_expired"):
            opened = DynamoStore(f"web-{uuid4().hex}", region="eu-west-1", endpoint=endpoint, create_table=True)
        formats.upgrade(opened)
    yield opened
    opened.close()
