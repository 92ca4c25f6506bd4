"""Every engine that keeps files; a new one joins by a line in ENGINES."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from byline.files.folder import FolderFiles
from byline.files.s3 import S3Files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from byline.files.port import Files

REGION = "eu-west-1"


@pytest.fixture
def s3(moto_endpoint: str) -> Any:
    """Amazon's own client, on an engine that stands in for S3."""
    from byline import amazon

    return amazon.client("s3", region=REGION, endpoint=moto_endpoint, tries=1, read_seconds=60)


@pytest.fixture
def bucket(s3: Any, moto_endpoint: str) -> Callable[..., S3Files]:
    """Open files in a bucket of this test's own; what is passed goes to ``S3Files``."""
    name = f"test-{uuid4().hex}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})

    def opened(**how: Any) -> S3Files:
        return S3Files(**{"bucket": name, "prefix": "site", "region": REGION, "endpoint": moto_endpoint, **how})

    return opened


def _folder_files(request: pytest.FixtureRequest) -> Files:
    place: Path = request.getfixturevalue("tmp_path")
    return FolderFiles(place / "files")


def _s3_files(request: pytest.FixtureRequest) -> Files:
    files: S3Files = request.getfixturevalue("bucket")()
    return files


ENGINES: dict[str, Callable[[pytest.FixtureRequest], Files]] = {"folder": _folder_files, "s3": _s3_files}


@pytest.fixture(params=sorted(ENGINES))
def files(request: pytest.FixtureRequest) -> Files:
    """An empty tree of files."""
    return ENGINES[request.param](request)
