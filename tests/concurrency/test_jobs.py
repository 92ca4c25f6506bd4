"""Several workers over one outbox: each job is in one worker's hands at a time."""

from __future__ import annotations

from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING

import pytest
from tests.concurrency.parallel import at_once

from byline.jobs.kinds import JobKind
from byline.jobs.model import DUE, Job, to_record
from byline.jobs.payloads import UpdateSearch
from byline.jobs.worker import LEASE_SECONDS, run_due_jobs
from byline.store.port import Create

if TYPE_CHECKING:
    from tests.environment import World
    from tests.people import Portal

    from byline.ports import Ports


class Hands:
    """A handler that notices when a job is in two workers' hands."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: set[str] = set()
        self.done: Counter[str] = Counter()
        self.met: list[str] = []

    def __call__(self, ports: Ports, job: Job) -> None:
        with self._lock:
            if job.id in self._held:
                self.met.append(job.id)
            self._held.add(job.id)
        ports.store.get(*(record.key for record in ports.store.page(DUE, limit=5).records))  # let the others in
        with self._lock:
            self._held.discard(job.id)
            self.done[job.id] += 1


def test_a_job_is_carried_out_by_one_of_eight_workers_at_a_time(world: World) -> None:
    ports, hands = world.ports, Hands()
    jobs = [Job(f"job-{number:02}", UpdateSearch("a"), world.clock.now()) for number in range(40)]
    for job in jobs:
        ports.store.commit(Create(to_record(job)))

    def work() -> int:
        done = 0
        while True:
            tally = run_due_jobs(ports, {JobKind.UPDATE_SEARCH: hands}, limit=25)
            done += tally.done
            if not tally.done:
                return done

    tallies = at_once([work] * 8)

    assert not hands.met
    assert hands.done == Counter({job.id: 1 for job in jobs})
    assert sum(tallies) == len(jobs)
    assert not ports.store.page(DUE).records


def test_a_job_whose_worker_died_is_taken_over_by_one_of_eight_when_its_lease_is_over(world: World) -> None:
    ports, hands = world.ports, Hands()
    ports.store.commit(Create(to_record(Job("job", UpdateSearch("a"), world.clock.now()))))

    class PowerCut(BaseException):
        pass

    def die(_ports: Ports, _job: Job) -> None:
        raise PowerCut

    with pytest.raises(PowerCut):
        run_due_jobs(ports, {JobKind.UPDATE_SEARCH: die})
    world.clock.forward(seconds=LEASE_SECONDS - 1)
    assert sum(at_once([lambda: run_due_jobs(ports, {JobKind.UPDATE_SEARCH: hands}).done] * 8)) == 0
    world.clock.forward(seconds=1)
    assert sum(at_once([lambda: run_due_jobs(ports, {JobKind.UPDATE_SEARCH: hands}).done] * 8)) == 1
    assert not hands.met
    assert hands.done == Counter({"job": 1})


def test_eight_workers_send_each_letter_once(portal: Portal) -> None:
    people = [portal.person(f"ana{number}@example.org", f"Ana Nr {number}") for number in range(12)]
    for person in people:
        assert person.register().status_code == 303

    at_once([portal.world.work] * 8)

    assert Counter(letter.to for letter in portal.world.mailer.sent) == Counter(person.address for person in people)
    assert len({letter.message_id for letter in portal.world.mailer.sent}) == len(people)
