"""A text on its way from the editor past the publisher to the readers, with scripts and without, wide and narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.test_decisions import finds

if TYPE_CHECKING:
    from tests.browser.portal import Portal


def test_a_text_is_given_back_then_published(portal: Portal) -> None:
    address = portal.address()
    name = f"Ana Salt {next(portal.numbers)}"
    ana, desk, reader = portal.author(address, name), portal.publisher(), portal.visitor()
    finds(desk, address, name)
    desk.page.get_by_label("Always").check()
    desk.presses("Save this rule")
    assert desk.page.get_by_label("Always").is_checked()

    ana.goes_to("/")
    ana.page.locator("#author_summary").fill("Writes about salt.")
    ana.presses("Submit for review")
    assert "Waiting for review" in ana.text
    desk.follows("Reviews")
    desk.follows(f"Review the text of {name}")
    assert desk.heading == name
    desk.follows("Ask for a change…")
    desk.presses("Ask for a change", status=422)
    desk.types({"What should be changed?": "Name the sea."})
    desk.presses("Ask for a change")
    assert "gets your note by email" in desk.text

    ana.goes_to("/")
    assert "Name the sea." in ana.text
    ana.page.locator("#author_summary").fill("Writes about the North Sea.")
    ana.presses("Submit for review")
    public = f"/authors/{ana.page.locator('#author_slug').input_value()}/"
    reader.goes_to(public, status=404)
    desk.goes_to("/publisher/reviews")
    desk.follows(f"Review the text of {name}")
    assert "Writes about the North Sea." in desk.text
    desk.presses("Publish")
    assert f"The text of {name} is published." in desk.text
    reader.sees(f"{portal.server.url}{public}", status=200)
    assert reader.page.locator("meta[name=description]").get_attribute("content") == "Writes about the North Sea."
    ana.opens_letter(address, "Your text is published")


def test_a_publisher_edits_a_text_before_readers_see_it(portal: Portal) -> None:
    address = portal.address()
    name = f"Ana Salt {next(portal.numbers)}"
    ana, desk = portal.author(address, name), portal.publisher()
    finds(desk, address, name)
    desk.page.get_by_label("Always").check()
    desk.presses("Save this rule")
    ana.goes_to("/")
    ana.page.locator("#author_summary").fill("Writes about salt.")
    ana.presses("Submit for review")

    desk.goes_to("/publisher/reviews")
    desk.follows(f"Review the text of {name}")
    desk.follows("Edit and publish")
    assert desk.page.locator("#author_summary").input_value() == "Writes about salt."
    desk.page.locator("#author_summary").fill("Writes about the sea.")
    desk.presses("Publish")
    assert "is published with your changes" in desk.text
    ana.opens_letter(address, "Your text is published, with changes")
    ana.goes_to("/history")
    assert "Version 2" in ana.text
