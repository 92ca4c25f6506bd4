"""At the end of a full run: did every test that ``docs/asvs`` names run, and pass?

A test that is named there and is left out by a mark, a condition or a fixture would make the table a promise that no
one checks. Runs of single files, of a selection, or that were stopped say nothing of it. With pytest-xdist the process
that hands the tests out gets the reports of all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tools import asvs

if TYPE_CHECKING:
    from pathlib import Path


class NamedTests:
    """Remembers what passed, and compares."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._passed: set[str] = set()
        self._missing: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed and not hasattr(report, "wasxfail"):
            self._passed.add(report.nodeid.partition("[")[0])

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if exitstatus == pytest.ExitCode.OK and is_full(session.config):
            self._missing = missing(self._root, self._passed)
            if self._missing:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._missing:
            terminalreporter.section("tests that docs/asvs names and that did not run", red=True)
            for name in self._missing:
                terminalreporter.write_line(name)


def missing(root: Path, passed: set[str]) -> list[str]:
    """The tests that the table names and that are not among those that passed."""
    return sorted({name for row in asvs.rows(root) for name in row.tests} - passed)


def is_full(config: pytest.Config) -> bool:
    """Whether every test was to run."""
    narrowing = ("markexpr", "keyword", "collectonly", "lf", "deselect", "ignore", "ignore_glob")
    chosen = any(getattr(config.option, name, None) for name in narrowing)
    whole = [config.rootpath / name for name in config.getini("testpaths")]
    return [config.invocation_params.dir / name for name in config.args] == whole and not chosen


def pytest_configure(config: pytest.Config) -> None:
    """Register it in the process that sees all reports."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(NamedTests(config.rootpath), "tests that docs/asvs names")
