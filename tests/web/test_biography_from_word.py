"""A biography from a Word file: it fills the form, and nothing is saved by that."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import form_of, make_portal
from tests.word_files import p, packed, r

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Person, Portal
    from werkzeug.test import TestResponse

HTML = "<p>Ana wrote <em>The Salt Road</em>.</p>"
TYPED = "Ana wrote *The Salt Road*."


@pytest.fixture
def author(portal: Portal) -> Person:
    author = portal.author()
    author.save(author_bio="What readers see.")
    return author


def word(body: bytes | None = None, name: str = "me.docx") -> tuple[io.BytesIO, str]:
    text = p(r("Ana wrote "), r("The Salt Road", "<w:i/>"), r("."), r("gone", "<w:vanish/>"))
    return io.BytesIO(packed(text) if body is None else body), name


def html_in(page: TestResponse) -> str:
    found = re.search(r'<textarea [^>]*data-html="([^"]*)"', page.text)
    return unescape(found[1]) if found else ""


def test_it_is_shown_for_checking_and_nothing_is_saved(author: Person) -> None:
    filled = author.save(
        bio_file=word(), author_name="Ana Lima e Silva", link_url="example.org/books", author_slug="No!"
    )

    assert filled.status_code == 200
    assert "The biography is what your file says. Nothing is saved yet" in filled.text
    assert "Left out: hidden text." in filled.text
    form = form_of(filled)
    assert (form["author_bio"], form["bio_format"], html_in(filled)) == (TYPED, "markdown", HTML)
    assert (form["author_name"], form["author_slug"]) == ("Ana Lima e Silva", "No!")
    assert "example.org/books" in str(form["link_url"])
    assert 'data-guard="dirty"' in filled.text
    assert "What readers see." in author.get("/authors/ana-lima/").text

    assert author.client.post("/", data={**form, "author_slug": "ana"}).status_code == 303
    assert "<em>The Salt Road</em>" in author.get("/authors/ana/").text


def test_what_was_typed_and_not_saved_stays_above_it(author: Person) -> None:
    filled = author.save(bio_file=word(), author_bio="<p>Typed for an hour.</p>", bio_format="html")

    assert form_of(filled)["author_bio"] == f"Typed for an hour.\n\n{TYPED}"
    assert html_in(filled) == f"<p>Typed for an hour.</p>{HTML}"
    assert "stands below what you had typed" in filled.text


def test_a_photo_that_was_chosen_with_it_is_chosen_again(author: Person) -> None:
    filled = author.save(bio_file=word(), profile_img=(io.BytesIO(b"a photo"), "me.jpg"))

    assert filled.status_code == 422
    assert "Choose the photo again" in filled.text
    assert form_of(filled)["author_bio"] == TYPED


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"%PDF-1.7", "The file is a PDF."),
        (b"\xd0\xcf\x11\xe0", "The file is from an older Word."),
        (b"PK", "The file cannot be read."),
        (b"Dear press, ", "The file is no Word document."),
        (b"", "The file is no Word document."),
        (packed(p()), "The file has no text"),
        (packed(p(r("a" * 4_100_000))), "The file is too large for a biography."),
    ],
    ids=range(7),
)
def test_another_file_is_refused_with_what_to_do(author: Person, body: bytes, says: str) -> None:
    refused = author.save(bio_file=word(body), author_bio="Typed.")

    assert refused.status_code == 422
    assert says in refused.text
    assert 'id="bio_file-error"' in refused.text
    assert form_of(refused)["author_bio"] == "Typed."


def test_a_publisher_may_use_it_for_an_author(portal: Portal, author: Person) -> None:
    desk = portal.publisher()
    at = f"/publisher/authors/{portal.account('ana@example.org').id}/edit"
    filled = desk.client.post(at, data={**form_of(desk.get(at)), "bio_file": word()})

    assert filled.status_code == 200
    assert form_of(filled)["author_bio"] == TYPED
    assert "What readers see." in author.get("/authors/ana-lima/").text


def test_a_draft_before_the_approval_may_begin_with_one(portal: Portal) -> None:
    ana = portal.waiting()
    page = ana.get("/")
    assert "/static/editor." in page.text
    filled = ana.client.post("/", data={**form_of(page), "bio_file": word(), "intent": "draft"})

    assert filled.status_code == 200
    assert form_of(filled)["author_bio"] == TYPED
    assert form_of(ana.get("/"))["author_bio"] == ""


@pytest.fixture
def guarded(tmp_path: Path) -> Portal:
    """A portal with its limits on."""
    return make_portal(make_world(tmp_path))


def read_as_many_as_one_may(portal: Portal, address: str, *, but: int = 0) -> None:
    ports, now = portal.world.ports, portal.world.clock.now()
    limit = ports.site.limits.document
    for _ in range(limit.most - but):
        ports.attempts.count("document", portal.account(address).id, limit, now)


@pytest.mark.parametrize("intent", ["publish", "draft"])
@pytest.mark.parametrize("by", ["author", "publisher"])
def test_one_too_many_is_refused_and_everything_typed_comes_back(guarded: Portal, by: str, intent: str) -> None:
    author, desk = guarded.author(), guarded.publisher()
    author.save(author_bio="What readers see.")
    who, at = (
        (author, "/") if by == "author" else (desk, f"/publisher/authors/{guarded.account(author.address).id}/edit")
    )
    read_as_many_as_one_may(guarded, who.address)
    typed = {
        "author_name": "Ana Lima e Silva",
        "author_bio": "Typed for an hour.",
        "author_summary": "Typed as well.",
        "author_slug": "No!",
        "link_label": "Books",
        "link_url": "example.org/books",
        "book_title": "The Salt Road",
    }
    form = {**form_of(who.get(at)), **typed}
    refused = who.client.post(at, data={**form, "bio_file": word(), "intent": intent})

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "minutes before you choose the next one; everything else can be saved meanwhile" in refused.text
    assert 'id="bio_file-error"' in refused.text
    again = form_of(refused)
    for name, value in typed.items():
        assert value in again[name] if isinstance(again[name], list) else value == again[name]
    assert who.client.post(at, data={**again, "author_slug": "ana"}).status_code == 303
    assert "Typed for an hour." in author.get("/authors/ana/").text


def test_files_that_cannot_be_read_count_and_those_of_others_do_not(guarded: Portal) -> None:
    ana, bo = guarded.author(), guarded.author("bo@example.org", "Bo Lund")
    read_as_many_as_one_may(guarded, ana.address, but=1)

    assert [ana.save(bio_file=word(body)).status_code for body in (b"no Word file", None)] == [422, 429]
    assert bo.save(bio_file=word()).status_code == 200
    guarded.world.clock.forward(seconds=3_601)
    assert ana.save(bio_file=word()).status_code == 200
