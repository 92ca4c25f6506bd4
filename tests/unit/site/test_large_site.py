"""A site of any size: no file lists more than 500 authors, and one change of one author touches a few files."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from lxml import etree, html
from tests.unit.site.environment import NOON
from tests.unit.site.test_index_pages import sitemap_of

from byline.accounts.model import State
from byline.files.port import File
from byline.jobs.kinds import JobKind
from byline.jobs.model import Job, enqueue
from byline.jobs.payloads import Publish
from byline.jobs.worker import run_due_jobs
from byline.profiles.model import Profile, ProfileId, Slug
from byline.site import entries, index_entries, index_parts, index_publishing, publishing, rebuild
from byline.site.entries import Published
from byline.store.dynamodb import DynamoStore
from byline.store.port import Create, IndexEntry, Replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tests.unit.site.environment import World

    from byline.store.port import Page

MANY = 2_000
MOST_FILES = 17
"""Files of lists that one change writes and deletes at most, when it divides a part."""
HANDLERS = {
    JobKind.PUBLISH: publishing.publish,
    JobKind.PUBLISH_INDEX: index_publishing.publish_index,
    JobKind.REPUBLISH: rebuild.republish,
}
SYLLABLES = ("ba", "cho", "da", "el", "fi", "ga", "hu", "in", "ka", "lo", "mi", "no", "ra", "sch", "ta", "ve")


def made_up(world: World, count: int, *, begin: int = 0) -> list[Published]:
    """Entries of authors whose pages nobody looks at here."""
    chance = random.Random(7 + begin)
    made = []
    for number in range(begin, begin + count):
        family = "".join(chance.choices(SYLLABLES, k=3)).capitalize()
        profile_id = ProfileId(f"id-{number:05}")
        sort = entries.sort_text(f"{family}, Ana", profile_id)
        slug = Slug(f"author-{number}")
        made.append(Published(profile_id, f"Ana {family}", f"{family}, Ana", slug, (), world.clock.now(), sort))
    for at in range(0, count, 100):
        world.store.inner.commit(*(Create(entries.to_record(entry)) for entry in made[at : at + 100]))
    return made


def bodies(world: World, pattern: str) -> dict[str, str]:
    """The published files whose paths match."""
    return {path: body.decode() for path, body in world.published().items() if re.fullmatch(pattern, path)}


def names_on(body: str) -> list[str]:
    return [str(name) for name in html.fromstring(body).xpath("//ul[@class='names']//a/text()")]


def walked(published: Mapping[str, bytes]) -> list[str]:
    """The names that a reader sees who begins at the first letter and turns the page until there is none."""
    index = html.fromstring(published["authors/index.html"].decode())
    names: list[str] = []
    links = index.xpath("//ul[@class='shelves']//a/@href")[:1]
    while links:
        page = html.fromstring(published[f"{links[0][1:]}index.html"].decode())
        names += page.xpath("//ul[@class='names']//a/text()")
        links = page.xpath("//a[@rel='next']/@href")
    return names


def listed_in_json(published: Mapping[str, bytes]) -> list[dict[str, Any]]:
    index = json.loads(published["authors/index.json"])
    parts = [json.loads(published[part.removeprefix("https://authors.example.org/")]) for part in index["parts"]]
    assert {part["format"] for part in parts} == {"byline-authors/2"}
    return [author for part in parts for author in part["authors"]]


def listed_in_sitemaps(published: Mapping[str, bytes]) -> list[str]:
    places = etree.fromstring(published["authors/sitemap.xml"]).xpath("//*[local-name()='loc']/text()")
    paths = [place.removeprefix("https://authors.example.org/") for place in places]
    return [url for path in paths for url in sitemap_of(published, path).xpath("//*[local-name()='loc']/text()")]


def check(world: World, everybody: Iterable[Published]) -> None:
    """Every list has everybody, once, in order, and no file has too many."""
    published = world.published()
    ordered = sorted(everybody, key=lambda entry: entry.sort)
    assert walked(published) == [entry.name for entry in ordered]
    assert [author["id"] for author in listed_in_json(published)] == [entry.profile_id for entry in ordered]
    addresses = [f"https://authors.example.org/authors/{entry.slug}/" for entry in ordered]
    assert listed_in_sitemaps(published) == ["https://authors.example.org/authors/", *addresses]
    for body in published.values():
        assert body.count(b"/authors/author-") <= 500
    counts = html.fromstring(published["authors/index.html"].decode()).xpath("//ul[@class='shelves']//span/text()")
    assert sum(int(count.split()[0]) for count in counts) == len(ordered)
    parts = {path for path in published if re.search(r"letter/|index-\d|sitemap-\d", path)}
    layout = index_entries.read_layout(world.ports)
    assert layout
    assert len(parts) == 3 * len(layout.parts) + 1


def written(world: World, act: Callable[[], object]) -> list[str]:
    """The files of lists that were put or deleted because of something, within the next minutes too."""
    world.files.writes.clear()
    act()
    world.clock.move(120)
    world.write_lists()
    return [path for _, path, _ in world.files.writes if not path.startswith(("authors/ana", "authors/photos"))]


@pytest.fixture
def large(world: World) -> World:
    """A site with many authors, and lists that are up to date."""
    made_up(world, MANY)
    index_publishing.write_index(world.ports, everything=True)
    world.clock.move(120)
    world.write_lists()
    return world


def everybody(world: World) -> list[Published]:
    pages = (
        world.store.inner.page(entries.PUBLISHED, limit=1000),
        world.store.inner.page(entries.PUBLISHED, limit=1000, descending=True),
    )
    found = {record.key: record for page in pages for record in page.records}
    after = pages[0].next
    while after:
        page = world.store.inner.page(entries.PUBLISHED, limit=1000, after=after)
        found |= {record.key: record for record in page.records}
        after = page.next
    return [entries.from_record(record) for record in found.values()]


def test_no_file_lists_more_than_five_hundred_authors(large: World) -> None:
    check(large, everybody(large))


def test_up_to_five_hundred_authors_are_in_one_file_and_one_more_divides_it(world: World) -> None:
    made_up(world, 500)
    index_publishing.write_index(world.ports, everything=True)
    whole = json.loads(world.published()["authors/index.json"])
    assert (whole["format"], len(whole["authors"])) == ("byline-authors/1", 500)

    profile = world.author()
    world.publish(profile)
    check(world, everybody(world))

    world.set_state(profile, State.SUSPENDED)
    world.publish(profile)
    assert json.loads(world.published()["authors/index.json"]) == whole
    assert not bodies(world, r"authors/(index-(?!1\.)|sitemap-|letter/./\d).*")
    assert index_entries.read_layout(world.ports) is None


def test_an_edit_of_one_author_writes_one_part_of_the_json_and_of_the_sitemap(large: World) -> None:
    profile = large.author()
    large.publish(profile)
    large.clock.move(120)
    large.write_lists()

    def edit() -> None:
        large.edit(profile, bio="<p>New.</p>")
        large.publish(profile)

    touched = written(large, edit)

    assert sorted(re.sub(r"\d+", "N", path) for path in touched) == ["authors/index-N.json", "authors/sitemap-N.xml"]
    check(large, everybody(large))


def test_one_author_who_comes_moves_or_goes_touches_a_few_files(large: World) -> None:
    profile = large.author()

    def change(sort_name: str) -> None:
        large.edit(profile, sort_name=sort_name)
        large.publish(profile)

    def hide() -> None:
        large.set_state(profile, State.SUSPENDED)
        large.publish(profile)

    came = written(large, lambda: large.publish(profile))
    assert len(came) == 5  # the page of the letter, the part of the JSON and of the sitemap, the index, the newest
    moved = written(large, lambda: change("Mabel, Ana"))
    assert len(moved) == 8
    to_a_new_letter = written(large, lambda: change("Quast, Ana"))
    assert len(to_a_new_letter) <= MOST_FILES
    gone = written(large, hide)
    assert len(gone) <= MOST_FILES
    check(large, everybody(large))


def test_one_author_who_divides_a_part_touches_a_few_files(large: World, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = large.author()
    layout = index_entries.read_layout(large.ports)
    assert layout
    part = layout.covering("lima  ana\t")
    assert part
    monkeypatch.setattr(index_parts, "MOST_IN_A_PART", part.count)
    monkeypatch.setattr(index_parts, "_USUAL", part.count - 20)

    divided = written(large, lambda: large.publish(profile))

    after = index_entries.read_layout(large.ports)
    assert after
    assert len(after.parts) == len(layout.parts) + 1
    assert 7 < len(divided) <= MOST_FILES
    check(large, everybody(large))


def test_one_change_reads_no_more_than_the_parts_it_touches(large: World) -> None:
    profile = large.author()
    read = 0

    def page(index: str, **how: Any) -> Page:
        nonlocal read
        found = large.store._page(index, **how)
        read += len(found.records)
        return found

    large.store.page = page
    large.publish(profile)
    large.clock.move(120)
    large.write_lists()

    assert 0 < read < 3 * index_parts.MOST_IN_A_PART


@pytest.mark.parametrize("size", [100, MANY])
def test_a_batch_of_fifty_new_authors_writes_each_list_once(world: World, size: int) -> None:
    made_up(world, size)
    index_publishing.write_index(world.ports, everything=True)
    profiles = [world.author(f"ana-{number}", f"Ana {number}", f"Lima, Ana {number}") for number in range(50)]
    promised(world, profiles)
    world.files.writes.clear()

    while run_due_jobs(world.ports, HANDLERS).done:
        pass

    times = Counter(path for _, path, _ in world.files.writes if not path.startswith("authors/ana-"))
    assert set(times.values()) == {1}
    assert len(times) <= 20
    everyone = json.dumps(json.loads(world.published()["authors/index.json"])) if size == 100 else ""
    assert size > 100 or everyone.count('"slug"') == 150


def test_a_minute_of_edits_writes_each_part_once(large: World) -> None:
    profiles = [large.author(f"ana-{number}", f"Ana {number}", f"Lima, Ana {number}") for number in range(20)]
    for profile in profiles:
        large.publish(profile)
    large.clock.move(120)
    large.write_lists()
    large.files.writes.clear()
    promised(large, [large.edit(profile, bio="<p>New.</p>") for profile in profiles])

    while run_due_jobs(large.ports, HANDLERS).done:
        pass
    assert not [path for _, path, _ in large.files.writes if not path.startswith("authors/ana-")]
    large.clock.move(120)
    while run_due_jobs(large.ports, HANDLERS).done:
        pass

    times = Counter(path for _, path, _ in large.files.writes if not path.startswith("authors/ana-"))
    assert set(times.values()) == {1}
    assert len(times) <= 4


def promised(world: World, profiles: Iterable[Profile]) -> None:
    """The job of each save, as the saves leave them."""
    for number, profile in enumerate(profiles):
        world.store.inner.commit(enqueue(world.ports, Publish(profile.id), job_id=f"save-{number}-{profile.number}"))
    world.clock.move(1)


def test_entries_of_an_older_program_are_moved_to_where_they_stand_now(world: World) -> None:
    made = made_up(world, 600)
    for at in range(0, 600, 100):
        old = [
            replace(
                entries.to_record(entry, version=2),
                entry=IndexEntry(entries.PUBLISHED, f"{entry.letter}/{entry.sort.replace(chr(9), '/')}"),
            )
            for entry in made[at : at + 100]
        ]
        world.store.inner.commit(*map(Replace, old))

    profile = world.author()
    world.publish(profile)

    check(world, [*made, entries.published(world.live(profile))])
    found = world.store.inner.page(entries.PUBLISHED, limit=1000).records
    assert all(record.entry and record.entry.sort == entries.from_record(record).sort for record in found)


def test_files_that_no_record_tells_of_are_deleted_when_everything_is_written(large: World) -> None:
    before = large.published()
    large.files.inner.put(File("authors/letter/q/index.html", b"<!doctype html>", "text/html"))
    large.files.inner.put(File("authors/letter/b/9999/index.html", b"<!doctype html>", "text/html"))
    large.files.inner.put(File("authors/index-9999.json", b"{}", "application/json"))

    index_publishing.write_index(large.ports, everything=True)

    assert large.published() == before


def test_what_a_lagging_index_hid_is_mended_by_the_later_run(large: World) -> None:
    frozen = list(large.store.inner.page(entries.PUBLISHED, limit=1000).records)
    assert frozen
    ids = {entry.profile_id for entry in everybody(large)}

    def page(index: str, **how: Any) -> Page:
        found = large.store._page(index, **how)
        if index == entries.PUBLISHED:
            return replace(found, records=tuple(record for record in found.records if record.key.id in ids))
        return replace(found, records=()) if index == entries.CHANGES else found

    large.store.page = page
    profiles = [large.author(f"ana-{number}", f"Ana {number}", f"Lima, Ana {number}") for number in range(2)]
    large.publish(profiles[0])
    assert "Ana 0" in walked(large.published())
    large.clock.move(11)
    large.publish(profiles[1])
    assert "Ana 1" in walked(large.published())
    assert "Ana 0" not in walked(large.published())
    large.store.page = large.store._page

    large.clock.move(120)
    large.write_lists()

    check(large, everybody(large))


def links_lead_somewhere(published: Mapping[str, bytes]) -> bool:
    """Whether a reader who begins at the index gets to no list that is not there."""
    seen: set[str] = set()
    todo = ["/authors/"]
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        body = published.get(f"{path[1:]}index.html")
        if body is None:
            return False
        todo += re.findall(r'href="(/authors/(?:letter/[^"]*)?)"', body.decode())
    index = json.loads(published["authors/index.json"])
    sitemaps = re.findall(
        rb"<loc>https://authors.example.org/(authors/sitemap-\d+.xml)", published["authors/sitemap.xml"]
    )
    parts = [part.removeprefix("https://authors.example.org/") for part in index.get("parts", ())]
    return all(path in published for path in (*parts, *(path.decode() for path in sitemaps)))


class Crash(Exception):
    """The machine loses power."""


def divide(world: World) -> None:
    profiles = [world.author(f"ana-{number}", f"Ana {number}", f"Lima, Ana {number}") for number in range(10)]
    for profile in profiles:
        publishing.publish(world.ports, world.job(profile))


def join(world: World) -> None:
    for record in world.store.inner.page(entries.PUBLISHED, prefix="l", limit=1000).records[2:]:
        # There is no such profile, so it is not to be seen.
        publishing.publish(world.ports, Job("job", Publish(record.key.id), world.clock.now(), tries=1))


@pytest.mark.parametrize("change", [divide, join])
@pytest.mark.parametrize("small", [True, False], ids=["from and to a small site", "of a large one"])
def test_a_run_that_dies_at_any_write_is_ended_by_the_next(
    make_world: Callable[[], World], monkeypatch: pytest.MonkeyPatch, change: Callable[[World], None], small: bool
) -> None:
    """And no reader gets to a list that is not there, before, after or in between."""
    small_parts(monkeypatch, most_in_a_file=5 if not small else 24 if change is divide else 23)

    def made() -> World:
        world = make_world()
        world.store.inner.commit(*(Create(entries.to_record(few(number))) for number in range(24)))
        index_publishing.write_index(world.ports, everything=True)
        change(world)
        return world

    calm = made()
    calm.files.writes.clear()
    calm.write_lists()
    steps = len(calm.files.writes)
    assert steps > 6
    for number in range(steps):
        world = made()
        taken = iter(range(number))

        def hook(when: str, _what: str, _path: str, world: World = world, taken: Any = taken) -> None:
            if when == "after":
                assert links_lead_somewhere(world.published())
                if next(taken, None) is None:
                    raise Crash

        world.files.hook = hook
        with pytest.raises(Crash):
            world.write_lists()
        world.files.hook = None
        world.write_lists()
        assert world.published() == calm.published()


@pytest.mark.dynamodb
def test_the_lists_are_the_same_on_dynamodb(
    make_world: Callable[[], World], dynamodb_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_parts(monkeypatch, most_in_a_file=5)
    worlds = [make_world(), make_world()]
    worlds[1].store.inner.close()
    worlds[1].store.inner = DynamoStore(
        f"test-{uuid4().hex}", region="eu-west-1", endpoint=dynamodb_endpoint, create_table=True, deadline_seconds=60
    )
    for world in worlds:
        world.store.inner.commit(*(Create(entries.to_record(few(number))) for number in range(24)))
        index_publishing.write_index(world.ports, everything=True)

    for change in (divide, join):
        for world in worlds:
            change(world)
            world.write_lists()
            world.clock.move(120)
            world.write_lists()
        assert worlds[1].published() == worlds[0].published()
    assert len(index_entries.read_layout(worlds[1].ports).parts) > 2  # type: ignore[union-attr]


def small_parts(monkeypatch: pytest.MonkeyPatch, *, most_in_a_file: int) -> None:
    """As if a handful of authors were many."""
    monkeypatch.setattr(index_parts, "MOST_IN_A_PART", 12)
    monkeypatch.setattr(index_parts, "_USUAL", 8)
    monkeypatch.setattr(index_parts, "_FEWEST", 4)
    monkeypatch.setattr(index_entries, "MOST_AUTHORS_IN_A_FILE", most_in_a_file)
    monkeypatch.setattr(index_publishing.index_pages, "MOST_AUTHORS_IN_A_FILE", most_in_a_file)


def few(number: int) -> Published:
    family = f"{'kl'[number > 4]}{'abcde'[number % 5]}{number:02}"
    profile_id = ProfileId(f"id-{number:05}")
    sort = entries.sort_text(family, profile_id)
    return Published(profile_id, family, family, Slug(f"author-{number}"), (), NOON, sort)
