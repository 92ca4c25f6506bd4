"""A publisher moves from one machine to Amazon's engines, and back, by two commands."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from tests.filled_portal import (
    answered,
    bodies,
    byline,
    current,
    files_address,
    lived_in,
    open_files,
    open_store,
    still_works,
    store_address,
)

from byline import amazon

if TYPE_CHECKING:
    from pathlib import Path

REGION = "eu-west-1"
KILLED = """
import os, signal, sys
from byline.store.dynamodb import DynamoStore
from byline.cli.main import main
from byline.transfer import record_set
record_set.MOST_KEYS = 10
commit, left = DynamoStore.commit, [int(sys.argv.pop(1))]
def dying(self, *writes):
    commit(self, *writes)
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
DynamoStore.commit = dying
main()
"""
"""The command, in small steps, in a process that is killed right after its so-many-th commit."""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    lived_in(tmp_path / "here")
    return tmp_path / "here"


@pytest.fixture
def back(tmp_path: Path) -> Path:
    (tmp_path / "back").mkdir()
    return tmp_path / "back"


@pytest.fixture
def table(dynamodb_endpoint: str) -> str:
    return f"dynamodb://moved-{uuid4().hex}?region={REGION}&endpoint={dynamodb_endpoint}"


@pytest.fixture
def bucket(moto_endpoint: str) -> str:
    name = f"moved-{uuid4().hex}"
    client: Any = amazon.client("s3", region=REGION, endpoint=moto_endpoint, tries=1, read_seconds=10)
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    return f"s3://{name}/site?region={REGION}&endpoint={moto_endpoint}"


def test_a_portal_moves_to_amazon_and_works_there(here: Path, back: Path, table: str, bucket: str) -> None:
    there = answered("copy-store", store_address(here), table)
    files = answered("copy-files", files_address(here), bucket)
    assert current(open_store(store_address(here))) == current(open_store(table))
    assert bodies(open_files(files_address(here))) == bodies(open_files(bucket))

    assert answered("copy-store", table, store_address(back)) == there
    assert answered("copy-files", bucket, files_address(back)) == files
    assert current(open_store(store_address(back))) == current(open_store(store_address(here)))
    assert bodies(open_files(files_address(back))) == bodies(open_files(files_address(here)))
    still_works(DATA=str(back / "data"), STORE=table, FILES=bucket)
    still_works(DATA=str(back))


def test_photos_keep_for_a_year_in_the_caches_of_their_readers(here: Path, bucket: str, moto_endpoint: str) -> None:
    byline("copy-files", files_address(here), bucket)
    client: Any = amazon.client("s3", region=REGION, endpoint=moto_endpoint, tries=1, read_seconds=10)
    name = bucket.removeprefix("s3://").partition("/")[0]
    kept = {}
    for path in open_files(bucket).paths("authors/"):
        found = client.head_object(Bucket=name, Key=f"site/{path}")
        kept[path] = "immutable" in found["CacheControl"]
    assert {path for path, lasting in kept.items() if lasting} == {
        path for path in kept if path.startswith(("authors/photos/", "authors/byline."))
    }
    assert not all(kept.values())


def test_a_copy_whose_process_was_killed_goes_on(here: Path, table: str) -> None:
    command = [sys.executable, "-c", KILLED, "5", "copy-store", store_address(here), table]
    assert subprocess.run(command, check=False).returncode == -9
    assert len(current(open_store(table))) == 20
    assert (
        "not all is there yet"
        in byline("authors", exit_code=2, STORE=table, FILES=files_address(here), DATA=str(here)).stderr
    )

    byline("copy-store", store_address(here), table)
    assert current(open_store(table)) == current(open_store(store_address(here)))


def test_a_table_that_holds_anything_is_refused(here: Path, table: str) -> None:
    byline("copy-store", store_address(here), table)
    assert "not empty" in byline("copy-store", store_address(here), table, exit_code=2).stderr
