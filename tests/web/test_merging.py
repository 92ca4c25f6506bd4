"""Merging two pages of one person: field by field, the lost address leading to the page that stays, and an undo."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tests.people import csrf_of
from tests.web.test_handover import invite
from tests.web.test_managed_pages import added, press, profile_of, readers_page
from tests.web.test_reviews import hidden_of

from byline.authors import merging
from byline.profiles import records as profile_records
from byline.transfer.companions import companions
from byline.wiring import rebuild_outdated

if TYPE_CHECKING:
    from tests.people import Person, Portal
    from werkzeug.test import TestResponse


@pytest.fixture
def desk(portal: Portal) -> Person:
    rebuild_outdated(portal.world.ports)
    portal.world.work()
    return portal.publisher()


def readers(portal: Portal, path: str = "/authors/edith-karr/") -> str:
    """A page as readers see it once the jobs are done, one of which is a second later than the other."""
    portal.world.work()
    portal.world.clock.forward(seconds=2)
    return readers_page(portal.person("reader@example.org", "R"), path).text


@pytest.fixture
def lost(desk: Person) -> str:
    """Where the console has the page that the press kept first."""
    page = added(desk, "E. Karr")
    press(desk, page, "publish", author_bio="Words of the press.", author_summary="Novelist.")
    return page


@pytest.fixture
def edith(portal: Portal) -> Person:
    """The author, who has registered by herself since and written a page."""
    edith = portal.author("edith@example.org", "Edith Karr")
    edith.save(author_bio="My own words.", link_label="Site", link_url="https://karr.example")
    return edith


def own(portal: Portal, edith: Person) -> str:
    return f"/publisher/authors/{portal.account(edith.address).id}"


def merge(desk: Person, lost: str, stays: str, **choices: object) -> TestResponse:
    """Choose the fields on the page that shows both, and send it."""
    into = stays.rpartition("/")[2]
    shown = desk.get(f"{lost}/merge?into={into}")
    assert shown.status_code == 200
    form = hidden_of(shown, f"{lost}/merge")
    return desk.client.post(str(form.pop("")), data={**form, **choices})


def test_the_other_page_is_found_by_its_name_and_both_are_shown_field_by_field(
    portal: Portal, desk: Person, lost: str, edith: Person
) -> None:
    desk.world.work()
    into = portal.account(edith.address).id

    assert f"into={into}" in desk.get(f"{lost}/merge?q=karr").text
    shown = desk.get(f"{lost}/merge?into={into}").text
    for words in ("Words of the press.", "My own words.", "Novelist.", "https://karr.example", "E. Karr", "Edith Karr"):
        assert words in shown
    assert 'name="photo"' not in shown  # neither has one


def test_the_page_that_stays_has_the_chosen_fields_and_the_lost_address_leads_to_it(
    portal: Portal, desk: Person, lost: str, edith: Person
) -> None:
    stays = own(portal, edith)
    readers(portal)

    answer = merge(desk, lost, stays, biography="lost", summary="lost", name="stays", links="stays")

    assert answer.status_code == 303
    assert answer.location == stays
    shown = readers(portal)
    assert "Words of the press." in shown
    assert "https://karr.example" in shown
    assert "/authors/edith-karr/" in desk.get("/authors/e-karr/").text
    assert "Words of the press." not in desk.get("/authors/e-karr/").text
    assert "E. Karr" not in desk.get("/authors/").text
    listed = desk.get("/publisher/authors").text
    assert "Kept by the press" not in listed
    assert desk.get(lost).location == stays
    assert "My own" in edith.get("/history/1").text


def test_the_lost_page_keeps_its_id_and_versions_and_an_undo_brings_both_back(
    portal: Portal, desk: Person, lost: str, edith: Person
) -> None:
    stays = own(portal, edith)
    before = profile_of(portal, lost)
    merge(desk, lost, stays, biography="lost")
    readers(portal)
    hidden = profile_of(portal, lost)
    assert (hidden.id, hidden.number, hidden.content) == (before.id, before.number, before.content)

    assert "Undo the merge" in desk.get(stays).text
    assert desk.post(f"{stays}/unmerge", {"owner": ""}, form=stays).location == lost

    assert "Words of the press." in readers(portal, "/authors/e-karr/")
    assert "My own words." in desk.get("/authors/edith-karr/").text
    assert "E. Karr" in desk.get("/authors/").text
    assert "Kept by the press" in desk.get(lost).text
    assert "Undo the merge" not in desk.get(stays).text
    assert press(desk, lost, "publish", author_bio="Later words.").status_code == 303
    assert "Later words." in readers(portal, "/authors/e-karr/")


def test_a_copy_of_a_running_portal_looks_at_both_pages_of_a_merge_together(
    portal: Portal, desk: Person, lost: str, edith: Person
) -> None:
    merge(desk, lost, own(portal, edith), biography="lost")
    store, stays = portal.world.ports.store, str(portal.account(edith.address).profile_id)
    record = store.one(merging.merge_key(stays))
    assert record
    both = [each.key.id for each in store.get(*companions(record)).values()]

    assert sorted(both) == sorted([stays, lost.rpartition("/")[2]])
    for profile_id in both:
        page = store.one(profile_records.key(profile_id))
        assert page
        assert merging.merge_key(profile_id) in companions(page)


def test_a_merge_cannot_be_undone_once_the_page_is_saved_or_after_thirty_days(
    portal: Portal, desk: Person, lost: str, edith: Person
) -> None:
    stays = own(portal, edith)
    merge(desk, lost, stays, biography="lost")
    edith.save(author_bio="Words since.")

    assert "Undo the merge" not in desk.get(stays).text
    assert desk.post(f"{stays}/unmerge", {"owner": ""}, form=stays).location == stays
    assert profile_of(portal, lost).merged_into

    other = added(desk, "Edie Karr")
    merge(desk, other, stays)
    assert "Undo the merge" in desk.get(stays).text
    portal.world.clock.forward(days=31)
    desk.log_in()
    assert "Undo the merge" not in desk.get(stays).text


def test_two_pages_of_the_press_become_one_with_the_books_and_links_of_both_and_the_photo(
    portal: Portal, desk: Person, lost: str
) -> None:
    photo = BytesIO()
    Image.new("RGB", (400, 500), "teal").save(photo, "PNG")
    photo.seek(0)
    press(
        desk,
        lost,
        "publish",
        profile_img=(photo, "e.png"),
        photo_rights="1",
        link_label="",
        link_url="https://a.example",
    )
    stays = added(desk)
    press(desk, stays, "publish", link_label="", link_url="https://b.example")

    assert merge(desk, lost, stays, photo="lost", links="both").status_code == 303

    content = profile_of(portal, stays).content
    assert [link.url for link in content.links] == ["https://b.example", "https://a.example"]
    assert content.photo is not None
    shown = readers(portal)
    photos = f"/authors/photos/{stays.rpartition('/')[2]}/{content.photo.digest}"
    assert photos in shown
    assert desk.get(f"{photos}-{content.photo.sizes[0][0]}.jpg").status_code == 200
    assert desk.get("/publisher/authors?state=managed").text.count('class="who"') == 1


def test_a_page_that_was_saved_meanwhile_is_looked_at_again(
    portal: Portal, desk: Person, lost: str, edith: Person
) -> None:
    stays = own(portal, edith)
    into = stays.rpartition("/")[2]
    shown = desk.get(f"{lost}/merge?into={into}")
    edith.save(author_bio="Words since.")

    answer = desk.client.post(
        f"{lost}/merge",
        data={"csrf_token": csrf_of(shown), "into": into, "seen": "1", "seen_lost": "1", "biography": "lost"},
    )

    assert answer.location == f"{lost}/merge?into={into}"
    assert "Words since." in readers(portal)
    assert not profile_of(portal, lost).merged_into


def test_a_page_that_is_offered_to_its_author_is_not_merged(
    portal: Portal, desk: Person, lost: str, edith: Person
) -> None:
    invite(desk, lost, "new@example.org")

    answer = merge(desk, lost, own(portal, edith), biography="lost")

    assert answer.status_code == 422
    assert "revoke that invitation first" in answer.text
    assert not profile_of(portal, lost).merged_into


def test_only_a_page_of_the_press_is_lost_and_only_into_another_one(
    portal: Portal, desk: Person, lost: str, edith: Person
) -> None:
    for into in (lost.rpartition("/")[2], "nothing-like-it", "x" * 200):
        answer = desk.post(f"{lost}/merge", {"into": into, "seen": "1", "seen_lost": "1"}, form="/publisher/pages/new")
        assert answer.status_code == 422, into
    assert desk.get(f"{own(portal, edith)}/merge").status_code == 404
    answer = desk.post(f"{own(portal, edith)}/merge", {"into": lost.rpartition("/")[2]}, form="/publisher/pages/new")
    assert answer.status_code == 404


def test_an_author_is_told_that_their_page_was_edited(portal: Portal, desk: Person, lost: str, edith: Person) -> None:
    merge(desk, lost, own(portal, edith), biography="lost")
    portal.world.clock.forward(hours=2)
    portal.world.work()

    assert "edited" in portal.world.mailer.to(edith.address)[-1].subject


def test_a_merge_and_its_undo_are_nothing_for_an_author(portal: Portal, desk: Person, lost: str, edith: Person) -> None:
    merge(desk, lost, own(portal, edith), biography="lost")

    assert edith.get(f"{lost}/merge").status_code == 404
    assert edith.post(f"{own(portal, edith)}/unmerge", form="/").status_code == 404
    assert edith.post(f"{lost}/merge", {"into": portal.account(edith.address).id}, form="/").status_code == 404
