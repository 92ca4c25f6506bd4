"""The probe behind ``/healthz``: it writes, it looks for damage, and what it finds is told until it is mended."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import make_portal
from tests.store_wrappers import HookedStore

from byline.errors import Unavailable
from byline.jobs.probe import PROBE, STALE_SECONDS, Probe
from byline.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path

    from tests.environment import World


@pytest.fixture
def store() -> HookedStore:
    return HookedStore(SqliteStore(":memory:"))


@pytest.fixture
def world(tmp_path: Path, store: HookedStore) -> World:
    return make_world(tmp_path, store)


def test_a_store_that_can_be_read_and_not_written_is_unhealthy_until_it_can(world: World, store: HookedStore) -> None:
    def full(name: str, _: tuple[object, ...]) -> None:
        if name == "commit":
            raise Unavailable("no space is left")

    probe = Probe()
    probe.check(world.clock.now())
    assert probe.run(world.ports) == ""
    probe.check(world.clock.now())
    store.before = full
    assert probe.run(world.ports) == "no space is left"
    with pytest.raises(Unavailable, match="no space is left"):
        probe.check(world.clock.now())
    store.before = lambda *_: None
    assert probe.run(world.ports) == ""
    probe.check(world.clock.now())
    record = store.one(PROBE)
    assert record is not None
    assert record.version == 2


def test_damage_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    probe = Probe()
    monkeypatch.setattr(SqliteStore, "damage", lambda _, **__: ("a page is malformed",))
    assert probe.run(world.ports) == "a page is malformed"
    with pytest.raises(Unavailable):
        probe.check(world.clock.now())


def test_a_probe_that_does_not_come_back_is_told(world: World) -> None:
    probe = Probe()
    probe.run(world.ports)
    world.clock.forward(seconds=STALE_SECONDS + 1)
    with pytest.raises(Unavailable, match="has not answered"):
        probe.check(world.clock.now())


def test_healthz_tells_what_the_probe_found_and_writes_nothing(world: World, store: HookedStore) -> None:
    def wrong() -> None:
        raise Unavailable("ana@example.org")

    calls: list[str] = []
    store.before = lambda name, _: calls.append(name)
    healthy = make_portal(world).app.test_client()
    assert healthy.get("/healthz").status_code == 200
    assert calls == ["ping"]
    portal = make_portal(world)
    context = portal.app.extensions["byline"]
    portal.app.extensions["byline"] = replace(context, check_health=wrong)
    answer = portal.app.test_client().get("/healthz")
    assert answer.status_code == 503
    assert "ana" not in answer.text
