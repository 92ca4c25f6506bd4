"""Which Byline this is: its version, and the commit it was made from."""

from __future__ import annotations

import subprocess
from importlib.metadata import version
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_COMMAND = (
    "git",
    "--no-optional-locks",
    "-c",
    "safe.directory=*",
    "describe",
    "--always",
    "--exclude=*",
    "--abbrev=12",
    "--dirty=+",
)
"""Twelve digits of the commit, and + where files were changed since; also for another user's repository."""


def version_text() -> str:
    """The version and, where it is known, the commit: ``0.1.0 (731d82c01234)``."""
    commit = _commit()
    return f"{version('byline')} ({commit})" if commit else version("byline")


def _commit() -> str:
    """What the wheel says; in a checkout, what git says; else nothing."""
    written = _PACKAGE / "commit.txt"
    if written.exists():
        return written.read_text(encoding="utf-8").strip()
    root = _PACKAGE.parents[1]
    if not (root / ".git").exists():
        return ""
    try:
        return subprocess.run(_COMMAND, cwd=root, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 - a constant
    except (OSError, subprocess.CalledProcessError):
        return ""
