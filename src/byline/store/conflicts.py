"""Trying a commit again whose conditions failed because somebody else wrote at the same moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from byline.errors import BylineError, Conflict, Unavailable
from byline.messages.outages import CHANGED_MEANWHILE

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_ATTEMPTS = 12
"""More than the writers that can overtake one commit: an address has five slots for registrations, and ten guesses at
its password before it is closed."""

T = TypeVar("T")


def retry_on_conflict(attempt: Callable[[Conflict | None], T], *, otherwise: BylineError | None = None) -> T:
    """What ``attempt`` returns; it is called again with the conflict that it raised, and reads again what moved.

    After the last attempt ``otherwise`` is raised, or ``Unavailable``.
    """
    conflict: Conflict | None = None
    for _ in range(MAX_ATTEMPTS):
        try:
            return attempt(conflict)
        except Conflict as fault:
            conflict = fault
    raise otherwise or Unavailable(CHANGED_MEANWHILE) from conflict
