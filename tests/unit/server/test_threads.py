"""Networks are served in turn, and forms never by all threads."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from threading import Event, Lock

from tests.server import soon

from byline.server.bounds import BOUNDS
from byline.server.threads import FairThreads

PATIENCE_SECONDS = 20
ONE = replace(BOUNDS, threads_for_pages=1, threads_for_forms=0)


@dataclass
class Log:
    answered: list[str] = field(default_factory=list)
    under_way: int = 0
    most: int = 0
    lock: Lock = field(default_factory=Lock)


@dataclass
class Task:
    network: str
    is_form: bool
    log: Log
    may_end: Event
    cancelled: bool = False

    def service(self) -> None:
        with self.log.lock:
            self.log.under_way += 1
            self.log.most = max(self.log.most, self.log.under_way)
        assert self.may_end.wait(PATIENCE_SECONDS)
        with self.log.lock:
            self.log.under_way -= 1
            self.log.answered.append(self.network)

    def cancel(self) -> None:
        self.cancelled = True


def free() -> Event:
    event = Event()
    event.set()
    return event


def test_a_network_with_many_requests_delays_another_by_one() -> None:
    threads, log, first = FairThreads(ONE), Log(), Event()
    threads.add_task(Task("first", False, log, first))
    soon(lambda: log.under_way, "the thread to be taken")
    for _ in range(50):
        threads.add_task(Task("many", False, log, free()))
    threads.add_task(Task("one", False, log, free()))
    first.set()

    soon(lambda: len(log.answered) == 52, "all to be answered")
    assert log.answered[:3] == ["first", "many", "one"]
    threads.shutdown()


def test_forms_that_wait_for_something_leave_threads_for_pages_and_for_other_networks() -> None:
    threads = FairThreads(replace(BOUNDS, threads_for_pages=2, threads_for_forms=4, threads_for_forms_a_network=3))
    slow, log, pages, end = Log(), Log(), Log(), Event()
    for _ in range(30):
        threads.add_task(Task("many", True, slow, end))
    soon(lambda: slow.under_way == 3, "the network to have all the threads it may have")
    threads.add_task(Task("other", True, log, free()))
    threads.add_task(Task("many", False, pages, free()))
    soon(lambda: log.answered and pages.answered, "the others to be answered")
    for _ in range(30):
        threads.add_task(Task("third", True, slow, end))
    soon(lambda: slow.under_way == 4, "the forms to have all the threads they may have")
    threads.add_task(Task("reader", False, pages, free()))
    soon(lambda: len(pages.answered) == 2, "a page to be answered all the same")
    assert slow.most == 4

    end.set()
    soon(lambda: len(slow.answered) == 60, "all to be answered in the end")
    threads.shutdown()


def test_a_shutdown_waits_for_what_is_under_way_and_gives_up_the_rest() -> None:
    threads, log, end = FairThreads(ONE), Log(), Event()
    running, waiting = Task("a", False, log, end), Task("b", False, log, end)
    threads.add_task(running)
    soon(lambda: log.under_way, "the thread to be taken")
    threads.add_task(waiting)
    end.set()
    threads.shutdown()

    assert log.answered + ["b"] * waiting.cancelled == ["a", "b"]
