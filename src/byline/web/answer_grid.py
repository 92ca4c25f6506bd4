"""Answers that leave on a grid of time, so that a clock does not show what was done for them.

The same calls are made whether an address has an account or not, but the times still differ by microseconds, and many
thousand questions would show that. On the grid a difference of 13 microseconds changes one answer in two thousand. The
grid begins when the whole form is there: its sender must not choose where in it the work ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import g

from byline.web.context import ports

if TYPE_CHECKING:
    from flask import Request, Response

GRID_SECONDS: Final = 0.025


def begin(request: Request) -> None:
    """Begin the grid of a request; its form is read before."""
    _ = request.form
    g.grid_began_at = ports().stopwatch.seconds()


def align(response: Response) -> Response:
    """Wait for the next point of the grid, if the request has one."""
    began_at = g.get("grid_began_at")
    if began_at is not None:
        stopwatch = ports().stopwatch
        stopwatch.wait(-(stopwatch.seconds() - began_at) % GRID_SECONDS)
    return response
