"""The bucket of packed programs: one for each account and region, shared by its stacks."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tools.aws.cloudformation import AwsAccount
    from tools.aws.packaging import Package


def upload(aws: AwsAccount, package: Package) -> dict[str, str]:
    """Upload the packed program for Lambda; returns the parameters that say where it is."""
    bucket, s3 = f"byline-code-{aws.account}-{aws.region}", aws.client("s3")
    placed = {} if aws.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": aws.region}}
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou, s3.exceptions.BucketAlreadyExists):
        s3.create_bucket(Bucket=bucket, **placed)
    # Somebody else may own a bucket of that name: every call names the owner it must have.
    bucket_of_ours = {"Bucket": bucket, "ExpectedBucketOwner": aws.account}
    blocked = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    s3.put_public_access_block(**bucket_of_ours, PublicAccessBlockConfiguration=dict.fromkeys(blocked, True))
    name = package.archive.name
    if not s3.list_objects_v2(**bucket_of_ours, Prefix=name).get("KeyCount"):
        s3.put_object(**bucket_of_ours, Key=name, Body=package.archive.read_bytes())
    return {"CodeBucket": bucket, "CodeKey": name, "PythonRuntime": package.runtime}
