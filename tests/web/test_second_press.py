"""A form that arrives again after it was carried out, from a second press or another tab, leads where it led before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.people import PASSWORD, Person, Portal, code_in, csrf_of, path_in
from tests.web.forms_of import form_with

from byline.accounts import publishers

if TYPE_CHECKING:
    from collections.abc import Callable

NEW = "another password, quite long"
Pressed = tuple[Person, str, dict[str, Any]]
"""Somebody with a filled-in form before them: where it goes, and all its fields."""


def registering(portal: Portal) -> Pressed:
    person = portal.person()
    data = {"author_name": person.name, "author_email": person.address, "author_password": PASSWORD}
    return person, "/register", {"csrf_token": csrf_of(person.get("/register")), **data}


def logging_in(portal: Portal) -> Pressed:
    portal.author()
    person = portal.person()
    data = {"author_email": person.address, "author_password": PASSWORD, "next": "/account"}
    return person, "/login", {"csrf_token": csrf_of(person.get("/login")), **data}


def opening(portal: Portal) -> Pressed:
    portal.author()
    person = portal.person()
    person.post("/reset", {"author_email": person.address})
    link = path_in(person.letter(), "/reset/")
    return person, link, {"csrf_token": csrf_of(person.get(link)), "new_password": NEW}


def beginning(portal: Portal) -> Pressed:
    person = portal.person("desk@marram.example", "Ines Vale")
    link = path_in(publishers.first_link(portal.world.ports) or "", "/publisher/first/")
    data = {"author_name": person.name, "author_email": person.address, "author_password": PASSWORD}
    return person, link, {"csrf_token": csrf_of(person.get(link)), **data}


def confirming_elsewhere(portal: Portal) -> Pressed:
    portal.person().register()
    person = portal.person()
    link = path_in(person.letter(), "/confirm/")
    return person, link, {"csrf_token": csrf_of(person.get(link)), "author_password": PASSWORD}


def coding(portal: Portal) -> Pressed:
    person = portal.person()
    person.register()
    return person, "/confirm", {"csrf_token": csrf_of(person.get("/")), "code": code_in(person.letter())}


def moving(portal: Portal) -> Pressed:
    person = portal.person()
    person.register()
    data = {"csrf_token": csrf_of(person.get("/")), "author_email": "elsewhere@example.org"}
    return person, "/confirm/address", data


def changing(portal: Portal) -> Pressed:
    person = portal.author()
    data = {"old_password": PASSWORD, "new_password": NEW}
    return person, "/change_password", {"csrf_token": csrf_of(person.get("/change_password")), **data}


def logging_out(portal: Portal) -> Pressed:
    person = portal.author()
    return person, "/logout", {"csrf_token": csrf_of(person.get("/logout"))}


FORMS = [
    registering, logging_in, opening, beginning, confirming_elsewhere, coding, moving, changing, logging_out,
]  # fmt: skip


@pytest.mark.parametrize("pressed", FORMS)
def test_a_second_press_leads_where_the_first_led_and_does_nothing(
    portal: Portal, pressed: Callable[[Portal], Pressed], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "byline.web")
    person, path, data = pressed(portal)
    first = person.client.post(path, data=data)
    assert first.status_code == 303, first.text
    portal.world.work()
    sent, records = len(portal.world.mailer.sent), records_of(portal)
    cookie = person.client.get_cookie("byline")

    for _ in range(2):
        second = person.client.post(path, data=data)
        assert (second.status_code, second.headers["Location"]) == (303, first.headers["Location"])
        assert person.client.get_cookie("byline") == cookie
    portal.world.work()
    assert records_of(portal) == records
    assert len(portal.world.mailer.sent) == sent
    lines = [record.getMessage() for record in caplog.records if "came twice" in record.getMessage()]
    assert len(lines) == 2
    assert not any(word in line for line in lines for word in (person.address, path, data["csrf_token"]))


def test_a_registration_that_was_deleted_twice_was_deleted_once_and_says_so(portal: Portal) -> None:
    person = portal.person()
    person.register()
    token = csrf_of(person.get("/account/delete"))
    assert person.client.post("/account/delete", data={"csrf_token": token}).status_code == 200

    second = person.client.post("/account/delete", data={"csrf_token": token})
    assert (second.status_code, second.headers["Location"]) == (303, "/")
    assert "This was done already." in person.get("/").text


def test_a_second_press_at_the_login_that_carries_a_text_has_the_text_too(portal: Portal) -> None:
    author = portal.author()
    form = form_with(author.get("/"), "author_bio")
    portal.world.clock.forward(days=1, minutes=1)
    page = author.client.post("/", data={**form, "author_bio": ["Written overnight."]})
    login = {**form_with(page, "kept"), "author_email": author.address, "author_password": PASSWORD}
    for _ in range(2):
        page = author.client.post("/login", data=login)
        assert page.status_code == 200
        assert form_with(page, "author_bio")["author_bio"] == ["Written overnight."]
    assert author.client.post("/", data=form_with(page, "author_bio")).status_code == 303


def test_a_decision_that_rides_through_the_login_is_carried_out_once(portal: Portal) -> None:
    publisher = portal.publisher()
    portal.waiting()
    at = f"/publisher/authors/{portal.account('ana@example.org').id}/decline"
    form = form_with(publisher.get(at), "note")
    portal.world.clock.forward(hours=2)
    page = publisher.client.post(at, data={**form, "note": ["Not now."]})
    login = {**form_with(page, "kept"), "author_email": publisher.address, "author_password": PASSWORD}
    first = publisher.client.post("/login", data=login)
    assert first.status_code == 303
    assert "Ana Lima declined." in publisher.get(first.headers["Location"]).text

    second = publisher.client.post("/login", data=login)
    assert (second.status_code, second.headers["Location"]) == (303, first.headers["Location"])
    assert "already decided" not in publisher.get(second.headers["Location"]).text


def test_a_second_tab_at_the_login_is_logged_in_too(portal: Portal) -> None:
    portal.author()
    person = portal.person()
    tabs = [form_with(person.get("/login"), "author_email") for _ in range(2)]
    typed = {"author_email": person.address, "author_password": PASSWORD}
    for tab in tabs:
        assert person.client.post("/login", data={**tab, **typed}).status_code == 303
    assert person.get("/account").status_code == 200


def test_a_second_tab_with_another_account_says_who_is_logged_in_and_keeps_what_was_typed(
    portal: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    portal.author()
    portal.author("bo@example.org", "Bo Lund")
    person = portal.person()
    tabs = [form_with(person.get("/login"), "author_email") for _ in range(2)]
    typed = [{"author_email": f"{name}@example.org", "author_password": PASSWORD} for name in ("ana", "bo")]
    assert person.client.post("/login", data={**tabs[0], **typed[0]}).status_code == 303

    answer = person.client.post("/login", data={**tabs[1], **typed[1]})
    assert answer.status_code == 400
    assert "ana@example.org was logged in to this browser after you had opened this form" in answer.text
    kept = form_with(answer, "author_email")
    assert kept["author_email"] == ["bo@example.org"]
    assert "ana@example.org" in person.get("/account").text
    [line] = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert line == "refused at login.log_in: the form is older than this browser's session"

    assert person.client.post("/login", data={**kept, **typed[1]}).status_code == 303
    assert "bo@example.org" in person.get("/account").text


def test_a_login_form_from_before_a_logout_is_not_carried_out_and_comes_back(portal: Portal) -> None:
    portal.author()
    person = portal.person()
    form = {**form_with(person.get("/login"), "author_email"), "author_email": person.address}
    assert person.client.post("/login", data={**form, "author_password": PASSWORD}).status_code == 303
    person.log_out()

    answer = person.client.post("/login", data={**form, "author_password": PASSWORD})
    assert answer.status_code == 400
    assert "This form was opened before you last logged in or out in this browser" in answer.text
    assert person.get("/account").status_code == 302
    again = {**form_with(answer, "author_email"), "author_password": PASSWORD}
    assert person.client.post("/login", data=again).status_code == 303


def test_what_another_browser_sent_is_not_taken_for_a_second_press(portal: Portal) -> None:
    person, path, data = logging_in(portal)
    assert person.client.post(path, data=data).status_code == 303
    stranger = portal.person()
    stranger.get("/login")

    answer = stranger.client.post(path, data=data)
    assert answer.status_code == 400
    assert stranger.client.get_cookie("byline") is None


@pytest.mark.parametrize(
    ("name", "value"), [("author_email", "bo@example.org"), ("csrf_token", "A" * 22), ("csrf_token", "")]
)
def test_another_form_is_not_taken_for_a_second_press(portal: Portal, name: str, value: str) -> None:
    person, path, data = logging_in(portal)
    assert person.client.post(path, data=data).status_code == 303

    assert person.client.post(path, data={**data, name: value}).status_code == 400
    assert person.client.post("/register", data={**data, "author_name": "Ana"}).status_code == 400


def records_of(portal: Portal) -> set[tuple[object, int]]:
    found = portal.world.ports.store.scan(limit=1000).records
    return {(record.key, record.version) for record in found}
