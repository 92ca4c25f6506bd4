"""A deployment and the format of the store: the number moves when the new function has answered, and not before."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.environment import make_world
from tests.gateways import Context
from tools.aws import cloudformation
from tools.aws.cloudformation import AwsAccount

from byline.aws.gateway import gateway
from byline.errors import Unavailable
from byline.settings import Settings
from byline.store import formats
from byline.store.sqlite import SqliteStore
from byline.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from byline.store.port import Store

pytestmark = pytest.mark.aws
OUTPUTS = {"WebFunction": "web"}


class Lambda:
    """Amazon's client, as far as it is used: what the function answers to an event."""

    def __init__(self, handler: Callable[[Any, Any], Any]) -> None:
        self.handler = handler
        self.asked = 0

    def invoke(self, *, FunctionName: str, Payload: str) -> dict[str, Any]:  # noqa: N803 - Amazon's names
        assert FunctionName == "web"
        self.asked += 1
        return {"Payload": io.BytesIO(json.dumps(self.handler(json.loads(Payload), Context())).encode())}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    settings = Settings.from_environ({"BYLINE_DATA": str(tmp_path)})
    monkeypatch.setattr(cloudformation, "read_settings", lambda *_: settings)
    return SqliteStore(tmp_path / "byline.sqlite3")


def test_the_number_moves_when_the_function_has_answered(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = Lambda(gateway(create_app(make_world(tmp_path).ports), edge_key=None))
    aws = AwsAccount("eu-west-1", "1", {"lambda": web})
    cloudformation.move_format(aws, OUTPUTS)
    assert web.asked == 0, "there is nothing to move"
    monkeypatch.setattr(formats, "NEWEST", formats.NEWEST + 1)
    cloudformation.move_format(aws, OUTPUTS)
    assert web.asked == 1
    assert store.format() == formats.NEWEST


@pytest.mark.parametrize("answer", [{"statusCode": 503}, {"errorType": "Runtime.ExitError"}])
def test_the_number_stays_where_the_function_does_not_answer(
    store: Store, monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any]
) -> None:
    before = store.format()
    monkeypatch.setattr(formats, "NEWEST", before + 1)
    aws = AwsAccount("eu-west-1", "1", {"lambda": Lambda(lambda *_: answer)})
    with pytest.raises(Unavailable, match="does not answer"):
        cloudformation.move_format(aws, OUTPUTS)
    assert store.format() == before
