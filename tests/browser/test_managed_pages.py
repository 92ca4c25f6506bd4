"""Pages that the press keeps, what happened on the site, and a merge, in a browser; axe looks at each page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.server import soon

if TYPE_CHECKING:
    from tests.browser.portal import Portal


def test_a_page_for_an_author_who_is_dead_is_published_in_four_clicks(portal: Portal) -> None:
    desk, reader = portal.publisher(), portal.visitor()
    name = f"Edith Karr {next(portal.numbers)}"
    desk.follows("Authors")
    desk.follows("New page")
    desk.presses("Go on to the page", status=422)
    desk.types({"Name": name})
    desk.presses("Go on to the page")
    desk.types({"Biography (optional)": "She wrote about salt."})
    slug = desk.page.locator("#author_slug").input_value()
    desk.presses("Publish")
    reader.sees(f"{portal.server.url}/authors/{slug}/", status=200)
    assert "She wrote about salt." in reader.text

    def is_listed() -> bool:
        desk.goes_to("/publisher/authors?state=managed")
        return name.rpartition(" ")[0].partition(" ")[2] in desk.text

    soon(is_listed, "the page to be among those of the press")
    desk.goes_to("/publisher/activity")
    assert name in desk.text
    desk.goes_to("/publisher/settings")


def test_two_pages_of_one_person_become_one(portal: Portal) -> None:
    desk = portal.publisher()
    word = f"Karr{next(portal.numbers)}"
    for name, text in ((f"Edith {word}", "The long biography."), (f"E. {word}", "The short one.")):
        desk.goes_to("/publisher/pages/new")
        desk.types({"Name": name})
        desk.presses("Go on to the page")
        desk.types({"Biography (optional)": text})
        desk.presses("Publish")

    def is_found() -> bool:
        desk.goes_to(f"/publisher/authors?q={word}")
        return desk.page.locator(".people .who a").count() == 2

    soon(is_found, "both pages to be found")
    desk.clicks(desk.page.get_by_role("link", name=f"{word}, E.", exact=True))
    desk.follows("Invite the author…")
    desk.goes_to(f"/publisher/authors?q={word}")
    desk.clicks(desk.page.get_by_role("link", name=f"{word}, E.", exact=True))
    desk.follows("Merge…")
    desk.clicks(desk.page.get_by_role("link", name=f"{word}, Edith", exact=True))
    assert desk.heading == "What stays of both"
    desk.page.locator("#biography-lost").check()
    desk.presses("Merge the pages")
    desk.follows("Edit the page")
    assert "The short one." in desk.biography
