"""Progress of long work: a bar on a terminal, nothing anywhere else."""

from __future__ import annotations

import itertools
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from byline.transfer.progress import Advance

_STEPS = 200
"""How often a bar is drawn anew, at most."""
_UNKNOWN_STEPS = 100


@contextmanager
def on_terminal(words: str, length: int | None) -> Iterator[Advance]:
    """Show how far a part of the work has come, on standard error, so that answers stay clean."""
    with click.progressbar(
        itertools.count() if length is None else range(length),
        label=words,
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
        show_pos=True,
        update_min_steps=_UNKNOWN_STEPS if length is None else max(1, length // _STEPS),
    ) as shown:
        yield shown.update
