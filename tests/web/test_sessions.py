"""People see where they are logged in, log out what they do not know, and prove again who they are for grave acts."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from tests.people import PASSWORD, csrf_of

from byline.accounts.session_list import MOST_SESSIONS

if TYPE_CHECKING:
    from tests.people import Person, Portal

ANA, INES = "ana@example.org", "ines@marram.example"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def other_browser(portal: Portal, person: Person, name: str = FIREFOX) -> Person:
    """The same person in another browser, logged in."""
    other = portal.person(person.address, person.name)
    other.client.environ_base["HTTP_USER_AGENT"] = name
    assert other.log_in().status_code == 303
    return other


def ids(person: Person) -> list[str]:
    return re.findall(r'name="session" value="([^"]+)"', person.get("/account/sessions").get_data(as_text=True))


def test_the_list_says_which_device_it_is_and_which_one_is_this(portal: Portal) -> None:
    ana = portal.author(ANA)
    other_browser(portal, ana)
    page = ana.get("/account/sessions").get_data(as_text=True)
    assert "Firefox on Linux" in page
    assert page.count("This device") == 1


def test_a_session_that_is_ended_is_over_at_once_and_the_others_go_on(portal: Portal) -> None:
    ana = portal.author(ANA)
    other, third = other_browser(portal, ana), other_browser(portal, ana, "Chrome/140 Android")
    page = third.get("/account/sessions").get_data(as_text=True)
    [firefox] = [part for part in re.findall(r"<li>.*?</li>", page, re.DOTALL) if "Firefox on Linux" in part]
    session = re.findall(r'name="session" value="([^"]+)"', firefox)[0]
    answer = third.post("/account/sessions/end", {"session": session}, form="/account/sessions")
    assert answer.status_code == 303
    assert other.get("/account").status_code == 302
    assert ana.get("/account").status_code == 200
    assert third.get("/account").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(portal: Portal) -> None:
    ana, bea = portal.author(ANA), portal.author("bea@example.org", "Bea Noor")
    other_browser(portal, ana)
    [session] = [each for each in ids(ana) if each]
    answer = bea.post("/account/sessions/end", {"session": session}, form="/account/sessions")
    assert answer.status_code == 303
    assert session in ids(ana)


def test_all_others_are_logged_out_at_once(portal: Portal) -> None:
    ana = portal.author(ANA)
    other = other_browser(portal, ana)
    assert ana.post("/account/sessions/end-others", form="/account/sessions").status_code == 303
    assert other.get("/account").status_code == 302
    assert ana.get("/account").status_code == 200
    assert ids(ana) == []


def test_of_more_than_fifty_sessions_the_oldest_end(portal: Portal) -> None:
    ana = portal.author(ANA)
    for _ in range(MOST_SESSIONS + 1):
        portal.world.clock.forward(seconds=10)
        newest = other_browser(portal, ana)
    portal.world.work()
    assert len(ids(newest)) == MOST_SESSIONS - 1
    assert ana.get("/account").status_code == 302


def test_after_ten_minutes_ending_a_session_asks_for_the_password_and_then_carries_it_out(portal: Portal) -> None:
    ana = portal.author(ANA)
    other = other_browser(portal, ana)
    portal.world.clock.forward(minutes=11)
    other.get("/account")
    session = ids(ana)[0]
    page = ana.get("/account/sessions")
    owner = re.search(r'name="owner" value="([^"]+)"', page.get_data(as_text=True))
    assert owner
    sent = {"csrf_token": csrf_of(page), "session": session, "owner": owner[1]}
    asked = ana.client.post("/account/sessions/end", data=sent)
    assert asked.status_code == 403
    assert other.get("/account").status_code == 200
    fields = hidden(asked.get_data(as_text=True))
    wrong = ana.client.post("/account/verify", data={**fields, "author_password": "not it"})
    assert wrong.status_code == 422
    done = ana.client.post("/account/verify", data={**fields, "author_password": PASSWORD})
    assert done.status_code == 303
    assert done.headers["Location"].endswith("/account/sessions")
    assert other.get("/account").status_code == 302


def test_a_form_that_needs_a_proof_of_late_comes_back_with_what_was_typed(portal: Portal) -> None:
    ines = portal.publisher(INES)
    portal.world.clock.forward(minutes=11)
    asked = ines.post(
        "/publisher/team", {"author_email": "eva@example.org", "author_name": "Eva Lund"}, form="/publisher/team"
    )
    assert asked.status_code == 403
    proven = ines.client.post(
        "/account/verify", data={**hidden(asked.get_data(as_text=True)), "author_password": PASSWORD}
    )
    assert proven.status_code == 200
    assert 'value="eva@example.org"' in proven.get_data(as_text=True)


def test_a_proof_gives_the_session_a_new_secret(portal: Portal) -> None:
    ines = portal.publisher(INES)
    before = ines.client.get_cookie("byline", domain="localhost")
    portal.world.clock.forward(minutes=11)
    ines.post("/account/verify", {"author_password": PASSWORD})
    after = ines.client.get_cookie("byline", domain="localhost")
    assert before
    assert after
    assert before.value != after.value
    thief = portal.person(INES)
    thief.client.set_cookie("byline", before.value, domain="localhost")
    assert thief.get("/account").status_code == 302


def hidden(page: str) -> dict[str, object]:
    """The hidden fields of the form on a page."""
    form = page[page.index("<form") :] if "<form class" not in page else page[page.index('<form class="sheet"') :]
    form = form[: form.index("</form>")]
    return {name: unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form)}
