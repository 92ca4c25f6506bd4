"""After a deployment the portal is asked for three pages, three times each, before it is called up."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.environment import make_world
from tests.gateways import Context
from tools.aws import smoke_test
from tools.aws.cloudformation import AwsAccount

from byline.aws.gateway import gateway
from byline.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.aws


class Lambda:
    """Amazon's client, as far as it is used: what the function answers to an event."""

    def __init__(self, handler: Callable[[Any, Any], Any]) -> None:
        self.handler = handler
        self.asked: list[str] = []
        self.key = "what-CloudFront-proves-itself-with"

    def get_function_configuration(self, *, FunctionName: str) -> dict[str, Any]:  # noqa: N803 - Amazon's names
        assert FunctionName == "web"
        return {"Environment": {"Variables": {"BYLINE_EDGE_KEY": f"{self.key} the-key-before-it"}}}

    def invoke(self, *, FunctionName: str, Payload: str) -> dict[str, Any]:  # noqa: N803 - Amazon's names
        assert FunctionName == "web"
        event = json.loads(Payload)
        self.asked.append(event["rawPath"])
        return {"Payload": io.BytesIO(json.dumps(self.handler(event, Context())).encode())}


def failure(web: Lambda) -> tuple[str, list[float]]:
    """What is said, and the pauses before it was."""
    pauses: list[float] = []
    found = smoke_test.failure(
        AwsAccount("eu-west-1", "1", {"lambda": web}), {"WebFunction": "web"}, pause=pauses.append
    )
    return found, pauses


def test_a_portal_that_answers_is_asked_once_for_each_page(tmp_path: Path) -> None:
    web = Lambda(gateway(create_app(make_world(tmp_path).ports), edge_keys=()))
    assert failure(web) == ("", [])
    assert web.asked == ["/healthz", "/login", "/"]


def test_it_is_asked_as_by_cloudfront(tmp_path: Path) -> None:
    app = create_app(make_world(tmp_path).ports)
    web = Lambda(gateway(app, edge_keys=["what-CloudFront-proves-itself-with"]))
    assert failure(web) == ("", [])
    web.key = "another"
    assert failure(web)[0] == "/login: answered with 403"


def test_a_portal_that_answers_at_the_third_try_is_well(tmp_path: Path) -> None:
    real = gateway(create_app(make_world(tmp_path).ports), edge_keys=())
    web = Lambda(lambda event, context: {"statusCode": 503} if len(web.asked) < 3 else real(event, context))
    found, pauses = failure(web)
    assert found == ""
    assert len(pauses) == 2


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"statusCode": 503}, "answered with 503"),
        ({"errorType": "Runtime.ImportModuleError"}, "the function failed (Runtime.ImportModuleError)"),
        (None, "the function failed (no answer)"),
    ],
)
def test_what_does_not_answer_is_said(answer: dict[str, Any] | None, said: str) -> None:
    web = Lambda(lambda *_: answer)
    found, _ = failure(web)
    assert found.startswith("/healthz: ")
    assert said in found
    assert web.asked == ["/healthz"] * 3
