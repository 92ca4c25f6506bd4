"""Emails to authors about edits on their behalf: one an hour at most, and none where the publisher says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import form_of, make_portal
from tests.store_wrappers import CountingStore, HookedStore

from byline.audit import OPERATOR
from byline.authors import edit_emails, pages
from byline.profiles.editing import PageChange

if TYPE_CHECKING:
    from pathlib import Path

    from tests.environment import World
    from tests.people import Person, Portal

    from byline.store.port import Store

ANA = "ana@example.org"
EDITED = "Your author page was edited"


@pytest.fixture
def counted(store: Store) -> CountingStore:
    return CountingStore(store)


@pytest.fixture
def portal(tmp_path: Path, counted: CountingStore) -> Portal:
    portal = make_portal(make_world(tmp_path, counted), publish_in_line=False)
    portal.author(ANA)
    return portal


@pytest.fixture
def desk(portal: Portal) -> Person:
    return portal.publisher()


def told(portal: Portal) -> list[str]:
    portal.world.work()
    return [mail.text for mail in portal.world.mailer.to(ANA) if mail.subject == EDITED]


def edit_url(portal: Portal) -> str:
    return f"/publisher/authors/{portal.account(ANA).id}/edit"


def edits(portal: Portal, desk: Person, bio: str, **fields: object) -> None:
    form = form_of(desk.get(edit_url(portal)))
    assert desk.client.post(edit_url(portal), data={**form, "author_bio": bio, **fields}).status_code == 303


def test_edits_of_one_hour_make_one_email_after_that_hour(portal: Portal, desk: Person) -> None:
    world = portal.world
    for minutes in (10, 10, 39):  # 09:10, 09:20 and 09:59
        world.clock.forward(minutes=minutes)
        edits(portal, desk, f"Edited after {minutes} minutes, {world.clock.now():%H:%M}.")
        assert told(portal) == []
    world.clock.forward(minutes=3)

    (text,) = told(portal)

    assert "Ines Vale edited your author page" in text
    assert "on 3 May 2026, 09:10 UTC" in text
    assert "/history" in text
    world.clock.forward(days=1)
    assert len(told(portal)) == 1


def test_edits_of_the_next_hour_make_the_next_email(portal: Portal, desk: Person) -> None:
    for _ in range(2):
        edits(portal, desk, f"Edited at {portal.world.clock.now():%H:%M}.")
        portal.world.clock.forward(hours=1, minutes=1)
        desk.log_in()

    assert len(told(portal)) == 2


def test_no_email_tells_of_an_edit_where_the_box_is_not_ticked(portal: Portal, desk: Person) -> None:
    edits(portal, desk, "Just a comma.", tell_author="")
    portal.world.clock.forward(hours=2)

    assert told(portal) == []


def test_a_silent_edit_leaves_the_email_of_another_one(portal: Portal, desk: Person) -> None:
    edits(portal, desk, "Much is new.")
    edits(portal, desk, "Much is new, with a comma.", tell_author="")
    portal.world.clock.forward(hours=2)

    assert len(told(portal)) == 1


def test_a_form_that_comes_back_has_the_box_as_it_was_sent(portal: Portal, desk: Person) -> None:
    at = edit_url(portal)
    form = form_of(desk.get(at))
    assert form["tell_author"] == "1"

    for sent, shown in (("", None), ("1", "1")):
        data = {**form, "author_name": "", "tell_author": sent}
        refused = desk.client.post(at, data={key: value for key, value in data.items() if key != "tell_author" or sent})
        assert refused.status_code == 422
        assert form_of(refused).get("tell_author") == shown


def test_a_text_that_somebody_overtook_comes_back_with_the_box_too(portal: Portal, desk: Person) -> None:
    at = edit_url(portal)
    form = {key: value for key, value in form_of(desk.get(at)).items() if key != "tell_author"}
    edits(portal, desk, "Faster.")

    overtaken = desk.client.post(at, data={**form, "author_bio": "Slower."})

    assert overtaken.status_code == 409
    assert "Tell the author" in overtaken.text
    assert "tell_author" not in form_of(overtaken)


def test_the_first_edit_of_an_hour_and_the_next_ones_take_as_many_round_trips(
    portal: Portal, desk: Person, counted: CountingStore
) -> None:
    calls = []
    for bio in ("One.", "Two.", "Three."):
        form = {**form_of(desk.get(edit_url(portal))), "author_bio": bio}
        counted.reset()
        assert desk.client.post(edit_url(portal), data=form).status_code == 303
        calls.append((counted.reads, counted.commits))

    assert calls == [calls[0]] * 3
    assert calls[0][1] == 1


def test_of_two_edits_at_the_same_moment_both_are_saved_and_one_email_tells(tmp_path: Path, store: Store) -> None:
    hooked = HookedStore(store)
    world: World = make_world(tmp_path, hooked)
    portal = make_portal(world)
    portal.author(ANA)
    ana = portal.account(ANA)
    pages.save_for(world.ports, OPERATOR, ana.id, PageChange(bio="<p>One.</p>"), tells=False)
    waits = edit_emails.enqueue(world.ports, OPERATOR, ana.id, world.clock.now())

    def meanwhile(name: str, _: tuple[object, ...]) -> None:
        if name == "commit":
            hooked.before = lambda *_: None
            store.commit(waits)

    hooked.before = meanwhile
    saved = pages.save_for(world.ports, OPERATOR, ana.id, PageChange(bio="<p>Two.</p>"))

    assert saved.number == 2
    world.clock.forward(hours=2)
    assert len(told(portal)) == 1
