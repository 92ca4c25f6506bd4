"""Numbers for CloudWatch, written into the log in its embedded metric format: no call, no client, no waiting."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Final

from byline.environment import SystemClock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.environment import Clock

NAMESPACE: Final = "Byline"
_UNITS: Final = {"OutboxSeconds": "Seconds"}


def put(numbers: Mapping[str, float], *, clock: Clock | None = None) -> None:
    """Write numbers down under the function's name; what ends in "Seconds" is that, the rest are counts."""
    milliseconds = round((clock or SystemClock()).now().timestamp() * 1000)
    metrics = [{"Name": name, "Unit": _UNITS.get(name, "Count")} for name in numbers]
    line = {
        "_aws": {
            "Timestamp": milliseconds,
            "CloudWatchMetrics": [{"Namespace": NAMESPACE, "Dimensions": [["FunctionName"]], "Metrics": metrics}],
        },
        "FunctionName": os.environ.get("AWS_LAMBDA_FUNCTION_NAME", ""),
        **numbers,
    }
    sys.stdout.write(json.dumps(line) + "\n")
