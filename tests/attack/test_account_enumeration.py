"""Whether an address has an account shows in no answer, no header, no count of store calls or hashes, and no letter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.attack.observed_portal import Watched, watched
from tests.people import code_in, path_in

from byline.accounts import publishers
from byline.accounts.addresses import normalise
from byline.accounts.bounces import MAIL_SYSTEM, BounceKind, record_bounce
from byline.audit import OPERATOR
from byline.authors import decisions
from byline.store.port import Check, Key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.people import Person, Portal
    from werkzeug.test import TestResponse

    Step = Callable[[Person], TestResponse]

KNOWN = "ana@example.org"
OTHER = "bea@example.org"
NEW = "cyd@example.org"
TYPED = "what the stranger chose"
GUESS = "a guess of fair length"
STATES = ("waiting", "active", "declined", "suspended", "publisher", "deleted", "invited")


def have_account(portal: Portal, address: str, state: str) -> None:
    """An account in this state, made by somebody who walked in by the front door."""
    if state == "publisher":
        portal.publisher(address, "Ana Lima")
        return
    if state == "invited":
        publishers.add(portal.world.ports, OPERATOR, address=normalise(address), name="Ana Lima", password=None)
        return
    person = (portal.waiting if state in {"waiting", "declined", "deleted"} else portal.author)(address, "Ana Lima")
    if state == "deleted":
        assert person.post("/account/delete").status_code == 200
        return
    account = portal.account(address)
    if state == "declined":
        decisions.decline(portal.world.ports, OPERATOR, account.id, note="Not ours.")
    if state == "suspended":
        decisions.suspend(portal.world.ports, OPERATOR, account.id)


def pair(folder: Path, state: str, *, throttle: bool = True) -> tuple[Watched, Watched]:
    """Two portals: in the first ``KNOWN`` has an account, in the second nothing; ``OTHER`` the other way round."""
    portals = []
    for number, address in enumerate((KNOWN, OTHER)):
        portal = watched(folder / str(number), throttle=throttle)
        have_account(portal.portal, address, state)
        portal.world.clock.forward(days=8)  # what led to the account is over and swept
        portal.world.work()
        portal.world.ports.store.commit(Check(Key("counter", "none"), None))
        portal.throw_anew()
        portals.append(portal)
    return portals[0], portals[1]


def registers(address: str = KNOWN, password: str = TYPED) -> Step:
    def act(person: Person) -> TestResponse:
        data = {"author_email": address, "author_name": "Ana Lima", "author_password": password}
        return person.post("/register", data)  # type: ignore[arg-type]

    return act


def posts(path: str, form: str | None = None, **data: object) -> Step:
    return lambda person: person.post(path, data, form=form)


def opens(path: str) -> Step:
    return lambda person: person.get(path)


def logs_in(password: str, address: str = KNOWN) -> Step:
    return posts("/login", author_email=address, author_password=password)


def same(one: Watched, two: Watched, *steps: Step | float) -> None:
    """Each step gives the same away in both portals; a number is minutes to wait."""
    for number, step in enumerate(steps):
        if isinstance(step, int | float):
            for portal in (one, two):
                portal.world.clock.forward(minutes=step)
                portal.world.work()
            continue
        assert one.step(step) == two.step(step), f"step {number} tells the two apart"


@pytest.mark.parametrize("state", STATES)
def test_registering_and_everything_one_can_do_afterwards_is_alike(tmp_path: Path, state: str) -> None:
    known, unknown = pair(tmp_path, state)

    same(
        known,
        unknown,
        registers(),
        opens("/"),
        opens("/change_password"),
        opens("/account/delete"),
        posts("/confirm/again", form="/"),
        3,
        posts("/confirm/again", form="/"),
        posts("/confirm", form="/", code="123456"),
        posts("/confirm", form="/", code="not a code"),
        posts("/logout"),
        logs_in(GUESS),
        logs_in(TYPED),
        opens("/"),
        posts("/register", form="/", author_email=KNOWN, author_name="Ana L.", author_password="another long password"),
        opens("/"),
        posts("/confirm/address", form="/", author_email=NEW),
        opens("/"),
        posts("/account/delete"),
        logs_in(TYPED),
        opens("/"),
    )


@pytest.mark.parametrize("state", STATES)
def test_a_wrong_password_is_answered_alike_until_the_brake_and_behind_it(tmp_path: Path, state: str) -> None:
    known, unknown = pair(tmp_path, state)

    same(known, unknown, *[logs_in(f"{GUESS} {number}") for number in range(12)], 16, logs_in(GUESS))


@pytest.mark.parametrize("state", STATES)
def test_asking_for_a_new_password_is_alike(tmp_path: Path, state: str) -> None:
    known, unknown = pair(tmp_path, state)
    asks = posts("/reset", author_email=KNOWN)

    same(known, unknown, asks, asks, asks, asks, asks, asks, 61, asks)
    letters = 0 if state in {"deleted", "invited"} else 6
    assert [mail.to for mail in known.world.mailer.sent if "new password" in mail.subject] == [KNOWN] * letters
    assert [mail.to for mail in unknown.world.mailer.sent if "new password" in mail.subject] == []


@pytest.mark.parametrize("state", STATES)
def test_moving_a_registration_to_an_address_is_alike(tmp_path: Path, state: str) -> None:
    known, unknown = pair(tmp_path, state)

    same(
        known,
        unknown,
        registers(NEW),
        posts("/confirm/address", form="/", author_email=KNOWN),
        opens("/"),
        posts("/confirm", form="/", code="000000"),
        3,
        posts("/confirm/again", form="/"),
        posts("/logout"),
        logs_in(TYPED),
        opens("/"),
    )


@pytest.mark.parametrize("state", ["active", "declined"])
def test_the_sixth_registration_is_refused_alike_and_its_page_offers_the_same(tmp_path: Path, state: str) -> None:
    known, unknown = pair(tmp_path, state)
    five: list[Step | float] = []
    for number in range(5):
        five += [registers(password=f"{TYPED} {number}"), opens("/"), posts("/logout"), 10]

    same(
        known,
        unknown,
        *five,
        registers(password=f"{TYPED} 5"),
        logs_in(f"{TYPED} 5"),
        logs_in(f"{TYPED} 4"),
        opens("/"),
    )
    same(known, unknown, posts("/logout"), registers(NEW), posts("/confirm/address", form="/", author_email=KNOWN))
    assert known.stranger.get("/").status_code == 200
    known.stranger.log_out()
    assert registers()(known.stranger).status_code == 429


@pytest.mark.parametrize("state", ["waiting", "active", "declined"])
def test_a_registration_ends_alike_after_seven_days(tmp_path: Path, state: str) -> None:
    known, unknown = pair(tmp_path, state)
    days = 24 * 60

    same(known, unknown, registers(), 6.9 * days, opens("/"), 0.2 * days, opens("/"), opens("/register"))
    same(known, unknown, logs_in(TYPED), registers(), opens("/"))


@pytest.mark.parametrize("how", ["by its link", "by its code", "by a new password"])
def test_a_stranger_does_not_learn_that_the_owner_opened_the_account_meanwhile(tmp_path: Path, how: str) -> None:
    opened, unopened = watched(tmp_path / "0"), watched(tmp_path / "1")
    for portal, does in ((opened, True), (unopened, False)):
        owner = portal.portal.person(KNOWN, "Ana Lima")
        owner.password = "the owner's own password"
        owner.register()
        portal.world.work()
        letter = portal.world.mailer.to(KNOWN)[-1].text
        assert registers()(portal.stranger).status_code == 303
        portal.world.work()
        if does and how == "by its link":
            assert owner.get(path_in(letter, "/confirm/")).status_code == 303
        elif does and how == "by its code":
            assert owner.post("/confirm", {"code": code_in(letter)}, form="/").status_code == 303
        elif does:
            owner.post("/reset", {"author_email": KNOWN})
            link = path_in(owner.letter(), "/reset/")
            chosen = {"new_password": owner.password, "author_name": "Ana Lima"}
            assert owner.post(link, chosen).status_code == 303  # type: ignore[arg-type]
        portal.world.work()
        portal.throw_anew()

    same(
        opened,
        unopened,
        opens("/"),
        posts("/confirm", form="/", code="123456"),
        3,
        posts("/confirm/again", form="/"),
        opens("/"),
        posts("/logout"),
        logs_in(GUESS),
        logs_in(TYPED),
        opens("/"),
        posts("/confirm/address", form="/", author_email=NEW),
        opens("/"),
        60 * 24 * 7,
        opens("/"),
    )


def without_tokens(page: str) -> str:
    """A page without the tokens of its forms, which are other texts on each."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


def test_the_right_code_of_a_lost_registration_answers_like_a_wrong_one(tmp_path: Path) -> None:
    portal = watched(tmp_path)
    registers()(portal.stranger)
    code = code_in(portal.stranger.letter())  # as if it had been read over the owner's shoulder
    owner = portal.portal.person(KNOWN, "Ana Lima")
    owner.password = "the owner's own password"
    owner.register()
    assert owner.confirm().status_code == 303

    wrong = "000000" if code != "000000" else "000001"
    first = portal.step(posts("/confirm", form="/", code=wrong))
    second = portal.step(posts("/confirm", form="/", code=code))
    assert (first.status, first.reads_and_commits) == (second.status, second.reads_and_commits) == (422, (2, 1))
    assert without_tokens(first.body.replace(wrong, code)) == without_tokens(second.body)
    assert portal.portal.password_hash(KNOWN) != ""


def test_a_letter_about_a_known_address_goes_to_its_owner_and_holds_no_word_of_the_strangers(tmp_path: Path) -> None:
    portal = watched(tmp_path)
    have_account(portal.portal, KNOWN, "active")
    stranger = portal.portal.person("ANA@EXAMPLE.ORG", "Buy at evil example")
    assert stranger.register().status_code == 303
    portal.world.work()

    letter = portal.world.mailer.sent[-1]
    assert (letter.to, letter.subject) == (KNOWN, "You already have an account")
    assert "evil" not in letter.text + letter.html
    assert "/confirm/" not in letter.text + letter.html
    assert "was not kept" in letter.text


def test_a_letter_to_an_unproven_address_holds_no_word_of_the_strangers(tmp_path: Path) -> None:
    portal = watched(tmp_path)
    portal.portal.person(NEW, "Buy at evil example").register()
    portal.world.work()

    letter = portal.world.mailer.sent[-1]
    assert (letter.to, letter.subject) == (NEW, "Confirm your email address")
    assert "evil" not in letter.text + letter.html + letter.subject


def test_a_new_password_for_an_address_with_a_registration_only_is_asked_for_alike(tmp_path: Path) -> None:
    registered, unknown = watched(tmp_path / "0"), watched(tmp_path / "1")
    for portal, address in ((registered, KNOWN), (unknown, OTHER)):
        portal.portal.person(address, "Ana Lima").register()
        portal.world.work()
        portal.throw_anew()

    same(registered, unknown, posts("/reset", author_email=KNOWN), opens("/login"))
    assert registered.world.mailer.sent[-1].subject == "Choose a new password"
    assert unknown.world.mailer.rehearsed[-1].subject == "Choose a new password"


@pytest.mark.parametrize("cause", BounceKind)
@pytest.mark.parametrize("state", STATES)
def test_that_letters_to_an_address_do_not_arrive_is_told_to_no_stranger(
    tmp_path: Path, state: str, cause: BounceKind
) -> None:
    known, unknown = pair(tmp_path, state)
    again: list[Step | float] = [registers(), opens("/"), posts("/logout"), logs_in(GUESS), logs_in(TYPED), opens("/")]

    for steps in ([], again, [posts("/logout"), posts("/reset", author_email=KNOWN), opens("/")]):
        same(known, unknown, *steps)
        for portal in (known, unknown):
            record_bounce(portal.world.ports, MAIL_SYSTEM, KNOWN, cause)
            portal.world.work()
            portal.throw_anew()
    same(known, unknown, logs_in(TYPED), opens("/"), posts("/confirm/again", form="/"), opens("/"))


def test_a_registrations_page_is_the_same_whether_its_letter_came_back_or_not(tmp_path: Path) -> None:
    """Else how soon it says so would tell whether the address had letters before."""
    gone, there = watched(tmp_path / "0"), watched(tmp_path / "1")
    same(gone, there, registers(), opens("/"))
    record_bounce(gone.world.ports, MAIL_SYSTEM, KNOWN, BounceKind.BOUNCE)

    same(gone, there, opens("/"), posts("/confirm", form="/", code="123456"), 3, posts("/confirm/again", form="/"))


@pytest.mark.parametrize("earlier", [0, 1, 3])
def test_where_a_registration_is_kept_does_not_tell_how_many_there_were_before(tmp_path: Path, earlier: int) -> None:
    """The cookie names the place: taken in turn, it would say that somebody else registered this address lately."""
    portal, seen = watched(tmp_path, throttle=False), set()
    for number in range(40):
        address = f"a{number}@example.org"
        for name in range(earlier):
            portal.portal.person(address, f"Ana {name}").register()
        for _ in range(number % 7):
            portal.world.ports.random.token()  # the dice of tests are counted, and fall in turn
        stranger = portal.portal.person(address)
        assert registers(address)(stranger).status_code == 303
        cookie = stranger.client.get_cookie("byline")
        assert cookie
        seen.add(cookie.value.split(".")[2])
    assert seen == {"0", "1", "2", "3", "4"}
