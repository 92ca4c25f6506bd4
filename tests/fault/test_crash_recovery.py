"""Kill -9 loses nothing: a process may die before and after every call it makes to the store, the files and the mail.

After each death the portal starts again on the same folder. Then the world is as it was before the step that was under
way, or as it is after it; nothing is half done, what was acknowledged before is there, and the story goes on to its
end.
"""

from __future__ import annotations

import os
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from tests import invariants
from tests.fault.child_process import in_a_child
from tests.fault.disks import DynamoDisk, SqliteDisk, digest_of
from tests.fault.installation import Installation
from tests.fault.kill_points import inside_the_calls
from tests.fault.scenarios import A_REAL_PHOTO, SCENARIOS, Scenario
from tests.fault.snapshot import Snapshot, look
from tests.fault.steps import where

from byline.imaging.pillow import PillowImaging

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.invariants import Everything


_OVER_AN_HOUR_SECONDS = 3_700
_QUICK = "by the link"
"""The one chapter that is told every time; each of the others has hundreds of deaths."""

pytestmark = pytest.mark.timeout(900)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name == _QUICK else pytest.mark.slow) for name in SCENARIOS]
)
def test_a_process_killed_at_any_call_loses_nothing(name: str, folder: Path) -> None:
    Trial(Installation(SqliteDisk()), SCENARIOS[name], folder).die_at_every_moment()


def test_a_killed_process_leaves_what_was_on_the_disk_at_that_moment(folder: Path) -> None:
    """Really killed, in a fork of its own: so the other tests need no processes."""
    trial = Trial(Installation(SqliteDisk()), SCENARIOS[_QUICK], folder)
    trial.play_once()
    disk = trial.installation.disk
    for number, death in enumerate(trial.moments):
        here = disk.copy(folder / "begin", folder / f"killed-{number}")
        life = in_a_child(lambda tell: trial.play(here, tell, die_at=number))  # noqa: B023 - it is over before the next
        assert life.killed, f"nobody died at {number}, {death.moment}"
        assert list(life.acknowledged) == trial.told[: death.acknowledged]
        assert trial.state(here) == trial.state(death.disk), f"{number}, {death.moment}"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["by the link", "first page with a photo"])
def test_nor_one_killed_in_the_middle_of_a_commit_or_of_writing_a_file(name: str, folder: Path) -> None:
    Trial(Installation(SqliteDisk()), SCENARIOS[name], folder, finer=True).die_at_every_moment()


@pytest.mark.slow
def test_nor_one_killed_around_developing_a_real_photo(folder: Path) -> None:
    installation = Installation(SqliteDisk(), imaging=PillowImaging(widths=(320, 160)))
    Trial(installation, A_REAL_PHOTO, folder).die_at_every_moment()


def test_nor_one_on_dynamodb(folder: Path, dynamodb_endpoint: str) -> None:
    with closing(DynamoDisk(f"test-{uuid4().hex}", dynamodb_endpoint)) as disk:
        Trial(Installation(disk), SCENARIOS["by the link"], folder).die_at_every_moment()


@dataclass(frozen=True)
class Death:
    """What a process leaves that is killed at a moment: what is on the disk, and the steps it had acknowledged."""

    moment: str
    disk: Path
    acknowledged: int


@dataclass
class Trial:
    """One chapter, played once to its end and then taken up from what was on the disk at each of its moments.

    The kernel and the engine keep what a killed process handed to them, so nothing but a copy of the disk at this
    moment is what its death leaves; ``test_a_killed_process_leaves_what_was_on_the_disk`` holds the two together.
    Moments between which nothing was written leave the same, and are one death.
    """

    installation: Installation
    scenario: Scenario
    folder: Path
    finer: bool = False
    told: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    moments: list[str] = field(default_factory=list)
    deaths: list[Death] = field(default_factory=list)

    def die_at_every_moment(self) -> None:
        self.play_once()
        for death in self.deaths:
            try:
                self._survive(death.disk, death.acknowledged)
            except BaseException as fault:
                fault.add_note(f"killed {death.moment}, {death.acknowledged} steps acknowledged")
                raise

    def play_once(self) -> None:
        """The chapter without a death: what is seen before and after each step, and what is there at each moment."""
        installation, begin = self.installation, self.folder / "begin"
        installation.open(begin, start=0)
        installation.add_publisher()
        for step in self.scenario.after:
            step(installation)
        self.first = installation.remembered()
        installation.close()

        whole = installation.disk.copy(begin, self.folder / "whole")
        disks = [installation.disk.copy(begin, self.folder / "disk-0")]

        def tell(line: str) -> None:
            self.told.append(line)
            disks.append(installation.disk.copy(whole, self.folder / f"disk-{len(self.told)}"))

        last = ("", 0)

        def show(name: str) -> None:
            nonlocal last
            now = (installation.disk.digest(whole), len(self.told))
            if now != last:
                here = installation.disk.copy(whole, self.folder / f"death-{len(self.moments)}")
                self.deaths.append(Death(name, here, len(self.told)))
            self.moments.append(self.deaths[-1])
            last = now

        self.play(whole, tell, show=show)
        for name, stands in self.scenario.ends.items():
            assert where(installation.people[name]) == stands
        installation.close()

        self.before: list[Snapshot] = []
        self.after: list[Snapshot] = []
        for number, disk in enumerate(disks):
            self.before.append(self._seen(disk, self._said(number)))
            self.after.append(self._seen(disk, self._said(number - 1)))

    def play(
        self,
        here: Path,
        tell: Callable[[str], None],
        *,
        show: Callable[[str], None] | None = None,
        die_at: int | None = None,
    ) -> None:
        """Tell the chapter in a folder, as the process that begins with it."""
        installation = self.installation
        installation.open(here, start=1, at=installation.remember(self.first))
        installation.moments.begin(show=show, die_at=die_at)
        with inside_the_calls(installation.moments) if self.finer else nullcontext():
            for step in self.scenario.steps:
                step(installation)
                tell(installation.remembered())
        installation.moments.begin()

    def state(self, here: Path) -> tuple[list[str], list[tuple[str, str]]]:
        """What a process that starts on a disk finds there."""
        self.installation.open(here, start=2)
        found = _state(invariants.everything(self.installation.ports.store), here)
        self.installation.close()
        return found

    def _survive(self, here: Path, done: int) -> None:
        """Start again after a death, look, and go on."""
        installation = self.installation
        at = installation.remember(self._said(done))
        installation.open(here, start=2, at=at)
        installation.moments.begin()
        all_ = invariants.everything(installation.ports.store)
        state = digest_of(done, *_state(all_, here))
        if state in self.known:
            installation.close()
            return
        self.known.add(state)
        invariants.check_records(all_)
        invariants.check_files(installation.ports, all_)
        _nothing_is_left_over(installation, here)
        installation.settle()
        _check_settled(installation)
        seen = look(installation, self.scenario.addresses)
        assert seen in (self.before[done], self.after[done + 1])
        for step in self.scenario.steps[done:]:
            step(installation)
        installation.settle()
        _check_settled(installation)
        last = look(installation, self.scenario.addresses)
        assert last.without_letters() == self.before[-1].without_letters()
        assert set(last.letters) >= set(self.before[-1].letters)
        installation.close()

    def _said(self, number: int) -> str:
        """What the people knew when so many steps were acknowledged."""
        return self.told[number - 1] if number > 0 else self.first

    def _seen(self, disk: Path, said: str) -> Snapshot:
        """What is seen when a process starts on what is on the disk, and its worker has done what was left."""
        installation = self.installation
        installation.open(disk, start=2, at=installation.remember(said))
        installation.moments.begin()
        installation.settle()
        _check_settled(installation)
        seen = look(installation, self.scenario.addresses)
        installation.close()
        return seen


def _check_settled(installation: Installation) -> None:
    all_ = invariants.everything(installation.ports.store)
    invariants.check_records(all_)
    invariants.check_files(installation.ports, all_)
    invariants.check_settled(installation.ports, all_)


def _nothing_is_left_over(installation: Installation, here: Path) -> None:
    """What a killed process was writing is seen by nobody, and is gone with the first start an hour later."""
    listed = {here / "files" / path for path in installation.ports.files.paths()}
    hidden = [path for path in here.rglob("*") if path.is_file() and path not in listed]
    left = [path for path in hidden if path.suffix != ".eml" and not path.name.startswith("byline.sqlite3")]
    assert all(path.name.startswith(".") or path.parent.name.startswith(".") for path in left), left
    assert len(installation.all_letters()) == len(list((here / "mail").glob("[!.]*")))
    for path in left:
        os.utime(path, (path.stat().st_mtime - _OVER_AN_HOUR_SECONDS,) * 2)
    installation.open(here, start=2, at=installation.clock.now())
    assert not any(path.exists() for path in left)


def _state(all_: Everything, folder: Path) -> tuple[list[str], list[tuple[str, str]]]:
    """What is in the store and in the files of a folder, to be compared."""
    return sorted(map(repr, all_.records)), sorted(_bodies(folder))


def _bodies(folder: Path) -> list[tuple[str, str]]:
    """Every file but the database by its name, or by nothing if it is one that was being written."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("byline.sqlite3"))
    return [
        (
            "" if ".incoming" in path.parts or path.suffix == ".part" else str(path.relative_to(folder)),
            digest_of(path.read_bytes()),
        )
        for path in files
    ]
