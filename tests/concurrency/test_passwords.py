"""Passwords guessed, reset and changed at the same moment."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tests import invariants
from tests.concurrency.parallel import at_once
from tests.people import csrf_of, make_portal, path_in

from byline.accounts.addresses import address_hash, normalise
from byline.accounts.records import counter_key
from byline.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.environment import World
    from tests.people import Person, Portal
    from tests.store_wrappers import HookedStore
    from werkzeug.test import TestResponse


def logging_in(person: Person, password: str) -> Callable[[], TestResponse]:
    form = {
        "csrf_token": csrf_of(person.get("/login")),
        "author_email": person.address,
        "author_password": password,
    }
    return lambda: person.client.post("/login", data=form)


def counted(portal: Portal) -> int:
    key = counter_key("login", address_hash(normalise("ana@example.org")))
    record = portal.world.ports.store.one(key)
    return int(str(record.data["count"])) if record else 0


def test_every_wrong_password_that_was_answered_is_counted(portal: Portal, hooked: HookedStore) -> None:
    portal.author()
    before = counted(portal)

    acts = [logging_in(portal.person(), f"wrong password {number}") for number in range(40)]
    answers = at_once(acts, commits_meet_at=hooked)

    statuses = [answer.status_code for answer in answers]
    assert set(statuses) <= {422, 429}
    assert counted(portal) - before == statuses.count(422)
    assert statuses.count(422) >= 8


def test_forty_guesses_at_once_get_no_more_answers_than_forty_in_a_row(world: World) -> None:
    braked = world.with_site(throttle=True)
    portal = make_portal(braked)
    portal.author()
    guesses = [*(f"wrong password {number}" for number in range(40)), portal.person().password]
    before = counted(portal)

    answers = at_once([logging_in(portal.person(), guess) for guess in guesses])

    statuses = [answer.status_code for answer in answers]
    assert set(statuses) <= {303, 422, 429}
    assert before + statuses.count(422) == counted(portal) <= Limits().login.most
    late = portal.person()
    if counted(portal) == Limits().login.most:
        assert logging_in(late, late.password)().status_code == 429


def test_one_reset_link_used_twenty_times_at_once_works_once(portal: Portal, hooked: HookedStore) -> None:
    author = portal.author()
    author.post("/reset", {"author_email": author.address})
    portal.world.work()
    link = path_in(next(m for m in portal.world.mailer.to(author.address) if "/reset/" in m.text).text, "/reset/")
    people = [portal.person() for _ in range(20)]
    passwords = [f"the new password number {number}" for number in range(20)]
    forms = [
        {"csrf_token": csrf_of(person.get(link)), "new_password": password}
        for person, password in zip(people, passwords, strict=True)
    ]

    acts = [partial(person.client.post, link, data=form) for person, form in zip(people, forms, strict=True)]
    answers = at_once(acts, commits_meet_at=hooked)

    statuses = [answer.status_code for answer in answers]
    assert sorted(statuses) == [303, *[410] * 19]
    winner = statuses.index(303)
    assert [person.get("/").status_code == 200 and "editor" in person.get("/").text for person in people] == [
        number == winner for number in range(20)
    ]
    assert [portal.person().log_in(password=password).status_code == 303 for password in passwords] == [
        number == winner for number in range(20)
    ]
    assert author.get("/").status_code == 302
    portal.world.work()
    told = [
        letter for letter in portal.world.mailer.to(author.address) if letter.subject == "Your password was changed"
    ]
    assert len(told) == 1


def test_a_password_changed_while_it_is_reset_is_one_of_both(portal: Portal, hooked: HookedStore) -> None:
    author = portal.author()
    author.post("/reset", {"author_email": author.address})
    portal.world.work()
    link = path_in(next(m for m in portal.world.mailer.to(author.address) if "/reset/" in m.text).text, "/reset/")
    phone = portal.person()
    changed, reset = "changed by the old password", "chosen anew by the mailbox"
    change_form = {
        "csrf_token": csrf_of(author.get("/change_password")),
        "old_password": author.password,
        "new_password": changed,
    }
    reset_form = {"csrf_token": csrf_of(phone.get(link)), "new_password": reset}

    answers = at_once(
        [
            partial(author.client.post, "/change_password", data=change_form),
            partial(phone.client.post, link, data=reset_form),
        ],
        commits_meet_at=hooked,
    )

    won = [answer.status_code == 303 for answer in answers]
    assert sum(won) == 1
    opens = [portal.person().log_in(password=password).status_code == 303 for password in (changed, reset)]
    assert opens == won
    assert portal.person().log_in().status_code == 422


def test_log_ins_and_a_suspension_at_once_leave_no_session(portal: Portal) -> None:
    author, publisher = portal.author(), portal.publisher()
    at = f"/publisher/authors/{portal.account(author.address).id}/suspend"
    token = csrf_of(publisher.get(at))
    people = [portal.person() for _ in range(10)]

    at_once(
        [
            *(logging_in(person, person.password) for person in people),
            lambda: publisher.client.post(at, data={"csrf_token": token}),
        ]
    )

    assert portal.account(author.address).state.value == "suspended"
    for person in (author, *people):
        assert person.get("/history").status_code == 302
    invariants.check_records(invariants.everything(portal.world.ports.store))


def test_a_password_changed_in_two_windows_at_once_is_changed_once(portal: Portal, hooked: HookedStore) -> None:
    author = portal.author()
    window = replace(author, client=portal.app.test_client())
    assert window.log_in().status_code == 303
    passwords = ("changed in the first window", "changed in the second window")
    forms = [
        {
            "csrf_token": csrf_of(person.get("/change_password")),
            "old_password": person.password,
            "new_password": password,
        }
        for person, password in zip((author, window), passwords, strict=True)
    ]

    acts = [
        partial(person.client.post, "/change_password", data=form)
        for person, form in zip((author, window), forms, strict=True)
    ]
    answers = at_once(acts, commits_meet_at=hooked)

    won = [answer.status_code == 303 for answer in answers]
    assert sum(won) == 1
    assert [portal.person().log_in(password=password).status_code == 303 for password in passwords] == won
