"""A whole store moves to any other engine and back: the same records, or a copy that says it is none."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from tests.contract.store.records import sorts
from tests.environment import StoppedClock
from tests.store_wrappers import HookedStore

from byline.audit import OPERATOR
from byline.errors import Invalid, Misconfigured
from byline.store.dynamodb import DynamoStore
from byline.store.formats import MARK
from byline.store.port import Create, CreateCopy, Delete, IndexEntry, Key, Record, Replace, Store
from byline.store.sqlite import SqliteStore
from byline.transfer import copies, copy_lock
from byline.transfer.record_set import RecordSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from byline.transfer.checksums import Sum

CLOCK = StoppedClock()
NOW = int(CLOCK.now().timestamp())
ODD = ["ü", "雪\x00\n", "😀/#%", 'a"\\', "\U0010ffff", "x" * 900]
ORIGIN = "sqlite:///somewhere"


class KilledError(BaseException):
    """What a process that is killed would not have noticed."""


def everything() -> list[Record]:
    """Records of every sort: with entries and without, with expiries, of many versions, odd and large ones."""
    found = [
        Record(Key("account", f"{n:03}"), {"name": f"Name {n}"}, n + 1, IndexEntry("accounts", f"active/{n:03}"))
        for n in range(240)
    ]
    found += [Record(Key("session", f"{n}"), {"seen": n}, expires_at=NOW + n * 600) for n in range(20)]
    found += [Record(Key("claim", text), {"text": text, "null": None, "on": True}, 2**40) for text in ODD]
    found += [Record(Key("version", f"{n}"), {"bio": f"{n}" + "雪" * 130_000}, n + 1) for n in range(8)]
    found.append(Record(Key("site", "depth"), {"a": [{"b": [1, -(2**63), 2**63 - 1, ""]}]}))
    return found


def filled(store: Store, records: list[Record]) -> Store:
    for record in records:
        store.commit(CreateCopy(record))
    return store


def current(store: Store) -> dict[Key, Record]:
    return {record.key: record for record in RecordSet(store).items()}


def copied(source: Store, target: Store, origin: str = ORIGIN) -> Mapping[str, Sum]:
    return copies.copy(OPERATOR, RecordSet(source), RecordSet(target), origin=origin, clock=CLOCK)


@pytest.fixture
def source() -> Iterator[Store]:
    """A store with a little of everything."""
    opened = filled(SqliteStore(":memory:"), everything())
    yield opened
    opened.close()


def test_everything_comes_over_and_back(source: Store, store: Store) -> None:
    there = SqliteStore(":memory:")
    first = copied(source, store, ORIGIN)
    second = copied(store, there, "back")

    assert current(source) == current(store) == current(there)
    assert first == second
    assert first["account"].count == 240
    assert store.scan(limit=1_000).records != ()
    assert sorts(store) == sorts(there) == [f"active/{n:03}" for n in range(240)]


@pytest.mark.dynamodb
def test_one_table_is_copied_into_another(source: Store, dynamodb_endpoint: str) -> None:
    def table() -> DynamoStore:
        return DynamoStore(f"copy-{uuid4().hex}", region="eu-west-1", endpoint=dynamodb_endpoint, create_table=True)

    one, other = table(), table()
    copied(source, one)
    copied(one, other, "table")
    assert current(source) == current(other)


def test_what_expires_within_the_hour_is_copied_and_not_counted(source: Store, store: Store) -> None:
    sums = copied(source, store, ORIGIN)
    assert sums["session"].count == 14  # those of ten to fifty minutes are in no sum, nor the one that ends now
    assert len([key for key in current(source) if key.kind == "session"]) == 20


def test_nothing_is_put_into_a_store_that_holds_something(source: Store, store: Store) -> None:
    store.commit(Create(Record(Key("note", "1"), {})))
    with pytest.raises(Misconfigured, match="not empty"):
        copied(source, store)
    assert list(current(store)) == [Key("note", "1")]


def test_what_is_negligible_makes_way(source: Store, store: Store) -> None:
    filled(store, [Record(Key("job", f"{n}"), {"kind": "republish"}) for n in range(150)])
    copied(source, store)
    assert current(source) == current(store)


def test_an_empty_source_is_refused(store: Store) -> None:
    with pytest.raises(Misconfigured, match="nothing to copy"):
        copied(SqliteStore(":memory:"), store)
    assert current(store) == {}


def stops(source: Store, *, after: bool) -> list[int]:
    """At which commits a copy can be stopped."""
    seen = []
    counting = HookedStore(SqliteStore(":memory:"), before=lambda name, _: seen.append(name))
    copied(source, counting)
    return list(range(1, seen.count("commit") + (not after)))


def stopping(inner: Store, at: int, *, after: bool) -> HookedStore:
    """A store whose caller is killed at a commit, before it or after it."""
    left = [at]

    def stop(name: str, _: object) -> None:
        if name == "commit":
            left[0] -= 1
            if not left[0]:
                raise KilledError

    return HookedStore(inner, after=stop) if after else HookedStore(inner, before=stop)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_copy_that_was_killed_goes_on_wherever_it_stopped(source: Store, after: bool) -> None:
    for at in stops(source, after=after):
        target = SqliteStore(":memory:")
        with pytest.raises(KilledError):
            copied(source, stopping(target, at, after=after))
        copied(source, target)
        assert current(source) == current(target)


def test_a_copy_that_was_killed_goes_on_on_every_engine(source: Store, store: Store) -> None:
    with pytest.raises(KilledError):
        copied(source, stopping(store, 4, after=True))
    half = len(current(store))
    written = []
    copied(source, HookedStore(store, before=lambda name, args: written.extend(args if name == "commit" else ())))
    assert current(source) == current(store)
    assert len([write for write in written if isinstance(write, CreateCopy)]) == len(current(source)) - half > 0


def test_a_copy_that_goes_on_follows_what_the_source_has_become(source: Store, store: Store) -> None:
    with pytest.raises(KilledError):
        copied(source, stopping(store, 7, after=True))
    there = current(store)
    changed, gone, *_ = there
    source.commit(
        Replace(Record(changed, {"name": "Anew"}, there[changed].version + 1)),
        Delete(gone, there[gone].version),
        Create(Record(Key("account", "late"), {})),
    )
    copied(source, store)
    assert current(source) == current(store)


def test_a_half_copy_is_not_gone_on_with_from_elsewhere(source: Store, store: Store) -> None:
    with pytest.raises(KilledError):
        copied(source, stopping(store, 3, after=True))
    with pytest.raises(Misconfigured, match=f"being filled from {ORIGIN}"):
        copied(source, store, "sqlite:///elsewhere")


def test_a_half_copy_is_nothing_to_work_with_or_to_copy_from(source: Store, store: Store) -> None:
    with pytest.raises(KilledError):
        copied(source, stopping(store, 3, after=True))
    with pytest.raises(Misconfigured, match="not all is there"):
        copy_lock.refuse_locked(store)
    with pytest.raises(Misconfigured, match="not finished"):
        copied(store, SqliteStore(":memory:"), "half")
    copied(source, store)
    copy_lock.refuse_locked(store)


def writing(inner: Store, at: int, write: Callable[[], None]) -> HookedStore:
    """A source that is written to while its so-many-th slice is read."""
    left = [at]

    def look(name: str, _: object) -> None:
        if name == "scan":
            left[0] -= 1
            if not left[0]:
                write()

    return HookedStore(inner, before=look)


@pytest.mark.parametrize("at", [4, 5, 6], ids=["copying", "comparing the first slice", "comparing the second"])
def test_a_source_that_is_written_to_meanwhile_is_found_out_and_the_copy_goes_on(source: Store, at: int) -> None:
    target = SqliteStore(":memory:")
    key = Key("account", "000")

    def write() -> None:
        source.commit(Replace(Record(key, {"name": "Late"}, 2)), Create(Record(Key("zeal", "late"), {})))

    with pytest.raises(Invalid, match="written to meanwhile"):
        copied(writing(filled(source, many()), at, write), target)
    with pytest.raises(Misconfigured, match="not all is there"):
        copy_lock.refuse_locked(target)
    copied(source, target)
    assert current(source) == current(target)


def many() -> list[Record]:
    """So many more that the source is read in two slices: to be counted, to be copied, and to be compared."""
    return [Record(Key("event", f"{n:04}"), {"n": n}) for n in range(400)]


def test_a_target_that_is_written_to_meanwhile_is_found_out(source: Store) -> None:
    target = SqliteStore(":memory:")
    intruder = Record(Key("account", "001"), {"name": "Somebody"})

    def write() -> None:
        target.commit(Create(intruder))

    with pytest.raises(Misconfigured, match="in use"):
        copied(writing(source, 2, write), target)


def test_two_copies_into_one_target_do_not_mix(source: Store, store: Store) -> None:
    def other(name: str, _: object) -> None:
        if name == "commit" and MARK not in store.get(MARK):
            store.commit(Create(Record(MARK, {"from": "elsewhere"})))

    with pytest.raises(Misconfigured, match="in use"):
        copied(source, HookedStore(store, before=other))
