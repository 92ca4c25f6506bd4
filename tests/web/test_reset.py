"""Asking for a letter to choose a new password, as a browser sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.people import csrf_of, path_in

if TYPE_CHECKING:
    from tests.people import Portal


def test_asking_is_answered_by_a_page_that_can_be_reloaded_without_asking_again(portal: Portal) -> None:
    ana = portal.author()
    stranger = portal.person(ana.address)
    before = len(portal.world.mailer.sent)

    answer = stranger.post("/reset", {"author_email": ana.address})
    assert answer.status_code == 303
    for _ in range(3):
        page = stranger.get(answer.headers["Location"])
        assert page.status_code == 200
        assert f"If <strong>{ana.address}</strong> has an account, an email is on its way." in page.text
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
