"""Another email address for one's own account: asked for, confirmed, told to the old one, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.environment import make_world
from tests.people import PASSWORD, code_in, make_portal, path_in
from tests.web.test_second_factors import NEW, code_of, set_up
from tests.web.test_second_factors import log_in as log_in_with_code

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Person, Portal
    from werkzeug.test import TestResponse

ANA, OTHER, THIRD = "ana@example.org", "ana.lima@example.net", "third@example.net"
EMAIL = "/account/email"


def ask(portal: Portal, person: Person, address: str = OTHER) -> TestResponse:
    answer = person.post(EMAIL, {"author_email": address})
    portal.world.work()
    return answer


def newest(portal: Portal, address: str) -> str:
    return portal.world.mailer.to(address)[-1].text


def change(portal: Portal, person: Person, address: str = OTHER) -> None:
    """Ask and confirm by the code."""
    assert ask(portal, person, address).status_code == 303
    answer = person.post(EMAIL, {"intent": "confirm", "code": code_in(newest(portal, address))})
    assert (answer.status_code, answer.location) == (303, "/account"), answer.text
    portal.world.work()


def undo(portal: Portal, text: str) -> TestResponse:
    """Press the button behind the link of an email, in a browser without a session."""
    person = portal.person("someone@example.org")
    page = person.client.get(path_in(text, "/undo/"), follow_redirects=True)
    assert page.status_code == 200, page.text
    return person.post(page.request.path, form=page.request.path)


def can_log_in(portal: Portal, address: str, password: str = PASSWORD) -> bool:
    person = portal.person(address)
    person.password = password
    return person.log_in().status_code == 303


def undo_link(portal: Portal, address: str = ANA) -> str:
    return next(mail.text for mail in reversed(portal.world.mailer.to(address)) if "/undo/" in mail.text)


def test_the_code_of_the_email_changes_the_address(portal: Portal) -> None:
    ana = portal.author(ANA)
    ask(portal, ana)
    assert portal.account(ANA).address == ANA
    answer = ana.post(EMAIL, {"intent": "confirm", "code": code_in(newest(portal, OTHER))})
    assert answer.location == "/account"
    assert OTHER in ana.get("/account").text
    assert can_log_in(portal, OTHER)
    assert not can_log_in(portal, ANA)


def test_the_link_of_the_email_changes_the_address_by_a_button(portal: Portal) -> None:
    ana = portal.author(ANA)
    ask(portal, ana)
    link = path_in(newest(portal, OTHER), "/account/email/")
    page = ana.get(link)
    assert OTHER in page.text
    assert portal.account(ANA).address == ANA
    assert ana.post(link, form=link).location == "/account"
    assert portal.account(OTHER).address == OTHER


def test_the_link_works_only_logged_in_to_the_account(portal: Portal) -> None:
    ana, bo = portal.author(ANA), portal.author("bo@example.org", "Bo Lind")
    ask(portal, ana)
    link = path_in(newest(portal, OTHER), "/account/email/")
    assert portal.person().get(link).location.startswith("/login?next=")
    assert bo.get(link).status_code == 403
    assert bo.post(link, form=EMAIL).status_code == 403
    assert portal.account(ANA).address == ANA


def test_a_session_that_proved_nothing_of_late_is_asked_for_the_password(portal: Portal) -> None:
    ana = portal.author(ANA)
    portal.world.clock.forward(minutes=11)
    answer = ana.post(EMAIL, {"author_email": OTHER})
    assert answer.status_code == 403
    assert "Is it you?" in answer.text
    portal.world.work()
    assert not portal.world.mailer.to(OTHER)


def test_the_change_logs_out_every_other_device_and_kills_links(portal: Portal) -> None:
    ana = portal.author(ANA)
    second = portal.person(ANA)
    second.log_in()
    second.post("/reset", {"author_email": ANA})
    portal.world.work()
    reset = path_in(newest(portal, ANA), "/reset/")
    change(portal, ana)
    assert second.get("/account").status_code == 302
    assert portal.person().client.get(reset, follow_redirects=True).status_code == 410
    assert ana.get("/account").status_code == 200


def test_the_old_address_is_told_when_it_is_asked_for_and_when_it_is_done(portal: Portal) -> None:
    ana = portal.author(ANA)
    ask(portal, ana)
    assert "Nothing has changed yet" in newest(portal, ANA)
    assert OTHER not in newest(portal, ANA)
    ana.post(EMAIL, {"intent": "confirm", "code": code_in(newest(portal, OTHER))})
    portal.world.work()
    assert "this one no longer logs in" in newest(portal, ANA)
    assert "This is the email address of your account" in newest(portal, OTHER)


def test_wrong_codes_are_counted_and_the_right_one_fails_after_five(portal: Portal) -> None:
    ana = portal.author(ANA)
    ask(portal, ana)
    right = code_in(newest(portal, OTHER))
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert ana.post(EMAIL, {"intent": "confirm", "code": wrong}).status_code == 422
    assert ana.post(EMAIL, {"intent": "confirm", "code": right}).status_code == 422
    assert portal.account(ANA).address == ANA


def test_another_email_has_another_code_and_the_first_link_still_works(portal: Portal) -> None:
    ana = portal.author(ANA)
    ask(portal, ana)
    first = newest(portal, OTHER)
    assert ask(portal, ana).status_code in {303, 429}
    portal.world.clock.forward(minutes=3)
    assert ask(portal, ana).status_code == 303
    second = newest(portal, OTHER)
    assert code_in(first) != code_in(second)
    assert ana.get(path_in(first, "/account/email/")).status_code == 200
    assert len([mail for mail in portal.world.mailer.to(ANA) if "Nothing has changed yet" in mail.text]) == 1


def test_a_cancelled_change_leaves_dead_links(portal: Portal) -> None:
    ana = portal.author(ANA)
    ask(portal, ana)
    email = newest(portal, OTHER)
    assert ana.post(EMAIL, {"intent": "cancel"}).status_code == 303
    assert "stays as it is" in ana.get(EMAIL).text
    assert ana.get(path_in(email, "/account/email/")).status_code == 410
    ana.post(EMAIL, {"intent": "confirm", "code": code_in(email)})
    assert portal.account(ANA).address == ANA


def test_another_target_ends_the_first(portal: Portal) -> None:
    ana = portal.author(ANA)
    ask(portal, ana)
    first = newest(portal, OTHER)
    portal.world.clock.forward(minutes=3)
    ask(portal, ana, THIRD)
    assert ana.get(path_in(first, "/account/email/")).status_code == 410
    assert ana.get(path_in(newest(portal, THIRD), "/account/email/")).status_code == 200


def test_emails_go_out_two_minutes_apart_and_five_an_hour(tmp_path: Path) -> None:
    portal = make_portal(make_world(tmp_path))
    ana = portal.author(ANA)
    for _ in range(5):
        assert ask(portal, ana).status_code == 303
        assert ask(portal, ana).status_code == 429
        portal.world.clock.forward(minutes=2)
        ana.post("/account/verify", {"author_password": PASSWORD})
    answer = ask(portal, ana)
    assert answer.status_code == 429
    assert OTHER in answer.text
    assert len([mail for mail in portal.world.mailer.to(OTHER) if "Confirm" in mail.subject]) == 5


def test_the_own_address_is_refused_in_any_spelling(portal: Portal) -> None:
    ana = portal.author(ANA)
    answer = ana.post(EMAIL, {"author_email": "ANA@Example.org"})
    assert answer.status_code == 422
    assert "already" in answer.text
    assert ana.post(EMAIL, {"author_email": "nothing"}).status_code == 422


def test_an_address_that_has_an_account_answers_like_any_other(portal: Portal) -> None:
    ana = portal.author(ANA)
    portal.author("bo@example.org", "Bo Lind")
    known = ask(portal, ana, "bo@example.org")
    pages = [ana.get(EMAIL).text.replace("bo@example.org", "x")]
    assert "has an account already" in newest(portal, "bo@example.org")
    assert ana.post(EMAIL, {"intent": "confirm", "code": "123456"}).status_code == 422
    portal.world.clock.forward(minutes=3)
    ana.post(EMAIL, {"intent": "cancel"})
    ana.get(EMAIL)
    unknown = ask(portal, ana, "no@example.org")
    pages.append(ana.get(EMAIL).text.replace("no@example.org", "x"))
    assert known.status_code == unknown.status_code
    assert known.location == unknown.location
    assert len(pages[0]) == len(pages[1])


def test_an_address_that_was_taken_meanwhile_is_not_taken_away(portal: Portal) -> None:
    ana = portal.author(ANA)
    ask(portal, ana)
    link, code = path_in(newest(portal, OTHER), "/account/email/"), code_in(newest(portal, OTHER))
    owner = portal.author(OTHER, "Owen Lee")
    assert ana.post(EMAIL, {"intent": "confirm", "code": code}).status_code == 422
    assert ana.post(link, form=EMAIL).status_code == 410
    assert OTHER in owner.get("/account").text


def test_the_old_address_is_free_again(portal: Portal) -> None:
    ana = portal.author(ANA)
    change(portal, ana)
    portal.author(ANA, "Another Ana")
    assert portal.account(ANA).id != portal.account(OTHER).id


def test_an_author_is_found_by_the_new_address(portal: Portal) -> None:
    desk = portal.publisher()
    ana = portal.author(ANA)
    change(portal, ana)
    assert "Lima, Ana" in desk.get(f"/publisher/authors?q={OTHER}").text
    assert "Lima, Ana" not in desk.get(f"/publisher/authors?q={ANA}").text


def test_who_waits_for_approval_can_change_it_too(portal: Portal) -> None:
    ana = portal.waiting(ANA)
    change(portal, ana)
    portal.approve(OTHER)
    assert ana.get("/").status_code == 200


def test_the_first_email_stops_a_change_that_waits_and_logs_everyone_out(portal: Portal) -> None:
    ana = portal.author(ANA)
    ask(portal, ana)
    asked = newest(portal, OTHER)
    answer = undo(portal, newest(portal, ANA))
    assert "The change is stopped" in answer.text
    assert ana.get("/account").status_code == 302
    assert can_log_in(portal, ANA)
    again = portal.person(ANA)
    again.log_in()
    assert again.get(path_in(asked, "/account/email/")).status_code == 410


def test_the_link_of_the_first_email_undoes_the_change_as_well(portal: Portal) -> None:
    ana = portal.author(ANA)
    ask(portal, ana)
    first = newest(portal, ANA)
    ana.post(EMAIL, {"intent": "confirm", "code": code_in(newest(portal, OTHER))})
    assert "The change is undone" in undo(portal, first).text
    assert portal.account(ANA).address == ANA


def test_opening_the_link_undoes_nothing(portal: Portal) -> None:
    ana = portal.author(ANA)
    change(portal, ana)
    page = portal.person("x@example.org").client.get(path_in(undo_link(portal), "/undo/"), follow_redirects=True)
    assert ANA in page.text
    assert portal.account(OTHER).address == OTHER


def test_undone_the_old_address_logs_in_and_the_new_one_does_not(portal: Portal) -> None:
    ana = portal.author(ANA)
    change(portal, ana)
    assert undo(portal, undo_link(portal)).status_code == 200
    assert ana.get("/account").status_code == 302
    assert can_log_in(portal, ANA)
    assert not can_log_in(portal, OTHER)
    portal.world.work()
    assert "got its earlier address back" in newest(portal, OTHER)
    assert "was undone with the link" in newest(portal, ANA)


def test_what_has_not_changed_is_not_said_to_be_put_back(portal: Portal) -> None:
    ana = portal.author(ANA)
    change(portal, ana)
    browser = portal.person("x@example.org")
    page = browser.client.get(path_in(undo_link(portal), "/undo/"), follow_redirects=True)
    assert "put back as they were before" not in page.text
    ana.post("/change_password", {"old_password": PASSWORD, "new_password": NEW})
    page = browser.client.get(path_in(undo_link(portal), "/undo/"), follow_redirects=True)
    assert "put back as they were before" in page.text


def test_undone_it_has_the_password_and_the_factors_of_before(portal: Portal) -> None:
    ana = portal.author(ANA)
    change(portal, ana)
    set_up(portal, ana)
    ana.post("/change_password", {"old_password": PASSWORD, "new_password": NEW})
    undo(portal, undo_link(portal))
    assert portal.person(ANA).log_in().location == "/"
    assert not can_log_in(portal, ANA, NEW)


def test_an_app_that_a_thief_removed_is_asked_for_again(portal: Portal) -> None:
    ana = portal.author(ANA)
    set_up(portal, ana)
    portal.world.clock.forward(days=8)
    portal.world.clock.forward(seconds=30)
    thief = portal.person(ANA)
    thief.log_in()
    thief.post("/login/verify", {"code": code_of(portal)})
    removal = {"author_password": PASSWORD}
    assert thief.post("/account/security/authenticator/remove", removal).status_code == 303
    change(portal, thief)
    undo(portal, undo_link(portal))
    portal.world.clock.forward(seconds=60)
    assert log_in_with_code(portal, code_of(portal)).status_code == 303


def test_undone_no_email_lets_anyone_choose_a_password_for_72_hours(portal: Portal) -> None:
    """The one who reads the old mailbox may be the thief, and the change have been the owner's."""
    ana = portal.author(ANA)
    change(portal, ana)
    undo(portal, undo_link(portal))
    reader = portal.person(ANA)
    reader.post("/reset", {"author_email": ANA})
    portal.world.work()
    assert "/reset/" not in newest(portal, ANA)
    assert "was put back a short time ago" in newest(portal, ANA)
    portal.world.clock.forward(hours=73)
    reader.post("/reset", {"author_email": ANA})
    portal.world.work()
    link = path_in(newest(portal, ANA), "/reset/")
    assert reader.client.get(link, follow_redirects=True).status_code == 200


def test_the_link_works_seven_days_and_once(portal: Portal) -> None:
    ana = portal.author(ANA)
    change(portal, ana)
    link = path_in(undo_link(portal), "/undo/")
    portal.world.clock.forward(days=6, hours=23)
    assert portal.person("x@example.org").client.get(link, follow_redirects=True).status_code == 200
    assert undo(portal, undo_link(portal)).status_code == 200
    assert portal.person("x@example.org").client.get(link, follow_redirects=True).status_code == 410


def test_after_seven_days_the_change_stays(portal: Portal) -> None:
    ana = portal.author(ANA)
    change(portal, ana)
    link = path_in(undo_link(portal), "/undo/")
    portal.world.clock.forward(days=7, seconds=1)
    assert portal.person("x@example.org").client.get(link, follow_redirects=True).status_code == 410


def test_the_first_of_two_changes_is_undone_with_all_that_followed(portal: Portal) -> None:
    ana = portal.author(ANA)
    change(portal, ana)
    first = undo_link(portal)
    portal.world.clock.forward(minutes=3)
    change(portal, ana, THIRD)
    second = undo_link(portal, OTHER)
    undo(portal, first)
    assert portal.account(ANA).address == ANA
    link = path_in(second, "/undo/")
    assert portal.person("x@example.org").client.get(link, follow_redirects=True).status_code == 410
    portal.world.work()
    assert "got its earlier address back" in newest(portal, OTHER)
    assert "got its earlier address back" in newest(portal, THIRD)


def test_a_new_account_at_the_old_address_is_not_taken_over(portal: Portal) -> None:
    ana = portal.author(ANA)
    change(portal, ana)
    text = undo_link(portal)
    portal.author(ANA, "Another Ana")
    answer = undo(portal, text)
    assert answer.status_code == 410
    assert "another account by now" in answer.text
    assert portal.account(OTHER).address == OTHER


def test_what_concerns_the_account_is_told_to_the_old_address_too(portal: Portal) -> None:
    ana = portal.author(ANA)
    change(portal, ana)
    ana.post("/change_password", {"old_password": PASSWORD, "new_password": NEW})
    portal.world.work()
    assert "password of your account" in newest(portal, ANA)
    assert "password of your account" in newest(portal, OTHER)
    portal.world.clock.forward(days=8)
    ana.address, ana.password, told = OTHER, NEW, len(portal.world.mailer.to(ANA))
    ana.log_in()
    ana.post("/change_password", {"old_password": NEW, "new_password": PASSWORD})
    portal.world.work()
    assert len(portal.world.mailer.to(ANA)) == told
