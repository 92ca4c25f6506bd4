"""docs/after-a-loss.md, walked: the stack is removed and had back, and the table is set back to a copy."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.aws.operators import ACCOUNT, NEEDED, another
from tests.filled_portal import byline
from tests.people import PASSWORD
from tools.aws import cloudformation, code_bucket

from byline.accounts import publishers
from byline.accounts.addresses import normalise
from byline.audit import OPERATOR
from byline.authors import listing
from byline.environment import SystemClock
from byline.files.port import File
from byline.store.dynamodb_table import description
from byline.transfer import backups

if TYPE_CHECKING:
    from pathlib import Path

    from tests.aws.operators import Operator

pytestmark = [pytest.mark.aws, pytest.mark.slow, pytest.mark.timeout(400)]


def add_publisher(operator: Operator, address: str) -> None:
    publishers.add(operator.ports(), OPERATOR, address=normalise(address), name="Ines Vale", password=PASSWORD)


def addresses(operator: Operator) -> set[str]:
    return {person.address for person in listing.publishers(operator.ports(), OPERATOR)}


def test_a_removed_portal_is_had_back_with_everything_in_it(operator: Operator) -> None:
    operator.run("deploy", *NEEDED, "--yes")
    add_publisher(operator, "ines@marram.example")
    operator.ports().files.put(File("authors/x/index.html", b"<p>Hello</p>", "text/html"))
    outputs = cloudformation.read_outputs(ACCOUNT, operator.stack)
    secret = operator.secret()

    kept = operator.run("remove", typed="y\nanother\n")
    assert kept.exit_code == 1
    assert outputs["TableName"] in kept.stderr
    assert outputs["BucketName"] in kept.stderr
    assert operator.run("remove", typed="n\n").exit_code == 1
    assert cloudformation.describe_stack(ACCOUNT, operator.stack) is not None

    done = operator.run("remove", "--json", typed=f"y\n{operator.stack}\n")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout[done.stdout.index("{") :]) == {
        "table": outputs["TableName"],
        "bucket": outputs["BucketName"],
    }
    assert cloudformation.describe_stack(ACCOUNT, operator.stack) is None
    assert operator.run("remove", typed="y\n").exit_code == 2

    back = operator.run("adopt", *NEEDED, "--yes", "--json")
    assert back.exit_code == 0, back.output
    again = cloudformation.read_outputs(ACCOUNT, operator.stack)
    assert (again["TableName"], again["BucketName"]) == (outputs["TableName"], outputs["BucketName"])
    assert addresses(operator) == {"ines@marram.example"}
    assert json.loads(back.stdout)["first_publisher"] is None
    assert operator.secret() == secret
    page = operator.ports().files.get("authors/x/index.html")
    assert page is not None
    assert page.body == b"<p>Hello</p>"
    assert "Nothing had to be changed" in operator.run("deploy", "--yes").stdout
    assert cloudformation.read_outputs(ACCOUNT, operator.stack)["TableName"] == outputs["TableName"]


def test_the_table_is_set_back_to_a_copy_of_it(operator: Operator) -> None:
    operator.run("deploy", *NEEDED, "--yes")
    add_publisher(operator, "ines@marram.example")
    before = cloudformation.read_outputs(ACCOUNT, operator.stack)
    copy = f"{operator.stack}-at-noon"
    operator.copy_table(before["TableName"], description(copy))
    add_publisher(operator, "by-mistake@marram.example")

    refused = operator.run("adopt", "--yes")
    assert refused.exit_code == 2
    assert "--table" in refused.stderr
    done = operator.run("adopt", "--table", copy, "--yes")

    assert done.exit_code == 0, done.output
    after = cloudformation.read_outputs(ACCOUNT, operator.stack)
    assert (after["TableName"], after["BucketName"]) == (copy, before["BucketName"])
    assert addresses(operator) == {"ines@marram.example"}
    dynamodb = operator.client("dynamodb")
    about = dynamodb.describe_table(TableName=copy)["Table"]
    assert about["StreamSpecification"]["StreamEnabled"] is True
    assert about["DeletionProtectionEnabled"] is True
    expiry = dynamodb.describe_time_to_live(TableName=copy)["TimeToLiveDescription"]
    assert (expiry["TimeToLiveStatus"], expiry["AttributeName"]) == ("ENABLED", "ttl")
    recovery = dynamodb.describe_continuous_backups(TableName=copy)["ContinuousBackupsDescription"]
    assert recovery["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    [source] = operator.client("lambda").list_event_source_mappings(FunctionName=after["WorkerFunction"])[
        "EventSourceMappings"
    ]
    assert source["EventSourceArn"] == about["LatestStreamArn"]
    assert dynamodb.describe_table(TableName=before["TableName"])["Table"]["TableStatus"] == "ACTIVE"


def test_a_backup_is_written_each_day_into_a_bucket_of_another_region_and_can_be_restored(
    operator: Operator, tmp_path: Path
) -> None:
    bucket = f"{operator.stack}-backups"
    done = operator.run("deploy", *NEEDED, "--backup-to", bucket, "--backup-region", "us-east-1", "--yes")
    assert done.exit_code == 0, done.output
    add_publisher(operator, "ines@marram.example")
    operator.ports().files.put(File("authors/x/index.html", b"<p>Hello</p>", "text/html"))

    # The bucket refuses requests without TLS, and there is none here.
    operator.client("s3").delete_bucket_policy(
        Bucket=cloudformation.read_outputs(ACCOUNT, operator.stack)["BucketName"]
    )

    said = operator.invoke("BackupFunction")
    assert "errorType" not in said, said

    s3 = operator.client("s3", region="us-east-1")
    assert (said["files"], said["key"].startswith(f"{operator.stack}/")) == (1, True), said
    assert said["records"] >= 1
    blocked = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(blocked.values()) == {True}
    [rule] = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    assert rule["Expiration"] == {"Days": 35}
    file = tmp_path / "of-the-day.backup"
    file.write_bytes(s3.get_object(Bucket=bucket, Key=said["key"])["Body"].read())
    restored = tmp_path / "restored"
    byline("restore", file, DATA=str(restored))
    assert "ines@marram.example" in byline("publisher", "list", DATA=str(restored)).stdout
    assert backups.last_backup_at(operator.ports(), OPERATOR) is not None
    settings = operator.run("deploy", "--backup-to", "", "--yes")
    assert settings.exit_code == 0, settings.output
    assert operator.parameters()["BackupBucket"] == ""


def test_a_table_or_bucket_that_holds_no_portal_is_refused_before_anything_changes(operator: Operator) -> None:
    there = (*NEEDED, "--yes", "--table", "not-there", "--bucket", "not-there")
    lost = operator.run("adopt", *there)
    assert lost.exit_code == 2
    assert f"/byline/{operator.stack}/secret-key" in lost.stderr

    operator.run("deploy", *NEEDED, "--yes")
    before = operator.parameters()
    assert "no bucket not-there" in operator.run("adopt", "--bucket", "not-there", "--yes").stderr
    assert "no table not-there" in operator.run("adopt", "--table", "not-there", "--yes").stderr
    other = {"TableName": f"{operator.stack}-other", "BillingMode": "PAY_PER_REQUEST"}
    other |= {"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}  # type: ignore[dict-item]
    other |= {"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}  # type: ignore[dict-item]
    operator.client("dynamodb").create_table(**other)
    assert "none of Byline" in operator.run("adopt", "--table", other["TableName"], "--yes").stderr
    assert operator.parameters() == before


def test_the_version_before_is_put_back_and_forward_again(operator: Operator, tmp_path: Path) -> None:
    operator.run("deploy", *NEEDED, "--yes")
    first = operator.function()["CodeSha256"]
    none = operator.run("rollback", "--yes")
    assert none.exit_code == 1
    assert "no version before" in none.stderr
    operator.package = another(operator.package, tmp_path)
    operator.run("deploy", "--site-name", "Marram Press", "--yes")
    second = operator.function()["CodeSha256"]
    assert second != first

    done = operator.run("rollback", "--yes")

    assert done.exit_code == 0, done.output
    assert "The version before answers at https://" in done.stdout
    assert operator.function()["CodeSha256"] == first
    assert operator.function()["Environment"]["Variables"]["BYLINE_SITE_NAME"] == "Marram Press"
    assert operator.run("rollback", "--yes").exit_code == 0
    assert operator.function()["CodeSha256"] == second


def test_going_back_is_refused_where_the_version_before_would_lose_something(
    operator: Operator, tmp_path: Path
) -> None:
    operator.run("deploy", *NEEDED, "--yes")
    operator.package = another(operator.package, tmp_path)
    operator.run("deploy", "--yes")
    release = code_bucket.former_release(ACCOUNT, operator.stack)
    assert release is not None
    older = code_bucket.Release(release.code_key, release.runtime, release.template, release.format - 1)
    code_bucket.keep_release(ACCOUNT, operator.stack, older)
    before = operator.function()["CodeSha256"]

    done = operator.run("rollback", "--yes")

    assert done.exit_code == 1
    assert "only a backup from before the upgrade leads back" in done.stderr
    assert operator.function()["CodeSha256"] == before


def test_programs_that_no_stack_can_use_any_more_are_deleted(operator: Operator, tmp_path: Path) -> None:
    operator.run("deploy", *NEEDED, "--yes")
    first = operator.parameters()["CodeKey"]
    operator.package = another(operator.package, tmp_path)
    operator.run("deploy", "--yes")
    second, bucket = operator.parameters()["CodeKey"], operator.parameters()["CodeBucket"]
    operator.client("s3").put_object(Bucket=bucket, Key=f"byline-{operator.stack}.zip", Body=b"old")

    now = SystemClock().now()
    assert code_bucket.expire(ACCOUNT, now) == 0
    code_bucket.expire(ACCOUNT, now + timedelta(days=36))

    left = {each["Key"] for each in operator.client("s3").list_objects_v2(Bucket=bucket)["Contents"]}
    assert {first, second} <= left
    assert f"byline-{operator.stack}.zip" not in left
