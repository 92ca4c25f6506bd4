from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, TypeVar

import pytest
from tests.contract.store.records import ANN, BEN, CLAIM, kept, record, sorts

from byline.errors import Conflict, Unavailable
from byline.store.port import Check, Create, Delete, Key, Replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from byline.store.port import Store

Answer = TypeVar("Answer")


def at_once(count: int, act: Callable[[int], Answer]) -> list[Answer]:
    """Do something in so many threads that all begin together."""
    barrier = Barrier(count)

    def begin(number: int) -> Answer:
        barrier.wait()
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


def test_of_sixty_claims_of_one_key_exactly_one_wins(store: Store) -> None:
    def claim(number: int) -> bool:
        try:
            store.commit(Create(record(CLAIM, by=number)), Create(record(Key("account", str(number)))))
        except Conflict as lost:
            return lost.keys != {CLAIM}
        return True

    won = at_once(60, claim)
    assert won.count(True) == 1
    assert kept(store, CLAIM) == {"by": won.index(True)}
    assert {each.key for each in store.scan().records} == {CLAIM, Key("account", str(won.index(True)))}


def test_a_counter_raised_by_sixteen_threads_loses_nothing(store: Store) -> None:
    store.commit(Create(record(count=0)))

    def add(_: int) -> None:
        added = 0
        while added < 5:
            found = store.get(ANN)[ANN]
            count = found.data["count"]
            assert isinstance(count, int)
            try:
                store.commit(Replace(record(version=found.version + 1, count=count + 1)))
            except Conflict:
                continue
            added += 1

    at_once(16, add)
    assert store.get(ANN)[ANN] == record(version=81, count=80)


def test_thirty_two_writers_are_all_served(store: Store) -> None:
    def write(number: int) -> None:
        for turn in range(5):
            key = Key("job", f"{number}/{turn}")
            store.commit(Create(record(key, sort=key.id, index="jobs")), Check(ANN, None))
            assert key in store.get(key)

    at_once(32, write)
    assert sorts(store, "jobs") == sorted(f"{number}/{turn}" for number in range(32) for turn in range(5))


def test_commits_that_touch_the_same_records_in_any_order_do_not_block_each_other(store: Store) -> None:
    keys = [Key("account", str(number)) for number in range(8)]
    store.commit(*(Create(record(key, count=0)) for key in keys))

    def shuffle(number: int) -> int:
        done = 0
        for _ in range(10):
            found = store.get(*keys)
            order = keys[number:] + keys[:number]
            try:
                store.commit(*(Replace(record(key, found[key].version + 1)) for key in order))
            except Conflict:
                continue
            done += 1
        return done

    done = sum(at_once(8, shuffle))
    assert {found.version for found in store.get(*keys).values()} == {1 + done}


def test_a_check_and_a_delete_of_the_same_record_never_both_win(store: Store) -> None:
    """Two that look at one record, each deciding on what the other is about to change."""
    for round_ in range(10):
        on_call = [Key("doctor", f"{round_}/{number}") for number in range(2)]
        store.commit(*(Create(record(key)) for key in on_call))

        def leave(number: int, on_call: list[Key] = on_call) -> bool:
            try:
                store.commit(Delete(on_call[number], 1), Check(on_call[1 - number], 1))
            except Conflict:
                return False
            return True

        left = at_once(2, leave)
        assert left.count(True) == 1
        assert len(store.get(*on_call)) == 1


def test_each_record_read_during_commits_is_whole(store: Store) -> None:
    store.commit(Create(record(ANN, a=1, b=1)), Create(record(BEN, a=1, b=1)))

    def act(number: int) -> None:
        for version in range(2, 32):
            if number == 0:
                store.commit(*(Replace(record(key, version, a=version, b=version)) for key in (ANN, BEN)))
            else:
                for found in store.get(ANN, BEN).values():
                    assert found.data == {"a": found.version, "b": found.version}

    at_once(4, act)


def test_a_closed_store_is_unavailable(store: Store) -> None:
    store.commit(Create(record()))
    store.close()
    for call in (
        lambda: store.get(ANN),
        lambda: store.page("accounts"),
        store.scan,
        lambda: store.commit(Create(record(BEN))),
        store.ping,
    ):
        with pytest.raises(Unavailable):
            call()


def test_closing_twice_is_fine(store: Store) -> None:
    store.close()
    store.close()


def test_a_store_answers_a_ping(store: Store) -> None:
    store.ping()
    assert store.scan().records == ()
