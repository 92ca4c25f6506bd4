"""A biography from the rich editor: it comes back for both, the editor and the textarea, whatever the answer is."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from tests.people import form_of

if TYPE_CHECKING:
    from tests.people import Person, Portal
    from werkzeug.test import TestResponse

WRITTEN = "<p>I wrote <em>The Salt Road</em>.<br>2*3 times.</p><blockquote><p>Salt!</p></blockquote>"
TYPED = "I wrote *The Salt Road*.\n2*3 times.\n\n> Salt!"


@pytest.fixture
def author(portal: Portal) -> Person:
    return portal.author()


def html_in(page: TestResponse) -> str:
    """What the rich editor starts from."""
    found = re.search(r'<textarea [^>]*data-html="([^"]*)"', page.text)
    return unescape(found[1]) if found else ""


def shown(page: TestResponse) -> tuple[object, object, str]:
    form = form_of(page)
    return form["bio_format"], form["author_bio"], html_in(page)


def test_what_was_saved_is_there_for_both(author: Person) -> None:
    assert shown(author.get("/")) == ("markdown", "", "")
    assert author.save(author_bio=WRITTEN, bio_format="html").status_code == 303

    assert shown(author.get("/")) == ("markdown", TYPED, WRITTEN)
    assert re.search(r"<blockquote[^>]*><p[^>]*>Salt!</p></blockquote>", author.get("/authors/ana-lima/").text)
    assert "/static/editor." in author.get("/").text
    assert "/static/editor." not in author.get("/history").text


@pytest.mark.parametrize(("sent", "bio_format"), [(WRITTEN, "html"), (TYPED, "markdown")])
def test_a_refused_form_has_it_for_both(author: Person, sent: str, bio_format: str) -> None:
    refused = author.save(author_bio=sent, bio_format=bio_format, author_slug="No Slug!")

    assert refused.status_code == 422
    assert shown(refused) == ("markdown", TYPED, WRITTEN)
    assert author.client.post("/", data={**form_of(refused), "author_slug": "ana"}).status_code == 303
    assert html_in(author.get("/")) == WRITTEN


def test_a_page_that_was_saved_in_between_has_it_for_both(author: Person) -> None:
    form = form_of(author.get("/"))
    author.save(author_bio="The first text.")
    stale = author.client.post("/", data={**form, "author_bio": WRITTEN, "bio_format": "html"})

    assert stale.status_code == 409
    assert shown(stale) == ("markdown", TYPED, WRITTEN)


def test_one_that_is_too_long_comes_back_whole(author: Person) -> None:
    refused = author.save(author_bio=f"<p>{'a' * 10_001}</p>", bio_format="html")

    assert refused.status_code == 422
    assert shown(refused) == ("markdown", "a" * 10_001, f"<p>{'a' * 10_001}</p>")


def test_it_outlives_its_session(portal: Portal, author: Person) -> None:
    form = form_of(author.get("/"))
    portal.world.clock.forward(hours=25)
    login = author.client.post("/", data={**form, "author_bio": WRITTEN, "bio_format": "html"})
    kept = {name: unescape(value) for name, value in re.findall(r'name="(kept\w*)" value="([^"]*)"', login.text)}
    back = author.post("/login", {"author_email": author.address, "author_password": author.password, **kept})

    assert "Your text is back" in back.text
    assert shown(back) == ("markdown", TYPED, WRITTEN)
