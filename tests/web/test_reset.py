"""Asking for a letter to choose a new password, as a browser sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
