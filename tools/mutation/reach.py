"""Which functions of the program each test enters: a plugin of pytest, ``-p tools.mutation.reach``.

Each process of the run writes one line of JSON for each test into the folder that ``BYLINE_REACH`` names. What a
program of its own does (a server that a test starts) is not seen.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

SOURCE = str(Path("src/byline").resolve()) + os.sep
_entered: set[tuple[str, str, int]] = set()


def _enter(frame: FrameType, event: str, argument: Any) -> None:  # noqa: ARG001 - Python calls it so
    """Note a call; nothing is returned, so that no line of the function is traced."""
    code = frame.f_code
    if code.co_filename.startswith(SOURCE):
        _entered.add((code.co_filename[len(SOURCE) :], code.co_name, code.co_firstlineno))


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Write down what was entered for a test, its fixtures included."""
    _entered.clear()
    begun = time.process_time()
    threading.settrace(_enter)
    sys.settrace(_enter)
    yield
    sys.settrace(None)
    threading.settrace(None)
    seconds = round(time.process_time() - begun, 3)
    line = json.dumps({"test": item.nodeid, "seconds": seconds, "entered": sorted(_entered)})
    with (Path(os.environ["BYLINE_REACH"]) / f"{os.getpid()}.jsonl").open("a") as file:
        file.write(line + "\n")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Write down which tests fail without any change: they would catch everything."""
    if report.failed:
        with (Path(os.environ["BYLINE_REACH"]) / "failed.txt").open("a") as file:
            file.write(report.nodeid + "\n")
