"""Copying everything from one place into an empty one: all records, or all files, whatever the engines are.

While a copy is under way the target is locked. Killed and started again, it finds its lock and goes on: what is there
and right is left alone. At the end both sides are read once more and must agree.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar

from byline.errors import Invalid, Misconfigured
from byline.messages.transfers import CopyDiffers
from byline.permissions import require
from byline.transfer.checksums import differing
from byline.transfer.progress import counted, in_silence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from byline.audit import Actor
    from byline.environment import Clock
    from byline.transfer.checksums import Sum
    from byline.transfer.progress import Stage

Item = TypeVar("Item")
SOON = timedelta(hours=1)
"""What expires so soon is copied, but not compared: engines sweep it out when they like."""


class Collection(Protocol[Item]):
    """All that is in one place: the records of a store (``record_set``), or the files of a tree (``file_set``)."""

    def names(self) -> Iterator[object]:
        """What names each item."""

    def items(self) -> Iterator[Item]:
        """Every item."""

    def sums(self, items: Iterable[Item], *, until: float) -> Mapping[str, Sum]:
        """What items amount to, by kind, without those that expire before ``until`` (epoch seconds)."""

    def strangers(self) -> Iterator[str]:
        """What must not be lost if this is to be filled, each in a few words."""

    def clear(self) -> None:
        """Delete everything."""

    def fill(self, items: Iterable[Item], *, resumed: bool) -> None:
        """Put items; where that was ``resumed``, only those that are not there already."""

    def prune(self, source: Collection[Item]) -> None:
        """Delete what the source no longer has: it was copied by a run that did not end."""

    def origin(self) -> str | None:
        """From what it is being filled; ``None`` if it is not."""

    def lock(self, origin: str) -> None:
        """Say that it is being filled from ``origin``."""

    def unlock(self) -> None:
        """Say that all is there."""


def copy(
    by: Actor,
    source: Collection[Item],
    target: Collection[Item],
    *,
    origin: str,
    clock: Clock,
    stage: Stage = in_silence,
) -> Mapping[str, Sum]:
    """Make an empty target hold what a source does, and return what both hold by kind.

    ``origin`` names the source, so that an interrupted copy can be told from another's. Nobody may write to either
    meanwhile. ``Misconfigured`` if the target cannot be filled from here, ``Invalid`` if the sides differ at the end:
    then one of them is in use, and the same copy started again goes on.
    """
    require(by, "transfer.copies.copy")
    if source.origin() is not None:
        raise Misconfigured("The source is itself a copy that was not finished: finish that one first.")
    with stage("Counting", None) as advance:
        count = sum(1 for _ in counted(source.names(), advance))
    if not count:
        raise Misconfigured("The source is empty: there is nothing to copy.")
    resumed = begin(target, origin)
    with stage("Copying", count) as advance:
        target.fill(counted(source.items(), advance), resumed=resumed)
    if resumed:
        with stage("Looking for what is gone by now", None):
            target.prune(source)
    until = (clock.now() + SOON).timestamp()
    with stage("Comparing", 2 * count) as advance:
        here = source.sums(counted(source.items(), advance), until=until)
        there = target.sums(counted(target.items(), advance), until=until)
    if different := differing(here, there):
        raise Invalid({"source": CopyDiffers(", ".join(different))})
    target.unlock()
    return here


def is_begun(target: Collection[Item], origin: str) -> bool:
    """Whether a target is being filled from ``origin`` already, and only has to be gone on with; nothing is written.

    ``Misconfigured`` if it is being filled from elsewhere, or holds anything that must not be lost.
    """
    source = target.origin()
    if source is None:
        for stranger in target.strangers():
            raise Misconfigured(f"The target is not empty (it has {stranger}): take an empty one.")
    elif source != origin:
        raise Misconfigured(f"The target is being filled from {source}: go on with that, or take an empty target.")
    return source is not None


def begin(target: Collection[Item], origin: str) -> bool:
    """Lock a target that is to be filled from ``origin``, and empty it; nothing more if that was begun before."""
    if is_begun(target, origin):
        return True
    target.clear()
    target.lock(origin)
    return False
