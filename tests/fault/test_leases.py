"""A lease ends with its process: what a killed worker held is taken over at once by the next one on the machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import make_portal

from byline.environment import SystemProcesses
from byline.errors import Unavailable
from byline.jobs import worker
from byline.jobs.model import DUE, from_record
from byline.site import index_publishing
from byline.store.sqlite import SqliteStore
from byline.wiring import handlers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.people import Portal

HOLDER = """
import sys, time
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from tests.environment import make_world
from byline.site import index_publishing
from byline.jobs import worker
from byline.store.sqlite import SqliteStore
ports = make_world(Path(sys.argv[1]), SqliteStore(Path(sys.argv[1]) / "byline.sqlite3")).ports
def hang(*_):
    with index_publishing._lease(ports):
        print("holding", flush=True)
        time.sleep(600)
worker.run_due_jobs(ports, {kind: hang for kind in worker.JobKind})
"""
"""A worker that has leased a job and the shared files, and does not come to an end."""


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    world = make_world(tmp_path, SqliteStore(tmp_path / "byline.sqlite3"), throttle=False)
    portal = make_portal(world)
    portal.publisher()
    portal.author("ana@example.org")
    world.work()
    yield portal
    world.ports.store.close()


@pytest.fixture
def holder(portal: Portal, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that was killed while it published a new name; the portal's clock has not moved since."""
    person = portal.person("ana@example.org")
    person.log_in()
    assert person.save(author_bio="New.", author_name="Anna Nováková").status_code == 303
    command = [sys.executable, "-c", HOLDER, str(tmp_path), *sys.path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ}) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "holding\n"
        yield process
        process.kill()


def index(portal: Portal) -> str:
    file = portal.world.ports.files.get("authors/index.html")
    return file.body.decode() if file else ""


def test_a_new_name_stands_in_the_index_at_once_after_a_kill(portal: Portal, holder: subprocess.Popen[str]) -> None:
    ports = portal.world.ports
    with pytest.raises(Unavailable):
        index_publishing.write_index(ports)
    assert worker.release_left_jobs(ports) == 0  # the holder lives

    holder.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, holder.pid, os.WEXITED | os.WNOWAIT)  # not taken note of yet: it is a zombie
    assert worker.release_left_jobs(ports) > 0
    portal.world.work()
    assert "Anna Nováková" in index(portal)


def test_a_job_of_a_process_that_lives_is_left_alone(portal: Portal, holder: subprocess.Popen[str]) -> None:
    ports = portal.world.ports
    before = [record for record in ports.store.page(DUE).records if from_record(record).leased_by]
    assert before
    assert worker.release_left_jobs(ports) == 0
    worker.run_due_jobs(ports, handlers())
    assert [record for record in ports.store.page(DUE).records if from_record(record).leased_by] == before


class Elsewhere:
    """The processes of another machine."""

    def own_name(self) -> str:
        return "another-boot/pid:[1] 1 1"

    def has_ended(self, name: str) -> bool:
        return SystemProcesses().has_ended(name)


def test_what_a_process_on_another_machine_holds_is_waited_for(portal: Portal) -> None:
    ports = replace(portal.world.ports, processes=Elsewhere())
    lease = index_publishing._lease(ports)
    lease.__enter__()
    with pytest.raises(Unavailable):
        index_publishing.write_index(portal.world.ports)
    portal.world.clock.forward(minutes=3)
    index_publishing.write_index(portal.world.ports)


def test_a_process_is_known_by_its_start_and_not_by_its_number_alone() -> None:
    processes = SystemProcesses()
    own = processes.own_name()
    place, pid, started_at = own.split(" ")
    assert not processes.has_ended(own)
    assert processes.has_ended(f"{place} {pid} {int(started_at) + 1}")
    assert processes.has_ended(f"{place} 4194305 1")  # above the largest number that Linux gives
    for unknown in ("", "x", f"another-boot/x {pid} 1", f"{place} x 1"):
        assert not processes.has_ended(unknown)


def test_a_lease_without_a_name_is_waited_for_as_before(portal: Portal) -> None:
    ports = portal.world.ports
    with index_publishing._lease(ports):
        record = ports.store.one(index_publishing.LEASE)
        assert record is not None
        nameless = replace(record, data={"until": record.data["until"]})
        assert not index_publishing._is_left(ports, nameless)
