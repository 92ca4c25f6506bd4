"""A form that is refused comes back with what was typed, at each field what is wrong, and never with a password."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape, unescape
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import Person, Portal, form_of, make_portal, path_in
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from byline.accounts import publishers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from werkzeug.test import TestResponse

HIDDEN = "a password nobody shows"


@pytest.fixture
def guarded(tmp_path: Path) -> Portal:
    """A portal with its brakes on."""
    return make_portal(make_world(tmp_path))


def is_kept(answer: TestResponse, *typed: str) -> bool:
    return all(str(escape(text)) in answer.text.replace("&#39;", "&#x27;").replace("&#34;", "&quot;") for text in typed)


def had_enough(portal: Portal, what: str) -> None:
    """Let this network have tried as often as one may."""
    ports, now = portal.world.ports, portal.world.clock.now()
    if what == "save":
        for _ in range(ports.site.limits.save.most):
            ports.attempts.count(what, portal.account("ana@example.org").id, ports.site.limits.save, now)
        return
    for _ in range(ports.site.limits.shared(what).network.most):
        ports.attempts.count_for_network(ports.site.limits.shared(what), "127.0.0.1", now)


def send(person: Person, form: dict[str, object]) -> TestResponse:
    """Save a large form; the test client itself would leave a file open for so much."""
    boundary, body = encode_multipart(form)
    return person.client.post("/", data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def registering(portal: Portal) -> tuple[Person, str, str]:
    return portal.person(), "/register", "/register"


def moving(portal: Portal) -> tuple[Person, str, str]:
    person = portal.person()
    person.register()
    return person, "/confirm/address", "/"


def asking(portal: Portal) -> tuple[Person, str, str]:
    return portal.person(), "/reset", "/reset"


def logging_in(portal: Portal) -> tuple[Person, str, str]:
    return portal.person(), "/login", "/login"


def opening(portal: Portal) -> tuple[Person, str, str]:
    person = portal.person()
    person.register()
    person.post("/reset", {"author_email": person.address})
    link = path_in(person.letter(), "/reset/")
    return portal.person(), link, link


def beginning(portal: Portal) -> tuple[Person, str, str]:
    link = path_in(publishers.first_link(portal.world.ports) or "", "/publisher/first/")
    return portal.person(), link, link


def declining(portal: Portal) -> tuple[Person, str, str]:
    publisher = portal.publisher()
    portal.waiting()
    at = f"/publisher/authors/{portal.account('ana@example.org').id}/decline"
    return publisher, at, at


def coding(portal: Portal) -> tuple[Person, str, str]:
    person = portal.person()
    person.register()
    return person, "/confirm", "/"


@pytest.mark.parametrize(
    ("come", "fields"),
    [
        (registering, {"author_email": "no address", "author_name": "Ana <Lima> & 'Co'"}),
        (registering, {"author_email": "new@example.org", "author_name": "www.evil.example/"}),
        (registering, {"author_email": "\u202e@x.org", "author_name": "\u202eamiL"}),
        (moving, {"author_email": "no address \u96ea"}),
        (asking, {"author_email": '"><b>'}),
        (logging_in, {"author_email": "nobody@example.org"}),
        (opening, {"author_name": "Ana https://evil.example"}),
        (beginning, {"author_email": "no", "author_name": "Ines"}),
        (declining, {"note": "Not \x07 ours."}),
        (declining, {"note": "Not ours. " * 201}),
        (coding, {"code": "12345 \u096c"}),
    ],
)  # fmt: skip
def test_a_refused_form_shows_what_was_typed_and_no_password(
    portal: Portal, come: Callable[[Portal], tuple[Person, str, str]], fields: dict[str, str]
) -> None:
    person, path, page = come(portal)
    data: dict[str, object] = {**fields, "author_password": HIDDEN, "new_password": HIDDEN}
    answer = person.post(path, data, form=page)

    assert answer.status_code == 422
    assert is_kept(answer, *fields.values())
    assert HIDDEN not in answer.text
    assert "Error: " in answer.text


def test_too_many_saves_lose_no_text(guarded: Portal) -> None:
    author = guarded.author()
    had_enough(guarded, "save")
    answer = author.save(author_bio="Typed with care.", link_label=["Books"], link_url=["https://books.example.org"])

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert is_kept(answer, "Typed with care.", "Books", "https://books.example.org")
    guarded.world.clock.forward(hours=1)
    assert author.client.post("/", data=form_of(answer)).status_code == 303
    assert "Typed with care." in author.get("/authors/ana-lima/").text


def test_a_photo_that_is_a_little_too_large_loses_no_text(portal: Portal) -> None:
    author = portal.author()
    photo = FileStorage(BytesIO(b"\xff\xd8\xff" * 1_400_000), "me.jpg")
    context = portal.app.extensions["byline"]
    portal.app.extensions["byline"] = replace(context, most_bytes_photo=4_000_000)
    answer = send(
        author,
        {**form_of(author.get("/")), "author_bio": "Typed with care.", "profile_img": photo, "photo_rights": "1"},
    )

    assert answer.status_code == 413
    assert 'id="profile_img-error"' in answer.text
    assert "4 MB" in answer.text
    assert is_kept(answer, "Typed with care.")


@pytest.mark.parametrize("letter", ["a", "\u96ea", "&", "\n"])
def test_a_whole_book_in_a_field_is_told_at_the_field_and_is_not_lost(portal: Portal, letter: str) -> None:
    author = portal.author()
    book = letter * (990_000 // len(letter.encode()))
    links = {"link_label": ["Books"], "link_url": ["https://books.example.org"]}
    answer = send(author, {**form_of(author.get("/")), **links, "author_bio": book})

    assert answer.status_code == 422
    assert 'id="author_bio-error"' in answer.text
    assert "at most 10,000 characters fit" in answer.text
    kept = form_of(answer)
    assert kept["author_bio"] == book
    assert is_kept(answer, "https://books.example.org")
    shortened = {**kept, "author_bio": "One chapter."}
    assert author.client.post("/", data=shortened).status_code == 303


def test_only_who_is_logged_in_may_send_that_much(portal: Portal) -> None:
    author = portal.author()
    much = {**form_of(author.get("/")), "author_bio": "a" * 990_000}
    nobody = portal.person("nobody@example.org")

    assert send(nobody, much).status_code == 413
    assert author.client.post("/", data=much).status_code == 413  # urlencoded, which is not read in parts
    assert send(author, {**much, "author_bio": "a" * 1_000_001}).status_code == 413


@pytest.mark.parametrize(
    ("come", "what", "fields"),
    [
        (registering, "register", {"author_email": "new@example.org", "author_name": "Nora <Noe>"}),
        (moving, "register", {"author_email": "new@example.org"}),
        (asking, "reset", {"author_email": "new@example.org"}),
        (logging_in, "login", {"author_email": "new@example.org"}),
        (coding, "code", {"code": "123456"}),
    ],
)
def test_whoever_must_wait_finds_the_form_as_it_was(
    guarded: Portal, come: Callable[[Portal], tuple[Person, str, str]], what: str, fields: dict[str, str]
) -> None:
    person, path, page = come(guarded)
    had_enough(guarded, what)
    data: dict[str, object] = {**fields, "author_password": HIDDEN, "new_password": HIDDEN}
    answer = person.post(path, data, form=page)

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "Wait " in answer.text
    assert is_kept(answer, *fields.values())
    assert HIDDEN not in answer.text


def test_a_text_that_outlived_its_session_outlives_too_many_log_ins_as_well(guarded: Portal) -> None:
    author = guarded.author()
    form = form_of(author.get("/"))
    guarded.world.clock.forward(days=1, minutes=1)
    page = author.client.post("/", data={**form, "author_bio": "Written overnight."})
    had_enough(guarded, "login")
    for _ in range(2):
        kept = dict(re.findall(r'name="(kept\w*|csrf_token)" value="([^"]*)"', page.text))
        data = {**{name: unescape(value) for name, value in kept.items()}, "author_email": author.address}
        author.client.delete_cookie("byline_device")
        page = author.client.post("/login", data={**data, "author_password": author.password})
        assert "Written overnight." in page.text
        guarded.world.clock.forward(minutes=16)
    assert page.status_code == 200
    assert author.client.post("/", data=form_of(page)).status_code == 303


def ana_with_a_form_open(portal: Portal) -> tuple[Person, str]:
    return portal.author(), "/"


def publisher_with_a_form_open(portal: Portal) -> tuple[Person, str]:
    portal.author("tara@example.org", "Tara Getz")
    return portal.publisher("vale@example.org"), f"/publisher/authors/{portal.account('tara@example.org').id}/edit"


@pytest.mark.parametrize("come", [ana_with_a_form_open, publisher_with_a_form_open])
@pytest.mark.parametrize("who", ["unconfirmed", "waiting", "author", "publisher"])
def test_a_form_says_so_when_another_account_is_logged_in_to_its_browser_by_now(
    portal: Portal, come: Callable[[Portal], tuple[Person, str]], who: str
) -> None:
    person, at = come(portal)
    form = form_of(person.get(at))
    person.log_out()
    bo = Person(portal.world, person.client, "bo@example.org", "Bo Lund")
    if who == "unconfirmed":
        bo.register()
    else:
        {"waiting": portal.waiting, "author": portal.author, "publisher": portal.publisher}[who](bo.address, bo.name)
        bo.log_in()

    answer = person.client.post(at, data={**form, "author_bio": "Typed a moment ago."})
    assert answer.status_code == 400
    assert "The text that was waiting belongs to another account; it was not saved." in answer.text
    assert "bo@example.org" in answer.text
    assert "Typed a moment ago." not in answer.text
    assert person.address not in answer.text
    assert "Typed a moment ago." not in person.get("/").text
    for page in ("/authors/ana-lima/", "/authors/tara-getz/", "/authors/bo-lund/"):
        assert person.get(page).status_code == 404
    person.log_out()
    person.log_in()
    assert "Typed a moment ago." not in person.get(at).text


@pytest.mark.parametrize("owner", ["", "x", "a.b.c"])
def test_a_form_that_is_none_of_the_consoles_finds_no_console(portal: Portal, owner: str) -> None:
    author = portal.author()
    at = f"/publisher/authors/{portal.account('ana@example.org').id}/edit"

    answer = author.client.post(at, data={**form_of(author.get("/")), "owner": owner})
    assert answer.status_code == 404
