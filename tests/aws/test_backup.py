"""One file that either kind of installation takes: made here, restored on Amazon's engines, and the other way round."""

from __future__ import annotations

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
from byline.site.derived import LAST_BACKUP

if TYPE_CHECKING:
    from pathlib import Path

REGION = "eu-west-1"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    lived_in(tmp_path / "here")
    return tmp_path / "here"


@pytest.fixture
def there(tmp_path: Path, dynamodb_endpoint: str, moto_endpoint: str) -> dict[str, str]:
    """The settings of an empty installation on Amazon's engines."""
    name = f"restored-{uuid4().hex}"
    client: Any = amazon.client("s3", region=REGION, endpoint=moto_endpoint, tries=1, read_seconds=10)
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    return {
        "DATA": str(tmp_path / "there"),
        "STORE": f"dynamodb://{name}?region={REGION}&endpoint={dynamodb_endpoint}",
        "FILES": f"s3://{name}/site?region={REGION}&endpoint={moto_endpoint}",
    }


def test_a_portal_is_restored_on_amazon_and_back(here: Path, there: dict[str, str], tmp_path: Path) -> None:
    made = answered("backup", tmp_path / "1.backup", DATA=str(here))
    restored = answered("restore", tmp_path / "1.backup", **there)
    assert (restored["records"], restored["files"]) == (made["records"], made["files"])
    assert bodies(open_files(there["FILES"])) == bodies(open_files(files_address(here)))

    again = answered("backup", tmp_path / "2.backup", **there)
    assert (again["records"], again["files"]) == (made["records"], made["files"])
    back = tmp_path / "back"
    byline("restore", tmp_path / "2.backup", DATA=str(back))
    expected = dict(current(open_store(there["STORE"])))
    del expected[LAST_BACKUP]  # noted when the backup was complete
    assert current(open_store(store_address(back))) == expected

    still_works(**there)
    still_works(DATA=str(back))


def test_a_table_in_use_and_a_damaged_file_are_refused(here: Path, there: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "site.backup"
    byline("backup", file, DATA=str(here))
    (tmp_path / "cut").write_bytes(file.read_bytes()[:-100])
    assert "damaged" in byline("restore", tmp_path / "cut", exit_code=1, **there).stderr
    assert current(open_store(there["STORE"])) == {}
    assert bodies(open_files(there["FILES"])) == {}

    byline("restore", file, **there)
    assert "not empty" in byline("restore", file, exit_code=2, **there).stderr
