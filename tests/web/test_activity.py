"""The activity of the whole site: what happened, newest first, narrowed by person, kind and time."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import form_of, make_portal
from tests.store_wrappers import CountingStore

from byline.audit import ACTIVITY
from byline.authors import activity

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Person, Portal

    from byline.store.port import Store

ANA, BO = "ana@example.org", "bo@example.org"


@pytest.fixture
def counted(store: Store) -> CountingStore:
    return CountingStore(store)


@pytest.fixture
def portal(tmp_path: Path, counted: CountingStore) -> Portal:
    return make_portal(make_world(tmp_path, counted, throttle=False), publish_in_line=False)


@pytest.fixture
def desk(portal: Portal) -> Person:
    return portal.publisher()


def rows(page: str) -> list[str]:
    """The text of each event, in one line."""
    found = re.search(r'<ol class="events activity">(.*?)</ol>', page, re.DOTALL)
    items = re.findall(r"<li>(.*?)</li>", found[1], re.DOTALL) if found else []
    without_hidden = [re.sub(r'<span class="visually-hidden">.*?</span>', "", item) for item in items]
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", item)).split()) for item in without_hidden]


def link(page: str, words: str) -> str:
    found = re.search(rf'href="([^"]+)"[^>]*>{words}<', page)
    assert found, page
    return unescape(found[1])


def test_it_says_who_did_what_and_when_newest_first(portal: Portal, desk: Person) -> None:
    ana = portal.author(ANA)
    portal.world.clock.forward(minutes=5)
    ana.save(author_bio="By the sea.")
    at = f"/publisher/authors/{portal.account(ANA).id}/edit"
    portal.world.clock.forward(minutes=5)
    desk.client.post(at, data={**form_of(desk.get(at)), "author_bio": "By the lake."})

    told = rows(desk.get("/publisher/activity").text)

    assert told[0] == "Today 09:10 UTC Ana Lima Saved the page, version 2, by Ines Vale . What changed"
    assert told[1] == "Today 09:05 UTC Ana Lima Saved the page, version 1. What changed"
    assert "Ana Lima Approved, by the operator" in told[2]


def test_what_a_save_changed_is_shown_with_the_version_before_whatever_is_live_now(
    portal: Portal, desk: Person
) -> None:
    ana = portal.author(ANA)
    for bio in ("By the sea.", "By the lake.", "By the river."):
        ana.save(author_bio=bio)
        portal.world.clock.forward(minutes=1)

    page = desk.get("/publisher/activity").text
    changes = [unescape(each) for each in re.findall(r'href="([^"]+/history/[^"]+)"', page)]
    compared = desk.get(changes[1]).text

    assert "Versions 1 and 2" in compared
    assert "sea" in compared
    assert "lake" in compared
    assert "river" not in compared
    assert "Restore version" not in compared


def test_a_page_has_forty_events_and_leads_to_older_and_back_to_newer_ones(portal: Portal, desk: Person) -> None:
    ana = portal.author(ANA)
    for number in range(60):
        ana.save(author_bio=f"Number {number}.")
        portal.world.clock.forward(seconds=1)

    first = desk.get("/publisher/activity").text
    older = desk.get(link(first, "Older")).text
    again = desk.get(link(older, "Newer")).text

    assert len(rows(first)) == 40
    assert "Saved the page, version 60." in rows(first)[0]
    assert "Saved the page, version 20." in rows(older)[0]
    assert rows(again) == rows(first)
    assert ">Newer<" not in first
    assert ">Older<" not in older


def test_a_kind_that_is_rare_says_how_far_was_looked_and_looks_further_back(
    portal: Portal, desk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = portal.author(ANA)
    for number in range(12):
        ana.save(author_bio=f"Number {number}.")
        portal.world.clock.forward(days=1)
        ana.log_in()
    desk.log_in()
    monkeypatch.setattr(activity, "_MOST_LOOKED_AT", 10)

    first = desk.get("/publisher/activity?kind=accounts").text
    further = desk.get(link(first, "Look further back")).text

    assert "Nothing of this kind since" in first
    assert "5 May 2026" in first
    assert rows(first) == []
    assert any("opened" in row or "Approved" in row for row in rows(further))
    assert "Look further back" not in further
    about = desk.get(f"/publisher/activity?kind=accounts&by={portal.account(ANA).id}").text
    assert "Look further back" in about


def test_it_is_narrowed_by_kind(portal: Portal, desk: Person) -> None:
    portal.author(ANA).save(author_bio="One.")

    assert [row for row in rows(desk.get("/publisher/activity?kind=pages").text) if "Saved" not in row] == []
    accounts = rows(desk.get("/publisher/activity?kind=accounts").text)
    assert any("Approved, by" in row for row in accounts)
    assert not any("Saved" in row for row in accounts)
    assert len(rows(desk.get("/publisher/activity?kind=no-such-kind").text)) > len(accounts)


def test_it_is_narrowed_by_person_whom_it_is_about_or_who_did_it(portal: Portal, desk: Person) -> None:
    portal.author(ANA).save(author_bio="One.")
    portal.author(BO, "Bo Berg").save(author_bio="Two.")
    at = f"/publisher/authors/{portal.account(BO).id}/edit"
    desk.client.post(at, data={**form_of(desk.get(at)), "author_bio": "Three."})

    portal.world.work()

    answer = desk.get("/publisher/activity?person=bo")
    about = desk.get(answer.headers["Location"]).text
    done = desk.get(link(desk.get("/publisher/activity").text, "<bdi>Ines Vale</bdi>")).status_code

    assert answer.status_code == 302
    assert all("Ana Lima" not in row for row in rows(about))
    assert any("Saved the page, version 2, by Ines Vale . What changed" in row for row in rows(about))
    assert done == 200
    ines = portal.account(desk.address).id
    by = rows(desk.get(f"/publisher/activity?by={ines}").text)
    assert by
    assert all("Ines Vale" in row for row in by)


def test_a_name_that_several_have_asks_whom_one_means(portal: Portal, desk: Person) -> None:
    portal.author(ANA)
    portal.author("ana2@example.org", "Ana Lemos")
    portal.world.work()

    page = desk.get("/publisher/activity?person=ana").text

    assert "Whom do you mean?" in page
    assert "Ana Lemos" in page
    assert "No one found" in desk.get("/publisher/activity?person=zzz").text


def test_it_is_narrowed_by_time(portal: Portal, desk: Person) -> None:
    ana = portal.author(ANA)
    for number in range(3):
        ana.save(author_bio=f"Number {number}.")
        portal.world.clock.forward(days=1)
        ana.log_in()
    desk.log_in()

    (only,) = rows(desk.get("/publisher/activity?since=2026-05-04&until=2026-05-04").text)

    assert "Saved the page, version 2." in only
    assert len(rows(desk.get("/publisher/activity?since=yesterday").text)) > 3


@pytest.mark.parametrize("query", ["", "?kind=pages", "?about={id}", "?by={id}&kind=other", "?since=2026-05-01"])
def test_a_page_takes_three_reads_at_most(portal: Portal, desk: Person, counted: CountingStore, query: str) -> None:
    for number in range(4):
        portal.author(f"a{number}@example.org", f"Author {number}").save(author_bio="Words.")
    address = "/publisher/activity" + query.format(id=portal.account("a1@example.org").id)
    desk.get(address)

    counted.reset()
    assert desk.get(address).status_code == 200

    assert counted.reads <= 3
    assert counted.commits == 0


@pytest.mark.parametrize("query", ["after=xx", "before=%00", "after=w6Q", "about=%00", "by=a/b&after=MjAy"])
def test_a_query_that_nobody_made_here_is_refused_or_finds_nothing(portal: Portal, desk: Person, query: str) -> None:
    assert desk.get(f"/publisher/activity?{query}").status_code in {200, 400}
    assert desk.get(f"/publisher/activity?since=9999-12-31&until=0001-01-01&{query}").status_code in {200, 400}


def test_an_event_is_committed_with_its_copy(portal: Portal, desk: Person) -> None:
    portal.author(ANA).save(author_bio="One.")
    store = portal.world.ports.store

    everything = store.scan(limit=1000).records
    copies = {record.key.id: record.data for record in store.page(ACTIVITY, limit=100).records}

    assert copies == {record.key.id: record.data for record in everything if record.key.kind == "event"}
