"""One change on trial: made in a throwaway copy of the project, whose tests run in a process forked for it."""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tools.mutation.changes import Change

QUICK = ("--quick",)
"""What ``make test-quick`` runs."""
LONGEST_TEST_SECONDS = 90
_BROKEN = 99
LONGEST_RUN_SECONDS = 900
_LIBRARIES = (
    "argon2", "babel", "boto3", "botocore.session", "click", "email_validator", "flask", "flask_login", "hypothesis",
    "hypothesis.strategies", "jinja2", "lxml.html", "markdown_it", "msgspec", "nh3", "PIL.Image", "rapidfuzz",
    "slugify", "werkzeug.test", "zxcvbn_rs_py",
)  # fmt: skip


class TrialError(Exception):
    """A trial that could not be made, which says nothing about the change."""


def copy_project(root: Path, to: Path) -> Path:
    """A copy of all files that git does not ignore, in their present state, as a repository of its own."""
    git = shutil.which("git") or "git"
    listed = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root, check=True, capture_output=True
    ).stdout
    for name in listed.decode().split("\0"):
        if name and (root / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, to / name)
    for command in ([git, "init", "-q"], [git, "add", "-A"], [sys.executable, "-m", "compileall", "-q", "src"]):
        subprocess.run(command, cwd=to, check=True)
    return to


def import_libraries() -> None:
    """Import here what every trial would import again: a forked process has it."""
    for name in _LIBRARIES:
        with suppress(ImportError):
            importlib.import_module(name)


@dataclass(frozen=True, slots=True)
class Selection:
    """A plugin of pytest that keeps these tests alone, in their order; without any, all but ``without``."""

    only: Sequence[str] = ()
    without: frozenset[str] = frozenset()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Select and sort."""
        if self.only:
            places = {name: place for place, name in enumerate(self.only)}
            items[:] = sorted((item for item in items if item.nodeid in places), key=lambda item: places[item.nodeid])
        else:
            items[:] = [item for item in items if item.nodeid not in self.without]


class Trial:
    """A change that has been made in a copy and is taken back with ``end``."""

    def __init__(self, copy: Path, change: Change, mutated: str) -> None:
        self._copy = copy
        self._path = copy / change.path
        self._text = self._path.read_text()
        self._mutated = mutated
        self._log = copy / "trial.log"
        self._write(mutated)

    def end(self) -> None:
        """Take the change back."""
        self._write(self._text)

    def passes_without(self, selection: Selection, paths: Sequence[str]) -> bool:
        """Whether the same tests pass without the change; else what fails says nothing about it."""
        self._write(self._text)
        try:
            return self.caught_by(selection, paths) is None
        finally:
            self._write(self._mutated)

    def _write(self, text: str) -> None:
        self._path.write_text(text)
        for compiled in (self._path.parent / "__pycache__").glob(f"{self._path.stem}.*.pyc"):
            compiled.unlink()  # Python compares whole seconds and sizes, which two changes may share

    def caught_by(self, selection: Selection, paths: Sequence[str]) -> str | None:
        """The test that fails first, or what else goes wrong; ``None`` where all pass."""
        child = os.fork()
        if child == 0:
            self._run(selection, paths)
        status = _wait(child)
        if status in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
            return None
        said = self._log.read_text(errors="replace").splitlines()
        if status in {_BROKEN, pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR}:
            raise TrialError("\n".join(said[-20:]))
        failures = [line.split(" - ")[0] for line in said if line.startswith(("FAILED ", "ERROR "))]
        return failures[0] if failures else f"the run (status {status})"

    def _run(self, selection: Selection, paths: Sequence[str]) -> None:
        """The child: all of pytest, and never back."""
        status = _BROKEN
        try:
            os.setsid()
            os.chdir(self._copy)
            log = os.open(self._log, os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
            os.dup2(log, 1)
            os.dup2(log, 2)
            sys.stdout = sys.stderr = os.fdopen(log, "w", buffering=1)
            sys.path[:] = [str(self._copy / "src"), str(self._copy), *(path for path in sys.path if path)]
            sys.dont_write_bytecode = False
            os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
            os.environ["PYTHONPATH"] = f"{self._copy / 'src'}:{self._copy}"
            for name in [name for name in sys.modules if name.partition(".")[0] in {"byline", "tests", "tools"}]:
                del sys.modules[name]
            options = [
                "-x",
                "-q",
                "-p",
                "no:randomly",
                "-p",
                "no:cacheprovider",
                "-p",
                "no:xdist",
                "--tb=short",
                "-W",
                "ignore:Module already imported",
            ]
            options += [f"--timeout={LONGEST_TEST_SECONDS}", *QUICK]
            status = int(pytest.main([*options, *paths], plugins=[selection]))
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)


def _wait(child: int) -> int:
    """The exit status of a process, which is ended with all that it started if it takes too long."""
    end = time.monotonic() + LONGEST_RUN_SECONDS
    while time.monotonic() < end:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            with suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -signal.SIGKILL
