"""The token of a link that is enough to act leaves the address on first sight (ASVS 5.0, 14.2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.access_table import TABLE
from tests.attack.route_walk import asked_once_a_year, routes, waiting_recovery
from tests.people import csrf_of, path_in

from byline.accounts import publishers
from byline.accounts.addresses import normalise
from byline.audit import OPERATOR
from byline.authors import digest, invitations, invitees, questions

if TYPE_CHECKING:
    from tests.people import Person, Portal

NEW = "nine otters under a quiet bridge"
AGAIN = "Open the link in your email again"


def reset_link(portal: Portal, address: str = "ana@example.org") -> str:
    portal.person(address).post("/reset", {"author_email": address})
    return path_in(portal.person(address).letter(), "/reset/")


def invitation(portal: Portal) -> str:
    invitations.invite(portal.world.ports, OPERATOR, invitees.from_text("Ivo Noe <invited@example.org>"))
    return path_in(portal.person("invited@example.org").letter(), "/invitation/")


def question(portal: Portal) -> str:
    asked = portal.waiting("asked@example.org", "Asta Quill")
    questions.ask(portal.world.ports, OPERATOR, portal.account(asked.address).id, text="How many books?")
    return path_in(asked.letter(), "/question/")


def undo_link(portal: Portal) -> str:
    moving = portal.author("moving@example.org", "Mo Ving")
    moving.post("/account/email", {"author_email": "moved@example.org"})
    return path_in(moving.letter(), "/undo/")


def links(portal: Portal) -> dict[str, str]:
    """A good link of every kind."""
    first = path_in(publishers.first_link(portal.world.ports) or "", "/publisher/first/")
    portal.author().save(author_bio="Here.")
    desk, now = portal.publisher("digest@example.org", "Della Gest"), portal.world.clock.now()
    recovering = waiting_recovery(portal, "ana@example.org")
    return {
        "first_publisher.become": first,
        "password.reset": reset_link(portal),
        "invitation.accept": invitation(portal),
        "questions.answer": question(portal),
        "address_change.undo": undo_link(portal),
        "still_right.confirm": f"/still-right/{asked_once_a_year(portal, 'ana@example.org')}",
        "recovery.stop": f"/recovery/stop/{recovering['recovery.stop']}",
        "recovery.finish": f"/recovery/{recovering['recovery.finish']}",
        "digest.switch_off": path_in(
            digest.off_link(portal.world.ports, portal.account(desk.address), now), "/digest/"
        ),
    }


def opened(person: Person, link: str) -> str:
    """Where a link leads a browser."""
    answer = person.client.get(link)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def choose(person: Person, at: str) -> int:
    fields = {"csrf_token": csrf_of(person.client.get("/login")), "new_password": NEW}
    return person.client.post(at, data=fields).status_code


def test_every_route_with_a_token_hides_it_but_the_one_whose_token_does_not_act_alone(portal: Portal) -> None:
    with_token = {route.endpoint for route in routes(portal.app) if "<token>" in route.rule}

    assert {name for name in with_token if not TABLE[name].link} == {"confirmation.link", "address_change.confirm"}


def test_no_link_stays_in_the_address(portal: Portal) -> None:
    for name, link in links(portal).items():
        token, person = link.rpartition("/")[2], portal.person()

        at = opened(person, link)

        page = person.client.get(at)
        assert page.status_code in {200, 410}, name  # there is a publisher by now
        assert token not in at + page.text, name
        assert person.client.get(link).headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert opened(person, link) == at  # and the next time too


def test_the_page_can_be_reloaded_and_its_form_sent_there(portal: Portal) -> None:
    portal.author()
    phone = portal.person("ana@example.org")
    at = opened(phone, reset_link(portal))

    assert [phone.client.get(at).status_code for _ in range(3)] == [200] * 3
    refused = phone.client.post(at, data={"csrf_token": csrf_of(phone.client.get(at)), "new_password": "short"})
    assert refused.status_code == 422
    assert choose(phone, at) == 303
    assert portal.person("ana@example.org").log_in(password=NEW).status_code == 303


def test_of_two_links_in_two_tabs_each_form_acts_for_its_own(portal: Portal) -> None:
    ana, bo = portal.author(), portal.author("bo@example.org", "Bo Lund")
    browser = portal.person()
    for_ana, for_bo = (opened(browser, reset_link(portal, person.address)) for person in (ana, bo))
    assert "ana@example.org" in browser.client.get(for_ana).text
    assert "bo@example.org" in browser.client.get(for_bo).text

    assert choose(browser, for_ana) == 303

    assert portal.person(ana.address).log_in(password=NEW).status_code == 303
    assert portal.person(bo.address).log_in(password=NEW).status_code == 422


@pytest.mark.parametrize("keeps_cookies", [True, False])
def test_another_browser_is_told_to_open_the_link_again(portal: Portal, keeps_cookies: bool) -> None:
    portal.author()
    link = reset_link(portal)
    at = opened(portal.person(), link)
    other = portal.app.test_client(use_cookies=keeps_cookies)

    page = other.get(at)

    assert page.status_code == 400
    assert AGAIN in page.text
    if keeps_cookies:
        assert other.get(link, follow_redirects=True).status_code == 200
    else:
        assert AGAIN in other.get(link, follow_redirects=True).text


def test_the_address_is_no_key_for_those_who_only_saw_it(portal: Portal) -> None:
    portal.author()
    at, thief = opened(portal.person(), reset_link(portal)), portal.person("ana@example.org")

    assert choose(thief, at) == 400
    assert thief.log_in(password=NEW).status_code == 422


def test_what_was_typed_is_shown_although_the_link_is_gone(portal: Portal) -> None:
    at = opened(portal.person(), question(portal))
    late = portal.person()
    answer = "Two, so far.\nA third is on its way."

    page = late.client.post(at, data={"csrf_token": csrf_of(late.client.get("/login")), "answer": answer})

    assert page.status_code == 400
    assert AGAIN in page.text
    assert answer in page.text


@pytest.mark.parametrize("token", ["made-up", "x" * 1_900, "~", "~" + "A" * 22, "~~", "a.b", "%00"])
def test_a_link_that_is_none_leaves_no_trace_in_the_browser(portal: Portal, token: str) -> None:
    browser = portal.app.test_client()

    answer = browser.get(f"/reset/{token}")

    assert answer.status_code in {400, 410}
    assert browser.get_cookie("byline_visit") is None or "links" not in str(browser.get_cookie("byline_visit"))


def test_the_last_three_links_are_remembered_and_the_cookie_stays_small(portal: Portal) -> None:
    browser = portal.person()
    addresses = [portal.author(f"{name}@example.org", name.title()).address for name in ("ana", "bo", "cai", "dov")]
    ways = [reset_link(portal, address) for address in addresses]

    places = [opened(browser, way) for way in ways]

    assert [browser.client.get(at).status_code for at in places] == [400, 200, 200, 200]
    longest = normalise(f"{'a' * 60}@{'b' * 60}.example.org")
    publishers.add(portal.world.ports, OPERATOR, address=longest, name="\u96ea" * 200, password=None)
    portal.world.work()
    last = path_in(portal.world.mailer.sent[-1].text, "/invitation/")
    assert browser.client.get(opened(browser, last)).status_code == 200
    assert all(len(cookie.value) < 3_000 for cookie in browser.client._cookies.values())


def test_a_login_leaves_no_link_behind(portal: Portal) -> None:
    ana = portal.author()
    browser = portal.person(ana.address)
    at = opened(browser, reset_link(portal))
    assert browser.log_in().status_code == 303

    assert AGAIN in browser.client.get(at).text


def test_opening_a_link_asks_the_store_for_nothing(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    portal.author()
    link, person = reset_link(portal), portal.person()
    monkeypatch.setattr(type(portal.world.ports.store), "get", lambda *_: pytest.fail("asked"))

    assert opened(person, link).startswith("/reset/~")
