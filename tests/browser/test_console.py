"""The publisher's desk in a browser, with scripts and without, narrow and wide; axe looks at each page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.people import path_in
from tests.server import soon

if TYPE_CHECKING:
    from tests.browser.portal import Portal


def test_many_who_wait_are_approved_with_a_tick_each_or_all_at_once(portal: Portal) -> None:
    people = {portal.address("dee"): "Dee Roe", portal.address("eli"): "Eli Fox"}
    for address, name in people.items():
        portal.waiting(address, name)
    desk = portal.publisher()
    if portal.variant.scripts:
        desk.page.get_by_label("Select all").check()
        count = desk.page.locator(".tick").count()
        assert desk.page.locator(".tick:checked").count() == count
        desk.page.get_by_label("Select all").uncheck()
    for name in people.values():
        desk.page.get_by_label(f"Select {name}", exact=True).last.check()
    desk.presses("Approve these 2" if portal.variant.scripts else "Approve selected")
    assert "2 authors approved." in desk.text
    assert not any(address in desk.text for address in people)


def test_a_question_goes_out_and_its_answer_stands_beside_the_name(portal: Portal) -> None:
    address = portal.address("fay")
    portal.waiting(address, "Fay Moss")
    desk, fay = portal.publisher(), portal.visitor()
    desk.clicks(desk.page.locator("li", has_text=address).get_by_role("link", name="Ask… Fay Moss", exact=True))
    desk.presses("Send the question", status=422)
    desk.types({"Question": "Which of your books did we publish?"})
    desk.presses("Send the question")
    assert "No answer yet." in desk.text

    fay.goes_to(path_in(portal.letter(address, "A question about your author account"), "/question/"))
    assert "Which of your books did we publish?" in fay.text
    fay.types({"Your answer": "The Salt Road, in 2019."})
    fay.presses("Send the answer")
    assert fay.heading == "Your answer is on its way"
    desk.goes_to("/publisher")
    assert "The Salt Road, in 2019." in desk.text


def test_who_has_no_page_yet_is_found_and_reminded(portal: Portal) -> None:
    address = portal.address("gil")
    portal.author(address, "Gil Barr")
    desk = portal.publisher()

    def is_listed() -> bool:
        desk.goes_to("/publisher/authors?page=none")
        return address in desk.text and "No page yet" in desk.text

    soon(is_listed, "Gil Barr to be among those without a page")
    desk.clicks(desk.page.locator(".list-act a"))
    desk.clicks(desk.page.locator("main form button"))
    assert "an email" in desk.text
    assert "/login?next=/" in portal.letter(address, "Your author page is still empty")
    desk.clicks(desk.page.locator("li", has_text=address).get_by_role("link").first)
    assert desk.heading == "Gil Barr"
    assert desk.page.locator("main a.main").all_inner_texts() == ["Edit the page"]
    assert desk.page.locator("main a").last.inner_text() == "Suspend Gil Barr…"
