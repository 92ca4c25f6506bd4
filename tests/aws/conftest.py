"""What the tests of the functions share: the packed program, and the stack that stands in for the one on AWS."""

from __future__ import annotations

import fcntl
import json
import platform
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.aws.operators import Operator
from tests.aws.stack import Stack, brought_up
from tools.aws.packaging import Package, pack

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def package(shared_folder: Path) -> Package:
    """The program, packed for this very machine and Python, once a run."""
    note = shared_folder / "package.note"
    with (shared_folder / "package.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            here = (sys.version_info[:2],)
            made = pack(shared_folder / "packed", machine=platform.machine(), versions=here)
            note.write_text(json.dumps(asdict(made), default=str))
    about = json.loads(note.read_text())
    # The stand-in runs every runtime by this very Python, whose own name the template may not know any more.
    return Package(Path(about["archive"]), about["unpacked_bytes"], "python3.13")


@pytest.fixture(scope="module")
def stack(ministack_endpoint: str, package: Package) -> Iterator[Stack]:
    """The translated template, brought up in ministack, with rights judged."""
    with brought_up(ministack_endpoint, package.archive) as made:
        yield made


@pytest.fixture
def operator(ministack_endpoint: str, package: Package, monkeypatch: pytest.MonkeyPatch) -> Operator:
    """Somebody with an account in which there is nothing of Byline but the stacks of other tests."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", ministack_endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return Operator(package, monkeypatch)
