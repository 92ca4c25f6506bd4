"""The bucket of packed programs: one for each account and region, shared by its stacks.

Beside the programs it holds, for each stack, what is needed to go back to the version before the present one.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tools.aws.cloudformation import AwsAccount
    from tools.aws.packaging import Package

KEPT_FOR: Final = timedelta(days=35)
"""How long a program is kept that no stack uses and none can go back to."""
_PROGRAMS: Final = "byline-"
_RELEASES: Final = "releases/"


@dataclass(frozen=True, slots=True)
class Release:
    """A version that ran in a stack: its program, runtime and template, and the newest format that it has written."""

    code_key: str
    runtime: str
    template: str
    format: int


def upload(aws: AwsAccount, package: Package) -> dict[str, str]:
    """Upload the packed program for Lambda; returns the parameters that say where it is."""
    s3, ours = aws.client("s3"), _ours(aws)
    placed = {} if aws.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": aws.region}}
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou, s3.exceptions.BucketAlreadyExists):
        s3.create_bucket(Bucket=ours["Bucket"], **placed)
    blocked = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    s3.put_public_access_block(**ours, PublicAccessBlockConfiguration=dict.fromkeys(blocked, True))
    name = package.archive.name
    if not s3.list_objects_v2(**ours, Prefix=name).get("KeyCount"):
        s3.put_object(**ours, Key=name, Body=package.archive.read_bytes())
    return {"CodeBucket": ours["Bucket"], "CodeKey": name, "PythonRuntime": package.runtime}


def keep_release(aws: AwsAccount, stack: str, release: Release) -> None:
    """Remember the version that a stack can go back to, instead of the one remembered before."""
    aws.client("s3").put_object(**_ours(aws), Key=f"{_RELEASES}{stack}.json", Body=json.dumps(asdict(release)).encode())


def former_release(aws: AwsAccount, stack: str) -> Release | None:
    """The version that a stack can go back to."""
    s3 = aws.client("s3")
    try:
        found = s3.get_object(**_ours(aws), Key=f"{_RELEASES}{stack}.json")
    except (s3.exceptions.NoSuchKey, s3.exceptions.NoSuchBucket):
        return None
    return Release(**json.load(found["Body"]))


def expire(aws: AwsAccount, now: datetime) -> int:
    """Delete the programs that have been there for long and are of no use to any stack; returns how many."""
    s3, ours = aws.client("s3"), _ours(aws)
    used = set(_used(aws))
    old = [
        entry["Key"]
        for entry in _objects(aws, _PROGRAMS)
        if entry["Key"] not in used and now - entry["LastModified"] > KEPT_FOR
    ]
    for key in old:
        s3.delete_object(**ours, Key=key)
    return len(old)


def _used(aws: AwsAccount) -> Iterator[str]:
    """The programs of all stacks, and those before them."""
    for page in aws.client("cloudformation").get_paginator("describe_stacks").paginate():
        for stack in page["Stacks"]:
            yield from (
                each["ParameterValue"] for each in stack.get("Parameters", ()) if each["ParameterKey"] == "CodeKey"
            )
    for entry in _objects(aws, _RELEASES):
        found = aws.client("s3").get_object(**_ours(aws), Key=entry["Key"])
        yield str(json.load(found["Body"])["code_key"])


def _objects(aws: AwsAccount, prefix: str) -> Iterator[dict[str, Any]]:
    for page in aws.client("s3").get_paginator("list_objects_v2").paginate(**_ours(aws), Prefix=prefix):
        yield from page.get("Contents", ())


def _ours(aws: AwsAccount) -> dict[str, str]:
    """The bucket, with the owner it must have: somebody else may own a bucket of that name."""
    return {"Bucket": f"byline-code-{aws.account}-{aws.region}", "ExpectedBucketOwner": aws.account}
