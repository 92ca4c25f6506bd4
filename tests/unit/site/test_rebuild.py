"""Readers' pages follow the site: what changed around the authors' words reaches every page that is out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from byline.accounts.model import State
from byline.jobs.kinds import JobKind
from byline.jobs.worker import run_due_jobs
from byline.site import index_publishing, rebuild

if TYPE_CHECKING:
    from tests.unit.site.environment import World

HANDLERS = {JobKind.REPUBLISH: rebuild.republish, JobKind.PUBLISH_INDEX: index_publishing.publish_index}


def renamed(world: World) -> None:
    world.ports = replace(world.ports, site=replace(world.ports.site, name="Marram Press"))


def work(world: World) -> None:
    while run_due_jobs(world.ports, HANDLERS).done:
        pass


def many(world: World, count: int) -> None:
    for number in range(count):
        profile = world.author(f"author-{number:03}", f"Author {number}", f"{number:03}")
        world.publish(profile)


def test_a_new_site_gets_its_empty_index(world: World) -> None:
    assert rebuild.rebuild_if_changed(world.ports)
    work(world)

    assert "authors/index.html" in world.published()


def test_a_new_name_of_the_site_reaches_every_page(world: World) -> None:
    many(world, 60)
    rebuild.rebuild_if_changed(world.ports)
    work(world)
    renamed(world)

    assert rebuild.rebuild_if_changed(world.ports)
    work(world)

    pages = {path: body for path, body in world.published().items() if path.endswith(".html")}
    assert len(pages) > 60
    assert [path for path, body in pages.items() if b"Marram Press" not in body or b"Sandhill Press" in body] == []


def test_where_nothing_changed_nothing_is_done_for_one_read(world: World) -> None:
    rebuild.rebuild_if_changed(world.ports)
    work(world)
    world.store.calls.clear()

    assert not rebuild.rebuild_if_changed(world.ports)
    assert world.store.calls == ["get"]


def test_a_lost_folder_of_pages_comes_back_when_asked_for(world: World) -> None:
    many(world, 3)
    rebuild.rebuild_if_changed(world.ports)
    work(world)
    before = world.published()
    for path in before:
        world.files.inner.delete(path)

    assert rebuild.rebuild_if_changed(world.ports, anyway=True)
    work(world)

    assert world.published() == before


def test_who_was_suspended_meanwhile_is_not_put_up_again(world: World) -> None:
    profile = world.author()
    world.publish(profile)
    world.set_state(profile, State.SUSPENDED)
    renamed(world)

    rebuild.rebuild_if_changed(world.ports)
    work(world)

    assert "authors/ana-lima/index.html" not in world.published()


def test_a_run_for_a_look_of_the_past_leaves_the_pages_to_the_one_of_today(world: World) -> None:
    many(world, 1)
    rebuild.rebuild_if_changed(world.ports)
    renamed(world)
    rebuild.rebuild_if_changed(world.ports)
    world.files.writes.clear()

    assert run_due_jobs(world.ports, HANDLERS, limit=1).done == 1
    assert world.files.writes == []
    work(world)
    assert b"Marram Press" in world.published()["authors/author-000/index.html"]


def test_slices_begun_twice_end_with_every_page_written(world: World) -> None:
    many(world, 30)
    rebuild.rebuild_if_changed(world.ports)
    work(world)
    renamed(world)
    rebuild.rebuild_if_changed(world.ports)
    (first,) = (record for record in world.store.inner.page("jobs").records if "republish" in record.key.id)
    from byline.jobs.model import from_record

    rebuild.republish(world.ports, from_record(first))  # and then the machine dies before the job is settled
    work(world)

    pages = [body for path, body in world.published().items() if path.startswith("authors/author-")]
    assert all(b"Marram Press" in body for body in pages if b"<html" in body)
