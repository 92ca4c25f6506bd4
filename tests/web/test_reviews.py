"""Reviews: where the press wants it, a text waits for a publisher, and readers go on seeing the page as it was."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from tests.people import form_of

from byline.audit import OPERATOR
from byline.authors import review_policy
from byline.authors.review_policy import ReviewPolicy
from byline.press import waiting_time
from byline.profiles import reviews

if TYPE_CHECKING:
    from tests.people import Person, Portal
    from werkzeug.test import TestResponse

    from byline.profiles.reviews import Review


def press(person: Person, intent: str, **fields: object) -> TestResponse:
    """Press a button of one's own editor with some fields changed."""
    form = {**form_of(person.get("/")), **fields, "intent": intent}
    return person.client.post("/", data=form, content_type="multipart/form-data")


def rule(portal: Portal, policy: str) -> None:
    review_policy.save(portal.world.ports, OPERATOR, ReviewPolicy(policy))


def profile_id(portal: Portal, person: Person) -> str:
    found = portal.account(person.address).profile_id
    assert found is not None
    return found


def review_of(portal: Portal, person: Person) -> Review | None:
    record = portal.world.ports.store.one(reviews.review_key(profile_id(portal, person)))
    return reviews.review_from(record) if record else None


def hidden_of(page: TestResponse, action: str) -> dict[str, object]:
    """The hidden fields of the form that goes to an address, and where exactly it goes."""
    html = page.text
    form = next(each for each in re.findall(r"<form .*?</form>", html, re.DOTALL) if f"{action}" in each.split(">")[0])
    fields: dict[str, object] = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    sent_to = re.search(r'action="([^"]*)"', form)
    assert sent_to is not None
    return {**fields, "": unescape(sent_to[1])}


def to_send(portal: Portal, publisher: Person, author: Person, what: str) -> dict[str, object]:
    """What the page of an answer would send, before it is sent; "" is where to."""
    address = f"/publisher/reviews/{profile_id(portal, author)}"
    if what == "edit":
        page = publisher.get(f"{address}/edit")
        return {**form_of(page), "": hidden_of(page, "/edit")[""]}
    return hidden_of(publisher.get(address if what == "publish" else f"{address}/{what}"), f"/{what}")


def answer(portal: Portal, publisher: Person, author: Person, what: str, **fields: object) -> TestResponse:
    """Open the text of an author, and answer it with what was on the page."""
    form = to_send(portal, publisher, author, what)
    address = str(form.pop(""))
    return publisher.client.post(address, data={**form, **fields})


@pytest.fixture
def ana(portal: Portal) -> Person:
    """An author whose page is published, on a site where all texts are reviewed."""
    ana = portal.author()
    assert ana.save(author_bio="Published words.").status_code == 303
    rule(portal, "all")
    return ana


@pytest.fixture
def publisher(portal: Portal) -> Person:
    return portal.publisher("pat@marram.example", "Pat Moss")


def readers_page(person: Person, slug: str = "ana-lima") -> str:
    person.world.work()
    return person.get(f"/authors/{slug}/").get_data(as_text=True)


def test_a_text_waits_and_readers_see_the_page_as_it_was(portal: Portal, ana: Person) -> None:
    assert "Submit for review" in ana.get("/").text
    sent = press(ana, "publish", author_bio="Waiting words.")
    assert (sent.status_code, sent.headers["Location"]) == (303, "/")

    page = ana.get("/").text
    assert "Your text waits for review." in page
    assert "Waiting for review" in page
    assert form_of(ana.get("/"))["author_bio"] == "Waiting words."
    assert "Published words." in readers_page(ana)
    assert "Waiting words." not in readers_page(ana)
    assert "Version 2" not in ana.get("/history").text


def test_a_publisher_sees_what_differs_and_publishes_it(portal: Portal, ana: Person, publisher: Person) -> None:
    press(ana, "publish", author_bio="Waiting words.")
    assert "Ana Lima" in publisher.get("/publisher/reviews").text
    shown = publisher.get(f"/publisher/reviews/{profile_id(portal, ana)}").text
    assert "Readers see now" in shown
    assert "Waiting" in shown

    author_page = f"/publisher/authors/{portal.account(ana.address).id}"
    assert "A text waits for review" in publisher.get(author_page).text
    assert answer(portal, publisher, ana, "publish").status_code == 303
    assert "Waiting words." in readers_page(ana)
    assert "A text waits for review" not in publisher.get(author_page).text
    assert review_of(portal, ana) is None
    assert "No text waits for review" in publisher.get("/publisher/reviews").text
    history = ana.get("/history").text
    assert "Version 2" in history


def test_an_author_is_told_what_a_publisher_changed(portal: Portal, ana: Person, publisher: Person) -> None:
    press(ana, "publish", author_bio="Waiting words.")
    edited = answer(portal, publisher, ana, "edit", author_bio="Better words.")
    assert edited.status_code == 303
    assert "Better words." in readers_page(ana)
    compared = ana.get("/history/2").text
    assert "Waiting" in compared
    assert "Better" in compared
    assert any("/history/2" in mail.text for mail in portal.world.mailer.to(ana.address))


@pytest.mark.parametrize("what", ["change", "reject"])
def test_an_author_reads_the_note_above_the_text(portal: Portal, ana: Person, publisher: Person, what: str) -> None:
    press(ana, "publish", author_bio="Waiting words.")
    assert answer(portal, publisher, ana, what, note="Name the prize, please.").status_code == 303
    page = ana.get("/").text
    assert "Name the prize, please." in page
    assert form_of(ana.get("/"))["author_bio"] == "Waiting words."
    portal.world.work()
    assert any("Name the prize, please." in mail.text for mail in portal.world.mailer.to(ana.address))
    assert "Published words." in readers_page(ana)


def test_an_author_withdraws_a_text_and_keeps_it(portal: Portal, ana: Person, publisher: Person) -> None:
    press(ana, "publish", author_bio="Waiting words.")
    assert press(ana, "withdraw").status_code == 303
    assert "Your text is withdrawn." in ana.get("/").text
    assert form_of(ana.get("/"))["author_bio"] == "Waiting words."
    assert "No text waits for review" in publisher.get("/publisher/reviews").text
    assert press(ana, "discard").status_code == 303
    assert form_of(ana.get("/"))["author_bio"] == "Published words."
    assert review_of(portal, ana) is None


def test_an_author_is_told_how_long_it_usually_takes(portal: Portal, ana: Person) -> None:
    bo = portal.waiting("bo@example.org", "Bo Lund")
    waiting_time.save(portal.world.ports, OPERATOR, 9)
    press(ana, "publish", author_bio="To be reviewed.")
    assert "This usually takes up to 9 days." in ana.get("/").text
    assert "This usually takes up to 9 days." in bo.get("/").text
