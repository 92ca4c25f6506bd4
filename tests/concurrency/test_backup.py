"""A backup that is made while people register, are approved and write: what it restores is right and complete."""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING, Self

import pytest
from tests import invariants
from tests.environment import make_world
from tests.people import PASSWORD

from byline.accounts import confirmation, lookup, registration
from byline.accounts.actors import actor_of
from byline.accounts.addresses import normalise
from byline.accounts.clients import UNKNOWN_CLIENT
from byline.accounts.recognition import recognise
from byline.accounts.sessions import RegistrationSession
from byline.audit import OPERATOR
from byline.authors import decisions, drafts, pages
from byline.authors.drafts import SentDraft
from byline.errors import Unavailable
from byline.profiles import records
from byline.profiles.editing import PageChange
from byline.store.all_records import all_records
from byline.store.port import Create, Key, Record, Replace
from byline.store.sqlite import SqliteStore
from byline.transfer import backups
from byline.transfer.record_set import RecordSet
from byline.wiring import scratch_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.environment import World
    from tests.store_wrappers import HookedStore

    from byline.accounts.model import Account
    from byline.ports import Ports


class Crowd:
    """People who go on writing, and others who become authors, each in a thread, until they are told to stop."""

    def __init__(self, world: World, writers: int) -> None:
        self._ports = world.ports
        self._stop = threading.Event()
        self.saves = 0
        self.faults: list[BaseException] = []
        authors = [become_author(world.ports, n) for n in range(writers)]
        self._threads = [threading.Thread(target=self._write, args=(author,)) for author in authors]
        self._threads += [threading.Thread(target=self._arrive), threading.Thread(target=self._work, args=(world,))]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)
        assert self.faults == []

    def _write(self, author: Account) -> None:
        while not self._stop.is_set():
            with self._noted():
                account = lookup.load_by_address(self._ports, OPERATOR, author.address)
                change = PageChange(bio=f"<p>{self.saves}</p>", name=f"Name {self.saves}")
                pages.save_own(self._ports, actor_of(account), change)
                self.saves += 1

    def _arrive(self) -> None:
        number = 1000
        while not self._stop.is_set():
            with self._noted():
                number += 1
                become_author(self._ports, number)

    def _work(self, world: World) -> None:
        while not self._stop.is_set():
            with self._noted():
                world.work()

    def _noted(self) -> _Noted:
        return _Noted(self.faults, self._stop)


class _Noted:
    def __init__(self, faults: list[BaseException], stop: threading.Event) -> None:
        self._faults = faults
        self._stop = stop

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, fault: BaseException | None, _trace: object) -> bool:
        if fault is not None:
            self._faults.append(fault)
            self._stop.set()
        return fault is not None


def become_author(ports: Ports, number: int) -> Account:
    address = normalise(f"author{number}@example.org")
    entry = registration.register(
        ports, None, address=address, name=f"Name {number}", password=PASSWORD, client=UNKNOWN_CLIENT
    )
    session = recognise(ports, entry.cookie)
    assert isinstance(session, RegistrationSession)
    confirmation.confirm(ports, session)
    return decisions.approve(ports, OPERATOR, lookup.load_by_address(ports, OPERATOR, address).id)


@pytest.fixture
def restored(tmp_path: Path) -> Iterator[World]:
    """An empty installation to restore into."""
    world = make_world(tmp_path / "restored", SqliteStore(tmp_path / "restored.sqlite3"))
    yield world
    world.ports.store.close()


def test_what_a_backup_holds_belongs_together_while_everybody_writes(world: World, restored: World) -> None:
    with Crowd(world, writers=4) as crowd:
        while crowd.saves < 5 and not crowd.faults:
            crowd._stop.wait(0.01)
        before, stream = crowd.saves, io.BytesIO()
        backups.write(world.ports, OPERATOR, stream, made_by="-", scratch=scratch_store)
        while crowd.saves < before + 5 and not crowd.faults:
            crowd._stop.wait(0.01)

    stream.seek(0)
    backups.restore(restored.ports, OPERATOR, stream)
    found = invariants.everything(restored.ports.store)
    invariants.check_records(found)
    assert len(found.profiles) >= 4
    restored.clock.at = world.clock.at
    restored.work()
    invariants.check_files(restored.ports, invariants.everything(restored.ports.store))


class WithoutSnapshot:
    """What an engine looks like that has no read of one moment."""

    def snapshot(self) -> None:
        return None


@pytest.mark.timeout(300)
def test_what_was_half_read_is_read_again_where_there_is_no_read_of_one_moment(
    world: World, hooked: HookedStore, restored: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody saves, and somebody is approved, in the gaps of a slow read."""
    monkeypatch.setattr(type(hooked), "snapshot", WithoutSnapshot.snapshot, raising=False)
    ports = world.ports
    people = [become_author(ports, number) for number in range(20)][::7]
    turns = iter(range(1, 60))

    def between(name: str, _: object) -> None:
        turn = next(turns, None) if name == "scan" else None
        if turn is None:
            return
        hooked.before = lambda *_: None
        for person in people:
            account = lookup.load_by_address(ports, OPERATOR, person.address)
            pages.save_own(ports, actor_of(account), PageChange(bio=f"<p>{turn}</p>", name=f"Turn {turn}"))
        become_author(ports, 100 + turn)
        hooked.before = between

    monkeypatch.setattr("byline.store.all_records._SLICE", 40)  # more than a turn adds
    hooked.before = between
    stream = io.BytesIO()
    backups.write(ports, OPERATOR, stream, made_by="-", scratch=scratch_store)
    hooked.before = lambda *_: None

    assert next(turns) > 10
    stream.seek(0)
    backups.restore(restored.ports, OPERATOR, stream)
    invariants.check_records(invariants.everything(restored.ports.store))


@pytest.mark.parametrize("is_backwards", [False, True])
def test_a_draft_that_is_published_during_a_slow_read_is_restored_once(
    world: World, hooked: HookedStore, restored: World, monkeypatch: pytest.MonkeyPatch, *, is_backwards: bool
) -> None:
    """Its page is read before the publishing and the draft after it, or the draft before and the page after."""
    monkeypatch.setattr(type(hooked), "snapshot", WithoutSnapshot.snapshot, raising=False)
    ports = world.ports
    account = become_author(ports, 1)
    draft = drafts.save_own(ports, actor_of(account), SentDraft((("author_bio", "Kept."),)))
    rounds: list[list[str]] = []

    def items(_: RecordSet) -> Iterator[Record]:
        rounds.append([])
        for record in sorted(all_records(ports.store), key=lambda each: each.key, reverse=is_backwards):
            now = ports.store.one(record.key)
            if now is not None:
                yield now
            rounds[-1].append(record.key.kind)
            if len(rounds) == 2 and {"draft", "profile"} & {*rounds[-1]} and not {"draft", "profile"} <= {*rounds[-1]}:
                change = PageChange(bio="<p>Kept.</p>")
                pages.save_own(ports, actor_of(account), change, draft_seen=draft.mark)

    monkeypatch.setattr(RecordSet, "items", items)
    stream = io.BytesIO()
    backups.write(ports, OPERATOR, stream, made_by="-", scratch=scratch_store)
    monkeypatch.undo()

    stream.seek(0)
    backups.restore(restored.ports, OPERATOR, stream)
    store = restored.ports.store
    profile = store.one(records.key(draft.profile_id))
    assert profile is not None
    assert "Kept." in records.from_record(profile).content.bio
    assert store.one(records.draft_key(account.id)) is None


def test_a_record_that_is_never_at_rest_is_named_as_the_reason(
    world: World, hooked: HookedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(hooked), "snapshot", WithoutSnapshot.snapshot, raising=False)
    key = Key("account", "restless")
    hooked.commit(Create(Record(key, {"about": "x", "n": 0})))
    count = iter(range(1, 10_000))

    def between(name: str, _: object) -> None:
        if name in {"scan", "get"}:
            hooked.before = lambda *_: None
            n = next(count)
            hooked.inner.commit(Replace(Record(key, {"n": n}, n + 1)))
            hooked.before = between

    monkeypatch.setattr("byline.transfer.consistent_copy.companions", lambda _: ())
    hooked.before = between
    with pytest.raises(Unavailable, match="faster than it can be read"):
        backups.write(world.ports, OPERATOR, io.BytesIO(), made_by="-", scratch=scratch_store)
