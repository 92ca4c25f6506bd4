"""The queue in front of the password hashes: known devices and links first, the others for a while."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from tests.server import soon

from byline.errors import TooMany
from byline.hash_queue import AT_ONCE, BUSY, MOST_WAITING, HashQueue
from byline.server.bounds import BOUNDS

if TYPE_CHECKING:
    from concurrent.futures import Future


def test_whoever_comes_first_is_served_first_and_a_known_device_before_all_of_them() -> None:
    queue, served = HashQueue(at_once=1, patience_seconds=60), list[str]()

    def hashes(name: str, *, first: bool) -> None:
        with queue.turn(first=first):
            served.append(name)

    waiting: list[Future[None]] = []
    with ThreadPoolExecutor(4) as pool:
        with queue.turn(first=False):
            for name in ("a stranger", "another", "a known device"):
                waiting.append(pool.submit(hashes, name, first=name == "a known device"))
                soon(lambda: len(queue._others) + len(queue._first) == len(waiting), "the form to wait")
        for each in waiting:
            each.result()
    assert served == ["a known device", "a stranger", "another"]


def test_a_stranger_who_waited_in_vain_is_told_and_takes_no_turn_from_anybody() -> None:
    queue = HashQueue(at_once=2, patience_seconds=0)

    with queue.turn(first=False), queue.turn(first=True), pytest.raises(TooMany) as told, queue.turn(first=False):
        pass
    assert told.value.what == BUSY
    with queue.turn(first=False), queue.turn(first=False):
        pass


def test_a_stranger_too_many_is_told_at_once_and_a_known_device_waits_all_the_same() -> None:
    queue = HashQueue(at_once=1, patience_seconds=60, most_waiting=1)

    def hashes(*, first: bool) -> None:
        with queue.turn(first=first):
            pass

    with ThreadPoolExecutor(2) as pool:
        with queue.turn(first=False):
            stranger = pool.submit(hashes, first=False)
            soon(lambda: len(queue._others) == 1, "the stranger to wait")
            with pytest.raises(TooMany):
                hashes(first=False)
            known = pool.submit(hashes, first=True)
            soon(lambda: len(queue._first) == 1, "the known device to wait")
        stranger.result()
        known.result()


def test_a_turn_that_ended_in_a_fault_is_given_back() -> None:
    queue = HashQueue(at_once=1, patience_seconds=0)

    for _ in range(3):
        with pytest.raises(ValueError, match="a fault"), queue.turn(first=False):
            raise ValueError("a fault")


def test_strangers_who_wait_leave_threads_for_all_others() -> None:
    assert BOUNDS.threads_for_forms >= 1.5 * (MOST_WAITING + AT_ONCE)
    assert MOST_WAITING + AT_ONCE >= 30, "a class that logs in at the same moment"
