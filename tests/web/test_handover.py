"""Handing a page over: the author of a page that the press keeps is invited, and has it from then on, as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.people import PASSWORD, form_of, path_in
from tests.web.test_managed_pages import added, press, profile_of, readers_page

from byline.profiles import records
from byline.wiring import rebuild_outdated

if TYPE_CHECKING:
    from tests.people import Person, Portal
    from werkzeug.test import TestResponse

EDITH = "edith@example.org"


@pytest.fixture
def desk(portal: Portal) -> Person:
    rebuild_outdated(portal.world.ports)
    portal.world.work()
    return portal.publisher()


@pytest.fixture
def page(desk: Person) -> str:
    """Where the console has a published page of the press with two versions."""
    page = added(desk)
    press(desk, page, "publish", author_bio="First words.")
    press(desk, page, "publish", author_bio="Words of the press.")
    return page


def invite(desk: Person, page: str, email: str = EDITH, **fields: object) -> TestResponse:
    return desk.post(f"{page}/invite", {"author_email": email, "note": "It is yours.", **fields})


def accept(portal: Portal, email: str = EDITH, name: str = "Edith Karr") -> Person:
    """Open the link in the email, and accept."""
    person = portal.person(email, name)
    link = path_in(person.letter(), "/invitation/")
    answer = person.post(link, {"author_name": name, "new_password": PASSWORD})
    assert answer.status_code == 303
    return person


def test_an_author_takes_over_the_page_with_its_id_address_versions_and_draft(
    portal: Portal, desk: Person, page: str
) -> None:
    press(desk, page, "draft", author_bio="Words to come.")
    before = profile_of(portal, page)
    assert invite(desk, page).status_code == 303
    letter = portal.person(EDITH).letter()
    assert "to take over the author page" in letter
    assert "It is yours." in letter
    assert "/authors/edith-karr/" in letter
    shown = portal.person(EDITH).get(path_in(letter, "/invitation/")).text
    assert "to take it over" in shown
    assert "/authors/edith-karr/" in shown

    edith = accept(portal)

    now = profile_of(portal, page)
    assert (now.id, now.slug, now.number, now.content) == (before.id, before.slug, before.number, before.content)
    assert now.account_id == portal.account(EDITH).id
    assert form_of(edith.get("/"))["author_bio"] == "Words to come."
    assert "First" in edith.get("/history/1").text
    assert "Words of the press." in readers_page(desk).text
    edith.save(author_bio="My own words.")
    assert "My own words." in readers_page(desk).text


def test_the_lists_have_an_ordinary_author_then_and_the_old_address_of_the_console_leads_there(
    portal: Portal, desk: Person, page: str
) -> None:
    invite(desk, page)
    accept(portal)
    desk.world.work()

    author = f"/publisher/authors/{portal.account(EDITH).id}"
    assert desk.get(page).location == author
    shown = desk.get(author).text
    assert "Accepted the invitation, and took over the page." in shown
    assert "Invited the author to take over the page." in shown
    assert "Added the page." in shown
    listed = desk.get("/publisher/authors").text
    assert listed.count("Karr, Edith") == 1
    assert author in listed
    assert "Kept by the press" not in listed
    assert desk.get("/publisher/authors?state=managed").text.count("Karr, Edith") == 0


def test_a_page_that_is_offered_says_so_and_is_offered_to_no_one_else(portal: Portal, desk: Person, page: str) -> None:
    invite(desk, page)

    assert f"{EDITH} was invited" in desk.get(page).text
    answer = invite(desk, page, "other@example.org", note="For you.")
    assert answer.status_code == 422
    assert "revoke that invitation first" in answer.text
    assert "For you." in answer.text
    portal.world.work()
    assert portal.world.mailer.to("other@example.org") == []


def test_an_invitation_that_is_revoked_or_ends_leaves_the_page_with_the_press(
    portal: Portal, desk: Person, page: str
) -> None:
    invite(desk, page)
    link = path_in(portal.person(EDITH).letter(), "/invitation/")
    desk.post("/publisher/invitations/revoke", {"author_email": EDITH}, form=page)
    answer = portal.person(EDITH).post(link, {"author_name": "E", "new_password": PASSWORD}, form="/login")
    assert answer.status_code == 410
    assert profile_of(portal, page).account_id is None

    assert invite(desk, page).status_code == 303  # again, and this time it ends by itself
    portal.world.clock.forward(days=31)
    desk.log_in()
    assert "was invited" not in desk.get(page).text
    assert press(desk, page, "publish", author_bio="Later words.").status_code == 303
    assert invite(desk, page, "other@example.org").status_code == 303


@pytest.mark.parametrize(
    ("email", "why"),
    [("ana@example.org", "Has an account here"), ("bo@example.org", "Was invited"), ("no address", "email address")],
)
def test_an_address_that_cannot_be_invited_is_refused_with_what_was_typed(
    portal: Portal, desk: Person, page: str, email: str, why: str
) -> None:
    portal.author()
    desk.post("/publisher/invitations", {"people": "Bo Lund <bo@example.org>", "intent": "send"})

    answer = invite(desk, page, email, note="For you.")

    assert answer.status_code == 422
    assert why in answer.text
    assert "For you." in answer.text


def test_what_a_publisher_types_while_the_author_accepts_is_not_lost(portal: Portal, desk: Person, page: str) -> None:
    invite(desk, page)
    form = {**form_of(desk.get(f"{page}/edit")), "author_bio": "Typed meanwhile."}
    accept(portal)

    answer = desk.client.post(f"{page}/edit", data={**form, "intent": "draft"})
    assert answer.status_code in {303, 409}
    if answer.status_code == 409:
        assert "Typed meanwhile." in answer.text
    answer = desk.client.post(f"{page}/edit", data={**form, "intent": "publish"})
    assert answer.status_code == 303

    assert "Typed meanwhile." in readers_page(desk).text
    assert profile_of(portal, page).number == 3


def test_the_account_has_the_name_of_the_page_at_once(portal: Portal, desk: Person, page: str) -> None:
    invite(desk, page)
    accept(portal, name="Edie")
    assert portal.account(EDITH).name == profile_of(portal, page).content.name == "Edith Karr"


def test_no_draft_of_the_press_is_left_behind(portal: Portal, desk: Person, page: str) -> None:
    press(desk, page, "draft", author_bio="Words to come.")
    invite(desk, page)
    accept(portal)

    store = portal.world.ports.store
    assert store.one(records.draft_key(page.rpartition("/")[2])) is None
    assert store.one(records.draft_key(portal.account(EDITH).id)) is not None
