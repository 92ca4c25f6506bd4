"""Estimate what a month on AWS costs: calls and capacity units of each flow, times how often it happens, times prices.

``flows.json`` counts what one of each flow takes, in the program itself (a test holds it to that) and in the
architecture of the serverless-Flask guide: Flask-Login, one item an author, ``boto3.resource`` in each function,
Zappa, pages and photos in a bucket that readers ask directly. ``prices.json`` holds the prices and their date.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_REGION: Final = "us-east-1"
MILLION: Final = 1_000_000
GB: Final = 1e9
HOURS_A_MONTH: Final = 730
PAGES_A_VISIT: Final = 3
"""Pages that an author looks at around a log-in and a save."""
MONTHS_TO_GATHER: Final = 60
"""The authors registered evenly over five years."""
_MOST_AUTHORS_OF_A_SMALL_SITE: Final = 500
_AUTHORS_A_PART: Final = 110
"""As ``site/index_parts.py`` divides many authors."""
_VCPU_MB: Final = 1_769
"""The memory at which Lambda gives one whole processor."""
_TRIP_MS: Final = 5
"""How long a function waits for one answer of DynamoDB or S3."""
_LOG_BYTES: Final = 600
"""What one call of a function writes to the log, Lambda's own three lines included."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """How a portal is run: its parts and sizes, per month where nothing else is said."""

    flows: str
    rest_api: bool
    memory_mb: int
    arm: bool
    ticks_an_hour: float
    alarms: int
    metrics: int
    recovery: bool
    cdn: bool
    files_a_view: int
    bytes_a_view: int
    record_bytes_an_author: int
    file_bytes_an_author: int
    entry_bytes: int


BYLINE: Final = Architecture(
    flows="byline",
    rest_api=False,
    memory_mb=1_024,
    arm=True,
    ticks_an_hour=60,
    alarms=8,
    metrics=4,
    recovery=True,
    cdn=True,
    files_a_view=5,
    bytes_a_view=125_000,
    record_bytes_an_author=40_000,
    file_bytes_an_author=600_000,
    entry_bytes=400,
)
"""As deploy/template.yaml has it. A view is a page, a stylesheet, two fonts and a photo in the size that fits."""
GUIDE: Final = Architecture(
    flows="guide",
    rest_api=True,
    memory_mb=512,
    arm=False,
    ticks_an_hour=15,
    alarms=0,
    metrics=0,
    recovery=False,
    cdn=False,
    files_a_view=2,
    bytes_a_view=200_000,
    record_bytes_an_author=5_600,
    file_bytes_an_author=200_000,
    entry_bytes=0,
)
"""As Zappa sets it up, which keeps a function warm every four minutes. Photos are shown as they were uploaded."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What each service costs in a month, in the prices' currency."""

    services: Mapping[str, float]

    @property
    def total(self) -> float:
        """All services together."""
        return sum(self.services.values())


def known_regions() -> list[str]:
    """The regions whose prices are known."""
    return list(_load("prices.json")["regions"])


def load_prices(region: str = DEFAULT_REGION) -> dict[str, Any]:
    """The prices of a known region, with their date. What is not named there costs what it costs in the default one."""
    prices = _load("prices.json")
    own = prices.pop("regions")[region]
    merged = {name: {**prices[name], **own.get(name, {})} for name in ("per_million", "per_gb", "monthly")}
    return {**prices, **merged, "region": region}


def estimate(
    architecture: Architecture, *, authors: int, edits: int, readers: int, region: str = DEFAULT_REGION
) -> Bill:
    """A month with so many authors, saves of a page by them, and views of a page by readers."""
    price = load_prices(region)
    of = {name: amount / MILLION for name, amount in price["per_million"].items()}
    gb, monthly, free = price["per_gb"], price["monthly"], price["free_monthly"]
    usage = _usage(architecture, authors=authors, edits=edits)
    views = readers * architecture.files_a_view
    gigabytes = readers * architecture.bytes_a_view / GB
    calls = usage["requests"] + usage["jobs"]
    records, files = (
        authors * architecture.record_bytes_an_author / GB,
        authors * architecture.file_bytes_an_author / GB,
    )
    delivery = (
        max(0, views - free["cloudfront_requests"]) * of["cloudfront_requests"]
        + max(0, gigabytes - free["cloudfront_gb"]) * gb["cloudfront_out"]
        # One of the two functions runs for each request, those of the portal included.
        + max(0, views + usage["requests"] - free["cloudfront_functions"]) * of["cloudfront_functions"]
        if architecture.cdn
        else max(0, gigabytes - free["s3_out_gb"]) * gb["s3_out"]
    )
    return Bill(
        {
            "API Gateway": usage["requests"] * of["rest_api" if architecture.rest_api else "http_api"],
            "Lambda": calls * of["lambda_requests"]
            + _gb_seconds(architecture, usage)
            * of["lambda_gb_seconds" if architecture.arm else "lambda_x86_gb_seconds"],
            "DynamoDB": usage["reads"] * of["dynamodb_reads"]
            + (usage["writes"] + usage["index_writes"]) * of["dynamodb_writes"]
            + records * (gb["dynamodb_storage"] + (gb["dynamodb_recovery"] if architecture.recovery else 0)),
            "S3": usage["puts"] * of["s3_puts"] + (usage["gets"] + views) * of["s3_gets"] + files * gb["s3_storage"],
            "to readers": delivery,
            "SES": usage["mails"] * of["mails"],
            "CloudWatch": architecture.alarms * monthly["alarm"]
            + architecture.metrics * monthly["metric"]
            + calls * _LOG_BYTES / GB * gb["logs"],
        }
    )


def _usage(architecture: Architecture, *, authors: int, edits: int) -> Mapping[str, float]:
    """What a month uses of everything, summed over the flows."""
    newcomers = authors / MONTHS_TO_GATHER
    times = {
        "register": newcomers,
        "confirm": newcomers,
        "approve": newcomers,
        "login": edits,
        "page": edits * PAGES_A_VISIT,
        "save": edits,
        "tick": architecture.ticks_an_hour * HOURS_A_MONTH,
    }
    usage: defaultdict[str, float] = defaultdict(float)
    for flow, numbers in _load("flows.json")[architecture.flows].items():
        for what, number in numbers.items():
            usage[what] += number * times[flow]
    # A save reads the entries of a small site's authors, or of one part of a large one: half a unit a started 4 KB.
    listed = authors if authors <= _MOST_AUTHORS_OF_A_SMALL_SITE else _AUTHORS_A_PART
    usage["reads"] += edits * listed * architecture.entry_bytes / 8_192
    return usage


def _gb_seconds(architecture: Architecture, usage: Mapping[str, float]) -> float:
    """The functions' billed GB-seconds: memory times the time they compute and wait."""
    computing = usage["cpu_ms"] / (architecture.memory_mb / _VCPU_MB)
    waiting = (usage["trips"] + usage["puts"] + usage["gets"]) * _TRIP_MS
    return (computing + waiting) / 1_000 * architecture.memory_mb / 1_024


def _load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(resources.files("tools.aws").joinpath(name).read_text("utf-8"))
    return found
