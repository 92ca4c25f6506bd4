"""Threads that answer requests: networks in turn, pages and forms in turn."""

from __future__ import annotations

import logging
from collections import Counter, OrderedDict, deque
from threading import Condition, Thread
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from byline.server.bounds import Bounds

_log = logging.getLogger(__name__)


class Task(Protocol):
    """A connection with a whole request."""

    network: str
    is_form: bool

    def service(self) -> None:
        """Answer the request."""

    def cancel(self) -> None:
        """Give it up."""


class FairThreads:
    """Implements what waitress asks of its dispatcher.

    A network with a thousand requests waiting delays another one by one request, not by a thousand. Forms wait for
    hashes and photos, so they have threads of their own, and those of one network have some of these; the others wait.
    """

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._changed = Condition()
        self._pages: _Queue = OrderedDict()
        self._forms: _Queue = OrderedDict()
        self._forms_under_way = Counter[str]()
        self._pages_under_way = 0
        self._running = 0
        self._form_last = False
        self._stopping = False
        for number in range(bounds.threads_for_pages + bounds.threads_for_forms):
            Thread(target=self._run, name=f"byline-{number}", daemon=True).start()

    def add_task(self, task: Task) -> None:
        """Have a request answered."""
        with self._changed:
            queue = self._forms if task.is_form else self._pages
            queue.setdefault(task.network, deque()).append(task)
            self._changed.notify()

    def shutdown(self, *, timeout: float = 5) -> None:
        """Let the threads finish what they have in hand, and give up what waits."""
        with self._changed:
            self._stopping = True
            for queue in (self._pages, self._forms):
                for waiting in queue.values():
                    for task in waiting:
                        task.cancel()
                queue.clear()
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._running, timeout)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._is_stopping() or self._next_queue() is not None)
                if self._is_stopping():
                    return
                task = self._taken()
                self._running += 1
            form_of = task.network if task.is_form else None
            try:
                task.service()
            except Exception:  # noqa: BLE001 - a thread outlives whatever happens to one request
                _log.exception("a request could not be answered")
            with self._changed:
                self._running -= 1
                if form_of is None:
                    self._pages_under_way -= 1
                else:
                    self._forms_under_way[form_of] -= 1
                    if not self._forms_under_way[form_of]:
                        del self._forms_under_way[form_of]
                if self._is_stopping():
                    self._changed.notify_all()

    def _is_stopping(self) -> bool:
        return self._stopping

    def _next_queue(self) -> tuple[_Queue, str] | None:
        """The queue and the network whose turn it is: pages and forms in turn, networks in turn within each."""
        form = None
        if self._forms_under_way.total() < self._bounds.threads_for_forms:
            most = self._bounds.threads_for_forms_a_network
            form = next((each for each in self._forms if self._forms_under_way[each] < most), None)
        if self._pages_under_way < self._bounds.threads_for_pages and (form is None or self._form_last):
            page = next(iter(self._pages), None)
            if page is not None:
                return self._pages, page
        return None if form is None else (self._forms, form)

    def _taken(self) -> Task:
        turn = self._next_queue()
        assert turn is not None  # noqa: S101 - looked at under the same lock
        queue, network = turn
        waiting = queue.pop(network)
        task = waiting.popleft()
        if waiting:
            queue[network] = waiting  # at the end: the others come first
        self._form_last = task.is_form
        if task.is_form:
            self._forms_under_way[network] += 1
        else:
            self._pages_under_way += 1
        return task


_Queue = OrderedDict[str, deque[Task]]
