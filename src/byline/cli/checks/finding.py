"""What a check finds, how it is printed, and the time that checks have."""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from byline.cli.output import answer
from byline.errors import BylineError, Misconfigured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

LONGEST_SECONDS = 10.0
"""How long all checks together may take but the deep ones: whoever waits longer thinks that the command hangs."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know: what it is about, and a sentence; ``wrong`` if it must be fixed."""

    about: str
    sentence: str
    wrong: bool = False


Check: TypeAlias = "Callable[[], Iterable[Finding]]"


def report(found: Sequence[Finding], *, json_wanted: bool) -> NoReturn:
    """Print findings, for people or for programs, and end the command: exit code 1 if anything is wrong."""
    lines = [f"{'WRONG' if finding.wrong else 'note '}  {finding.about}: {finding.sentence}" for finding in found]
    wrong = any(finding.wrong for finding in found)
    if not wrong:
        lines.append("Nothing is wrong.")
    answer([asdict(finding) for finding in found], "\n".join(lines), json_wanted=json_wanted)
    sys.exit(1 if wrong else 0)


def run_side_by_side(checks: Sequence[tuple[str, str, Check]], *, seconds: float = LONGEST_SECONDS) -> list[Finding]:
    """Run checks at the same time, and give each ``seconds``: its name, what it asks, and the check itself.

    What does not answer in time is a finding that names it. Its thread is left behind: no one can end it.
    """
    deadline = time.monotonic() + seconds
    running = [_Running(check) for _, _, check in checks]
    found: list[Finding] = []
    for (about, what, _), each in zip(checks, running, strict=True):
        each.join(max(0.0, deadline - time.monotonic()))
        if each.is_alive():
            found.append(Finding(about, f"{what} did not answer within {seconds:.0f} seconds.", wrong=True))
        else:
            found += each.findings(about, what)
    return found


class _Running(threading.Thread):
    """A check that is under way."""

    def __init__(self, check: Check) -> None:
        super().__init__(daemon=True)
        self._check = check
        self._found: list[Finding] = []
        self._fault: BaseException | None = None
        self.start()

    def run(self) -> None:
        """Run the check."""
        try:
            self._found.extend(self._check())
        except BaseException as fault:  # noqa: BLE001 - raised again by whoever waits
            self._fault = fault

    def findings(self, about: str, what: str) -> list[Finding]:
        """What it found; an engine that does not answer is a finding too."""
        if isinstance(self._fault, Misconfigured):
            return [Finding(about, str(self._fault), wrong=True)]
        if isinstance(self._fault, BylineError):
            return [Finding(about, f"{what} does not answer: {self._fault}", wrong=True)]
        if self._fault is not None:
            raise self._fault
        return self._found
