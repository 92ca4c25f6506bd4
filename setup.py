"""Builds the wheel, and writes into it from which commit; everything else is in ``pyproject.toml``."""

from __future__ import annotations

import subprocess
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithCommit(build_py):
    """Copies the program, and beside it the commit it is of, where there is a repository."""

    def run(self) -> None:
        """Build."""
        super().run()
        here = Path(__file__).parent
        command = [
            "git",
            "--no-optional-locks",
            "-C",
            str(here),
            "-c",
            "safe.directory=*",
            "describe",
            "--always",
            "--exclude=*",
            "--abbrev=12",
            "--dirty=+",
        ]
        try:
            said = subprocess.run(  # noqa: S603 - a constant
                command, capture_output=True, text=True, check=True
            ).stdout
        except (OSError, subprocess.CalledProcessError):
            return
        if (here / ".git").exists():
            (Path(self.build_lib) / "byline" / "commit.txt").write_text(said, encoding="utf-8")


setup(cmdclass={"build_py": BuildWithCommit})
