"""Drafts in a browser: kept while somebody types, seen beside the editor, and never lost between two places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect
from tests.browser.portal import logs_in
from tests.browser.variants import at_a_desk, off_the_main_road, on_a_phone
from tests.browser.visitor import questions

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from tests.browser.portal import Portal
    from tests.browser.visitor import Visitor

KEPT_WITHIN_MS = 15_000


def kept(page: Page) -> None:
    """Wait until the editor says that the draft is saved, and at what time, as the server writes it."""
    said = re.compile(r"^\s*Draft saved \d\d:\d\d\s*$")
    expect(page.locator("[data-draft-state]")).to_have_text(said, timeout=KEPT_WITHIN_MS)


def summary_of(visitor: Visitor) -> str:
    return visitor.page.locator("#author_summary").input_value()


@off_the_main_road
def test_what_is_typed_is_kept_by_itself_and_is_there_on_another_device(portal: Portal) -> None:
    address = portal.address()
    ana, phone = portal.author(address), portal.visitor()
    ana.page.locator("#author_summary").press_sequentially("Writes about salt.")
    kept(ana.page)

    phone.goes_to("/login")
    logs_in(phone, address)
    assert summary_of(phone) == "Writes about salt."
    assert "This is your draft" not in phone.text  # nothing is published yet, and that is said instead
    with questions(ana.page) as asked:
        ana.goes_to("/account")
    assert asked == []


@off_the_main_road
def test_publishing_takes_the_draft_although_one_is_being_kept(portal: Portal) -> None:
    ana, reader = portal.author(portal.address()), portal.visitor()
    slug = f"ana-{next(portal.numbers)}"
    ana.page.get_by_text("More: name for sorting, page address").click()
    ana.types({"Page address": slug})
    ana.page.locator("#author_summary").fill("Writes about salt.")
    ana.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    ana.presses("Publish")
    reader.goes_to(f"/authors/{slug}/")
    assert reader.page.locator("meta[name=description]").get_attribute("content") == "Writes about salt."
    assert ana.page.get_by_role("button", name="Discard changes").count() == 0


@at_a_desk
def test_the_preview_stands_beside_the_editor_and_follows_it(portal: Portal) -> None:
    ana = portal.author(portal.address())
    ana.page.locator("#author_name").fill("Ana of the Sea")
    ana.page.get_by_role("button", name="Preview").click()
    preview = ana.page.frame_locator(".preview-pane iframe")
    expect(preview.get_by_role("heading", level=1)).to_have_text("Ana of the Sea")
    ana.page.locator("#author_name").fill("Ana of the Hills")
    expect(preview.get_by_role("heading", level=1)).to_have_text("Ana of the Hills", timeout=KEPT_WITHIN_MS)
    ana.page.get_by_role("button", name="Preview").click()
    expect(ana.page.locator(".preview-pane iframe")).to_have_count(0)


@on_a_phone
def test_on_a_phone_the_preview_is_a_page_of_its_own_with_a_way_back(portal: Portal) -> None:
    ana = portal.author(portal.address())
    ana.page.locator("#author_name").fill("Ana of the Sea")
    ana.presses("Preview")
    assert ana.path.partition("#")[0] == "/preview"
    assert ana.heading == "Ana of the Sea"
    ana.follows("Back to the editor")
    assert ana.page.locator("#author_name").input_value() == "Ana of the Sea"


@off_the_main_road
def test_the_second_window_is_told_and_nothing_is_lost_in_either(portal: Portal) -> None:
    address = portal.address()
    ana, phone = portal.author(address), portal.visitor()
    phone.goes_to("/login")
    logs_in(phone, address)
    phone.page.locator("#author_summary").fill("From the phone.")
    kept(phone.page)
    ana.page.locator("#author_summary").fill("From the desk.")
    expect(ana.page.locator("[data-draft-said]")).to_contain_text("changed in another place", timeout=KEPT_WITHIN_MS)
    ana.presses("Save draft", status=409)
    assert ana.heading == "The draft was changed in another place"
    assert summary_of(ana) == "From the desk."
    ana.presses("Keep mine as the draft")
    phone.goes_to("/account")
    phone.goes_to("/")
    assert summary_of(phone) == "From the desk."


@off_the_main_road
def test_without_a_connection_it_is_said_and_kept_as_soon_as_there_is_one(portal: Portal) -> None:
    ana = portal.author(portal.address())
    ana.page.route("**/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    ana.page.locator("#author_summary").fill("Written in a train.")
    expect(ana.page.locator("[data-draft-said]")).to_contain_text("no connection", timeout=KEPT_WITHIN_MS)
    ana.page.unroute_all()
    ana.page.evaluate("window.dispatchEvent(new Event('online'))")
    kept(ana.page)


def test_a_draft_is_begun_while_waiting(portal: Portal) -> None:
    ana = portal.waiting(portal.address())
    ana.types({"Name": "Ana Lima", "Biography (optional)": "While I wait."})
    ana.presses("Save draft")
    assert "Readers do not see it yet." in ana.text
    assert ana.biography == "While I wait."
