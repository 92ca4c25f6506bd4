"""The daily backup: whole, named after its time, noted for publishers, and silent about people when it fails."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from tests.environment import make_world

from byline import amazon
from byline.audit import OPERATOR
from byline.aws.scheduled_backup import scheduled_backup
from byline.aws.worker import WorkError
from byline.files.port import File
from byline.service_addresses import S3Address
from byline.transfer import backups

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.aws

REGION = "eu-central-1"


@pytest.fixture
def to(moto_endpoint: str) -> S3Address:
    """A bucket for backups."""
    bucket = f"backups-{uuid4().hex}"
    client: Any = amazon.client("s3", region=REGION, endpoint=moto_endpoint, tries=1, read_seconds=10)
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    return S3Address(bucket, "byline", REGION, moto_endpoint)


def test_a_backup_is_written_whole_and_noted(tmp_path: Path, to: S3Address) -> None:
    world = make_world(tmp_path)
    world.ports.files.put(File("authors/x/index.html", b"<p>Hello</p>", "text/html"))

    said = scheduled_backup(world.ports, to, "byline-1.zip")({}, None)

    now = world.clock.now()
    assert said["key"] == f"byline/{now:%Y-%m-%dT%H%M%SZ}.backup"
    assert said["files"] == 1
    client: Any = amazon.client("s3", region=REGION, endpoint=to.endpoint, tries=1, read_seconds=10)
    stream = io.BytesIO(client.get_object(Bucket=to.bucket, Key=said["key"])["Body"].read())
    about, contents = backups.verify(OPERATOR, stream)
    assert about["made_by"] == "byline-1.zip"
    assert sum(each.count for each in contents.files.values()) == 1
    assert backups.last_backup_at(world.ports, OPERATOR) == now


def test_a_backup_that_fails_says_where_and_names_nobody(
    tmp_path: Path, to: S3Address, caplog: pytest.LogCaptureFixture
) -> None:
    world = make_world(tmp_path)
    gone = S3Address("ana-at-example-org", "byline", REGION, to.endpoint)

    with pytest.raises(WorkError) as failed:
        scheduled_backup(world.ports, gone, "byline-1.zip")({}, None)

    assert "NoSuchBucket at " in str(failed.value)
    logged = [record.getMessage() for record in caplog.records if record.name.startswith("byline")]
    assert "the backup failed" in logged[-1]
    assert "ana-at" not in str(failed.value) + "".join(logged)
    assert backups.last_backup_at(world.ports, OPERATOR) is None
