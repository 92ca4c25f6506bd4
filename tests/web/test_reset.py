"""Asking for a letter to choose a new password, as a browser sees it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from tests.people import csrf_of, path_in

if TYPE_CHECKING:
    from tests.people import Person, Portal


def test_asking_is_answered_by_a_page_that_can_be_reloaded_without_asking_again(portal: Portal) -> None:
    ana = portal.author()
    stranger = portal.person(ana.address)
    before = len(portal.world.mailer.sent)

    answer = stranger.post("/reset", {"author_email": ana.address})
    assert answer.status_code == 303
    for _ in range(3):
        page = stranger.get(answer.headers["Location"])
        assert page.status_code == 200
        assert "If the address you typed has an account, an email is on its way." in page.text
    portal.world.work()
    assert len(portal.world.mailer.sent) == before + 1
    assert 'name="author_email"' in stranger.get("/reset").text


def test_the_page_about_a_letter_is_for_the_browser_that_asked(portal: Portal) -> None:
    page = portal.person().get("/reset?sent")

    assert page.status_code == 200
    assert 'name="author_email"' in page.text
    assert "on its way" not in page.text


def test_a_link_that_was_used_does_not_speak_of_confirmation(portal: Portal) -> None:
    ana = portal.author()
    stranger = portal.person(ana.address)
    stranger.post("/reset", {"author_email": ana.address})
    link = path_in(stranger.letter(), "/reset/")
    assert stranger.post(link, {"new_password": "another horse battery staple"}).status_code == 303

    page = portal.person().get(link)

    assert page.status_code == 410
    assert "A link for a new password works once and for one hour." in page.text
    assert "confirmation link" not in page.text


def test_the_link_in_the_email_about_an_approval_leads_through_the_login(portal: Portal) -> None:
    ana = portal.author()
    portal.world.clock.forward(minutes=1)
    link = path_in(ana.letter(), "/login")

    phone = portal.person(ana.address)
    page = phone.get(link)
    assert page.status_code == 200
    token = csrf_of(page)
    data = {"csrf_token": token, "author_email": ana.address, "author_password": ana.password, "next": "/"}
    assert phone.client.post("/login", data=data).headers["Location"] == "/"
    assert ana.get(link).headers["Location"] == "/"


def cookies_of(person: Person) -> str:
    """All that this browser's cookies say, unpacked."""
    values = [cookie.value for cookie in person.client._cookies.values()]
    parts = [part for value in values for part in value.split(".")]
    unpacked = [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode("utf-8", "replace") for part in parts
                if len(part) % 4 != 1]  # fmt: skip
    return " ".join([*values, *unpacked])


def test_no_cookie_holds_an_address_that_was_typed(portal: Portal) -> None:
    typed = "private.person@example.net"
    person = portal.person(typed, "Private Person")
    steps = [
        person.log_in,
        lambda: person.post("/reset", {"author_email": typed}),
        lambda: person.get("/reset?sent"),
        person.register,
        lambda: person.get("/"),
        lambda: person.post("/confirm/address", {"author_email": f"other.{typed}"}, form="/"),
        lambda: person.get("/"),
        person.log_out,
    ]
    for number, step in enumerate(steps):
        step()
        assert "private" not in cookies_of(person), f"after step {number}"


def test_forgot_your_password_brings_the_typed_address_along_and_sends_nothing_yet(portal: Portal) -> None:
    author = portal.author()
    author.log_out()
    before = len(portal.world.mailer.sent)
    page = author.log_in(password="what was it again?")
    assert 'name="forgot_password"' in page.text
    answer = author.post(
        "/reset", {"author_email": author.address, "author_password": "what was it?", "forgot_password": "1"}
    )

    assert answer.status_code == 200
    assert f'value="{author.address}"' in answer.text
    assert "what was it" not in answer.text
    portal.world.work()
    assert len(portal.world.mailer.sent) == before


def test_whose_session_ended_finds_the_address_filled_in_and_in_no_cookie(portal: Portal) -> None:
    author = portal.author()
    portal.world.clock.forward(hours=3)
    assert author.get("/account").status_code == 302

    assert author.address not in cookies_of(author)
    for path in ("/login", "/reset"):
        assert f'value="{author.address}"' in author.get(path).text
