"""Lost second factors: a publisher starts, the owner is told and can stop it, and finishes it after 72 hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import PASSWORD, make_portal, path_in
from tests.web.test_address_change import OTHER, change
from tests.web.test_second_factors import ANA, NEW, code_of, log_in, set_up

from byline.accounts import factor_recovery, recovery
from byline.accounts.credentials import find_with_credentials
from byline.accounts.recovery_records import recovery_key
from byline.audit import OPERATOR
from byline.errors import DeadLink, Invalid

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Person, Portal

    from byline.accounts.model import Credentials
    from byline.store.port import Store

INES = "ines@marram.example"
STARTED = "Your account is to be recovered"
READY = "You can recover your account now"


@pytest.fixture
def ana(portal: Portal) -> Person:
    """An author with an authenticator app."""
    person = portal.author(ANA)
    set_up(portal, person)
    return person


def page_of(portal: Portal, address: str = ANA) -> str:
    """Where the console tells of an account."""
    return f"/publisher/authors/{portal.account(address).id}"


def start(portal: Portal, address: str = ANA) -> Person:
    """A publisher starts the recovery; the publisher."""
    desk = portal.publisher(INES)
    at = page_of(portal, address)
    assert desk.post(f"{at}/recovery", form=f"{at}/recovery").status_code == 303
    portal.world.work()
    return desk


def email_to(portal: Portal, subject: str, address: str = ANA) -> str:
    portal.world.work()
    return next(mail.text for mail in reversed(portal.world.mailer.to(address)) if mail.subject == subject)


def subjects_to(portal: Portal, address: str) -> list[str]:
    portal.world.work()
    return [mail.subject for mail in portal.world.mailer.to(address)]


def stop_link(portal: Portal, address: str = ANA) -> str:
    return path_in(email_to(portal, STARTED, address), "/recovery/stop/")


def finish_link(portal: Portal, address: str = ANA) -> str:
    return path_in(email_to(portal, READY, address), "/recovery/")


def opened(person: Person, link: str) -> str:
    """Where a link leads this browser, its token gone from the address."""
    answer = person.client.get(link)
    assert answer.status_code == 303, answer.status_code
    return str(answer.headers["Location"])


def credentials(portal: Portal, address: str = ANA) -> Credentials:
    found = find_with_credentials(portal.world.ports, portal.account(address).id)
    assert found
    return found.credentials


def is_waiting(portal: Portal, address: str = ANA) -> bool:
    return recovery.live_recovery(portal.world.ports, portal.account(address), {}) is not None


def finish(portal: Portal, person: Person, *, new: str = NEW, address: str = ANA) -> int:
    at = opened(person, finish_link(portal, address))
    return person.post(at, {"new_password": new}, form=at).status_code


def test_after_72_hours_the_owner_of_the_mailbox_gets_in_without_the_lost_factors(portal: Portal, ana: Person) -> None:
    start(portal)
    portal.world.clock.forward(hours=72)
    phone = portal.person(ANA)

    assert finish(portal, phone) == 303

    assert "Set up a new one now" in phone.get("/account/security").text
    now = credentials(portal)
    assert not now.has_second_factor
    assert now.recovery_codes == ()
    assert portal.person(ANA).log_in(password=PASSWORD).status_code == 422
    assert portal.person(ANA).log_in(password=NEW).headers["Location"] == "/"
    assert ana.get("/account").status_code == 302  # every session ended
    assert "Your account was recovered" in subjects_to(portal, ANA)


def test_before_the_72_hours_are_over_there_is_no_link_and_none_would_work(portal: Portal, ana: Person) -> None:
    start(portal)
    portal.world.clock.forward(hours=71, minutes=59)
    assert READY not in subjects_to(portal, ana.address)
    account = portal.account(ANA)
    waiting = recovery.live_recovery(portal.world.ports, account, {})
    assert waiting
    early = recovery.link_for(portal.world.ports, recovery.FINISH, waiting).rpartition("/")[2]
    with pytest.raises(DeadLink):
        factor_recovery.read_link(portal.world.ports, early)
    assert credentials(portal).has_second_factor


def test_the_links_do_nothing_by_being_opened(portal: Portal, ana: Person) -> None:
    start(portal)
    stranger = portal.person()
    at = opened(stranger, stop_link(portal))
    assert "Stop the recovery" in stranger.get(at).text
    assert is_waiting(portal)
    portal.world.clock.forward(hours=72)
    at = opened(stranger, finish_link(portal))
    assert "New password" in stranger.get(at).text
    assert credentials(portal).has_second_factor
    assert ana.get("/account").status_code in {200, 302}


def test_the_owner_stops_it_by_the_email_without_logging_in(portal: Portal, ana: Person) -> None:
    start(portal)
    stranger = portal.person()
    at = opened(stranger, stop_link(portal))
    assert stranger.post(at, form=at).headers["Location"] == "/login"
    assert "The recovery is stopped" in stranger.get("/login").text
    assert not is_waiting(portal)
    assert "The recovery was stopped" in subjects_to(portal, ana.address)
    assert "A recovery that you started was stopped" in subjects_to(portal, INES)
    portal.world.clock.forward(hours=72)
    assert READY not in subjects_to(portal, ANA)
    again = portal.person()
    assert again.client.get(opened(again, stop_link(portal))).status_code == 410


@pytest.mark.parametrize("page", ["", "/security", "/sessions", "/devices", "/activity"])
def test_every_page_of_the_account_tells_of_it_and_offers_to_stop_it(portal: Portal, ana: Person, page: str) -> None:
    at = f"/account{page}"
    assert "Stop it" not in ana.get(at).text
    start(portal)
    assert "Stop it" in ana.get(at).text
    assert ana.post("/account/recovery/stop", form=at).status_code == 303
    assert not is_waiting(portal)
    assert "Stop it" not in ana.get(at).text


def test_a_login_with_the_second_factor_leads_to_the_page_that_stops_it(portal: Portal, ana: Person) -> None:
    start(portal)
    ana.log_out()
    portal.world.clock.forward(seconds=60)
    person = portal.person(ANA)
    person.log_in()
    answer = person.post("/login/verify?next=/account", {"code": code_of(portal), "next": "/account"})
    assert answer.headers["Location"] == "/account/recovery?next=/account"
    page = person.get("/account/recovery?next=/account").text
    assert "Was that you?" in page
    assert 'href="/account"' in page
    assert person.post("/account/recovery/stop", form="/account/recovery").status_code == 303
    assert not is_waiting(portal)


def test_without_a_recovery_a_login_leads_where_it_was_meant_to(portal: Portal, ana: Person) -> None:
    ana.log_out()
    portal.world.clock.forward(seconds=30)
    assert log_in(portal, code_of(portal)).headers["Location"] == "/"


def test_publishers_see_that_one_is_under_way_and_can_stop_it(portal: Portal, ana: Person) -> None:
    desk = start(portal)
    at = page_of(portal, ana.address)
    page = desk.get(at).text
    assert "A recovery of this account is under way" in page
    assert "Lost every second factor" not in page
    assert desk.post(f"{at}/recovery/stop", form=at).status_code == 303
    assert "A recovery of this account is under way" not in desk.get(at).text
    assert not is_waiting(portal)


def test_starting_asks_for_a_proof_of_late(portal: Portal, ana: Person) -> None:
    desk = portal.publisher(INES)
    portal.world.clock.forward(minutes=11)
    at = f"{page_of(portal, ana.address)}/recovery"
    answer = desk.post(at, form=at)
    assert "password" in answer.text
    assert not is_waiting(portal)


def test_there_is_one_at_a_time(portal: Portal, ana: Person) -> None:
    desk = start(portal)
    at = f"{page_of(portal, ana.address)}/recovery"
    answer = desk.post(at, form=at)
    assert answer.status_code == 422
    assert "under way already" in answer.text
    with pytest.raises(Invalid):
        factor_recovery.start(portal.world.ports, OPERATOR, portal.account(ANA).id)


def test_an_account_without_a_second_factor_has_nothing_to_recover(portal: Portal) -> None:
    portal.author(ANA)
    desk = portal.publisher(INES)
    at = page_of(portal)
    assert "Lost every second factor" not in desk.get(at).text
    assert desk.post(f"{at}/recovery", form=f"{at}/recovery").status_code == 422
    assert not is_waiting(portal)


def test_a_recovery_ends_by_itself_seven_days_after_it_could_be_finished(portal: Portal, ana: Person) -> None:
    start(portal)
    portal.world.clock.forward(hours=72)
    link = finish_link(portal)
    portal.world.clock.forward(days=7, seconds=-1)
    assert is_waiting(portal)
    portal.world.clock.forward(seconds=1)
    assert not is_waiting(portal)
    assert portal.person().client.get(link).status_code == 410
    assert credentials(portal, ana.address).has_second_factor
    factor_recovery.start(portal.world.ports, OPERATOR, portal.account(ANA).id)
    assert is_waiting(portal)


def test_a_finished_recovery_leaves_no_link_behind(portal: Portal, ana: Person) -> None:
    start(portal)
    to_stop = stop_link(portal)
    portal.world.clock.forward(hours=72)
    to_finish = finish_link(portal)
    assert finish(portal, portal.person(ana.address)) == 303
    for link in (to_stop, to_finish):
        browser = portal.person()
        assert browser.client.get(opened(browser, link)).status_code == 410
    assert portal.world.ports.store.one(recovery_key(portal.account(ANA).id)) is None


def test_a_weak_password_is_refused_and_nothing_is_removed(portal: Portal, ana: Person) -> None:
    start(portal)
    portal.world.clock.forward(hours=72)
    assert finish(portal, portal.person(ana.address), new="otter") == 422
    assert credentials(portal).has_second_factor
    assert is_waiting(portal)


def test_a_publisher_is_recovered_by_another_one_and_has_a_day_to_set_up_a_factor(portal: Portal) -> None:
    lost = portal.publisher("vera@marram.example", "Vera Hart", is_excused=False)
    set_up(portal, lost)
    start(portal, lost.address)
    assert "Recovery of a publisher's account started" not in subjects_to(portal, lost.address)
    portal.world.clock.forward(hours=72)
    phone = portal.person(lost.address)
    assert finish(portal, phone, address=lost.address) == 303
    assert phone.get("/publisher").status_code == 200
    portal.world.clock.forward(hours=24)
    phone = portal.person(lost.address)
    phone.password = NEW
    phone.log_in()
    assert phone.get("/publisher").status_code != 200
    assert "A publisher's account was recovered" in subjects_to(portal, INES)


def test_no_one_recovers_their_own_factors(portal: Portal) -> None:
    desk = portal.publisher(INES)
    set_up(portal, desk)
    assert "Lost every second factor" not in desk.get(page_of(portal, INES)).text
    at = f"{page_of(portal, INES)}/recovery"
    assert desk.post(at, form=at).status_code in {403, 404}
    assert not is_waiting(portal, INES)


def test_what_happened_is_told_in_the_activity(portal: Portal, ana: Person) -> None:
    start(portal)
    assert "Started the recovery of lost second factors." in ana.get("/account/activity").text
    ana.post("/account/recovery/stop", form="/account")
    assert "Stopped the recovery." in ana.get("/account/activity").text


def test_whatever_ends_the_sessions_of_the_account_ends_the_recovery(portal: Portal, ana: Person) -> None:
    start(portal)
    assert ana.post("/account/sessions/end-others", form="/account/sessions").status_code == 303
    assert not is_waiting(portal)
    portal.world.clock.forward(hours=72)
    assert READY not in subjects_to(portal, ANA)


def test_the_whole_story_is_the_same_on_each_engine(tmp_path: Path, store: Store) -> None:
    portal = make_portal(make_world(tmp_path, store, throttle=False))
    ana = portal.author(ANA)
    set_up(portal, ana)
    start(portal)
    ana.post("/account/recovery/stop", form="/account")
    assert not is_waiting(portal)
    factor_recovery.start(portal.world.ports, OPERATOR, portal.account(ANA).id)
    portal.world.clock.forward(hours=72)
    assert finish(portal, portal.person(ANA)) == 303
    assert not credentials(portal).has_second_factor
    assert not is_waiting(portal)


def test_an_address_that_can_still_be_put_back_is_told_too_and_can_stop_it(portal: Portal, ana: Person) -> None:
    change(portal, ana)
    start(portal, OTHER)
    assert STARTED in subjects_to(portal, OTHER)
    stranger = portal.person()
    at = opened(stranger, stop_link(portal, ANA))
    assert stranger.post(at, form=at).status_code == 303
    assert not is_waiting(portal, OTHER)


def test_only_the_address_of_the_account_gets_the_link_that_finishes_it(portal: Portal, ana: Person) -> None:
    change(portal, ana)
    start(portal, OTHER)
    portal.world.clock.forward(hours=72)
    assert READY in subjects_to(portal, OTHER)
    assert READY not in subjects_to(portal, ANA)
