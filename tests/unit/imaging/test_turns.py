"""One person's photos wait for each other, and hold up no one else's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from byline.errors import Unavailable
from byline.imaging.turns import MOST_WAITING_EACH, Turns

PATIENCE_SECONDS = 20


def test_who_has_a_photo_under_way_waits_with_the_next_and_others_do_not() -> None:
    turns, end = Turns(2, PATIENCE_SECONDS), Event()
    begun: list[str] = []

    def develop(by: str) -> None:
        with turns.turn(by):
            begun.append(by)
            assert by != "greedy" or end.wait(PATIENCE_SECONDS)

    with ThreadPoolExecutor(4) as pool:
        greedy = [pool.submit(develop, "greedy") for _ in range(3)]
        pool.submit(develop, "other").result(PATIENCE_SECONDS)
        pool.submit(develop, "other").result(PATIENCE_SECONDS)
        assert begun.count("greedy") <= 1
        end.set()
        for each in greedy:
            each.result(PATIENCE_SECONDS)
    assert sorted(begun) == ["greedy"] * 3 + ["other"] * 2


def test_who_has_too_many_waiting_is_refused_at_once() -> None:
    turns, end, begun = Turns(1, PATIENCE_SECONDS), Event(), Event()

    def develop() -> None:
        with turns.turn("greedy"):
            begun.set()
            assert end.wait(PATIENCE_SECONDS)

    with ThreadPoolExecutor(1 + MOST_WAITING_EACH) as pool:
        first = pool.submit(develop)
        assert begun.wait(PATIENCE_SECONDS)
        waiting = [pool.submit(develop) for _ in range(MOST_WAITING_EACH)]
        while turns._waiting["greedy"] < MOST_WAITING_EACH:
            Event().wait(0.001)
        with pytest.raises(Unavailable), turns.turn("greedy"):
            pass
        end.set()
        for each in (first, *waiting):
            each.result(PATIENCE_SECONDS)


def test_who_waited_in_vain_is_told_and_leaves_nothing_behind() -> None:
    turns = Turns(1, 0)
    with turns.turn("one"):
        for by in ("one", "other"):
            with pytest.raises(Unavailable), turns.turn(by):
                pass
    with turns.turn("other"):
        pass
