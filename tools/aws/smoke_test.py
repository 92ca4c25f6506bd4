"""Ask a deployed portal for three pages, as CloudFront's readers would: whether the program that was sent can start."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from byline.aws.gateway import EDGE
from tools.aws import edge_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tools.aws.cloudformation import AwsAccount

PATHS: Final = ("/healthz", "/login", "/")
TRIES: Final = 3
PAUSE_SECONDS: Final = 3.0


def failure(aws: AwsAccount, outputs: Mapping[str, str], *, pause: Callable[[float], None]) -> str:
    """The first page that the web function did not answer in three tries, and why; "" if all is well."""
    key = next(iter(edge_key.current_keys(aws, outputs)), "")
    for path in PATHS:
        said = _answer(aws, outputs["WebFunction"], path, key)
        for _ in range(TRIES - 1):
            if not said:
                break
            pause(PAUSE_SECONDS)
            said = _answer(aws, outputs["WebFunction"], path, key)
        if said:
            return f"{path}: {said}"
    return ""


def _answer(aws: AwsAccount, function: str, path: str, key: str) -> str:
    """Why a page did not come; "" if it did."""
    invoked = aws.client("lambda").invoke(FunctionName=function, Payload=json.dumps(_event(path, key)))
    answer = json.load(invoked["Payload"])
    if not isinstance(answer, dict) or "statusCode" not in answer:
        kind = answer.get("errorType", "") if isinstance(answer, dict) else ""
        return f"the function failed ({kind or 'no answer'}); its log says why"
    if answer["statusCode"] != HTTPStatus.OK:
        return f"answered with {answer['statusCode']}"
    return ""


def _event(path: str, key: str) -> dict[str, Any]:
    """A request as an HTTP API hands it to the web function when CloudFront has sent it."""
    http = {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"}
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"accept": "text/html", EDGE: key},
        "requestContext": {"http": http},
        "isBase64Encoded": False,
    }
