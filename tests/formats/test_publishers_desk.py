"""What format 5 brought, as its last program stored it: pages of the press, reviews, questions, invitations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.formats.conftest import FORMATS
from tests.people import csrf_of, form_of
from tests.web.test_managed_pages import press
from tests.web.test_reviews import hidden_of

from byline.store import formats

if TYPE_CHECKING:
    from tests.formats.conftest import OldPortal

pytestmark = pytest.mark.parametrize("commit", [commit for commit, number in FORMATS.items() if number >= formats.DESK])
DESK, WREN = "desk@marram.example", "wren@example.org"
NEW_PASSWORD = "one more long password"


def test_a_page_of_the_press_has_its_text_draft_and_versions_and_is_published_again(old: OldPortal) -> None:
    desk, page = old.logged_in(DESK), old.known["pages"]["edith-karr"]
    assert "Kept by the press" in desk.get(page).text
    assert form_of(desk.get(f"{page}/edit"))["author_bio"] == "Words to come."
    assert "about Edith Karr" in desk.get(f"{page}/history/1").text
    assert "Second words of the press." in desk.get("/authors/edith-karr/").text

    assert press(desk, page, "publish").status_code == 303

    old.world.work()
    assert "Words to come." in desk.get("/authors/edith-karr/").text


def test_a_page_that_was_taken_from_readers_stays_hidden_until_it_is_published(old: OldPortal) -> None:
    desk, page = old.logged_in(DESK), old.known["pages"]["otto-rau"]
    assert desk.get("/authors/otto-rau/").status_code == 404
    press(desk, page, "publish")
    old.world.work()
    assert "Words of the press about Otto Rau." in desk.get("/authors/otto-rau/").text


def test_an_author_takes_over_the_page_that_was_offered(old: OldPortal) -> None:
    edith, link = old.portal.person("edith@example.org", "Edith Karr"), old.known["links"]["handover"]
    fields = {"csrf_token": csrf_of(edith.get(link)), "author_name": edith.name, "new_password": NEW_PASSWORD}
    assert edith.client.post(link, data=fields).status_code == 303
    assert form_of(edith.get("/"))["author_bio"] == "Words to come."
    assert old.logged_in(DESK).get(old.known["pages"]["edith-karr"]).location == (
        f"/publisher/authors/{old.portal.account(edith.address).id}"
    )


def test_an_invited_author_accepts_and_a_revoked_invitation_is_listed(old: OldPortal) -> None:
    una, link = old.portal.person("una@example.org", "Una Bright"), old.known["links"]["author_invitation"]
    listed = old.logged_in(DESK).get("/publisher/invitations").text
    for address in ("una@example.org", "zoe@example.org", "edith@example.org"):
        assert address in listed
    fields = {"csrf_token": csrf_of(una.get(link)), "author_name": una.name, "new_password": NEW_PASSWORD}
    assert una.client.post(link, data=fields).status_code == 303
    assert '<form class="editor"' in una.get("/").text


def test_a_merge_leads_to_the_page_that_stays_and_is_undone(old: OldPortal) -> None:
    desk, stays, lost = old.logged_in(DESK), *(old.known["pages"][slug] for slug in ("nell-voss", "n-voss"))
    assert desk.get(lost).location == stays
    assert "Words of the press about N. Voss." in desk.get("/authors/nell-voss/").text
    assert "/authors/nell-voss/" in desk.get("/authors/n-voss/").text

    assert desk.post(f"{stays}/unmerge", {"owner": ""}, form=stays).location == lost

    old.world.work()
    old.world.clock.forward(seconds=2)
    old.world.work()
    assert "Words of the press about N. Voss." in desk.get("/authors/n-voss/").text
    assert "Words of the press about Nell Voss." in desk.get("/authors/nell-voss/").text


def test_a_text_that_waits_for_review_is_published(old: OldPortal) -> None:
    desk, about = old.logged_in(DESK), old.known["people"][WREN]
    assert about["review"] not in desk.get("/authors/wren-hale/").text
    [at] = set(re.findall(r'href="(/publisher/reviews/[^"?]+)\?', desk.get("/publisher/reviews").text))
    form = hidden_of(desk.get(at), "/publish")

    assert desk.client.post(str(form.pop("")), data=form).status_code == 303

    old.world.work()
    shown = desk.get("/authors/wren-hale/").text
    assert about["review"] in shown
    assert "<img" in shown
    assert form_of(old.logged_in(WREN).get("/"))["author_bio"] == about["review"]


def test_a_question_is_answered_and_the_answer_of_another_is_shown(old: OldPortal) -> None:
    rhea, link = old.portal.person("rhea@example.org", "Rhea Sand"), old.known["links"]["question"]
    fields = {"csrf_token": csrf_of(rhea.get(link)), "answer": "The one about sand."}
    assert rhea.client.post(link, data=fields).status_code == 303
    queue = old.logged_in(DESK).get("/publisher").text
    assert "The one about sand." in queue
    assert "Both of them." in queue


def test_a_page_is_confirmed_by_the_link_of_the_yearly_question(old: OldPortal) -> None:
    reader, link = old.portal.person("vera@example.org", "Vera Hart"), old.known["links"]["still_right"]
    page = reader.get(link)
    assert "Written long ago." in page.text
    assert reader.client.post(link, data={"csrf_token": csrf_of(page)}).status_code in {200, 303}
    assert "Your page is confirmed." in reader.get(link).text


def test_the_switches_stand_as_they_were_set(old: OldPortal) -> None:
    page = old.logged_in(DESK).get("/publisher/settings").text
    for name, value in (("digest", "off"), ("yearly_question", "on")):
        assert re.search(rf'<input [^>]*name="{name}"[^>]* value="{value}"[^>]* checked', page)
    assert re.search(r'name="usual_days"[^>]* value="9"', page)


def test_the_activity_of_the_site_goes_on(old: OldPortal) -> None:
    desk = old.logged_in(DESK)
    shown = desk.get("/publisher/activity").text
    assert "Wren Hale" in shown or "Hale, Wren" in shown
    said = " ".join(re.sub("<[^>]+>", " ", shown).split())
    assert "Edith Karr Invited the author to take over the page, by Ines Vale ." in said
    assert "Ines Vale" in desk.get(f"/publisher/activity?by={old.portal.account(DESK).id}").text
