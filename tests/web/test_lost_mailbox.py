"""A lost mailbox: a publisher names the new address, the old one can stop it, and it changes after 72 hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.people import PASSWORD, path_in
from tests.web.test_address_change import OTHER, can_log_in, newest, undo, undo_link
from tests.web.test_recovery import INES, finish_link, page_of, stop_link
from tests.web.test_second_factors import ANA, NEW, code_of, set_up

if TYPE_CHECKING:
    from tests.people import Person, Portal
    from werkzeug.test import TestResponse


def ask(portal: Portal, desk: Person, address: str = OTHER) -> TestResponse:
    at = f"{page_of(portal)}/email"
    answer = desk.post(at, {"author_email": address, "owner": _owner(desk, at)})
    portal.world.work()
    return answer


def start(portal: Portal) -> Person:
    """A publisher starts it; the publisher."""
    desk = portal.publisher(INES)
    assert ask(portal, desk).status_code == 303
    return desk


def finish(portal: Portal) -> TestResponse:
    """Wait, open the link at the new address, and choose a password there; the answer."""
    portal.world.clock.forward(hours=72)
    person = portal.person(OTHER)
    link = finish_link(portal, OTHER)
    page = person.client.get(link, follow_redirects=True)
    assert OTHER in page.text
    answer = person.post(page.request.path, {"new_password": NEW}, form=page.request.path)
    portal.world.work()
    return answer


def _owner(person: Person, at: str) -> str:
    import re

    found = re.search(r'name="owner" value="([^"]*)"', person.get(at).text)
    assert found
    return found[1]


def test_after_72_hours_the_new_address_takes_over_with_a_new_password(portal: Portal) -> None:
    portal.author(ANA)
    start(portal)
    assert finish(portal).status_code == 303
    assert portal.account(OTHER).name == "Ana Lima"
    assert can_log_in(portal, OTHER, NEW)
    assert not can_log_in(portal, ANA, PASSWORD)


def test_the_old_address_is_told_at_once_and_stops_it(portal: Portal) -> None:
    portal.author(ANA)
    start(portal)
    assert "this mailbox is lost" in newest(portal, ANA)
    assert OTHER not in newest(portal, ANA)
    someone = portal.person("someone@example.org")
    page = someone.client.get(stop_link(portal), follow_redirects=True)
    assert ANA in page.text
    assert someone.post(page.request.path, form=page.request.path).status_code == 303
    portal.world.clock.forward(hours=73)
    portal.world.work()
    assert not portal.world.mailer.to(OTHER)
    assert portal.account(ANA).address == ANA


def test_a_session_sees_it_and_stops_it(portal: Portal) -> None:
    ana = portal.author(ANA)
    start(portal)
    assert "your mailbox is lost" in ana.get("/account").text
    assert OTHER in ana.get("/account/recovery").text
    ana.post("/account/recovery/stop", form="/account/recovery")
    assert "your mailbox is lost" not in ana.get("/account").text


def test_nothing_is_sent_to_the_new_address_before_72_hours(portal: Portal) -> None:
    portal.author(ANA)
    start(portal)
    portal.world.clock.forward(hours=71)
    portal.world.work()
    assert not portal.world.mailer.to(OTHER)


def test_the_old_address_undoes_it_for_seven_days(portal: Portal) -> None:
    portal.author(ANA)
    start(portal)
    finish(portal)
    portal.world.clock.forward(days=6)
    assert "The change is undone" in undo(portal, undo_link(portal)).text
    assert can_log_in(portal, ANA, PASSWORD)
    assert not can_log_in(portal, OTHER, NEW)


def test_a_second_factor_is_asked_for_afterwards(portal: Portal) -> None:
    ana = portal.author(ANA)
    set_up(portal, ana)
    start(portal)
    answer = finish(portal)
    assert answer.location == "/login/verify"
    again = portal.person(OTHER)
    again.password = NEW
    assert again.log_in().location == "/login/verify"
    portal.world.clock.forward(seconds=60)
    assert again.post("/login/verify", {"code": code_of(portal, OTHER)}).status_code == 303


def test_the_console_tells_of_it_and_stops_it(portal: Portal) -> None:
    portal.author(ANA)
    desk = start(portal)
    page = desk.get(page_of(portal)).text
    assert OTHER in page
    assert "Lost the mailbox" not in page
    desk.post(f"{page_of(portal)}/recovery/stop", form=page_of(portal))
    assert "Lost the mailbox" in desk.get(page_of(portal)).text


def test_an_address_with_an_account_and_the_present_one_are_refused(portal: Portal) -> None:
    portal.author(ANA)
    portal.author("bo@example.org", "Bo Lind")
    desk = portal.publisher(INES)
    for address in ("bo@example.org", ANA, "nothing"):
        answer = ask(portal, desk, address)
        assert answer.status_code == 422, address
        assert address in answer.text
    assert portal.account(ANA).address == ANA


def test_an_address_that_got_an_account_meanwhile_is_not_taken_away(portal: Portal) -> None:
    portal.author(ANA)
    start(portal)
    portal.author(OTHER, "Owen Lee")
    portal.world.clock.forward(hours=72)
    link = finish_link(portal, OTHER)
    person = portal.person("x@example.org")
    page = person.client.get(link, follow_redirects=True)
    assert person.post(page.request.path, {"new_password": NEW}, form=page.request.path).status_code == 410
    assert portal.account(OTHER).name == "Owen Lee"


def test_a_publisher_whose_proof_is_old_is_asked_for_it(portal: Portal) -> None:
    portal.author(ANA)
    desk = portal.publisher(INES)
    portal.world.clock.forward(minutes=11)
    answer = ask(portal, desk)
    assert answer.status_code == 403
    assert "Is it you?" in answer.text


def test_no_one_moves_their_own_account_so(portal: Portal) -> None:
    desk = portal.publisher(INES)
    at = page_of(portal, INES)
    assert "Lost the mailbox" not in desk.get(at).text
    answer = desk.post(f"{at}/email", {"author_email": OTHER, "owner": _owner(desk, f"{at}/email")})
    assert answer.status_code == 403


def test_the_link_of_the_email_is_the_only_way(portal: Portal) -> None:
    portal.author(ANA)
    start(portal)
    stop = stop_link(portal).replace("/recovery/stop/", "/recovery/")
    assert portal.person("x@example.org").client.get(stop, follow_redirects=True).status_code == 410
    assert path_in(newest(portal, ANA), "/recovery/stop/")
