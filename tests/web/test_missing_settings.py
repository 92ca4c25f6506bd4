"""Where nobody set a publisher's name or address, pages and letters still speak in sentences and promise nothing."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from tests.people import Portal, form_of, make_portal, path_in

from byline.accounts import publishers
from byline.accounts.addresses import normalise
from byline.accounts.states import Event
from byline.audit import OPERATOR
from byline.authors import decisions
from byline.authors.author_emails import decision_email
from byline.settings import Settings

if TYPE_CHECKING:
    from flask import Response
    from tests.environment import World

BLOCKS = re.compile(r"<(?!/?(?:a|b|i|em|strong|bdi|span|time)\b)[^>]*>")
BEGINS_SMALL = re.compile(r"(?:\A|[.!?:]\s+|\n\s*)the publisher\b[^.\n]*")
PROMISES = ("Answer this letter", "Write to", "write to us", "write to the publisher", "mailto:")


def life(portal: Portal) -> list[str]:
    """Every kind of page and letter in which the publisher is spoken of, as text with a line for each block."""
    pages: list[str] = []

    def keep(response: Response) -> Response:
        if response.mimetype == "text/html":
            pages.append(response.get_data(as_text=True))
        return response

    portal.app.after_request(keep)
    ports = portal.world.ports
    ana, bo = portal.person(), portal.person("bo@example.org", "Bo Lund")
    for path in ("/", "/register", "/login", "/reset", "/nothing-here", "/confirm/x", "/reset/x"):
        ana.get(path)
    ana.register()
    ana.get("/")
    ana.get("/history")
    ana.confirm()
    ana.get("/")
    portal.waiting(bo.address, bo.name)
    publisher = portal.publisher("vale@example.org")
    publisher.get("/publisher")
    publisher.post("/reset", {"author_email": bo.address}, form="/logout")
    decisions.decline(ports, OPERATOR, portal.account(bo.address).id, note="Not ours.")
    bo.log_in()
    portal.approve(ana.address)
    ana.save(author_bio="One.")
    at = f"/publisher/authors/{portal.account(ana.address).id}"
    left_open = form_of(ana.get("/"))
    publisher.client.post(f"{at}/edit", data={**form_of(publisher.get(f"{at}/edit")), "author_bio": "Two."})
    assert ana.client.post("/", data={**left_open, "author_bio": "Three."}).status_code == 409
    for path in ("/", "/account", "/history", "/history/1", "/publisher"):
        ana.get(path)
    ana.post("/change_password", {"old_password": ana.password, "new_password": "another long password"})
    for path in (at, "/publisher/authors", f"{at}/decline", f"{at}/suspend"):
        publisher.get(path)
    publishers.add(ports, OPERATOR, address=normalise("new@example.org"), name="Nora Noe", password=None)
    portal.person().register()
    portal.world.clock.forward(minutes=1)
    portal.world.work()
    invited = next(mail.text for mail in portal.world.mailer.to("new@example.org"))
    portal.person().get(path_in(invited, "/invitation/"))
    decisions.suspend(ports, OPERATOR, portal.account(ana.address).id)
    ana.log_in(password="another long password")
    portal.world.work()
    emails = [decision_email(ports, portal.account(ana.address), event) for event in Event if event.value in _DECIDED]
    told = [(email.text, email.html) for email in emails]
    html = [*pages, *(mail.html for mail in portal.world.mailer.sent), *(html for _, html in told)]
    return [
        *(unescape(re.sub(r"<[^>]+>", "", BLOCKS.sub("\n", page.partition("</head>")[2] or page))) for page in html),
        *(mail.text for mail in portal.world.mailer.sent),
        *(text for text, _ in told),
    ]


_DECIDED = {"approved", "declined", "suspended", "restored"}


@pytest.fixture
def nameless(world: World) -> Portal:
    site = Settings.from_environ({}).site
    return make_portal(world.with_site(name=site.name, publisher_name=site.publisher_name, contact=site.contact))


def test_no_sentence_of_a_page_or_letter_begins_with_a_small_letter(nameless: Portal) -> None:
    texts = life(nameless)

    assert [found[0] for text in texts for found in BEGINS_SMALL.finditer(text)] == []
    for words in (
        "The publisher decides",
        "The publisher decided not to open an author page",
        "The publisher has closed this account for now",
        "The publisher invites you",
        "The publisher approved your account",
        "The publisher looked at your request",
        "The publisher suspended your account",
        "The publisher restored your account",
        "Every author of the publisher keeps a page",
    ):
        assert any(words in text for text in texts), words


def test_nothing_says_that_one_can_write_where_nobody_set_an_address(nameless: Portal) -> None:
    texts = life(nameless)

    assert [(promise, text) for promise in PROMISES for text in texts if promise in text] == []


def test_a_name_that_was_set_stands_as_it_was_written(world: World) -> None:
    texts = life(make_portal(world.with_site(publisher_name="dtv", contact="desk@example.org")))

    assert any("dtv approved your account" in text for text in texts)
    assert any("Questions? Write to dtv: desk@example.org" in text for text in texts)
    assert not any("Dtv" in text or "publisher approved" in text for text in texts)
