"""Readers' pages follow the press's branding: none keeps an older look, and how many follow is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.audit import OPERATOR
from byline.files.port import File
from byline.jobs.kinds import JobKind
from byline.jobs.model import enqueue
from byline.jobs.upkeep_payloads import Republish
from byline.jobs.worker import run_due_jobs
from byline.looks.branding import Branding, Logo
from byline.press import records as press_records
from byline.press.files import path
from byline.site import index_publishing, rebuild
from byline.site.rebuild import Progress, read_progress

if TYPE_CHECKING:
    from tests.unit.site.environment import World

HANDLERS = {JobKind.REPUBLISH: rebuild.republish, JobKind.PUBLISH_INDEX: index_publishing.publish_index}


def brand(world: World, branding: Branding) -> None:
    """What a publisher's save commits."""
    before = world.store.inner.one(press_records.KEY)
    world.store.inner.commit(press_records.save_op(before, branding), enqueue(world.ports, Republish("", "")))


def work(world: World) -> None:
    while run_due_jobs(world.ports, HANDLERS).done:
        pass


def many(world: World, count: int) -> None:
    for number in range(count):
        world.publish(world.author(f"author-{number:03}", f"Author {number}", f"{number:03}"))
    rebuild.rebuild_if_changed(world.ports)
    work(world)


def test_progress_is_told_slice_by_slice(world: World) -> None:
    many(world, 60)
    assert read_progress(world.ports, OPERATOR) == Progress(60, 60, is_done=True)
    brand(world, Branding(site_name="Dune House"))
    seen = []
    while run_due_jobs(world.ports, HANDLERS, limit=1).done:
        seen.append(read_progress(world.ports, OPERATOR))

    assert [(each.written, each.of, each.is_done) for each in seen[:4]] == [
        (0, 0, False),
        (25, 60, False),
        (50, 60, False),
        (60, 60, True),
    ]
    pages = [body for file, body in world.published().items() if file.endswith(".html")]
    assert len(pages) > 60
    assert all(b"Dune House" in body for body in pages)


def test_a_page_that_is_written_while_the_branding_changes_has_the_new_one(world: World) -> None:
    profile = world.author()

    def change(when: str, _: str, file: str) -> None:
        if (
            when == "before"
            and file == "authors/ana-lima/index.html"
            and world.store.inner.one(press_records.KEY) is None
        ):
            brand(world, Branding(site_name="Dune House"))

    world.files.hook = change
    world.publish(profile)

    page = world.published()["authors/ana-lima/index.html"]
    assert b"Dune House" in page
    assert b"Sandhill Press" not in page


def test_the_second_of_two_changes_wins_on_every_page(world: World) -> None:
    many(world, 30)
    brand(world, Branding(site_name="First House", accent="#0a5c8a"))
    run_due_jobs(world.ports, HANDLERS, limit=1)
    run_due_jobs(world.ports, HANDLERS, limit=1)
    brand(world, Branding(site_name="Second House"))
    work(world)

    pages = [body for file, body in world.published().items() if file.endswith(".html")]
    assert all(b"Second House" in body and b"First House" not in body for body in pages)
    assert read_progress(world.ports, OPERATOR).is_done


def test_a_branding_that_says_the_same_rewrites_nothing(world: World) -> None:
    many(world, 2)
    brand(world, Branding())
    world.files.writes.clear()
    work(world)

    assert world.files.writes == []


def test_logos_that_nothing_names_go_after_a_day(world: World) -> None:
    named, left = Logo("a" * 32, 9, 9), Logo("b" * 32, 9, 9)
    for logo in (named, left):
        world.files.inner.put(File(path(logo.digest), b"PNG", "image/png"))
    brand(world, Branding(logo=named))
    work(world)
    assert path(left.digest) in world.published()

    world.clock.at = max(entry.put_at for entry in world.files.inner.entries("authors/byline."))
    world.clock.move(25 * 3600)
    brand(world, Branding(site_name="Dune House", logo=named))
    work(world)

    assert path(named.digest) in world.published()
    assert path(left.digest) not in world.published()
