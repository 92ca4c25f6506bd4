"""An author's files become what the records say, whatever happens on the way."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import pytest

from byline.accounts.model import State
from byline.errors import Unavailable
from byline.jobs import model as outbox
from byline.jobs.kinds import JobKind
from byline.jobs.payloads import Publish
from byline.profiles import portraits, records
from byline.site import addresses, entries, index_publishing, publishing
from byline.store.port import Delete

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.unit.site.environment import Hook, World

    from byline.profiles.model import Profile
    from byline.store.port import Write

    Worlds = Callable[[], World]
    Setup = Callable[[World], Profile]
    Change = Callable[[World, Profile], object]

PAGE = "authors/ana-lima/index.html"
JSON_PAGE = "authors/ana-lima/index.json"
YEAR = 365 * 24 * 60 * 60


class Crash(Exception):
    """The machine loses power."""


def crash_at(number: int, when: str) -> Hook:
    """A hook that raises before or after the write with this number (from 0)."""
    count = -1

    def hook(moment: str, _what: str, _path: str) -> None:
        nonlocal count
        count += moment == "before"
        if count == number and moment == when:
            raise Crash

    return hook


def complete(published: Mapping[str, bytes]) -> bool:
    """Whether everything that the published pages name is there as well.

    Lists may show an empty frame where a portrait was replaced, until they are written.
    """
    lists = ("authors/index.html", addresses.LETTERS)
    return all(
        named.decode().removeprefix("/") in published
        for path, body in published.items()
        if path.endswith("index.html")
        for named in re.findall(rb'(?:src|rel="stylesheet" href)="([^"]+)"', body)
        + re.findall(rb"(/authors/photos/\S+) \d+w", body)
        if not (path.startswith(lists) and b"/photos/" in named)
    )


def test_a_saved_profile_is_published_in_full(world: World) -> None:
    profile = world.author(bio="<p>Hello.</p>")

    world.publish(profile)

    published = world.published()
    assert b"Hello." in published[PAGE]
    assert json.loads(published[JSON_PAGE])["id"] == profile.id
    assert b"Ana Lima" in published["authors/index.html"]
    assert b"Ana Lima" in published["authors/letter/l/index.html"]
    assert b"/authors/ana-lima/" in published["authors/sitemap.xml"]
    assert json.loads(published["authors/index.json"])["authors"][0]["slug"] == "ana-lima"


def test_publishing_again_changes_nothing_and_writes_nothing(world: World) -> None:
    profile = world.author()
    world.publish(profile)
    before = world.published()
    world.files.writes.clear()

    world.publish(profile)

    assert world.published() == before
    assert world.files.writes == []


def test_no_file_says_a_word_about_the_account(world: World) -> None:
    profile = world.author()

    world.publish(profile)

    for body in world.published().values():
        assert b"secret@" not in body
        assert b"account-of" not in body


def test_a_profile_that_was_never_saved_is_not_published(world: World) -> None:
    profile = world.author()
    world.write(replace(profile, number=0))

    world.publish(profile)

    assert not world.published()


@pytest.mark.parametrize("state", [State.WAITING, State.DECLINED, State.SUSPENDED, State.DELETED])
def test_only_the_active_are_seen(world: World, state: State) -> None:
    profile = world.author()
    world.set_state(profile, state)

    world.publish(profile)

    assert not [path for path in world.published() if "ana-lima" in path]


def test_a_profile_without_an_account_is_published_once_it_was_saved(world: World) -> None:
    profile = world.author()
    world.write(replace(profile, account_id=None))

    world.publish(profile)

    assert PAGE in world.published()


def test_photos_come_before_the_page_that_shows_them_and_deletions_last(world: World) -> None:
    profile = world.author()
    world.edit(profile, photo=world.photo(profile, "first"))
    world.publish(profile)
    world.edit(profile, photo=world.photo(profile, "second"))
    world.files.writes.clear()

    world.publish(profile)

    own = [(what, path) for what, path, _ in world.files.writes if profile.id in path or "ana-lima" in path]
    folder = addresses.photo_folder(profile.id)
    assert own[:4] == [
        ("put", f"{folder}second-800.jpg"),
        ("put", f"{folder}second-400.jpg"),
        ("put", PAGE),
        ("put", JSON_PAGE),
    ]
    assert sorted(own[4:]) == [("delete", f"{folder}first-400.jpg"), ("delete", f"{folder}first-800.jpg")]


def test_what_never_changes_may_be_kept_for_a_year_and_pages_not_at_all(world: World) -> None:
    profile = world.author()
    world.edit(profile, photo=world.photo(profile, "first"))

    world.publish(profile)

    for _what, path, cache_seconds in world.files.writes:
        assert cache_seconds == (YEAR if path.endswith((".jpg", ".css", ".woff2")) else 0), path


def test_a_published_photo_is_the_private_one(world: World) -> None:
    profile = world.author()
    world.edit(profile, photo=world.photo(profile, "first"))

    world.publish(profile)

    assert world.published()[addresses.photo_folder(profile.id) + "first-400.jpg"] == b"first 400"


def test_a_photo_that_was_taken_off_is_gone(world: World) -> None:
    profile = world.author()
    world.edit(profile, photo=world.photo(profile, "first"))
    world.publish(profile)
    world.edit(profile, photo=None)

    world.publish(profile)

    assert not [path for path in world.published() if "photos" in path]


def test_lost_renditions_cost_the_picture_and_not_the_words(world: World) -> None:
    profile = world.author(bio="<p>Words.</p>")
    photo = world.photo(profile, "first")
    world.edit(profile, photo=photo)
    world.files.inner.delete(portraits.path(profile.id, photo, "800"))

    world.publish(profile)

    page = world.published()[PAGE]
    assert b"first-400.jpg" in page
    assert b"first-800.jpg" not in page
    assert complete(world.published())

    world.files.inner.delete(portraits.path(profile.id, photo, "400"))
    world.files.inner.delete(addresses.photo(profile.id, photo, 400))
    world.publish(profile)

    assert b"Words." in world.published()[PAGE]
    assert b"<img" not in world.published()[PAGE]


def test_a_new_address_leaves_a_stub_at_the_old_one(world: World) -> None:
    profile = world.author()
    world.publish(profile)
    world.edit(profile, slug="ana-maria-lima")

    world.publish(profile)

    published = world.published()
    assert b"url=/authors/ana-maria-lima/" in published[PAGE]
    assert JSON_PAGE not in published
    assert "authors/ana-maria-lima/index.html" in published
    assert b"ana-lima" not in published["authors/sitemap.xml"]


def test_a_new_sort_name_moves_the_author_to_another_letter(world: World) -> None:
    profile = world.author()
    world.publish(profile)
    world.edit(profile, name="Ana Zabel", sort_name="Zabel, Ana")

    world.publish(profile)

    letters = [path for path in world.published() if "/letter/" in path]
    assert letters == ["authors/letter/z/index.html"]


def test_a_suspended_author_is_gone_everywhere_and_comes_back_the_same(world: World) -> None:
    other = world.author("olu-abara", "Olu Abara", "Abara, Olu")
    world.publish(other)
    profile = world.author()
    world.edit(profile, photo=world.photo(profile, "first"), slug="ana-maria")
    world.publish(profile)
    before = world.published()
    world.set_state(profile, State.SUSPENDED)

    world.publish(profile)

    gone = world.published()
    assert not [path for path in gone if re.search(r"ana|photos|letter/l/", path)]
    assert not [path for path, body in gone.items() if b"ana-" in body or b"Lima" in body]
    assert b"Olu Abara" in gone["authors/index.html"]

    world.set_state(profile, State.ACTIVE)
    world.publish(profile)

    assert world.published() == before


def test_a_profile_whose_record_is_gone_takes_its_files_along(world: World) -> None:
    profile = world.author()
    world.edit(profile, slug="ana")
    world.publish(profile)
    key = records.key(profile.id)
    world.store.inner.commit(Delete(key, world.live(profile).version))

    world.publish(profile)

    assert not [path for path in world.published() if "/ana" in path]
    assert entries.key(profile.id) not in world.store.get(entries.key(profile.id))


def test_saving_publishes_the_authors_own_files_with_two_reads_and_no_commit(world: World) -> None:
    profile = world.author(bio="<p>Hello.</p>")
    world.edit(profile, photo=world.photo(profile, "first"), slug="ana")
    live = world.live(profile)
    world.store.calls.clear()

    publishing.publish_own(world.ports, live)

    assert world.store.calls == ["get", "get"]
    assert {path for path in world.published() if "photos" not in path and not path.endswith((".css", ".woff2"))} == {
        PAGE,
        "authors/ana/index.html",
        "authors/ana/index.json",
    }
    assert complete(world.published())


def test_an_edit_touches_a_bounded_number_of_files(world: World) -> None:
    for number in range(60):
        world.publish(world.author(f"a{number}", f"A {number}", f"{chr(65 + number % 20)}, A"))
    profile = world.author()
    world.publish(profile)

    def written_by(**content: str) -> set[str]:
        world.clock.move(1)
        world.edit(profile, **content)
        world.files.writes.clear()
        world.publish(profile)
        return {path for _, path, _ in world.files.writes}

    assert written_by(bio="<p>New.</p>") == {PAGE, JSON_PAGE}
    world.files.writes.clear()
    index_publishing.publish_index(world.ports, world.later_run())
    assert {path for _, path, _ in world.files.writes} == {
        "authors/index-1.json",
        "authors/index.json",
        "authors/sitemap.xml",
    }
    assert written_by(name="Ana Maria Lima") == {
        PAGE,
        JSON_PAGE,
        "authors/newest.json",
        "authors/index.html",
        "authors/index-1.json",
        "authors/index.json",
        "authors/sitemap.xml",
        "authors/letter/l/index.html",
    }
    assert written_by(sort_name="Maria Lima, Ana") == {
        JSON_PAGE,
        "authors/newest.json",
        "authors/index.html",
        "authors/index-1.json",
        "authors/index.json",
        "authors/sitemap.xml",
        "authors/letter/l/index.html",
        "authors/letter/m/index.html",
    } | {PAGE}


def setup_first(world: World) -> Profile:
    index_publishing.write_index(world.ports)  # as at the start of every site
    profile = world.author(bio="<p>One.</p>")
    world.edit(profile, photo=world.photo(profile, "first"))
    return profile


def setup_edited(world: World) -> Profile:
    profile = setup_first(world)
    world.publish(profile)
    world.edit(
        profile, photo=world.photo(profile, "second"), slug="ana", sort_name="Maria Lima, Ana", bio="<p>Two.</p>"
    )
    return profile


def setup_suspended(world: World) -> Profile:
    profile = setup_edited(world)
    world.publish(profile)
    world.set_state(profile, State.SUSPENDED)
    return profile


@pytest.mark.parametrize("setup", [setup_first, setup_edited, setup_suspended])
@pytest.mark.parametrize("when", ["before", "after"])
def test_after_a_crash_at_any_write_the_next_try_ends_right(make_world: Worlds, setup: Setup, when: str) -> None:
    calm = make_world()
    profile = setup(calm)
    calm.files.writes.clear()
    calm.publish(profile)
    writes = len(calm.files.writes)

    assert writes >= 7
    for number in range(writes):
        world = make_world()
        profile = setup(world)
        world.files.hook = crash_at(number, when)
        with pytest.raises(Crash):
            world.publish(profile)
        assert complete(world.published())

        world.files.hook = None
        world.publish(profile, tries=2)
        assert world.published() == calm.published()


@pytest.mark.parametrize("lost", [True, False])
def test_after_a_crash_at_any_commit_the_next_try_ends_right(make_world: Worlds, lost: bool) -> None:
    calm = make_world()
    profile = setup_edited(calm)
    calm.clock.move(180)  # the later run of the setup is due
    calm.store.calls.clear()
    calm.publish(profile)
    commits = calm.store.calls.count("commit")

    assert commits == 7
    for number in range(commits):
        world = make_world()
        profile = setup_edited(world)
        world.clock.move(180)
        crash_in_commit(world, number, lost=lost)
        with pytest.raises(Crash):
            world.publish(profile)

        world.store.commit = world.store._commit
        world.clock.move(120)  # as long as the lease of a run that died
        world.publish(profile, tries=2)
        assert world.published() == calm.published()


def crash_in_commit(world: World, number: int, *, lost: bool) -> None:
    """Let the commit with this number fail, before it was carried out (``lost``) or after."""
    count = -1
    real = world.store.commit

    def commit(*writes: Write) -> None:
        nonlocal count
        count += 1
        if count != number or not lost:
            real(*writes)
        if count == number:
            raise Crash

    world.store.commit = commit


def newer_edit(world: World, profile: Profile) -> None:
    world.edit(profile, bio="<p>Three.</p>", slug="ana-three", photo=world.photo(profile, "third"))


def newer_without_photo(world: World, profile: Profile) -> None:
    world.edit(profile, bio="<p>Three.</p>", photo=None)


def newer_with_first_photo_again(world: World, profile: Profile) -> None:
    world.edit(profile, photo=world.photo(profile, "first"))


def suspension(world: World, profile: Profile) -> None:
    world.set_state(profile, State.SUSPENDED)


@pytest.mark.parametrize(
    "change",
    [newer_edit, newer_without_photo, newer_with_first_photo_again, suspension],
    ids=lambda change: change.__name__,
)
@pytest.mark.parametrize("inline", [True, False], ids=["in the request", "in a job"])
@pytest.mark.parametrize("setup", [setup_first, setup_edited], ids=["first", "later"])
def test_a_run_overtaken_at_any_step_never_goes_back_in_time(
    make_world: Worlds, setup: Setup, change: Change, inline: bool
) -> None:
    def run(world: World, profile: Profile) -> None:
        if inline:
            publishing.publish_own(world.ports, world.live(profile))
        else:
            world.publish(profile)

    calm = make_world()
    profile = setup(calm)
    steps = counted(calm)
    run(calm, profile)
    total = next(steps)
    calm.files.hook = calm.store.before = None
    change(calm, profile)
    calm.publish(profile)
    expected = calm.published()

    assert total >= 10
    for number in range(total):
        world = make_world()
        profile = setup(world)
        undone = overtake(world, profile, number, change)
        try:
            run(world, profile)
        except Unavailable:  # the one who overtook it has written the shared files meanwhile
            undone.append("the run that was overtaken")

        assert own(world.published(), pages_only=inline) == own(expected, pages_only=inline)
        if undone:  # a job that could not be done is tried again
            world.publish(profile, tries=2)
        elif inline:  # every save has a job
            world.publish(profile)
        world.clock.move(120)  # a change that met a run which had begun waits for the later one
        world.write_lists()
        assert world.published() == expected


def counted(world: World) -> Iterator[int]:
    """A counter that goes up before each call of the store and around each write of a file."""
    steps = count()
    world.files.hook = lambda *_: next(steps)
    world.store.before = lambda _: next(steps)
    return steps


def overtake(world: World, profile: Profile, number: int, change: Change) -> list[str]:
    """At the step with this number, let another run see a change and publish it whole; tells if it could not."""
    steps = count()
    undone: list[str] = []

    def step(*_: str) -> None:
        if next(steps) == number:
            world.files.hook = world.store.before = None
            change(world, profile)
            try:
                world.publish(profile)
            except Unavailable:  # the run that is held up is writing the shared files
                undone.append("the run that overtook")

    world.files.hook = world.store.before = step
    return undone


def own(published: Mapping[str, bytes], *, pages_only: bool) -> dict[str, bytes]:
    """What belongs to the author alone; photos that are used no more may lie there until the job comes."""
    pattern = r"authors/ana[^/]*/index.html" if pages_only else r"authors/(ana|photos)"
    return {path: body for path, body in published.items() if re.match(pattern, path)}


def test_a_profile_that_never_stands_still_is_left_to_the_next_try(world: World) -> None:
    profile = world.author()
    edits = 0

    def restless(when: str, what: str, path: str) -> None:
        nonlocal edits
        if when == "after" and path == PAGE:
            edits += 1
            world.edit(profile, bio=f"<p>{edits}</p>")

    world.files.hook = restless

    with pytest.raises(Unavailable):
        world.publish(profile)
    assert edits < 10

    world.files.hook = None
    world.publish(profile)

    assert f'<p dir="auto">{edits}</p>'.encode() in world.published()[PAGE]


def test_each_change_promises_one_more_run_a_minute_later(world: World) -> None:
    profile = world.author()
    world.publish(profile)
    world.edit(profile, bio="<p>Two.</p>")
    world.clock.move(1)
    world.edit(profile, bio="<p>Three.</p>")
    world.publish(profile)

    (promised,) = world.store.inner.page(outbox.DUE).records
    job = outbox.from_record(promised)
    assert job.kind is JobKind.PUBLISH_INDEX
    assert 60 <= (job.due_at - world.clock.now()).total_seconds() <= 120


def test_an_edit_never_joins_a_run_that_may_have_begun(world: World) -> None:
    profile = world.author()
    world.publish(profile)
    (promised,) = world.store.inner.page(outbox.DUE).records
    world.clock.at = outbox.from_record(promised).due_at
    world.edit(profile, bio="<p>Two.</p>")

    publishing.publish(world.ports, world.job(profile))

    assert len(world.store.inner.page(outbox.DUE).records) == 2


def test_a_job_for_nobody_does_no_harm(world: World) -> None:
    job = outbox.Job("job", Publish("nobody"), world.clock.now())

    publishing.publish(world.ports, job)

    assert not world.published()
