"""The bucket of scheduled backups, which may be in another region than the stack."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from byline import amazon

if TYPE_CHECKING:
    from tools.aws.cloudformation import AwsAccount

KEPT_DAYS: Final = 35
"""How long each day's backup is kept."""


def prepare(aws: AwsAccount, bucket: str, region: str) -> None:
    """Make the bucket if it is not there, close it to the public, and have it forget old backups."""
    s3 = amazon.client("s3", region=region, endpoint=None, tries=5, read_seconds=30)
    placed = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou, s3.exceptions.BucketAlreadyExists):
        s3.create_bucket(Bucket=bucket, **placed)
    ours = {"Bucket": bucket, "ExpectedBucketOwner": aws.account}
    blocked = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    s3.put_public_access_block(**ours, PublicAccessBlockConfiguration=dict.fromkeys(blocked, True))
    rule = {
        "ID": f"backups-for-{KEPT_DAYS}-days",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "Expiration": {"Days": KEPT_DAYS},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
    }
    s3.put_bucket_lifecycle_configuration(**ours, LifecycleConfiguration={"Rules": [rule]})
