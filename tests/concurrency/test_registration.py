"""Many registrations of one address at the same moment, and all their links."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tests import invariants
from tests.concurrency.parallel import at_once
from tests.people import PASSWORD, csrf_of, path_in

from byline.accounts.confirmation import PURPOSE
from byline.accounts.records import SLOTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.people import Person, Portal
    from tests.store_wrappers import HookedStore
    from werkzeug.test import TestResponse

GATE_TWO = "You must wait to have your account approved by the publisher."


def registering(person: Person) -> Callable[[], TestResponse]:
    """A form that is filled in; the call sends it."""
    form = {
        "csrf_token": csrf_of(person.get("/register")),
        "author_email": person.address,
        "author_name": person.name,
        "author_password": person.password,
    }
    return lambda: person.client.post("/register", data=form)


def test_two_hundred_registrations_of_one_address_leave_five_and_their_links_make_one_account(
    portal: Portal, hooked: HookedStore
) -> None:
    people = [portal.person(name=f"Ana {number}") for number in range(200)]

    forms = [registering(person) for person in people]
    answers = at_once(forms, commits_meet_at=hooked)

    statuses = [answer.status_code for answer in answers]
    assert set(statuses) == {303, 429}
    assert statuses.count(303) == SLOTS
    assert len(invariants.everything(portal.world.ports.store).of("proposal")) == SLOTS
    portal.world.work()
    letters = portal.world.mailer.to("ana@example.org")
    assert len(letters) == SLOTS

    current = [person for person, status in zip(people, statuses, strict=True) if status == 303]
    links = [path_in(letter.text, "/confirm/") for letter in letters]
    own = {link: person for link in links for person in current if _is_of(person, link)}
    assert len(own) == len(links)
    opened = at_once([partial(person.get, link) for link, person in own.items()], commits_meet_at=hooked)
    assert sorted(answer.status_code for answer in opened) == [303, *[410] * (len(links) - 1)]
    all_ = invariants.everything(portal.world.ports.store)
    invariants.check_records(all_)
    (account,) = all_.accounts.values()
    winner = next(person for person, answer in zip(own.values(), opened, strict=True) if answer.status_code == 303)
    assert account.name == winner.name
    assert GATE_TWO in winner.get("/").text


def test_a_taken_address_answers_two_hundred_alike(portal: Portal) -> None:
    portal.waiting()
    people = [portal.person(name=f"Ana {number}") for number in range(200)]

    answers = at_once([registering(person) for person in people])

    statuses = [answer.status_code for answer in answers]
    assert set(statuses) == {303, 429}
    assert statuses.count(303) == SLOTS - 1  # the one that won stays for its seven days, as any other would
    assert len(invariants.everything(portal.world.ports.store).accounts) == 1


def test_one_link_opened_twenty_times_in_its_browser_makes_one_account(portal: Portal) -> None:
    person = portal.person()
    person.register()
    link = path_in(person.letter(), "/confirm/")
    cookie = person.client.get_cookie("byline")
    assert cookie is not None
    windows = [portal.person() for _ in range(20)]
    for window in windows:
        window.client.set_cookie("byline", cookie.value)

    answers = at_once([lambda window=window: window.get(link) for window in windows])

    assert [answer.status_code for answer in answers].count(303) == 1
    assert {answer.status_code for answer in answers} <= {200, 303, 410, 503}
    all_ = invariants.everything(portal.world.ports.store)
    invariants.check_records(all_)
    assert len(all_.accounts) == 1


def test_browser_phone_and_reset_at_once_open_one_account(portal: Portal) -> None:
    person, phone, reset = portal.person(), portal.person(), portal.person()
    person.register()
    reset.post("/reset", {"author_email": person.address})
    portal.world.work()
    texts = [letter.text for letter in portal.world.mailer.to(person.address)]
    link = next(path_in(text, "/confirm/") for text in texts if "/confirm/" in text)
    way = next(path_in(text, "/reset/") for text in texts if "/reset/" in text)
    by_phone = {"csrf_token": csrf_of(phone.get(link)), "author_password": PASSWORD}
    new = "chosen by the mailbox alone"
    by_reset = {"csrf_token": csrf_of(reset.get(way)), "new_password": new, "author_name": "Ana"}

    answers = at_once(
        [
            lambda: person.get(link),
            lambda: phone.client.post(link, data=by_phone),
            lambda: reset.client.post(way, data=by_reset),
        ]
    )

    won = [answer.status_code == 303 for answer in answers]
    assert any(won)
    assert won[2] != (won[0] or won[1])  # a phone that came second found the account open and its password right
    all_ = invariants.everything(portal.world.ports.store)
    invariants.check_records(all_)
    assert len(all_.accounts) == 1
    # Where the mailbox won, the registration's password opens nothing but the registration's own waiting page.
    assert [_opens_the_account(portal, password) for password in (PASSWORD, new)] == [not won[2], won[2]]


def _opens_the_account(portal: Portal, password: str) -> bool:
    person = portal.person()
    return person.log_in(password=password).status_code == 303 and GATE_TWO in person.get("/").text


def _is_of(person: Person, link: str) -> bool:
    """Whether a link is of the registration that somebody's browser holds."""
    ports = person.world.ports
    claims = ports.signer.read(PURPOSE, link.rpartition("/")[2], now=ports.clock.now())
    cookie = person.client.get_cookie("byline")
    assert cookie is not None
    return cookie.value.startswith(".".join(["p", *(claims.fields[field] for field in "psi")]))
