"""The key by which CloudFront proves itself to the web function, and how it is turned without an interruption."""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING

from tools.aws import cloudformation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tools.aws.cloudformation import AwsAccount


def random_key() -> str:
    """A new key."""
    return secrets.token_urlsafe(36)


def current_keys(aws: AwsAccount, outputs: Mapping[str, str]) -> list[str]:
    """The keys that the web function accepts; the first is the one that CloudFront sends."""
    about = aws.client("lambda").get_function_configuration(FunctionName=outputs["WebFunction"])
    return str(about["Environment"]["Variables"].get("BYLINE_EDGE_KEY", "")).split()


def rotate(aws: AwsAccount, stack: str, *, pause: Callable[[float], None], report: Callable[[str, str], None]) -> None:
    """Replace the key in three changes of the stack, so that each request finds its own key accepted.

    First the function accepts the new key as well, then CloudFront sends it everywhere, then the old one is refused. A
    rotation that was interrupted is begun anew by the next.
    """
    template = cloudformation.template_of(aws, stack)
    change = partial(cloudformation.change_stack, aws, stack, pause=pause, report=report, template=template)
    old = current_keys(aws, cloudformation.read_outputs(aws, stack))[0]
    new = random_key()
    change({"OtherEdgeKey": new})
    change({"EdgeKey": new, "OtherEdgeKey": old})
    change({"OtherEdgeKey": ""})
