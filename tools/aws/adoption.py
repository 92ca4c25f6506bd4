"""Put a table and a bucket that are there already under a stack: kept ones of a removed stack, or restored copies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from byline.errors import Misconfigured, Unavailable
from byline.store.dynamodb_table import description
from tools.aws import cloudformation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tools.aws.cloudformation import AwsAccount

KEPT_DAYS: Final = 35
"""How long deleted files can be had back; the template says the same of its own bucket."""
_POLL_SECONDS: Final = 3
_MOST_POLLS: Final = 200


def adopt(
    aws: AwsAccount, stack: str, table: str | None, bucket: str | None, *, pause: Callable[[float], None]
) -> dict[str, str]:
    """Make a table and a bucket ready for the stack; returns the parameters by which it takes them.

    What is not named is found by the stack's name, if the stack is gone; a stack that is there keeps what is not named.
    ``Misconfigured`` where nothing or more than one thing is found, where it holds no portal, and where the secret key
    of the portal is not there.
    """
    running = cloudformation.describe_stack(aws, stack) is not None
    if running and table is None and bucket is None:
        raise Misconfigured(f"{stack} is there, with its data: name what it is to use from now on, --table or --bucket")
    if not running:
        _require_secret(aws, stack)
        table = table or _only("table", _tables(aws, stack), stack)
        bucket = bucket or _only("bucket", _buckets(aws, stack), stack)
    parameters: dict[str, str] = {}
    if bucket is not None:
        _prepare_bucket(aws, bucket)
        parameters["BucketName"] = bucket
    if table is not None:
        parameters |= {"TableName": table, "TableStream": _prepare_table(aws, table, pause)}
    return parameters


def _require_secret(aws: AwsAccount, stack: str) -> None:
    name = f"/byline/{stack}/secret-key"
    try:
        aws.client("ssm").get_parameter(Name=name)
    except aws.client("ssm").exceptions.ParameterNotFound as fault:
        raise Misconfigured(
            f"the portal's secret key is not in the Parameter Store as {name}: use the stack's old name, or put there, "
            "as a SecureString, the key that you kept"
        ) from fault


def _only(what: str, found: Sequence[str], stack: str) -> str:
    if not found:
        raise Misconfigured(f"no {what} of {stack} is there: name it by --{what}")
    if len(found) > 1:
        raise Misconfigured(f"there are several: name one by --{what}: {', '.join(found)}")
    return found[0]


def _tables(aws: AwsAccount, stack: str) -> list[str]:
    """The tables that CloudFormation has named after the stack."""
    pages = aws.client("dynamodb").get_paginator("list_tables").paginate()
    return [name for page in pages for name in page["TableNames"] if name.startswith(f"{stack}-Table-")]


def _buckets(aws: AwsAccount, stack: str) -> list[str]:
    names = [str(each["Name"]) for each in aws.client("s3").list_buckets()["Buckets"]]
    return [name for name in names if name.startswith(f"{stack}-bucket-".lower())]


def _prepare_bucket(aws: AwsAccount, bucket: str) -> None:
    """Close the bucket to the public, and have it keep what is deleted: as the template says of its own."""
    s3, ours = aws.client("s3"), {"Bucket": bucket, "ExpectedBucketOwner": aws.account}
    try:
        region = s3.get_bucket_location(**ours).get("LocationConstraint") or "us-east-1"
    except ClientError as fault:
        raise Misconfigured(f"there is no bucket {bucket} of this account: {fault}") from fault
    if region != aws.region:
        raise Misconfigured(f"the bucket {bucket} is in {region}, and the stack in {aws.region}")
    blocked = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    s3.put_public_access_block(**ours, PublicAccessBlockConfiguration=dict.fromkeys(blocked, True))
    s3.put_bucket_versioning(**ours, VersioningConfiguration={"Status": "Enabled"})
    rule = {
        "ID": f"deleted-for-{KEPT_DAYS}-days",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "NoncurrentVersionExpiration": {"NoncurrentDays": KEPT_DAYS},
        "Expiration": {"ExpiredObjectDeleteMarker": True},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
    }
    s3.put_bucket_lifecycle_configuration(**ours, LifecycleConfiguration={"Rules": [rule]})


def _prepare_table(aws: AwsAccount, table: str, pause: Callable[[float], None]) -> str:
    """Give the table what a copy does not inherit: stream, expiry, recovery, protection; returns its stream's ARN."""
    dynamodb = aws.client("dynamodb")
    try:
        about = dynamodb.describe_table(TableName=table)["Table"]
    except dynamodb.exceptions.ResourceNotFoundException as fault:
        raise Misconfigured(f"there is no table {table} in {aws.region}") from fault
    wanted: dict[str, Any] = description(table)
    [index] = wanted["GlobalSecondaryIndexes"]
    names = {each["IndexName"] for each in about.get("GlobalSecondaryIndexes", ())}
    if about["KeySchema"] != wanted["KeySchema"] or index["IndexName"] not in names:
        raise Misconfigured(f"the table {table} is none of Byline's")
    if not about.get("StreamSpecification", {}).get("StreamEnabled"):
        stream = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
        _update_table(aws, table, pause, StreamSpecification=stream)
    if not about.get("DeletionProtectionEnabled"):
        _update_table(aws, table, pause, DeletionProtectionEnabled=True)
    expiry = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]["TimeToLiveStatus"]
    if expiry not in {"ENABLED", "ENABLING"}:
        entry = {"AttributeName": "ttl", "Enabled": True}
        dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=entry)
    recovery = {"PointInTimeRecoveryEnabled": True}
    dynamodb.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification=recovery)
    return str(_active(aws, table, pause)["LatestStreamArn"])


def _update_table(aws: AwsAccount, table: str, pause: Callable[[float], None], **change: Any) -> None:
    """One change at a time, which is all that DynamoDB takes."""
    _active(aws, table, pause)
    aws.client("dynamodb").update_table(TableName=table, **change)
    _active(aws, table, pause)


def _active(aws: AwsAccount, table: str, pause: Callable[[float], None]) -> dict[str, Any]:
    """The table's description, as soon as it is ready: a copy is being restored for up to hours."""
    status = ""
    for _ in range(_MOST_POLLS):
        about: dict[str, Any] = aws.client("dynamodb").describe_table(TableName=table)["Table"]
        status = about["TableStatus"]
        if status == "ACTIVE":
            return about
        pause(_POLL_SECONDS)
    raise Unavailable(f"the table {table} is still {status}: try again when it is ready")
