"""Folders for processes that are killed."""

from __future__ import annotations

import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from byline.jobs import worker
from byline.mail import folder as mail_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - where Linux keeps files in memory


@pytest.fixture(autouse=True)
def _one_job_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of jobs that run side by side nobody could say at which call one of them died."""
    monkeypatch.setattr(worker, "_THREADS", 1)


@pytest.fixture(autouse=True)
def _each_email_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same few are looked at after every death."""
    monkeypatch.setattr(mail_folder, "_read", cache(mail_folder._read))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """An empty folder, in memory where there is such a place.

    A killed process loses nothing that it wrote, on a disk or not: the kernel has it. So these tests need no disk, and
    thousands of deaths need not wait for one.
    """
    if not os.access(_IN_MEMORY, os.W_OK):
        yield tmp_path
        return
    made = Path(tempfile.mkdtemp(prefix="byline-", dir=_IN_MEMORY))
    yield made
    shutil.rmtree(made)
