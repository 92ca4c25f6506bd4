"""An author's page: written, shown, moved, compared and brought back, by its author and by the publisher."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect
from tests.browser.photos import no_photo, photo
from tests.browser.portal import logs_in
from tests.browser.variants import off_the_main_road, on_both_engines
from tests.browser.visitor import questions

if TYPE_CHECKING:
    from tests.browser.server import Portal
    from tests.browser.visitor import Visitor

BIOGRAPHY = """Ana wrote *The Salt Road* and **nothing** since.

She lives by the sea, with:

- two cats
- a [letterpress](https://example.org/press)

עברית stands on the right."""


def opens_more(person: Visitor) -> None:
    """Show what most authors never need, the page address among it."""
    person.page.get_by_text("More: name for sorting, page address").click()


@on_both_engines
def test_everything_on_a_page_is_what_a_reader_sees_at_once(portal: Portal) -> None:
    ana, reader = portal.author(portal.address()), portal.visitor()
    slug = f"ana-{next(portal.numbers)}"
    opens_more(ana)
    ana.types({"Name": "Ana Lima e Silva", "Page address": slug, "Biography (optional)": BIOGRAPHY})
    links = ana.page.get_by_role("group", name="Links")
    links.get_by_label("Text (optional)").first.fill("My shop")
    links.get_by_label("Address or name").first.fill("https://example.org/shop")
    if portal.variant.scripts:
        links.get_by_role("button", name="Add a link").click()
    else:
        links.get_by_text("Add a link").nth(1).click()
    links.get_by_label("Address or name").nth(1).fill("example.net")
    ana.page.get_by_label("Choose a photo").set_input_files(photo())
    ana.page.get_by_label("This photo may be used here").check()
    ana.presses("Publish")
    assert "Saved and published." in ana.text
    assert loaded(ana, ".picture .portrait")
    assert ana.biography == BIOGRAPHY

    reader.goes_to(f"/authors/{slug}/")
    page = reader.page
    assert reader.heading == "Ana Lima e Silva"
    assert page.locator(".bio em").inner_text() == "The Salt Road"
    assert page.locator(".bio strong").inner_text() == "nothing"
    assert page.locator(".bio p").count() == 3
    assert page.locator(".bio li").all_inner_texts() == ["two cats", "a letterpress"]
    assert page.locator(".bio a").get_attribute("href") == "https://example.org/press"
    assert page.get_by_role("link", name="My shop").get_attribute("href") == "https://example.org/shop"
    assert page.get_by_role("link", name="example.net").get_attribute("href") == "https://example.net"
    assert loaded(reader, ".u-photo")
    width = page.locator(".u-photo").evaluate("photo => photo.naturalWidth")
    assert width >= min(portal.variant.width, 288)
    assert page.locator(".bio p").last.evaluate("text => getComputedStyle(text).direction") == "rtl"


def test_an_earlier_address_leads_to_the_page(portal: Portal) -> None:
    ana, reader = portal.author(portal.address()), portal.visitor()
    old, new = (f"ana-{next(portal.numbers)}" for _ in range(2))
    for slug in (old, new):
        opens_more(ana)
        ana.types({"Page address": slug})
        ana.presses("Publish")

    reader.page.goto(f"{portal.server.url}/authors/{old}/")
    reader.page.wait_for_url(f"**/authors/{new}/")
    assert reader.heading == "Ana Lima"


def test_a_refused_page_keeps_everything_and_says_what_is_wrong_where(portal: Portal) -> None:
    other = portal.author(portal.address("bo"), "Bo Lund")
    other.presses("Publish")
    taken = other.page.get_by_label("Page address").input_value()
    ana = portal.author(portal.address())
    opens_more(ana)
    ana.types({"Name": "", "Biography (optional)": "Not to be lost.", "Page address": "Ünder Wäter"})
    ana.page.locator("#link_label-1").fill("My shop")
    ana.page.locator("#link_url-1").fill("ftp://example.org")
    ana.page.get_by_label("Choose a photo").set_input_files(photo())
    ana.page.get_by_label("This photo may be used here").check()
    ana.presses("Publish", status=422)
    if portal.variant.scripts:
        expect(ana.page.locator("[data-status]")).to_contain_text("is back")

    assert ("Choose the photo again; it was not kept" in ana.text) is not portal.variant.scripts
    faults = ana.page.locator("[aria-invalid=true]").evaluate_all("fields => fields.map(field => field.id)")
    own = [] if portal.variant.scripts else ["profile_img"]
    assert faults == [*own, "author_name", "link_url-1", "author_slug"]
    assert ana.biography == "Not to be lost."
    assert ana.page.locator("#link_url-1").input_value() == "ftp://example.org"

    ana.types({"Name": "Ana Lima", "Page address": taken})
    ana.page.locator("#link_url-1").fill("https://example.org")
    ana.presses("Publish", status=422)
    assert ana.page.get_by_label("Page address").get_attribute("aria-invalid") == "true"
    ana.types({"Page address": f"ana-{next(portal.numbers)}"})
    ana.page.get_by_label("Choose a photo").set_input_files(no_photo())
    ana.presses("Publish", status=422)
    ana.page.get_by_label("Choose a photo").set_input_files(photo(300, 400))
    ana.presses("Publish")
    assert loaded(ana, ".picture .portrait")
    ana.page.get_by_text("What is shown, text and credit").click()
    ana.page.get_by_label("Remove the photo").check()
    ana.presses("Publish")
    assert ana.page.locator(".picture img.portrait").count() == 0


def test_versions_are_listed_compared_and_restored(portal: Portal) -> None:
    ana = portal.author(portal.address())
    for text in ("I keep bees.", "I keep bees and books."):
        ana.types({"Biography (optional)": text})
        ana.presses("Publish")
    ana.follows("Earlier versions")
    assert "new: and books" in ana.text
    ana.clicks(ana.page.get_by_role("link", name="Compare version 1 with the live one"))
    assert "bees and books" in ana.page.locator("ins").inner_text()
    ana.presses("Restore version 1")
    assert "Version 1 is restored as version 3. Saved and published." in ana.text

    ana.follows("Back to the page")
    assert ana.biography == "I keep bees."
    ana.follows("See the page")
    assert "I keep bees." in ana.text
    assert "books" not in ana.text


def test_a_page_that_was_just_looked_at_shows_the_next_save_at_once(portal: Portal) -> None:
    ana = portal.author(portal.address())
    for text in ("I keep bees.", "I keep goats."):
        ana.types({"Biography (optional)": text})
        ana.presses("Publish")
        ana.follows("See the page")
        assert text in ana.text
        ana.page.go_back()


@on_both_engines
def test_who_saves_second_sees_both_texts_and_decides(portal: Portal) -> None:
    address = portal.address()
    ana, desk = portal.author(address), portal.publisher()
    edits_for(desk, address)
    desk.types({"Biography (optional)": "Theirs."})
    ana.types({"Biography (optional)": "Mine."})
    desk.presses("Publish")
    ana.presses("Publish", status=409)

    assert ana.heading == "The page was saved in between"
    assert "Theirs" in ana.page.locator("del").inner_text()
    assert "Mine" in ana.page.locator("ins").inner_text()
    assert ana.biography == "Mine."
    ana.presses("Publish mine over theirs")
    ana.follows("Earlier versions")
    assert "· Marram Press" in ana.text
    ana.follows("Back to the page")
    ana.follows("See the page")
    assert "Mine." in ana.text


def test_the_publisher_edits_for_an_author_who_is_told(portal: Portal) -> None:
    address = portal.address()
    ana, desk = portal.author(address), portal.publisher()
    ana.presses("Publish")
    edits_for(desk, address)
    assert f"An email to {address} says that you edited the page" in desk.text
    desk.types({"Biography (optional)": "Ana writes."})
    desk.presses("Publish")
    assert "Saved and published." in desk.text
    desk.follows("Earlier versions")
    desk.follows("Back to the page")
    desk.follows("Cancel")
    assert "Saved the page, version 2." in desk.text
    desk.follows("See the page", within="main")
    assert "Ana writes." in desk.text

    portal.server.forward(hours=1, minutes=1)
    ana.opens_letter(address, "Your author page was edited")
    ana.goes_to("/history")
    assert "· Marram Press" in ana.text


def test_a_text_outlives_its_session(portal: Portal) -> None:
    address = portal.address()
    ana = portal.author(address)
    ana.types({"Biography (optional)": "Written all day long."})
    ana.page.locator("#link_url-1").fill("https://example.org/day")
    portal.server.forward(hours=25)
    ana.presses("Publish")
    assert "You were away for a while. Nothing is lost" in ana.text
    logs_in(ana, address, password="not the right one at all", status=422)
    logs_in(ana, address)

    assert "Your text is back, and not saved yet." in ana.text
    assert ana.page.locator("#link_url-1").input_value() == "https://example.org/day"
    ana.presses("Publish")
    ana.follows("See the page")
    assert "Written all day long." in ana.text


@off_the_main_road
def test_scripts_help_without_being_needed(portal: Portal) -> None:
    ana = portal.author(portal.address())
    page = ana.page
    page.route("**/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    links = page.get_by_role("group", name="Links")
    links.get_by_label("Address or name").fill("https://example.org/1")
    links.get_by_role("button", name="Add a link").click()
    page.keyboard.type("https://example.org/2")
    assert links.get_by_label("Address or name").count() == 2
    page.get_by_label("Biography (optional)", exact=True).fill("Short.")
    page.get_by_text("1 word, 6 of 10,000 characters").wait_for()
    assert page.get_by_text("Not saved yet", exact=True).is_visible()
    ana.looks()

    with questions(page) as asked:
        ana.goes_to("/account")
    assert asked == ["beforeunload"]

    ana.goes_to("/change_password")
    page.get_by_label("New password").fill("qwertyuiopasdfgh")
    page.get_by_text("Long enough, but easy to guess").wait_for()
    page.get_by_role("button", name="Show password").last.click()
    assert page.get_by_label("New password").get_attribute("type") == "text"
    assert page.get_by_text("Your password is visible").count() == 1
    ana.looks()


def edits_for(desk: Visitor, address: str) -> None:
    """Find an author by their address and open their page."""
    desk.goes_to(f"/publisher/authors?q={address}")
    desk.follows("Lima, Ana", within="main")
    desk.follows("Edit the page")


def loaded(visitor: Visitor, image: str) -> bool:
    """Whether a picture came and could be shown."""
    found = visitor.page.locator(image)
    return bool(found.evaluate("image => image.decode().then(() => image.naturalWidth > 0)"))
