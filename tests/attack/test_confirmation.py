"""Somebody was there before the owner: registered their address, kept a session, a link or a letter. None of it lasts.

Links of letters do one thing, once, for whom they were made, as long as what they were made for is still so.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import PASSWORD, code_in, csrf_of, make_portal, path_in
from tests.store_wrappers import HookedStore

from byline.accounts import publishers
from byline.accounts.addresses import normalise
from byline.audit import OPERATOR
from byline.authors import decisions
from byline.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Person, Portal
    from werkzeug.test import TestResponse

ANA = "ana@example.org"
THEIRS = "what the stranger chose"
OWNERS = "what the owner chose, later"


def stranger_registers(portal: Portal, name: str = "Mallory's Idea") -> Person:
    mallory = portal.person(ANA, name)
    mallory.password = THEIRS
    assert mallory.register().status_code == 303
    return mallory


def owner(portal: Portal) -> Person:
    ana = portal.person(ANA, "Ana Lima")
    ana.password = OWNERS
    return ana


def by_reset(portal: Portal) -> Person:
    """The owner comes by a letter for a new password."""
    ana = owner(portal)
    ana.post("/reset", {"author_email": ANA})
    link = path_in(ana.letter(), "/reset/")
    assert ana.post(link, {"new_password": OWNERS, "author_name": "Ana Lima"}).status_code == 303
    return ana


def by_own_link(portal: Portal) -> Person:
    """The owner registers as well and follows the letter of that."""
    ana = owner(portal)
    ana.register()
    assert ana.confirm().status_code == 303
    return ana


def by_own_code(portal: Portal) -> Person:
    ana = owner(portal)
    ana.register()
    assert ana.post("/confirm", {"code": code_in(ana.letter())}, form="/").status_code == 303
    return ana


def by_invitation(portal: Portal) -> Person:
    """The operator invites the owner."""
    publishers.add(portal.world.ports, OPERATOR, address=normalise(ANA), name="Ana Lima", password=None)
    ana = owner(portal)
    link = path_in(ana.letter(), "/invitation/")
    assert ana.post(link, {"author_name": "Ana Lima", "new_password": OWNERS}).status_code == 303
    return ana


WAYS = [by_reset, by_own_link, by_own_code, by_invitation]


@pytest.mark.parametrize("way", WAYS)
def test_nothing_of_a_strangers_registration_is_in_the_owners_account(portal: Portal, way) -> None:  # noqa: ANN001
    mallory = stranger_registers(portal)
    portal.world.work()
    link = path_in(portal.world.mailer.to(ANA)[-1].text, "/confirm/")
    code = code_in(portal.world.mailer.to(ANA)[-1].text)
    ana = way(portal)

    account = portal.account(ANA)
    assert account.name == "Ana Lima"
    assert bool(portal.world.hasher.verify(portal.password_hash(ANA), THEIRS)) is False
    assert "Mallory" not in ana.get("/account").text + ana.get("/").text
    # What the stranger still holds reads the first gate, and opens nothing.
    late = portal.person(ANA)
    # Of several registrations the newest is logged in to, be it the stranger's or the owner's.
    assert late.log_in(password=THEIRS).status_code == (303 if way in {by_reset, by_invitation} else 422)
    for browser in (mallory, *([late] if late.client.get_cookie("byline") else [])):
        assert "You must confirm your email address" in browser.get("/").text
        for path in ("/account", "/history", "/change_password"):
            assert browser.get(path).status_code == 403
        assert browser.get("/publisher").status_code == 404
        assert browser.post("/confirm", {"code": code}, form="/").status_code == 422
        assert browser.get(link).status_code == 410
    # Even somebody who can read the letter and knows the stranger's password gets nowhere by it.
    elsewhere = portal.person(ANA)
    assert elsewhere.get(link).status_code == 410
    token = csrf_of(elsewhere.get("/login"))
    data = {"csrf_token": token, "author_password": THEIRS}
    assert elsewhere.client.post(link, data=data).status_code == 410
    assert portal.account(ANA) == account
    assert ana.get("/").status_code in {200, 303}


def test_the_owners_click_does_not_bless_a_strangers_password(portal: Portal) -> None:
    mallory = stranger_registers(portal)
    portal.world.work()
    link = path_in(portal.world.mailer.to(ANA)[-1].text, "/confirm/")
    ana = owner(portal)
    ana.register()  # the owner's browser is of another registration of the same address

    page = ana.get(link)
    assert "This link belongs to another registration" in page.text
    fresh = portal.person(ANA)
    for browser in (ana, fresh):
        token = csrf_of(browser.get("/login") if browser is fresh else browser.get("/"))
        data = {"csrf_token": token, "author_password": OWNERS}
        assert browser.client.post(link, data=data).status_code in {200, 422}
    assert "You must confirm" in mallory.get("/").text
    assert "You must confirm" in ana.get("/").text


def test_a_registration_that_was_taken_elsewhere_leaves_no_link_behind(portal: Portal) -> None:
    mallory = stranger_registers(portal)
    portal.world.work()
    link = path_in(portal.world.mailer.to(ANA)[-1].text, "/confirm/")
    assert mallory.post("/confirm/address", {"author_email": "mal@example.org"}, form="/").status_code == 303

    for browser in (mallory, portal.person(ANA)):
        assert browser.get(link).status_code == 410
    mallory.address = "mal@example.org"
    assert mallory.confirm().status_code == 303
    assert portal.account("mal@example.org").address == "mal@example.org"
    assert by_own_link(portal).get("/").status_code == 200


@pytest.mark.parametrize("remember", [False, True])
def test_a_session_that_was_kept_ends_when_the_owner_chooses_a_new_password(portal: Portal, remember: bool) -> None:
    portal.author()
    thief = portal.person()
    assert thief.log_in(remember=remember).status_code == 303
    by_reset(portal)

    assert thief.get("/account").status_code == 302
    assert thief.client.get_cookie("byline") is None


def test_a_link_for_a_new_password_that_meets_a_registration_does_not_open_it(tmp_path: Path) -> None:
    """The stranger's log-in at the confirm link has read everything; then the owner's reset opens the account."""
    store = HookedStore(SqliteStore(":memory:"))
    portal = make_portal(make_world(tmp_path, store))
    stranger_registers(portal)
    portal.world.work()
    link = path_in(portal.world.mailer.to(ANA)[-1].text, "/confirm/")
    ana = owner(portal)
    ana.post("/reset", {"author_email": ANA})
    portal.world.work()
    way = path_in(portal.world.mailer.to(ANA)[-1].text, "/reset/")
    reset = {"csrf_token": csrf_of(ana.get(way)), "new_password": OWNERS, "author_name": "Ana Lima"}
    phone = portal.person(ANA)
    data = {"csrf_token": csrf_of(phone.get(link)), "author_password": THEIRS}
    other = portal.person(ANA)
    wrong = {"csrf_token": csrf_of(other.get("/login")), "author_email": ANA, "author_password": "a wrong guess"}

    def meanwhile() -> list[int]:
        answers = [ana.client.post(way, data=reset), other.client.post("/login", data=wrong)]
        return [answer.status_code for answer in answers]

    def before(name: str, _: tuple[object, ...]) -> None:
        if name == "commit":
            store.before = lambda *_: None
            with ThreadPoolExecutor(1) as elsewhere:
                assert elsewhere.submit(meanwhile).result() == [303, 422]

    store.before = before
    answer = phone.client.post(link, data=data)
    assert answer.status_code == 410
    assert phone.client.get_cookie("byline") is None
    assert phone.client.post(link, data=data).status_code == 410
    assert portal.account(ANA).name == "Ana Lima"


def reset_link(portal: Portal) -> str:
    portal.person().post("/reset", {"author_email": ANA})
    portal.world.work()
    return path_in(portal.world.mailer.to(ANA)[-1].text, "/reset/")


def use(portal: Portal, link: str, password: str = OWNERS) -> TestResponse:
    browser = portal.person()
    token = csrf_of(browser.get("/login"))
    return browser.client.post(link, data={"csrf_token": token, "new_password": password, "author_name": "Ana"})


def changes_password(portal: Portal, author: Person) -> None:
    data = {"old_password": PASSWORD, "new_password": "another one, quite long"}
    assert author.post("/change_password", data).status_code == 303  # type: ignore[arg-type]


def suspends(portal: Portal, _: Person) -> None:
    decisions.suspend(portal.world.ports, OPERATOR, portal.account(ANA).id)


def suspends_and_restores(portal: Portal, _: Person) -> None:
    decisions.suspend(portal.world.ports, OPERATOR, portal.account(ANA).id)
    decisions.reinstate(portal.world.ports, OPERATOR, portal.account(ANA).id)


def promotes(portal: Portal, _: Person) -> None:
    publishers.add(portal.world.ports, OPERATOR, address=normalise(ANA), name="Ana", password=None)


def waits_an_hour(portal: Portal, _: Person) -> None:
    portal.world.clock.forward(hours=1)


def uses_another_link(portal: Portal, _: Person) -> None:
    assert use(portal, reset_link(portal), "yet another long password").status_code == 303


@pytest.mark.parametrize(
    "event", [changes_password, suspends, suspends_and_restores, promotes, waits_an_hour, uses_another_link]
)
def test_a_link_for_a_new_password_is_dead_once_anything_it_was_made_for_changed(portal: Portal, event) -> None:  # noqa: ANN001
    author = portal.author()
    link = reset_link(portal)
    assert portal.person().get(link).status_code == 200
    event(portal, author)
    before = portal.account(ANA)

    assert portal.person().get(link).status_code == 410
    assert use(portal, link).status_code == 410
    assert portal.account(ANA) == before


def test_a_link_for_a_new_password_works_once(portal: Portal) -> None:
    portal.author()
    link = reset_link(portal)
    assert use(portal, link).status_code == 303
    assert use(portal, link).status_code == 410
    assert portal.person().log_in(password=OWNERS).status_code == 303


def test_a_link_that_opens_an_account_is_dead_once_the_address_has_one(portal: Portal) -> None:
    stranger_registers(portal)
    first, second = reset_link(portal), reset_link(portal)
    assert use(portal, first).status_code == 303
    before = portal.account(ANA)
    for link in (first, second):
        assert use(portal, link, "and yet another password").status_code == 410
    assert portal.account(ANA) == before


@pytest.mark.parametrize("end", ["declined", "suspended", "deleted"])
def test_a_confirm_link_is_dead_whatever_became_of_the_account(portal: Portal, end: str) -> None:
    person = portal.person()
    person.register()
    link = path_in(person.letter(), "/confirm/")
    assert person.get(link).status_code == 303
    if end == "deleted":
        assert person.post("/account/delete").status_code == 200
    elif end == "declined":
        decisions.decline(portal.world.ports, OPERATOR, portal.account(ANA).id, note="")
    else:
        portal.approve(ANA)
        decisions.suspend(portal.world.ports, OPERATOR, portal.account(ANA).id)

    for browser in (person, portal.person()):
        assert browser.get(link).status_code == 410
        token = csrf_of(browser.get("/login"))
        data = {"csrf_token": token, "author_password": PASSWORD}
        assert browser.client.post(link, data=data).status_code == 410


def test_a_link_of_one_kind_is_none_of_another(portal: Portal) -> None:
    links = {"first": path_in(publishers.first_link(portal.world.ports) or "", "/publisher/first/")}
    mallory = stranger_registers(portal)
    links["confirm"] = path_in(mallory.letter(), "/confirm/")
    links["reset"] = reset_link(portal)
    publishers.add(portal.world.ports, OPERATOR, address=normalise("inv@example.org"), name="Ines", password=None)
    portal.world.work()
    links["invitation"] = path_in(portal.world.mailer.sent[-1].text, "/invitation/")
    prefixes = {name: link[: link.rindex("/") + 1] for name, link in links.items()}

    for name, link in links.items():
        token = link.rpartition("/")[2]
        for prefix in set(prefixes.values()) - {prefixes[name]}:
            browser = portal.person()
            assert browser.get(prefix + token).status_code == 410
            data = {"csrf_token": csrf_of(browser.get("/login")), "new_password": OWNERS, "author_password": OWNERS}
            assert browser.client.post(prefix + token, data=data).status_code == 410
    # An invitation is for one address and one role: no field of the form says another.
    data = {"new_password": OWNERS, "author_name": "Mal", "author_email": "mal@example.org", "role": "author"}
    browser = portal.person()
    assert browser.post(links["invitation"], data).status_code == 303  # type: ignore[arg-type]
    account = portal.account("inv@example.org")
    assert (account.name, account.role.value) == ("Mal", "publisher")


def test_a_link_does_not_stand_on_its_own_page_nor_in_where_it_leads(portal: Portal) -> None:
    stranger_registers(portal)
    portal.world.work()
    links = [path_in(portal.world.mailer.to(ANA)[-1].text, "/confirm/"), reset_link(portal)]
    links.append(path_in(publishers.first_link(portal.world.ports) or "", "/publisher/first/"))
    for link in links:
        token = link.rpartition("/")[2]
        browser = portal.person()
        answers = [browser.get(link), browser.post(link, {"new_password": "short", "author_password": "short"})]
        for answer in answers:
            assert token not in answer.text
            assert token not in str(answer.headers)
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["Cache-Control"] == "no-store"
