"""Codes typed, letters asked for and addresses changed in several windows at the same moment."""

from __future__ import annotations

import itertools
from functools import partial
from typing import TYPE_CHECKING

import pytest
from tests import invariants
from tests.concurrency.parallel import at_once
from tests.people import code_in, csrf_of, make_portal, path_in

from byline.accounts.addresses import address_hash, normalise
from byline.accounts.confirmation import MAX_TRIES_PER_EMAIL
from byline.accounts.records import SLOTS, counter_key
from byline.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.environment import World
    from tests.people import Person, Portal
    from tests.store_wrappers import HookedStore
    from werkzeug.test import TestResponse


def windows_of(person: Person, portal: Portal, count: int) -> list[Person]:
    """Several windows of somebody's browser."""
    cookie = person.client.get_cookie("byline")
    assert cookie is not None
    windows = [portal.person(person.address) for _ in range(count)]
    for window in windows:
        window.client.set_cookie("byline", cookie.value)
    return windows


def typing(window: Person, code: str, network: str = "127.0.0.1") -> Callable[[], TestResponse]:
    """A code that is typed in; the call sends it, from a network."""
    form = {"csrf_token": csrf_of(window.get("/")), "code": code}
    return partial(window.client.post, "/confirm", data=form, environ_overrides={"REMOTE_ADDR": network})


def wrong_codes(right: set[str], count: int) -> list[str]:
    """Codes that were never sent."""
    return [code for code in (f"{number:06}" for number in range(count + len(right))) if code not in right][:count]


def counted(portal: Portal) -> int:
    key = counter_key("codes", address_hash(normalise("ana@example.org")))
    record = portal.world.ports.store.one(key)
    return int(str(record.data["count"])) if record else 0


def code_of(letter: str) -> str:
    return code_in(letter).replace(" ", "")


def test_one_code_typed_in_ten_windows_at_once_makes_one_account(portal: Portal, hooked: HookedStore) -> None:
    person = portal.person()
    person.register()
    code = code_of(person.letter())

    acts = [typing(window, code) for window in windows_of(person, portal, 10)]
    answers = at_once(acts, commits_meet_at=hooked)

    assert sorted(answer.status_code for answer in answers) == [303, *[429] * 9]
    all_ = invariants.everything(portal.world.ports.store)
    invariants.check_records(all_)
    assert len(all_.accounts) == 1


def test_every_wrong_code_that_was_answered_is_counted(portal: Portal, hooked: HookedStore) -> None:
    person = portal.person()
    person.register()
    code = code_of(person.letter())

    guesses = wrong_codes({code}, 30)
    acts = [typing(window, guess) for window, guess in zip(windows_of(person, portal, 30), guesses, strict=True)]
    answers = at_once(acts, commits_meet_at=hooked)

    statuses = [answer.status_code for answer in answers]
    assert set(statuses) == {422, 429}
    assert counted(portal) == statuses.count(422)
    (pending,) = invariants.everything(portal.world.ports.store).of("proposal").values()
    assert pending.data["tries"] == statuses.count(422)


@pytest.mark.parametrize("place_of_the_right_one", [0, 30])
def test_guessing_at_once_gives_no_more_tries_than_one_after_the_other(
    portal: Portal, place_of_the_right_one: int
) -> None:
    person = portal.person()
    person.register()
    code = code_of(person.letter())
    guesses = wrong_codes({code}, 30)
    guesses.insert(place_of_the_right_one, code)

    acts = [typing(window, guess) for window, guess in zip(windows_of(person, portal, 31), guesses, strict=True)]
    answers = at_once(acts)

    statuses = [answer.status_code for answer in answers]
    opened = statuses.count(303)
    assert opened == (statuses[place_of_the_right_one] == 303)
    (pending,) = invariants.everything(portal.world.ports.store).of("proposal").values()
    assert pending.data["tries"] == statuses.count(422)
    if opened:
        assert statuses.count(422) <= MAX_TRIES_PER_EMAIL
    elif statuses.count(422) >= MAX_TRIES_PER_EMAIL:
        assert typing(person, code)().status_code == 422
    invariants.check_records(invariants.everything(portal.world.ports.store))


def test_five_registrations_at_once_give_no_more_tries_than_an_address_has(world: World) -> None:
    portal = make_portal(world.with_site(throttle=True))
    people = [portal.person(name=f"Ana {number}") for number in range(SLOTS)]
    for person in people:
        assert person.register().status_code == 303
    portal.world.work()
    letters = [letter.text for letter in portal.world.mailer.to("ana@example.org")]
    guesses = wrong_codes({code_of(letter) for letter in letters}, 4)

    networks = (f"2001:db8:0:{number:x}::1" for number in itertools.count())
    while counted(portal) < Limits().code.most:
        before = counted(portal)
        acts = [
            typing(window, guess, next(networks))
            for person in people
            for window, guess in zip(windows_of(person, portal, len(guesses)), guesses, strict=True)
        ]
        statuses = [answer.status_code for answer in at_once(acts)]
        assert set(statuses) <= {422, 429}
        assert counted(portal) - before == statuses.count(422) > 0

    assert counted(portal) == Limits().code.most
    last = people[-1]
    assert typing(last, code_of(letters[-1]), next(networks))().status_code == 429
    # Nobody is locked out by somebody else's guesses: the letter's link works.
    assert last.get(path_in(letters[-1], "/confirm/")).status_code == 303


def test_a_letter_asked_for_in_ten_windows_at_once_is_sent_once(portal: Portal, hooked: HookedStore) -> None:
    person = portal.person()
    person.register()
    portal.world.work()
    portal.world.clock.forward(minutes=2)
    windows = windows_of(person, portal, 10)
    forms = [{"csrf_token": csrf_of(window.get("/"))} for window in windows]

    acts = [
        partial(window.client.post, "/confirm/again", data=form) for window, form in zip(windows, forms, strict=True)
    ]
    answers = at_once(acts, commits_meet_at=hooked)

    assert sorted(answer.status_code for answer in answers) == [303, *[429] * 9]
    portal.world.work()
    assert len(portal.world.mailer.to(person.address)) == 2


def test_a_registration_taken_to_two_addresses_at_once_goes_to_one(portal: Portal, hooked: HookedStore) -> None:
    person = portal.person()
    person.register()
    portal.world.work()
    windows, addresses = windows_of(person, portal, 2), ["ana@books.example", "ana@letters.example"]
    forms = [
        {"csrf_token": csrf_of(window.get("/")), "author_email": address}
        for window, address in zip(windows, addresses, strict=True)
    ]

    acts = [
        partial(window.client.post, "/confirm/address", data=form) for window, form in zip(windows, forms, strict=True)
    ]
    answers = at_once(acts, commits_meet_at=hooked)

    won = [answer.status_code == 303 for answer in answers]
    assert sorted(answer.status_code for answer in answers) == [303, 503]
    portal.world.work()
    assert [bool(portal.world.mailer.to(address)) for address in addresses] == won
    all_ = invariants.everything(portal.world.ports.store)
    invariants.check_records(all_)
    assert sorted(str(record.data["fate"]) for record in all_.of("proposal").values()) == ["left", "open"]


def test_a_registration_given_up_while_it_is_confirmed_is_one_of_both(portal: Portal, hooked: HookedStore) -> None:
    person = portal.person()
    person.register()
    code = code_of(person.letter())
    confirming, deleting = windows_of(person, portal, 2)
    form = {"csrf_token": csrf_of(deleting.get("/account/delete"))}

    answers = at_once(
        [typing(confirming, code), partial(deleting.client.post, "/account/delete", data=form)],
        commits_meet_at=hooked,
    )

    all_ = invariants.everything(portal.world.ports.store)
    invariants.check_records(all_)
    assert [answer.status_code for answer in answers] in ([303, 503], [429, 200])
    assert len(all_.accounts) == (answers[0].status_code == 303)
