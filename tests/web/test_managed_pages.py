"""Pages that the press keeps, for authors who never log in: written, published, listed like others, without emails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.people import form_of

from byline.audit import OPERATOR
from byline.authors import managed_pages, named
from byline.profiles import records
from byline.wiring import rebuild_outdated

if TYPE_CHECKING:
    from tests.people import Person, Portal
    from werkzeug.test import TestResponse

    from byline.profiles.model import Profile

NAME = "Edith Karr"


@pytest.fixture
def desk(portal: Portal) -> Person:
    rebuild_outdated(portal.world.ports)
    portal.world.work()
    return portal.publisher()


def added(desk: Person, name: str = NAME, **fields: object) -> str:
    """Add a page as a publisher does; where the editor is that comes next, without the host."""
    answer = desk.post("/publisher/pages/new", {"author_name": name, "same_name": "1", **fields})
    assert answer.status_code == 303
    return answer.location.removesuffix("/edit")


def press(desk: Person, page: str, intent: str, **fields: object) -> TestResponse:
    """Press a button of the editor of a page with some fields changed."""
    form = {**form_of(desk.get(f"{page}/edit")), **fields, "intent": intent}
    return desk.client.post(f"{page}/edit", data=form, content_type="multipart/form-data")


def profile_of(portal: Portal, page: str) -> Profile:
    record = portal.world.ports.store.one(records.key(page.rpartition("/")[2]))
    assert record is not None
    return records.from_record(record)


def readers_page(desk: Person, path: str = "/authors/edith-karr/") -> TestResponse:
    desk.world.work()
    return desk.get(path)


def test_a_page_for_an_author_who_is_dead_takes_a_name_and_a_text(desk: Person) -> None:
    page = added(desk)
    assert readers_page(desk).status_code == 404

    answer = press(desk, page, "publish", author_bio="She wrote *Salt Roads*.")

    assert answer.status_code == 303
    shown = readers_page(desk)
    assert shown.status_code == 200
    assert "<em>Salt Roads</em>" in shown.text
    assert NAME in desk.get("/authors/").text
    assert "edith-karr" in desk.get("/authors/index.json").text


def test_no_email_is_sent_about_a_page_that_is_nobodys(portal: Portal, desk: Person) -> None:
    portal.world.work()
    before = len(portal.world.mailer.sent)

    page = added(desk)
    press(desk, page, "draft", author_bio="Begun.")
    press(desk, page, "publish", author_bio="Published.")
    press(desk, page, "publish", author_bio="Published again.", author_name="Edith Karr-Lund")
    desk.post(f"{page}/history/1/restore", {"seen": "2"}, form=f"{page}/history")
    desk.post(f"{page}/unpublish", form=page)
    portal.world.work()

    assert len(portal.world.mailer.sent) == before
    assert "No one gets an email" in desk.get("/publisher/pages/new").text


def test_a_draft_is_kept_seen_and_discarded_and_no_reader_sees_it(desk: Person) -> None:
    page = added(desk)
    press(desk, page, "publish", author_bio="Live words.")
    assert press(desk, page, "draft", author_bio="Words to come.").status_code == 303

    assert form_of(desk.get(f"{page}/edit"))["author_bio"] == "Words to come."
    assert press(desk, page, "preview", author_bio="Words to come.").location == f"{page}/preview"
    assert "Words to come." in desk.get(f"{page}/preview").text
    assert "Live words." in readers_page(desk).text

    assert press(desk, page, "discard").status_code == 303
    assert form_of(desk.get(f"{page}/edit"))["author_bio"] == "Live words."


def test_a_colleague_goes_on_with_the_draft_and_is_told_of_a_text_that_was_saved_in_between(
    portal: Portal, desk: Person
) -> None:
    page = added(desk)
    other = portal.publisher("second@marram.example", "Sol Ito")
    first = {**form_of(desk.get(f"{page}/edit")), "author_bio": "Desk's words.", "intent": "draft"}
    assert press(other, page, "draft", author_bio="Sol's words.").status_code == 303

    answer = desk.client.post(f"{page}/edit", data=first)

    assert answer.status_code == 409
    assert "Desk&#39;s words." in answer.text
    assert "</span>Sol<span" in answer.text


def test_the_list_has_pages_that_the_press_keeps_with_their_count_and_a_search_finds_them(desk: Person) -> None:
    page = added(desk)
    press(desk, page, "publish", author_bio="Poet.")
    desk.world.work()

    kept = desk.get("/publisher/authors?state=managed").text
    assert "Karr, Edith" in kept
    assert 'Kept by the press <span class="count-of">1</span>' in kept
    assert page in kept
    for query in ("q=edi", "q=karr&state=managed", "page=published", ""):
        assert "Karr, Edith" in desk.get(f"/publisher/authors?{query}").text, query
    assert "Karr, Edith" not in desk.get("/publisher/authors?page=none").text


def test_no_one_is_reminded_of_a_page_that_the_press_has_not_written_yet(desk: Person) -> None:
    added(desk)
    desk.world.work()

    assert "Karr, Edith" in desk.get("/publisher/authors?page=draft").text
    assert "There is no one to remind" in desk.get("/publisher/authors/remind").text


def test_the_page_about_it_says_that_it_is_kept_and_what_happened(desk: Person) -> None:
    page = added(desk)
    press(desk, page, "publish", author_bio="Poet.")
    desk.world.work()

    shown = desk.get(page).text

    assert "Kept by the press" in shown
    assert "Added the page." in shown
    assert "Saved the page, version 1." in shown
    assert "mailto:" not in shown.partition("<main")[2].partition("</main>")[0]
    for what in ("approve", "suspend", "decline", "question"):
        assert f"{page}/{what}" not in shown


def test_a_page_that_is_unpublished_is_away_from_readers_until_it_is_published_again(
    portal: Portal, desk: Person
) -> None:
    page = added(desk)
    press(desk, page, "publish", author_bio="Poet.")
    assert readers_page(desk).status_code == 200

    assert desk.post(f"{page}/unpublish", form=page).status_code == 303

    assert readers_page(desk).status_code == 404
    assert NAME not in desk.get("/authors/").text
    assert "Not published" in desk.get(page).text
    assert profile_of(portal, page).number == 1
    desk.post(f"{page}/unpublish", form="/publisher/pages/new")  # once more changes nothing
    assert profile_of(portal, page).version == 3

    assert press(desk, page, "publish").status_code == 303
    assert readers_page(desk).status_code == 200
    assert NAME in desk.get("/authors/").text


def test_a_name_that_cannot_be_one_is_refused_with_all_that_was_typed(desk: Person) -> None:
    answer = desk.post("/publisher/pages/new", {"author_name": " ", "author_sort_name": "Karr, www.example.org"})

    assert answer.status_code == 422
    assert 'href="#author_name"' in answer.text
    assert 'href="#author_sort_name"' in answer.text
    assert "Karr, www.example.org" in answer.text


def test_a_page_of_the_press_is_not_there_for_an_author(portal: Portal, desk: Person) -> None:
    page = added(desk)
    press(desk, page, "publish", author_bio="Poet.")
    ana = portal.author()
    nowhere = ana.get("/publisher/authors/nothing-here").status_code

    assert nowhere == 404
    for path in ("", "/edit", "/preview", "/history", "/history/1", "/photo/x.jpg"):
        assert ana.get(page + path).status_code == 404, path
    assert ana.post(f"{page}/unpublish", form="/").status_code == 404
    assert ana.post("/publisher/pages/new", {"author_name": "Mine"}, form="/").status_code == 404


@pytest.mark.parametrize("what", ["approve", "suspend", "decline", "question", "restore"])
def test_nothing_that_is_about_an_account_can_be_done_to_it(desk: Person, what: str) -> None:
    page = added(desk)

    assert desk.get(f"{page}/{what}").status_code in {404, 405}
    assert desk.post(f"{page}/{what}", {"note": "", "question": "?"}, form="/publisher/pages/new").status_code == 404


def test_it_is_exported_with_all_others_by_name_and_its_rows_can_be_imported_again(
    portal: Portal, desk: Person
) -> None:
    page = added(desk, "Bea Karr")
    press(desk, page, "publish", author_bio="Poet.")
    for name in ("Ana", "Cora"):
        portal.author(f"{name.lower()}@example.org", f"{name} Lima").save(author_bio=f"{name} writes.")
    portal.world.work()

    table = desk.post("/publisher/export", {"format": "csv", "owner": ""}).text
    assert [line.split(",")[0] for line in table.splitlines()[1:]] == ["Ana Lima", "Bea Karr", "Cora Lima"]
    one = desk.post("/publisher/export", {"format": "json", "authors": "bea-karr"}).get_json(force=True)
    assert [(each["name"], each["email"]) for each in one["authors"]] == [("Bea Karr", "")]

    changed = "page_address,biography\nbea-karr,Other words."
    fields = {"table_text": changed, "shown": f"{page.rpartition('/')[2]}:1", "intent": "import"}
    assert desk.post("/publisher/import", fields).status_code in {200, 303}
    assert profile_of(portal, page).content.bio == "<p>Other words.</p>"


def test_every_start_of_a_name_that_is_taken_gets_an_address_of_its_own(portal: Portal) -> None:
    ports = portal.world.ports
    first, second = (managed_pages.create(ports, OPERATOR, name=NAME) for _ in range(2))

    assert first.slug != second.slug
    assert named.find(ports, ["edith-karr"]) == {"edith-karr": first.id}


def test_a_name_that_is_here_already_is_shown_before_a_page_is_added(portal: Portal, desk: Person) -> None:
    ana = portal.author()
    added(desk, "Nell Voss")
    portal.world.work()

    for name, who in (("Ana Lima", f"/publisher/authors/{portal.account(ana.address).id}"), ("nell voss", "Nell Voss")):
        answer = desk.post("/publisher/pages/new", {"author_name": name})
        assert answer.status_code == 422
        assert "This name is here already" in answer.text
        assert who in answer.text
        assert f'value="{name}"' in answer.text

    answer = desk.post("/publisher/pages/new", {"author_name": "Ana Lima", "same_name": "1"})
    assert answer.status_code == 303
