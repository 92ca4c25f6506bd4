"""Running something in a child process that may be killed in the middle, and what it had acknowledged by then."""

from __future__ import annotations

import os
import signal
import traceback
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Tell = Callable[[str], None]

_FAULT = 70


@dataclass(frozen=True)
class ChildOutcome:
    """How a child lived: the lines it acknowledged, oldest first, and whether it was killed."""

    acknowledged: tuple[str, ...]
    killed: bool


def in_a_child(act: Callable[[Tell], None]) -> ChildOutcome:
    """Fork, act in the child, and wait for its end. What the child tells is in the pipe before it goes on."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # A runner may have threads of its own; the child uses none of them and never returns to it.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        os.close(reading)
        _act(act, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL, status
    else:
        assert os.WEXITSTATUS(status) == 0, told
    return ChildOutcome(tuple(told.splitlines()), os.WIFSIGNALED(status))


def _act(act: Callable[[Tell], None], pipe: int) -> None:
    """In the child: never back into the test that forked it."""
    try:
        act(lambda line: _write(pipe, line))
    except BaseException:  # noqa: BLE001 - whatever it is, the parent is told
        _write(pipe, traceback.format_exc())
        os._exit(_FAULT)
    os._exit(0)


def _write(pipe: int, line: str) -> None:
    rest = f"{line}\n".encode()
    while rest:
        rest = rest[os.write(pipe, rest) :]
