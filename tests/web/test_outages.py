"""A full disk, a locked file, a fault of ours: the answer to a form is the form, with everything that was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.environment import make_world
from tests.people import PASSWORD, Person, Portal, csrf_of, form_of, make_portal, path_in
from tests.store_wrappers import HookedStore
from tests.web.forms_of import form_with

from byline.accounts import publishers
from byline.errors import Conflict, Unavailable
from byline.messages.outages import CHANGED_MEANWHILE
from byline.profiles import records
from byline.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HIDDEN = "a password nobody shows"
NEW = "another password, quite long"
LOG_IN, REGISTER = ">Log in</a>", ">Create an account</a>"


class Outage:
    """Makes a store fail, until it is over."""

    def __init__(self, store: HookedStore) -> None:
        self._store = store

    def begins(self, *names: str, fault: Callable[[], Exception] = Unavailable) -> None:
        def fails(name: str, _: object) -> None:
            if name in names:
                raise fault()

        self._store.before = fails

    def ends(self) -> None:
        self._store.before = lambda *_: None


@pytest.fixture
def store() -> HookedStore:
    return HookedStore(SqliteStore(":memory:"))


@pytest.fixture
def portal(tmp_path: Path, store: HookedStore) -> Portal:
    return make_portal(make_world(tmp_path, store, throttle=False))


@pytest.fixture
def outage(store: HookedStore) -> Outage:
    return Outage(store)


@pytest.mark.parametrize(
    ("language", "moved", "down"),
    [
        ("en", "Something else was changed at the same moment", "A part of this site does not answer."),
        ("de", "Im selben Moment wurde etwas anderes geändert", "Ein Teil dieser Website antwortet nicht."),
    ],
)
def test_who_was_overtaken_is_not_told_of_an_outage(
    portal: Portal, outage: Outage, language: str, moved: str, down: str
) -> None:
    ana = portal.author()
    form = form_of(ana.get("/"))
    for fault, words, others in (
        (lambda: Conflict([]), moved, down),
        (lambda: Unavailable(CHANGED_MEANWHILE), moved, down),
        (lambda: Unavailable("the disk says no"), down, moved),
    ):
        outage.begins("commit", fault=fault)
        answer = ana.client.post("/", data={**form, "author_bio": "Typed."}, headers={"Accept-Language": language})
        assert answer.status_code == 503
        assert words in answer.text
        assert others not in answer.text
        assert "the disk says no" not in answer.text
        assert "Typed." in answer.text


Filled = tuple[Person, str, dict[str, Any], dict[str, Any]]
"""Somebody with a form before them: where it goes, what they type, and the passwords they type."""


def registering(portal: Portal) -> Filled:
    typed = {"author_name": "Nora <Noe> & Co", "author_email": "nora@example.org"}
    return portal.person(), "/register", typed, {"author_password": NEW}


def logging_in(portal: Portal) -> Filled:
    portal.author()
    return portal.person(), "/login", {"author_email": "ana@example.org"}, {"author_password": PASSWORD}


def asking(portal: Portal) -> Filled:
    return portal.person(), "/reset", {"author_email": "ana@example.org"}, {}


def opening(portal: Portal) -> Filled:
    person = portal.person()
    person.register()
    person.post("/reset", {"author_email": person.address})
    return portal.person(), path_in(person.letter(), "/reset/"), {"author_name": "Ana M. Lima"}, {"new_password": NEW}


def beginning(portal: Portal) -> Filled:
    typed = {"author_name": "Ines Vale", "author_email": "desk@marram.example"}
    link = publishers.first_link(portal.world.ports) or ""
    return portal.person(), path_in(link, "/publisher/first/"), typed, {"author_password": NEW}


def moving(portal: Portal) -> Filled:
    person = portal.person()
    person.register()
    return person, "/confirm/address", {"author_email": "elsewhere@example.org"}, {}


def coding(portal: Portal) -> Filled:
    person = portal.person()
    person.register()
    return person, "/confirm", {"code": "123 456"}, {}


def changing(portal: Portal) -> Filled:
    return portal.author(), "/change_password", {}, {"old_password": PASSWORD, "new_password": NEW}


def declining(portal: Portal) -> Filled:
    publisher = portal.publisher()
    portal.waiting()
    at = f"/publisher/authors/{portal.account('ana@example.org').id}/decline"
    return publisher, at, {"note": 'Not ours.\n"Yours" & <theirs>'}, {}


PAGE = {
    "author_name": "Ana Lima",
    "author_bio": "Typed with *care*.\n\nFor an hour.",
    "author_sort_name": "LIMA Ana",
    "author_slug": "ana",
    "link_label": ["Books", "Shop"],
    "link_url": ["https://books.example.org", "https://shop.example.org"],
}


def editing(portal: Portal) -> Filled:
    return portal.author(), "/", PAGE, {}


def editing_for_an_author(portal: Portal) -> Filled:
    portal.author()
    publisher = portal.publisher()
    return publisher, f"/publisher/authors/{portal.account('ana@example.org').id}/edit", PAGE, {}


FORMS = [
    registering, logging_in, asking, opening, beginning, moving, coding, changing, declining, editing,
    editing_for_an_author,
]  # fmt: skip
STRANGERS = {registering, logging_in, asking, opening, beginning}
OPENED_AT = {"/confirm": "/", "/confirm/address": "/"}
WRITES, ALL = ("commit",), ("get", "page", "scan", "commit", "ping")


@pytest.mark.parametrize("failing", [WRITES, ALL], ids=["cannot be written", "does not answer"])
@pytest.mark.parametrize("filled", FORMS)
def test_a_form_comes_back_with_everything_typed_and_can_be_sent_again(
    portal: Portal, outage: Outage, filled: Callable[[Portal], Filled], failing: tuple[str, ...]
) -> None:
    person, path, typed, passwords = filled(portal)
    form = form_with(person.get(OPENED_AT.get(path, path)), *typed, *passwords)
    outage.begins(*failing)
    answer = person.client.post(path, data={**form, **typed, **passwords}, content_type="multipart/form-data")

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) == 60
    kept = form_with(answer, *typed, *passwords)
    assert {name: _given(kept[name]) for name in typed} == {name: _given(value) for name, value in typed.items()}
    assert all(kept[name] == [""] for name in passwords)
    assert not any(password in answer.text for password in passwords.values())
    if filled not in STRANGERS:
        assert LOG_IN not in answer.text
        assert REGISTER not in answer.text

    outage.ends()
    again = person.client.post(path, data={**kept, **passwords}, content_type="multipart/form-data")
    assert again.status_code == (422 if filled is coding else 303), again.text


@pytest.mark.parametrize("filled", FORMS)
def test_so_does_one_that_met_a_fault_of_ours(
    portal: Portal, outage: Outage, filled: Callable[[Portal], Filled]
) -> None:
    person, path, typed, passwords = filled(portal)
    form = form_with(person.get(OPENED_AT.get(path, path)), *typed, *passwords)
    outage.begins("commit", fault=lambda: RuntimeError("unforeseen"))
    answer = person.client.post(path, data={**form, **typed, **passwords}, content_type="multipart/form-data")

    assert answer.status_code == 500
    kept = form_with(answer, *typed, *passwords)
    assert {name: _given(kept[name]) for name in typed} == {name: _given(value) for name, value in typed.items()}
    assert "The fault is on our side" in answer.text


@pytest.mark.parametrize("filled", FORMS)
def test_so_does_one_of_which_a_part_cannot_be_read(portal: Portal, filled: Callable[[Portal], Filled]) -> None:
    person, path, typed, passwords = filled(portal)
    form = form_with(person.get(OPENED_AT.get(path, path)), *typed, *passwords)
    if not typed:
        return
    first = next(iter(typed))
    spoiled = {**typed, first: f"\0{typed[first]}"}
    answer = person.client.post(path, data={**form, **spoiled, **passwords}, content_type="multipart/form-data")

    assert answer.status_code == 400
    assert _given(form_with(answer, *typed)[first]) == _given(typed[first])


def test_a_page_whose_session_cannot_be_read_says_neither_log_in_nor_who_it_is(portal: Portal, outage: Outage) -> None:
    author = portal.author()
    outage.begins(*ALL)
    for path in ("/", "/account", "/history", "/nowhere"):
        answer = author.get(path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert LOG_IN not in answer.text
        assert REGISTER not in answer.text
        assert "Ana Lima" not in answer.text


def test_pages_can_be_read_and_forms_kept_while_the_disk_is_full(portal: Portal, outage: Outage) -> None:
    author = portal.author()
    form = form_with(author.get("/"), "author_bio")
    portal.world.clock.forward(minutes=10)  # so that it would be noted that the author was here
    outage.begins("commit")

    assert author.get("/").status_code == 200
    answer = author.client.post("/", data={**form, "author_bio": ["Typed with care."]})
    assert answer.status_code == 503
    assert "<h1>Your page</h1>" in answer.text
    assert form_with(answer, "author_bio")["author_bio"] == ["Typed with care."]


def test_a_biography_from_the_rich_editor_comes_back_readable_and_says_the_same(portal: Portal, outage: Outage) -> None:
    author = portal.author()
    form = form_with(author.get("/"), "author_bio")
    html = (
        '<p>I wrote <em>The Salt Road</em>,<br>and <a href="https://example.org">more</a>.</p><ul><li>One</li></ul>'
        "<blockquote><p>Salt, 3 * 4 &amp; salt.</p></blockquote>"
    )
    outage.begins(*ALL)
    typed = {"author_bio": [html], "bio_format": ["html"]}
    answer = author.client.post("/", data={**form, **typed}, content_type="multipart/form-data")

    assert answer.status_code == 503
    assert "*The Salt Road*" in answer.text
    assert "&lt;p&gt;" not in answer.text
    outage.ends()
    again = author.client.post("/", data=form_with(answer, "author_bio"), content_type="multipart/form-data")
    assert again.status_code == 303, again.text
    stored = portal.world.ports.store.one(records.key(str(portal.account(author.address).profile_id)))
    assert stored is not None
    assert records.from_record(stored).content.bio == html


@pytest.mark.parametrize("length", [10_000, 400_000])
def test_a_biography_too_long_to_be_read_comes_back_as_it_was_sent(portal: Portal, outage: Outage, length: int) -> None:
    author = portal.author()
    form = form_with(author.get("/"), "author_bio")
    html = f"<p>{'salt ' * (length // 5)}</p>"
    outage.begins(*ALL)
    answer = author.client.post("/", data={**form, "author_bio": [html], "bio_format": ["html"]})

    assert answer.status_code == 503
    kept = form_with(answer, "author_bio")["author_bio"][0]
    assert kept.count("salt") == length // 5


@pytest.mark.parametrize("when", ["before the login", "after the login"])
def test_a_text_that_rides_through_the_login_outlives_an_outage_there(
    portal: Portal, outage: Outage, store: HookedStore, when: str
) -> None:
    author = portal.author()
    form = form_with(author.get("/"), "author_bio")
    portal.world.clock.forward(days=1, minutes=1)
    page = author.client.post("/", data={**form, "author_bio": ["Written overnight."]})
    login = {"author_email": author.address, "author_password": PASSWORD}
    if when == "before the login":
        outage.begins("commit")
    else:
        store.after = lambda name, _: outage.begins(*ALL) if name == "commit" else None
    page = author.client.post("/login", data={**form_with(page, "kept"), **login})
    assert page.status_code == 503
    assert PASSWORD not in page.text

    store.after = lambda *_: None
    outage.ends()
    page = author.client.post("/login", data={**form_with(page, "kept"), **login})
    assert page.status_code == 200, page.text
    assert form_with(page, "author_bio")["author_bio"] == ["Written overnight."]


@pytest.mark.parametrize("failing", [WRITES, ALL], ids=["cannot be written", "does not answer"])
def test_whatever_does_not_answer_says_when_to_come_back(
    portal: Portal, outage: Outage, failing: tuple[str, ...]
) -> None:
    portal.waiting("wim@example.org", "Wim Aas")
    account = portal.account("wim@example.org").id
    people = [portal.person("nil@example.org"), portal.author(), portal.publisher()]
    tokens = [csrf_of(person.get("/login" if person is people[0] else "/logout")) for person in people]
    seen = []
    for route in portal.app.url_map.iter_rules():
        path = route.rule.replace("<account_id>", account).replace("<int:number>", "1")
        path = path.replace("<token>", "x").replace("<name>", "x").replace("<email_id>", "x")
        for person, token in zip(people, tokens, strict=True):
            outage.begins(*failing)
            for method in (route.methods or set()) & {"GET", "POST"}:
                data = {"csrf_token": token, "author_email": "a@example.org"} if method == "POST" else None
                answer = person.client.open(path, method=method, data=data)
                assert answer.status_code < 500 or answer.status_code == 503, f"{method} {path}"
                if answer.status_code == 503:
                    seen.append(route.endpoint)
                    assert int(answer.headers["Retry-After"]) == 60, f"{method} {path}"
    assert len(set(seen)) > 2, seen


def test_an_error_page_still_knows_who_is_logged_in(portal: Portal) -> None:
    author = portal.author()
    answer = author.get("/nowhere")

    assert answer.status_code == 404
    assert LOG_IN not in answer.text
    assert ">Your page</a>" in answer.text
    assert LOG_IN in portal.person().get("/nowhere").text


def test_a_form_of_another_browser_is_not_shown_while_the_store_does_not_answer(portal: Portal, outage: Outage) -> None:
    author, thief = portal.author(), portal.author("tom@example.org", "Tom Hief")
    form = form_with(thief.get("/"), "author_bio")
    outage.begins(*ALL)
    answer = author.client.post("/", data={**form, "author_bio": ["Put there by Tom."]})

    assert answer.status_code == 503
    assert "Put there" not in answer.text


def test_a_button_that_failed_can_be_pressed_again(portal: Portal, outage: Outage) -> None:
    publisher = portal.publisher()
    portal.waiting()
    at = f"/publisher/authors/{portal.account('ana@example.org').id}/approve"
    token = csrf_of(publisher.get("/publisher"))
    outage.begins("commit")
    answer = publisher.client.post(at, data={"csrf_token": token})
    assert answer.status_code == 503
    assert "Try again" in answer.text

    outage.ends()
    assert f'action="{at}"' in answer.text
    assert publisher.client.post(at, data={"csrf_token": token}).status_code == 303


def _given(value: str | list[str]) -> list[str]:
    """The values of a field that have anything in them, with one kind of line break."""
    values = [value] if isinstance(value, str) else value
    return [text.replace("\r\n", "\n") for text in values if text]
