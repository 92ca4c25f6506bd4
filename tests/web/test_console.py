"""The navigation of the console: on each of its pages, and on no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import make_portal

from byline.web import console
from byline.wiring import rebuild_outdated

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Portal

    from byline.store.port import Store

NAVIGATION = 'class="console-nav"'


@pytest.fixture
def portal(tmp_path: Path, store: Store) -> Portal:
    return make_portal(make_world(tmp_path, store, throttle=False))


def test_every_page_of_the_console_says_where_one_is(portal: Portal) -> None:
    desk = portal.publisher()
    portal.author()
    at = f"/publisher/authors/{portal.account('ana@example.org').id}"
    for path, label, current in (
        ("/publisher", "Waiting", "page"),
        ("/publisher/authors", "Authors", "page"),
        ("/publisher/export", "Export", "page"),
        ("/publisher/settings", "Settings", "page"),
        (at, "Authors", "true"),
        (f"{at}/edit", "Authors", "true"),
        (f"{at}/history", "Authors", "true"),
        (f"{at}/suspend", "Authors", "true"),
    ):
        page = desk.get(path).text
        navigation = page.partition(NAVIGATION)[2].partition("</nav>")[0]
        assert navigation.count("<li>") == len(console.PAGES)
        assert f'aria-current="{current}">{label}' in navigation
        assert navigation.count("aria-current") == 1


def test_other_pages_and_other_people_have_no_navigation_of_the_console(portal: Portal) -> None:
    desk, author = portal.publisher(), portal.author()
    for who, path in ((desk, "/account"), (author, "/"), (author, "/publisher"), (portal.person(), "/publisher")):
        assert NAVIGATION not in who.get(path).text


def test_the_queue_says_in_the_navigation_how_many_wait(portal: Portal) -> None:
    desk = portal.publisher()
    assert 'class="tally"' not in desk.get("/publisher").text
    portal.waiting()
    assert '<span class="tally">1</span>' in desk.get("/publisher").text


@pytest.mark.parametrize(
    "query",
    [
        *(
            "state=waiting",
            "state=active",
            "state=declined",
            "state=suspended",
            "page=none",
            "page=draft",
            "page=review",
            "page=stale",
        ),
        *("page=published", "email=undeliverable", "letters=undelivered", "sort=changed", "sort=name", "q=x&page=none"),
        *("q=x&email=undeliverable", "state=&page=&sort=&after=&before="),
    ],
)
def test_a_list_of_authors_with_no_one_in_it_is_a_page(portal: Portal, query: str) -> None:
    desk = portal.publisher()
    rebuild_outdated(portal.world.ports)
    for _ in range(2):  # as the older lists have it, and counted
        assert desk.get(f"/publisher/authors?{query}").status_code == 200
        portal.world.work()


@pytest.mark.parametrize("query", ["state=x", "page=x", "email=x", "sort=x", "state=waiting&page=%00"])
def test_a_list_that_there_is_not_is_not_found(portal: Portal, query: str) -> None:
    assert portal.publisher().get(f"/publisher/authors?{query}").status_code == 404


def test_a_cursor_that_is_none_is_a_bad_request(portal: Portal) -> None:
    desk = portal.publisher()
    rebuild_outdated(portal.world.ports)
    portal.world.work()
    for query in ("after=x", "before=x", "after=%C3%A9", "before=%00"):
        assert desk.get(f"/publisher/authors?{query}").status_code == 400
