"""Publishers must have a second factor, after a time of grace; the press may ask it of authors, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.test_second_factors import log_in, set_up

from byline.accounts import factor_reset
from byline.audit import OPERATOR

if TYPE_CHECKING:
    from tests.people import Person, Portal

ANA, INES = "ana@example.org", "ines@marram.example"


def again(portal: Portal, person: Person) -> Person:
    """The same person in a new browser, after the password."""
    other = portal.person(person.address, person.name)
    assert other.log_in().status_code == 303
    return other


def set_rule(desk: Person, *, days: str = "14", who: str = "publishers") -> str:
    """Set it in the console; what the console says."""
    desk.post("/publisher/settings/second-factor", {"grace_days": days, "factor_for": who}, form="/publisher/settings")
    return desk.get("/publisher/settings").text


def test_a_publisher_has_fourteen_days_and_reads_until_when(portal: Portal) -> None:
    ines = portal.publisher(INES, is_excused=False)
    assert "Set it up by" in ines.get("/publisher").text
    portal.world.clock.forward(days=13)
    assert again(portal, ines).get("/publisher").status_code == 200


def test_after_that_the_console_leads_to_the_setup_and_decides_nothing(portal: Portal) -> None:
    ines = portal.publisher(INES, is_excused=False)
    portal.waiting(ANA)
    portal.world.clock.forward(days=14)
    ines = again(portal, ines)
    answer = ines.get("/publisher")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/security")
    assert "protects the pages of all authors" in ines.get("/account/security").text
    refused = ines.post(f"/publisher/authors/{portal.account(ANA).id}/approve", form="/account/security")
    assert refused.status_code == 403
    assert portal.account(ANA).state.value == "waiting"


def test_with_a_second_factor_the_console_is_open_and_stays_so(portal: Portal) -> None:
    ines = portal.publisher(INES, is_excused=False)
    codes = set_up(portal, ines)
    assert "Set it up by" not in ines.get("/publisher").text
    portal.world.clock.forward(days=40)
    answer = log_in(portal, codes[0], address=INES)
    assert answer.headers["Location"] == "/"
    person = portal.person(INES)
    person.log_in()
    person.post("/login/verify", {"code": codes[1]})
    assert person.get("/publisher").status_code == 200


def test_whoever_removes_the_second_factor_has_no_grace_again(portal: Portal) -> None:
    ines = portal.publisher(INES, is_excused=False)
    codes = set_up(portal, ines)
    portal.world.clock.forward(days=20)
    ines = portal.person(INES)
    ines.log_in()
    ines.post("/login/verify", {"code": codes[0]})
    ines.post("/account/security/authenticator/remove", {"author_password": ines.password})
    assert ines.get("/publisher").headers["Location"] == "/account/security"


def test_a_publisher_sets_the_days_and_asks_it_of_everyone(portal: Portal) -> None:
    ines, ana = portal.publisher(INES, is_excused=False), portal.author(ANA)
    assert "for your own account first" in set_rule(ines, who="all")
    set_up(portal, ines)
    assert "Give a number of days" in set_rule(ines, days="31")
    assert "Saved" in set_rule(ines, days="3", who="all")
    ana = again(portal, ana)
    assert "Set it up by" in ana.get("/").text
    assert ana.save(author_bio="In time.").status_code == 303
    portal.world.clock.forward(days=3)
    ana = again(portal, ana)
    answer = ana.get("/")
    assert answer.headers["Location"] == "/account/security"
    set_up(portal, ana)
    assert ana.save(author_bio="With it.").status_code == 303


def test_an_author_whose_time_is_over_publishes_by_no_way(portal: Portal) -> None:
    from byline.accounts.recognition import recognise
    from byline.permissions import may

    ines, ana = portal.publisher(INES, is_excused=False), portal.author(ANA)
    set_up(portal, ines)
    set_rule(ines, days="0", who="all")
    ana = again(portal, ana)
    with ana.client.session_transaction() as kept:
        session = recognise(portal.world.ports, kept["_user_id"])
    assert not may(session, "authors.pages.save_own")  # type: ignore[arg-type]
    assert may(session, "authors.drafts.save_own")  # type: ignore[arg-type]


def test_the_operator_lets_a_publisher_in_who_has_lost_everything(portal: Portal) -> None:
    ines, rui = (
        portal.publisher(INES, is_excused=False),
        portal.publisher("rui@marram.example", "Rui Sá", is_excused=False),
    )
    set_up(portal, ines)
    portal.world.clock.forward(days=20)
    factor_reset.unlock(portal.world.ports, OPERATOR, portal.account(INES).id)
    assert ines.get("/publisher").status_code == 302
    ines = again(portal, ines)
    assert ines.get("/publisher").status_code == 200
    portal.world.work()
    assert any("second factors were removed" in mail.subject for mail in portal.world.mailer.to(INES))
    assert any("publisher's second factors" in mail.subject for mail in portal.world.mailer.to(rui.address))
    portal.world.clock.forward(hours=23, minutes=59)
    assert again(portal, ines).get("/publisher").status_code == 200
    portal.world.clock.forward(minutes=1)
    assert again(portal, ines).get("/publisher").headers["Location"] == "/account/security"
