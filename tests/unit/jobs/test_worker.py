"""Promises are kept, or tried again, or given up where somebody sees it."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.environment import World, make_world
from tests.store_wrappers import CountingStore

from byline.errors import Rejected, Unavailable
from byline.jobs.kinds import JobKind
from byline.jobs.model import DEAD_LETTERS, DUE, Job, from_record, key, to_record
from byline.jobs.payloads import SendWaiting, UpdateSearch
from byline.jobs.worker import (
    LEASE_SECONDS,
    LONGEST_WAIT_SECONDS,
    MAX_TRIES,
    DeliveryStats,
    dead_letters,
    oldest_waiting,
    retry_dead_letters,
    run_due_jobs,
    run_job,
)
from byline.store.port import Create, Replace
from byline.store.sqlite import SqliteStore
from byline.store.wrapper import StoreWrapper

if TYPE_CHECKING:
    from pathlib import Path

    from byline.ports import Ports
    from byline.store.port import Page, Store


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


def due(world: World, job_id: str = "1", *, seconds: int = 0) -> None:
    at = world.clock.now() + timedelta(seconds=seconds)
    world.ports.store.commit(Create(to_record(Job(job_id, UpdateSearch("a"), at))))


def test_a_job_is_carried_out_once_and_forgotten(world: World) -> None:
    done: list[Job] = []
    due(world)

    first = run_due_jobs(world.ports, {JobKind.UPDATE_SEARCH: lambda _, job: done.append(job)})
    second = run_due_jobs(world.ports, {JobKind.UPDATE_SEARCH: lambda _, job: done.append(job)})

    assert (first.done, second.done) == (1, 0)
    assert [job.payload for job in done] == [UpdateSearch("a")]


def test_quick_jobs_that_wait_together_take_two_commits(tmp_path: Path) -> None:
    store = CountingStore(SqliteStore(":memory:"))
    world = make_world(tmp_path, store)
    done: list[str] = []
    for number in range(10):
        due(world, str(number))
    store.reset()

    assert run_due_jobs(world.ports, {JobKind.UPDATE_SEARCH: lambda _, job: done.append(job.id)}).done == 10
    assert done == [str(number) for number in range(10)]
    assert store.counts == (1, 2)


def test_search_entries_are_made_one_after_another_since_names_alike_name_one_another(world: World) -> None:
    threads: set[int] = set()
    for number in range(10):
        due(world, str(number))

    run_due_jobs(world.ports, {JobKind.UPDATE_SEARCH: lambda *_: threads.add(threading.get_ident())})
    assert threads == {threading.get_ident()}


def test_of_jobs_that_run_together_one_may_fail_and_one_be_taken_by_another_worker(world: World) -> None:
    done: list[str] = []

    def handle(ports: Ports, job: Job) -> None:
        if job.id == "3":
            raise Unavailable("down")
        done.append(job.id)

    for number in range(5):
        due(world, str(number))
    page = world.ports.store.page(DUE)
    taken = Job("1", UpdateSearch("a"), world.clock.now() + timedelta(seconds=LEASE_SECONDS), tries=1, version=2)
    world.ports.store.commit(Replace(to_record(taken)))
    stale = LaggingStore(world.ports.store, page)

    tally = run_due_jobs(replace(world.ports, store=stale), {JobKind.UPDATE_SEARCH: handle})

    assert (tally.done, tally.retried) == (3, 1)
    assert done == ["0", "2", "4"]
    assert {record.key.id for record in world.ports.store.page(DUE).records} == {"1", "3"}


class LaggingStore(StoreWrapper):
    """A store whose index shows what it showed before."""

    def __init__(self, inner: Store, shown: Page) -> None:
        super().__init__(inner)
        self._shown = shown

    def page(self, *_: object, **__: object) -> Page:
        return self._shown


def test_jobs_whose_lease_ends_before_their_turn_are_left_to_the_next_round(world: World) -> None:
    done: list[str] = []

    def slow(ports: Ports, job: Job) -> None:
        done.append(job.id)
        world.clock.forward(seconds=LEASE_SECONDS / 2)

    for number in range(5):
        due(world, str(number))

    assert run_due_jobs(world.ports, {JobKind.UPDATE_SEARCH: slow}).done == 2
    assert run_due_jobs(world.ports, {JobKind.UPDATE_SEARCH: slow}).done == 2
    assert run_due_jobs(world.ports, {JobKind.UPDATE_SEARCH: slow}).done == 1
    assert done == ["0", "1", "2", "3", "4"]


def test_emails_are_never_leased_before_their_turn(world: World) -> None:
    jobs = [Job(str(number), SendWaiting("a"), world.clock.now()) for number in range(3)]
    world.ports.store.commit(*(Create(to_record(job)) for job in jobs))
    tries: list[list[int]] = []

    def send(ports: Ports, job: Job) -> None:
        tries.append([from_record(record).tries for record in ports.store.page(DUE).records])

    run_due_jobs(world.ports, {JobKind.WAITING_EMAIL: send})

    assert [sum(each) for each in tries] == [1, 1, 1]


def test_a_job_waits_until_it_is_due(world: World) -> None:
    due(world, seconds=30)

    tally = run_due_jobs(world.ports, {})
    assert tally.next_due_at == world.clock.now() + timedelta(seconds=30)


def test_a_job_that_fails_is_tried_again_later_and_later(world: World) -> None:
    tries: list[float] = []
    start = world.clock.now()
    due(world)

    def fail(ports: Ports, _: Job) -> None:
        tries.append((ports.clock.now() - start).total_seconds())
        raise Unavailable

    while not dead_letters(world.ports):
        tally = run_due_jobs(world.ports, {JobKind.UPDATE_SEARCH: fail})
        if tally.next_due_at is not None:
            world.clock.at = tally.next_due_at
    assert len(tries) == MAX_TRIES
    assert tries[:4] == [0, 5, 25, 105]
    assert 24 * 3600 < tries[-1] < 48 * 3600
    assert dead_letters(world.ports)[0].last_fault == "Unavailable"


def test_what_will_never_be_taken_is_given_up_at_once(world: World) -> None:
    due(world)

    def refuse(*_: object) -> None:
        raise Rejected

    assert run_due_jobs(world.ports, {JobKind.UPDATE_SEARCH: refuse}).dead_letters == 1
    assert [job.id for job in dead_letters(world.ports)] == ["1"]


def test_one_jobs_fault_does_not_stop_the_others(world: World) -> None:
    done: list[str] = []
    due(world, "1")
    due(world, "2")

    def handle(_: Ports, job: Job) -> None:
        if job.id == "1":
            raise ZeroDivisionError
        done.append(job.id)

    tally = run_due_jobs(world.ports, {JobKind.UPDATE_SEARCH: handle})
    assert (tally.done, tally.retried) == (1, 1)
    assert done == ["2"]


def test_a_worker_that_died_loses_its_lease_after_a_minute(world: World) -> None:
    done: list[str] = []
    due(world)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_due_jobs(world.ports, {JobKind.UPDATE_SEARCH: die})
    keep = {JobKind.UPDATE_SEARCH: lambda _, job: done.append(job.id)}
    assert run_due_jobs(world.ports, keep).done == 0
    world.clock.forward(seconds=LEASE_SECONDS)
    assert run_due_jobs(world.ports, keep).done == 1
    assert done == ["1"]


def test_a_fault_is_logged_by_its_class_alone(world: World, caplog: pytest.LogCaptureFixture) -> None:
    due(world)

    def tell(*_: object) -> None:
        raise ValueError("ana@example.org could not be reached")

    run_due_jobs(world.ports, {JobKind.UPDATE_SEARCH: tell})
    assert "ValueError" in caplog.text
    assert "ana@example.org" not in caplog.text
    assert "ana@example.org" not in str(world.ports.store.get(key("1")))


def test_one_job_is_carried_out_by_its_key_and_only_while_it_is_due(world: World) -> None:
    done: list[str] = []
    handlers = {JobKind.UPDATE_SEARCH: lambda _, job: done.append(job.id)}
    due(world, "now")
    due(world, "later", seconds=30)

    tallies = [run_job(world.ports, handlers, job_id) for job_id in ("now", "now", "later", "never")]

    assert [tally.done for tally in tallies] == [1, 0, 0, 0]
    assert tallies[2].next_due_at == world.clock.now() + timedelta(seconds=30)
    assert done == ["now"]


def test_a_job_that_was_given_up_is_not_begun_again_by_its_key(world: World) -> None:
    due(world)

    def refuse(*_: object) -> None:
        raise Rejected

    run_due_jobs(world.ports, {JobKind.UPDATE_SEARCH: refuse})

    assert run_job(world.ports, {JobKind.UPDATE_SEARCH: refuse}, "1") == DeliveryStats()


def test_a_job_keeps_the_name_of_the_request_that_promised_it(world: World) -> None:
    asked = Job("1", UpdateSearch("a"), world.clock.now(), request="7f3a")
    world.ports.store.commit(Create(to_record(asked)))
    seen: list[str] = []

    def fail_first(_: Ports, job: Job) -> None:
        seen.append(job.request)
        if len(seen) == 1:
            raise Unavailable

    while len(seen) < 2:
        run_due_jobs(world.ports, {JobKind.UPDATE_SEARCH: fail_first})
        world.clock.forward(seconds=LEASE_SECONDS)

    assert seen == ["7f3a", "7f3a"]


def test_what_was_given_up_is_tried_again_when_asked_for(world: World) -> None:
    due(world)

    def refuse(*_: object) -> None:
        raise Rejected

    run_due_jobs(world.ports, {JobKind.UPDATE_SEARCH: refuse})
    assert retry_dead_letters(world.ports) == 1
    assert dead_letters(world.ports) == ()
    assert run_due_jobs(world.ports, {JobKind.UPDATE_SEARCH: lambda *_: None}).done == 1


def test_a_refused_letter_is_kept_for_thirty_days_and_what_the_site_failed_at_for_good(world: World) -> None:
    def refuse(*_: object) -> None:
        raise Rejected

    def fail(*_: object) -> None:
        raise Unavailable

    due(world, "refused")
    now = int(world.clock.now().timestamp())
    run_due_jobs(world.ports, {JobKind.UPDATE_SEARCH: refuse})
    due(world, "failed")
    for _ in range(MAX_TRIES):
        run_due_jobs(world.ports, {JobKind.UPDATE_SEARCH: fail})
        world.clock.forward(seconds=LONGEST_WAIT_SECONDS)

    found = world.ports.store.get(key("refused"), key("failed"))
    until = found[key("refused")].expires_at
    assert until is not None
    assert until - now == 30 * 24 * 3600
    assert found[key("failed")].expires_at is None


def test_a_job_that_only_a_newer_version_knows_waits_for_it_and_holds_up_nobody(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []
    handlers = {JobKind.UPDATE_SEARCH: lambda _, job: done.append(job.id)}
    at = world.clock.now()
    newer = to_record(Job("newer", UpdateSearch("a"), at - timedelta(seconds=5)))
    world.ports.store.commit(Create(replace(newer, data={**newer.data, "kind": "sing"})))
    due(world, "1")

    assert run_job(world.ports, handlers, "newer") == DeliveryStats()
    assert run_due_jobs(world.ports, handlers).done == 1

    assert done == ["1"]
    assert key("newer") in world.ports.store.get(key("newer"))
    assert "job newer is of a kind that this version does not know" in caplog.text
    assert oldest_waiting(world.ports).seconds == 5.0


def test_a_job_that_a_newer_version_gave_up_keeps_nobody_from_seeing_the_others(world: World) -> None:
    at = world.clock.now()
    newer = to_record(Job("newer", UpdateSearch("a"), at), index=DEAD_LETTERS)
    ours = to_record(Job("ours", UpdateSearch("a"), at), index=DEAD_LETTERS)
    world.ports.store.commit(Create(replace(newer, data={**newer.data, "kind": "sing"})), Create(ours))

    assert [job.id for job in dead_letters(world.ports)] == ["ours"]
    assert retry_dead_letters(world.ports) == 1


def test_what_is_not_due_is_not_late(world: World) -> None:
    assert oldest_waiting(world.ports).seconds == 0.0
    due(world, seconds=30)
    assert oldest_waiting(world.ports).seconds == 0.0
    world.clock.forward(seconds=40)
    assert oldest_waiting(world.ports).seconds == 10.0


def test_a_job_that_is_tried_in_vain_waits_since_its_first_try_and_says_why(world: World) -> None:
    def refuse(*_: object) -> None:
        raise Unavailable("ana@example.org may not be written to", code="AccessDeniedException")

    due(world)
    for seconds in (0, 5, 20):
        world.clock.forward(seconds=seconds)
        run_due_jobs(world.ports, {JobKind.UPDATE_SEARCH: refuse})
    assert oldest_waiting(world.ports).seconds == 25.0
    world.clock.forward(seconds=60)
    oldest = oldest_waiting(world.ports)
    assert oldest.seconds == 85.0
    assert oldest.last_fault == "Unavailable (AccessDeniedException)"
