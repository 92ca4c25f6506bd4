"""``byline`` on a clock that tests move: the first word names a file that holds the seconds it is ahead.

Started as a program of its own; see ``tests/server.py``.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from byline.cli.main import main
from byline.environment import SystemClock

if TYPE_CHECKING:
    from datetime import datetime


def move_the_clock(seconds_ahead: Path) -> None:
    """Let every clock of this process, and of those that it forks, be as far ahead as the file says."""
    now = SystemClock.now

    def moved(clock: SystemClock) -> datetime:
        return now(clock) + timedelta(seconds=float(seconds_ahead.read_text()))

    SystemClock.now = moved  # type: ignore[method-assign]


if __name__ == "__main__":
    move_the_clock(Path(sys.argv.pop(1)))
    main()
