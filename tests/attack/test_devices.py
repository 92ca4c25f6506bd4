"""A browser that has logged in to an account before gets in while strangers guess at it, and proves nothing by that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.attack.observed_portal import watched
from tests.attack.test_account_enumeration import KNOWN, OTHER, STATES, have_account, logs_in, posts, same
from tests.environment import make_world
from tests.people import PASSWORD, csrf_of, make_portal, path_in

from byline.accounts.devices import DEVICE_SECONDS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Person, Portal

COOKIE = "byline_device"
WRONG = "a guess of fair length"
ANOTHER = "seven loud geese above Ghent"


@pytest.fixture
def guarded(tmp_path: Path) -> Portal:
    """A portal with its rate limits on."""
    return make_portal(make_world(tmp_path))


def owner_with_a_device(portal: Portal, address: str = "ana@example.org") -> Person:
    """Somebody who has logged in with their browser, and logged out."""
    owner = portal.author(address)
    owner.log_out()
    assert owner.log_in().status_code == 303
    owner.log_out()
    return owner


def guess_until_refused(person: Person, *, most: int = 10) -> None:
    assert [person.log_in(password=f"{WRONG} {n}").status_code for n in range(most)] == [422] * most
    assert person.log_in().status_code == 429


def device_of(person: Person) -> str:
    cookie = person.client.get_cookie(COOKIE)
    assert cookie
    return str(cookie.value)


def test_strangers_who_guess_keep_no_known_device_out(guarded: Portal) -> None:
    owner = owner_with_a_device(guarded)
    guess_until_refused(guarded.person())

    assert owner.log_in(password=WRONG).status_code == 422
    assert owner.log_in().status_code == 303
    assert guarded.person().log_in().status_code == 429


def test_a_network_that_had_enough_keeps_no_known_device_out(guarded: Portal) -> None:
    owner = owner_with_a_device(guarded)
    ports = guarded.world.ports
    for _ in range(ports.site.limits.login_network.most):
        ports.attempts.count_for_network(ports.site.limits.shared("login"), "127.0.0.1", ports.clock.now())

    assert guarded.person().log_in().status_code == 429
    assert guarded.person().log_in(password=WRONG).status_code == 429
    assert owner.log_in().status_code == 303


def test_a_known_device_has_as_many_attempts_as_strangers_and_takes_none_of_theirs(guarded: Portal) -> None:
    owner = owner_with_a_device(guarded)
    guess_until_refused(owner)

    assert guarded.person().log_in().status_code == 303
    guarded.world.clock.forward(seconds=901)
    assert owner.log_in().status_code == 303


def test_the_device_of_another_account_is_a_stranger(guarded: Portal) -> None:
    owner_with_a_device(guarded)
    mallory = owner_with_a_device(guarded, "mallory@example.org")
    guess_until_refused(guarded.person())
    mallory.address = "ana@example.org"

    assert mallory.log_in().status_code == 429


def test_a_forged_or_a_doubled_cookie_is_a_stranger(guarded: Portal) -> None:
    owner = owner_with_a_device(guarded)
    guess_until_refused(guarded.person())
    genuine = device_of(owner)
    for value in (genuine[:-1] + ("A" if genuine[-1] != "A" else "B"), genuine.partition(".")[0], ".", "x" * 4_000):
        browser = guarded.person()
        browser.client.set_cookie(COOKIE, value)
        assert browser.log_in().status_code == 429, value
    planted = guarded.person()
    page = planted.get("/login")
    visit = planted.client.get_cookie("byline_visit")
    assert visit
    cookies = f"byline_visit={visit.value}; {COOKIE}={genuine}; {COOKIE}={genuine}"
    data = {"csrf_token": csrf_of(page), "author_email": owner.address, "author_password": PASSWORD}
    plain = guarded.app.test_client(use_cookies=False)
    assert plain.post("/login", data=data, headers={"Cookie": cookies}).status_code == 429


def test_each_login_replaces_the_device_and_the_one_before_is_a_stranger(guarded: Portal) -> None:
    owner = owner_with_a_device(guarded)
    before = device_of(owner)
    owner.log_in()
    owner.log_out()
    assert device_of(owner) != before
    guess_until_refused(guarded.person())
    thief = guarded.person()
    thief.client.set_cookie(COOKIE, before)

    assert thief.log_in().status_code == 429
    assert owner.log_in().status_code == 303


@pytest.mark.parametrize("how", ["reset", "changed"])
def test_a_new_password_makes_strangers_of_all_other_devices(guarded: Portal, how: str) -> None:
    owner, phone = owner_with_a_device(guarded), guarded.person()
    phone.log_in()
    if how == "reset":
        phone.log_out()
        phone.post("/reset", {"author_email": phone.address})
        link = path_in(phone.letter(), "/reset/")
        assert phone.post(link, {"new_password": ANOTHER}).status_code == 303
    else:
        assert phone.post("/change_password", {"old_password": PASSWORD, "new_password": ANOTHER}).status_code == 303
    phone.log_out()
    guess_until_refused(guarded.person())
    owner.password = phone.password = ANOTHER

    assert owner.log_in().status_code == 429
    assert phone.log_in().status_code == 303


def test_a_device_is_forgotten_after_a_year_without_a_login(guarded: Portal) -> None:
    owner = owner_with_a_device(guarded)
    guarded.world.clock.forward(seconds=DEVICE_SECONDS)
    guess_until_refused(guarded.person())

    assert owner.log_in().status_code == 429


def test_a_device_proves_no_identity(guarded: Portal) -> None:
    owner = owner_with_a_device(guarded)

    assert owner.get("/account").headers["Location"].startswith("/login")
    assert owner.log_in(password=WRONG).status_code == 422


def test_the_cookie_says_nothing_and_is_out_of_reach_of_scripts(tmp_path: Path) -> None:
    portal = make_portal(make_world(tmp_path, url="https://authors.example.org"))
    owner = portal.author()
    owner.log_out()
    token = csrf_of(owner.get("/login", base_url="https://authors.example.org"))
    data = {"csrf_token": token, "author_email": owner.address, "author_password": PASSWORD}
    answer = owner.client.post("/login", data=data, base_url="https://authors.example.org")
    (cookie,) = [line for line in answer.headers.getlist("Set-Cookie") if "device" in line]

    assert cookie.startswith(f"__Host-{COOKIE}=")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax", f"Max-Age={DEVICE_SECONDS}"):
        assert part in cookie.split("; ")
    assert "Domain" not in cookie
    account = portal.account(owner.address)
    stored = [record for record in portal.world.ports.store.scan(limit=50).records if record.key.kind == "device"]
    secret = cookie.partition("=")[2].partition(".")[0]
    assert account.id not in cookie
    assert all(secret not in f"{record.key} {record.data}" for record in stored)


@pytest.mark.parametrize("state", STATES)
def test_a_browser_that_is_known_to_one_account_learns_nothing_of_another(tmp_path: Path, state: str) -> None:
    portals = []
    for number, address in enumerate((KNOWN, OTHER)):
        portal = watched(tmp_path / str(number))
        have_account(portal.portal, address, state)
        have_account(portal.portal, "mallory@example.org", "active")
        portal.world.clock.forward(days=8)
        portal.world.work()
        portal.throw_anew()
        portals.append(portal)

    same(
        *portals,
        logs_in(PASSWORD, "mallory@example.org"),
        posts("/logout"),
        *[logs_in(f"{WRONG} {number}") for number in range(12)],
    )
