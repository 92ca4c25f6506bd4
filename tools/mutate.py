"""``make mutate``: makes small changes to the program at random, and counts how many the quick tests catch.

    python -m tools.mutate [--seed N] [--core 60] [--web 40] [--under PATH] [--nearest] [--keep-map] [--fresh]

The changes are drawn with a published seed from all that ``tools/mutation/changes.py`` knows. Each is made in a copy of
the project, never in the checkout. First the tests run that enter the changed function, narrow ones before broad ones,
then the rest of ``make test-quick`` (not with ``--nearest``). What was found is kept in ``build/mutation``: a run that
was interrupted goes on, and only survivors are tried again, unless ``--fresh`` says otherwise. The answer is 1 where
fewer are caught than asked for.

``tools/mutation/equivalent.txt`` lists changes that mean the same as the program; they are not drawn. Nor is the
adapter of DynamoDB, whose tests need DynamoDB Local and are left out of ``make test-quick``.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import click

from tools.mutation.changes import Change, changed, changes_in
from tools.mutation.trial import QUICK, Selection, Trial, TrialError, copy_project, import_libraries

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "build" / "mutation"
EQUIVALENT = ROOT / "tools" / "mutation" / "equivalent.txt"
SEED = 8
AREAS = {
    "core": ("accounts", "authors", "profiles", "store", "jobs", "audit", "site", "richtext"),
    "web": ("web",),
}
LEFT_OUT = ("src/byline/store/dynamodb",)
LEAST_PERCENT = {"core": 90, "web": 80}
NARROWEST, NARROW = 25, 400
"""How many of the tests that enter a function run first, and how many next."""
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for."""

    seed: int
    counts: dict[str, int]
    under: str
    nearest: bool
    keep_map: bool
    fresh: bool


@dataclass(frozen=True, slots=True)
class Reach:
    """Which tests enter which function, and how many functions each test enters."""

    tests: dict[tuple[str, str], frozenset[str]]
    breadth: dict[str, int]
    failing: frozenset[str]

    def nearest(self, change: Change) -> list[str]:
        """The tests that enter the changed function, else its module, narrow ones first."""
        if change.function:
            name = change.function[0]
            moved = (tests for (_, other), tests in self.tests.items() if other == name)
            found = self.tests.get((change.path, name)) or frozenset().union(*moved)
        else:
            found = frozenset().union(*(tests for (path, _), tests in self.tests.items() if path == change.path))
        return sorted(found - self.failing, key=lambda test: (self.breadth[test], test))


def main() -> int:
    """Draw, try, and say what survived."""
    options = _options()
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="byline-mutation-") as folder:
        copies = [copy_project(ROOT, Path(folder) / str(number)) for number in range(WORKERS)]
        results = _Results(copies[0], fresh=options.fresh)
        drawn = {area: _draw(copies[0], area, count, options) for area, count in options.counts.items()}
        waiting = [change for changes in drawn.values() for change in changes if not results.caught(change)]
        reach = _reach(copies[0], keep=options.keep_map)
        if reach.failing:
            click.echo(f"{len(reach.failing)} tests fail without any change and are left out")
        _try_all(waiting, copies, reach, results, nearest_alone=options.nearest)
        return _report(drawn, results, options)


def _report(drawn: dict[str, list[Change]], results: _Results, options: Options) -> int:
    enough = True
    for area, changes in drawn.items():
        caught = sum(results.caught(change) is not None for change in changes)
        click.echo(f"\n{area}: {caught} of {len(changes)} caught, seed {options.seed}")
        for change in changes:
            if not results.caught(change):
                click.echo(f"  SURVIVED {change}")
        enough &= caught * 100 >= LEAST_PERCENT[area] * len(changes)
    return 0 if enough else 1


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="make mutate", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--core", type=int, default=60)
    parser.add_argument("--web", type=int, default=40)
    parser.add_argument("--under", default="", help="draw from files whose path begins so")
    parser.add_argument("--nearest", action="store_true", help="run only tests that enter the changed function")
    parser.add_argument("--keep-map", action="store_true", help="believe the last run about which test enters what")
    parser.add_argument("--fresh", action="store_true", help="forget what earlier runs found")
    given = parser.parse_args()
    counts = {area: count for area, count in (("core", given.core), ("web", given.web)) if count}
    return Options(given.seed, counts, given.under, given.nearest, given.keep_map, given.fresh)


def _draw(root: Path, area: str, count: int, options: Options) -> list[Change]:
    """This many changes of an area, each that can be made as likely as any other."""
    same = {line for line in EQUIVALENT.read_text().splitlines() if line and not line.startswith("#")}
    found = []
    for package in AREAS[area]:
        for path in [*sorted((root / "src/byline").glob(f"{package}/**/*.py")), root / f"src/byline/{package}.py"]:
            name = str(path.relative_to(root))
            if path.is_file() and name.startswith(options.under) and not name.startswith(LEFT_OUT):
                found += changes_in(name, path.read_text())
    random.Random(f"{options.seed} {area}").shuffle(found)  # noqa: S311 - a draw that can be repeated
    return [change for change in found if change.meaning not in same and _can_be_read(root, change)][:count]


def _can_be_read(root: Path, change: Change) -> bool:
    with suppress(SyntaxError):
        ast.parse(changed((root / change.path).read_text(), change))
        return True
    return False


class _Results:
    """What caught each change so far, kept in a file; it is worth something while the changed file stays as it is."""

    def __init__(self, root: Path, *, fresh: bool) -> None:
        self._texts: dict[str, str] = {}
        self._root = root
        self._path = KEPT / "caught.json"
        self._caught: dict[str, str] = {}
        if self._path.is_file() and not fresh:
            self._caught = json.loads(self._path.read_text())

    def caught(self, change: Change) -> str | None:
        """The test that caught a change, if any did."""
        return self._caught.get(self._key(change))

    def note(self, change: Change, by: str | None) -> None:
        """Keep what was found."""
        if by:
            self._caught[self._key(change)] = by
            self._path.write_text(json.dumps(self._caught, indent=1))

    def _key(self, change: Change) -> str:
        if change.path not in self._texts:  # read before anything is changed
            self._texts[change.path] = hashlib.sha256((self._root / change.path).read_bytes()).hexdigest()[:12]
        return f"{self._texts[change.path]} {change}"


def _reach(copy: Path, *, keep: bool) -> Reach:
    """Let the quick tests say which functions they enter."""
    folder = KEPT / "reach"
    if not (keep and folder.is_dir()):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        click.echo("running the quick tests once, to see which function each of them enters …")
        environment = {**os.environ, "BYLINE_REACH": str(folder), "PYTHONPATH": f"{copy / 'src'}:{copy}"}
        words = ["-m", "pytest", "-q", "-n", str(WORKERS), "-p", "tools.mutation.reach", "-p", "no:cacheprovider"]
        with (KEPT / "reach.log").open("w") as log:
            subprocess.run([sys.executable, *words, *QUICK], cwd=copy, env=environment, stdout=log, check=False)
    tests: dict[tuple[str, str], set[str]] = defaultdict(set)
    breadth = {}
    for path in folder.glob("*.jsonl"):
        for line in path.read_text().splitlines():
            seen = json.loads(line)
            breadth[seen["test"]] = len(seen["entered"])
            for name, function, _ in seen["entered"]:
                tests[f"src/byline/{name}", function].add(seen["test"])
    if not breadth:
        raise SystemExit(f"The quick tests did not run: {KEPT / 'reach.log'} says why.")
    failed = folder / "failed.txt"
    failing = frozenset(failed.read_text().splitlines()) if failed.is_file() else frozenset[str]()
    return Reach({key: frozenset(found) for key, found in tests.items()}, breadth, failing)


def _try_all(
    changes: list[Change], copies: list[Path], reach: Reach, results: _Results, *, nearest_alone: bool
) -> None:
    """Try changes in two processes, each with a copy of its own."""
    import_libraries()
    context = multiprocessing.get_context("fork")
    told: multiprocessing.Queue[tuple[Change, str | None, float]] = context.Queue()
    workers = [
        context.Process(target=_try_some, args=(changes[number :: len(copies)], copy, reach, nearest_alone, told))
        for number, copy in enumerate(copies)
    ]
    for worker in workers:
        worker.start()
    for number in range(1, len(changes) + 1):
        change, by, seconds = told.get()
        results.note(change, by)
        outcome = f"caught by {by}" if by else "SURVIVED"
        click.echo(f"{number}/{len(changes)} {change}\n      {outcome} ({seconds:.0f} s)")
    for worker in workers:
        worker.join()


def _try_some(
    changes: list[Change],
    copy: Path,
    reach: Reach,
    nearest_alone: bool,  # noqa: FBT001 - multiprocessing hands arguments on by place
    told: multiprocessing.Queue[tuple[Change, str | None, float]],
) -> None:
    for change in changes:
        begun = time.monotonic()
        trial = Trial(copy, change, changed((copy / change.path).read_text(), change))
        try:
            told.put((change, _caught_by(trial, change, reach, nearest_alone=nearest_alone), time.monotonic() - begun))
        except TrialError as error:
            click.echo(f"This change could not be tried: {change}\n{error}", err=True)
            told.put((change, None, time.monotonic() - begun))
        finally:
            trial.end()


_steady: set[str] = set()
"""Tests that were seen to pass without a change."""


def _caught_by(trial: Trial, change: Change, reach: Reach, *, nearest_alone: bool) -> str | None:
    near = reach.nearest(change)
    for some in (near[:NARROWEST], near[NARROWEST:NARROW]):
        if some and (by := _caught_by_some(trial, some)):
            return by
    if nearest_alone:
        return None
    return trial.caught_by(Selection(without=frozenset(near[:NARROW]) | reach.failing), ["tests"])


def _caught_by_some(trial: Trial, tests: list[str]) -> str | None:
    """The test that catches a change; one that fails without it, too, is left out and the others are asked."""
    while tests:
        by = trial.caught_by(Selection(only=tests), sorted({name.partition("::")[0] for name in tests}))
        if by is None:
            return None
        name = by.partition(" ")[2]
        if name not in tests or name in _steady:
            return by
        if trial.passes_without(Selection(only=[name]), [name.partition("::")[0]]):
            _steady.add(name)
            return by
        tests = [test for test in tests if test != name]
    return None


if __name__ == "__main__":
    sys.exit(main())
