"""What a tree of processes costs: processor time and memory, from /proc (Linux; see proc(5))."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PSS = re.compile(r"^Pss: +(\d+) kB", re.MULTILINE)
_QUIET_SECONDS = 0.25
_LONGEST_SECONDS = 60


def tree(pid: int) -> list[int]:
    """A process and all that it started, directly or not."""
    pids = [pid]
    for parent in pids:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                pids += [int(child) for child in task.read_text().split()]
            except OSError:  # the thread or process has just ended
                continue
    return pids


def cpu_seconds(pid: int) -> float:
    """Processor seconds of the tree so far, in steps of 10 ms; of children that ended, too."""
    total = 0
    for member in tree(pid):
        try:
            fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        except OSError:  # ended since; its parent has its time
            continue
        total += sum(int(ticks) for ticks in fields[11:15])  # utime, stime, cutime, cstime
    return total / _TICKS


def quiet_cpu_seconds(pid: int) -> float:
    """The same once the tree has come to rest: work that goes on after an answer belongs to it."""
    now, since = cpu_seconds(pid), time.monotonic()
    ends = since + _LONGEST_SECONDS
    while time.monotonic() - since < _QUIET_SECONDS:
        if time.monotonic() > ends:
            raise RuntimeError("The server did not come to rest")
        time.sleep(0.01)
        if (then := cpu_seconds(pid)) != now:
            now, since = then, time.monotonic()
    return now


def memory_mib(pid: int) -> float:
    """Memory of the tree: proportional set size, so that what processes share is counted once."""
    total = 0
    for member in tree(pid):
        try:
            found = _PSS.search(Path(f"/proc/{member}/smaps_rollup").read_text())
        except OSError:
            continue
        total += int(found[1]) if found else 0
    return total / 1024
