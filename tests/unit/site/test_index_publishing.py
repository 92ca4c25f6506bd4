"""The files that all authors share have one writer at a time, and catch up with an index that lags."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from byline.accounts.model import State
from byline.errors import Unavailable
from byline.site import entries, index_entries, index_publishing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.unit.site.environment import World

    from byline.profiles.model import Profile
    from byline.store.port import Key, Page, Record, Write


def lag(world: World) -> Callable[[], None]:
    """From now on the index shows what it shows now; the way back is returned."""
    frozen = {index: world.store.inner.page(index, limit=1000) for index in (entries.PUBLISHED, entries.CHANGES)}
    world.store.page = lambda index, **_: frozen[index]

    def catch_up() -> None:
        world.store.page = world.store._page

    return catch_up


def test_a_site_without_authors_gets_its_empty_index(world: World) -> None:
    index_publishing.publish_index(world.ports, world.next_run())

    assert {path for path in world.published() if not path.endswith((".css", ".woff2"))} == {
        "authors/newest.json",
        "authors/index.html",
        "authors/index-1.json",
        "authors/index.json",
        "authors/sitemap.xml",
    }


def test_ones_own_change_shows_although_the_index_lags(world: World) -> None:
    catch_up = lag(world)
    profile = world.author()

    world.publish(profile)
    assert b"Ana Lima" in world.published()["authors/index.html"]

    catch_up()
    catch_up = lag(world)
    world.set_state(profile, State.SUSPENDED)
    world.publish(profile)
    assert b"Ana Lima" not in world.published()["authors/index.html"]


def test_what_a_lagging_index_hid_of_others_is_mended_by_the_later_run(world: World) -> None:
    catch_up = lag(world)
    world.publish(world.author("olu-abara", "Olu Abara", "Abara, Olu"))
    world.publish(world.author())
    assert b"Olu Abara" not in world.published()["authors/index.html"]
    catch_up()

    index_publishing.publish_index(world.ports, world.next_run())

    assert b"Olu Abara" in world.published()["authors/index.html"]
    assert b"Ana Lima" in world.published()["authors/index.html"]


def test_a_slow_run_does_not_lay_an_older_entry_over_a_newer_one(world: World) -> None:
    profile = world.author()
    world.store.page = overtaken(world, profile)

    world.publish(profile)
    world.clock.move(120)
    world.write_lists()

    assert b"Ana Zabel" in world.published()["authors/index.html"]


def overtaken(world: World, profile: Profile) -> Callable[..., Page]:
    """While the entries are read for the first time, one of them is written anew by another run."""

    def page(index: str, **how: Any) -> Page:
        if index != entries.PUBLISHED:
            return world.store.inner.page(index, **how)
        world.store.page = world.store._page
        world.edit(profile, name="Ana Zabel", sort_name="Zabel, Ana")
        with pytest.raises(Unavailable):
            world.publish(profile)
        return world.store.inner.page(index, **how)

    return page


def test_whoever_does_not_get_the_lease_is_tried_again(world: World) -> None:
    profile = world.author()

    def hook(when: str, what: str, path: str) -> None:
        if path == "authors/index.html" and when == "before":
            world.files.hook = None
            with pytest.raises(Unavailable):
                index_publishing.publish_index(world.ports, world.next_run())

    world.files.hook = hook
    world.publish(profile)

    assert b"Ana Lima" in world.published()["authors/index.html"]
    index_publishing.publish_index(world.ports, world.next_run())  # free again


def test_two_who_see_the_lease_free_do_not_both_get_it(world: World) -> None:
    real = world.store._get

    def get(*keys: Key) -> Mapping[Key, Record]:
        found = real(*keys)
        if keys == (index_publishing.LEASE,):
            world.store.get = real
            index_publishing.publish_index(world.ports, world.next_run())
        return found

    world.store.get = get

    with pytest.raises(Unavailable):
        index_publishing.publish_index(world.ports, world.next_run())


def test_a_run_that_fails_gives_the_lease_back(world: World) -> None:
    class Full(Exception):
        pass

    def hook(when: str, what: str, path: str) -> None:
        raise Full

    world.files.hook = hook
    with pytest.raises(Full):
        index_publishing.publish_index(world.ports, world.next_run())
    world.files.hook = None

    index_publishing.publish_index(world.ports, world.next_run())

    assert "authors/index.html" in world.published()


def test_a_run_held_up_beyond_its_lease_writes_no_more(world: World) -> None:
    profile = world.author()
    world.publish(profile)
    world.edit(profile, name="Ana Maria Lima")
    writes_after = []

    def hook(when: str, what: str, path: str) -> None:
        if path == "authors/letter/l/index.html" and when == "after":
            world.files.hook = lambda *step: writes_after.append(step)
            world.clock.move(121)

    world.files.hook = hook

    with pytest.raises(Unavailable):
        world.publish(profile)
    assert writes_after == []


def test_a_run_held_up_beyond_its_lease_does_not_end_the_lease_of_the_next(world: World) -> None:
    late, successor = index_publishing._lease(world.ports), index_publishing._lease(world.ports)
    late.__enter__()
    world.clock.move(121)
    successor.__enter__()

    late.__exit__(None, None, None)

    with pytest.raises(Unavailable):
        index_publishing.publish_index(world.ports, world.next_run())
    successor.__exit__(None, None, None)
    index_publishing.publish_index(world.ports, world.next_run())


def test_a_lease_of_a_run_that_died_is_over_after_two_minutes(world: World) -> None:
    class Killed(BaseException):
        pass

    def commit(*writes: Write) -> None:
        world.store._commit(*writes)
        world.store.commit = killed

    def killed(*_writes: Write) -> None:
        raise Killed

    world.store.commit = commit
    with pytest.raises(Killed):
        index_publishing.publish_index(world.ports, world.next_run())
    world.store.commit = world.store._commit

    with pytest.raises(Unavailable):
        index_publishing.publish_index(world.ports, world.next_run())
    world.clock.at += timedelta(minutes=2)
    index_publishing.publish_index(world.ports, world.next_run())


def test_letters_that_are_no_more_are_deleted(world: World) -> None:
    world.publish(world.author())
    second = world.author("olu-abara", "Olu Abara", "Abara, Olu")
    world.publish(second)
    world.set_state(second, State.SUSPENDED)

    world.publish(second)

    assert [path for path in world.published() if "letter/" in path] == ["authors/letter/l/index.html"]


def test_an_index_longer_than_the_stores_page_is_read_to_its_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_entries, "_RECORDS_A_PAGE", 2)
    for number in range(5):
        world.publish(world.author(f"ana-{number}", f"Ana {number}", f"{number}, Ana"))

    assert all(f"Ana {number}".encode() in world.published()["authors/index.html"] for number in range(5))
