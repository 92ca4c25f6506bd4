"""Copying a whole tree of files into an empty one, through the port alone: as ``stores`` does with records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.errors import Misconfigured
from byline.files.port import File
from byline.transfer.checksums import Sums, agree
from byline.transfer.progress import in_silence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from byline.files.port import Files
    from byline.transfer.checksums import Sum
    from byline.transfer.progress import Advance, Stage

MARK = "private/copy-under-way.txt"
"""Stands in a tree that is being filled, and says from where; gone when all is there."""
_OWN = "private/"
"""What an installation keeps for itself: marks and probes, which are no part of it."""


def copy(
    source: Files,
    target: Files,
    *,
    origin: str,
    cache_seconds: Callable[[str], int],
    negligible: Callable[[str], bool] = lambda _: False,
    stage: Stage = in_silence,
) -> Mapping[str, Sum]:
    """Make an empty tree hold what another does, and return what both hold by their first folder.

    ``origin`` names the source; ``cache_seconds`` tells for a path how long caches may keep it, as the port's ``put``
    wants it. The target may hold what is ``negligible``, which makes way.
    ``Misconfigured`` if the target cannot be filled from here, ``Invalid`` if the sides differ at the end: then one of
    them is in use, and the same copy started again goes on.
    """
    if source.get(MARK) is not None:
        raise Misconfigured("The source is itself a copy that was not finished: finish that one first.")
    with stage("Counting", None) as advance:
        count = 0
        for _ in everything(source):
            count += 1
            advance(1)
    if not count:
        raise Misconfigured("The source is empty: there is nothing to copy.")
    resumed = begin(target, origin, negligible=negligible)
    sums = Sums()
    with stage("Copying", count) as advance:
        for file in read(source, advance):
            put(target, file, resumed=resumed, cache_seconds=cache_seconds(file.path))
            add(sums, file)
    if resumed:
        with stage("Looking for what is gone by now", None) as advance:
            for path in list(everything(target)):
                if source.get(path) is None:
                    target.delete(path)
                advance(1)
    with stage("Comparing", count) as advance:
        there = survey(target, advance)
    agree(sums.result(), there)
    finish(target)
    return there


def everything(files: Files) -> Iterator[str]:
    """Every path that belongs to an installation."""
    return (path for path in files.paths() if not path.startswith(_OWN))


def add(sums: Sums, file: File) -> None:
    """Add a file to the sums of its first folder."""
    sums.add(file.path.partition("/")[0], file.path.encode(), b"\0", file.body)


def read(files: Files, advance: Advance) -> Iterator[File]:
    """Every file that belongs to an installation."""
    for path in everything(files):
        file = files.get(path)
        if file is not None:
            yield file
        advance(1)


def survey(files: Files, advance: Advance) -> Mapping[str, Sum]:
    """What a tree holds, by its first folders; every file is read."""
    sums = Sums()
    for file in read(files, advance):
        add(sums, file)
    return sums.result()


def check(target: Files, origin: str, *, negligible: Callable[[str], bool]) -> bool:
    """Whether a tree is being filled from ``origin`` already, and only has to be gone on with; nothing is written.

    ``Misconfigured`` if it is being filled from elsewhere, or holds anything that is not negligible.
    """
    mark = target.get(MARK)
    if mark is None:
        for path in everything(target):
            if not negligible(path):
                raise Misconfigured(f"The target is not empty (it has the file {path}): take an empty one.")
    elif (was := mark.body.decode(errors="replace")) != origin:
        raise Misconfigured(f"The target is being filled from {was}: go on with that, or take an empty target.")
    return mark is not None


def begin(target: Files, origin: str, *, negligible: Callable[[str], bool]) -> bool:
    """Mark a tree as being filled from ``origin``, without what is negligible; else as ``check``."""
    if check(target, origin, negligible=negligible):
        return True
    clear(target)
    target.put(File(MARK, origin.encode(), "text/plain; charset=utf-8"))
    return False


def clear(target: Files) -> None:
    """Delete what is there, which ``check`` found negligible."""
    for path in list(everything(target)):
        target.delete(path)


def put(target: Files, file: File, *, resumed: bool, cache_seconds: int) -> None:
    """Put a file into a target that is marked; where that was ``resumed``, only if it is not there already."""
    if resumed and (there := target.get(file.path)) is not None and there.body == file.body:
        return
    target.put(file, cache_seconds=cache_seconds)


def finish(target: Files) -> None:
    """Take the mark away: all is there."""
    target.delete(MARK)
