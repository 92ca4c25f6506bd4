"""Passwords and codes can be guessed a few times only, however many guesses come at once, and nobody is locked out."""

from __future__ import annotations

import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import PASSWORD, Portal, code_in, csrf_of, make_portal, path_in
from tests.store_wrappers import HookedStore

from byline.attempts import networks_of
from byline.hash_queue import HashQueue
from byline.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.people import Person
    from werkzeug.test import TestResponse

WRONG = "a guess of fair length"
ANOTHER = "another password, quite long"
LONG_MARKS = "a" + "\u0301" * 60_000 + "\u0327" * 60_000
"""Half a minute of sorting, if somebody puts it into a normal form as it is."""


@pytest.fixture
def store() -> HookedStore:
    return HookedStore(SqliteStore(":memory:"))


@pytest.fixture
def guarded(tmp_path: Path, store: HookedStore) -> Portal:
    """A portal with its brakes on."""
    return make_portal(make_world(tmp_path, store))


def all_at_once(store: HookedStore, acts: list[Callable[[], TestResponse]]) -> list[TestResponse]:
    """Carry out requests that all have read before any of them writes: the worst that can happen, every time."""
    answers: list[TestResponse] = []
    waiting = iter(acts)

    def before(name: str, _: tuple[object, ...]) -> None:
        if name == "commit":
            following = next(waiting, None)
            if following is not None:
                answers.append(following())

    store.before = before
    try:
        answers.extend(act() for act in waiting)
    finally:
        store.before = lambda *_: None
    return answers


def log_in(person: Person, password: str) -> Callable[[], TestResponse]:
    data = {"csrf_token": csrf_of(person.get("/login")), "author_email": person.address, "author_password": password}
    return lambda: person.client.post("/login", data=data)


def statuses(answers: list[TestResponse]) -> dict[int, int]:
    return {status: [a.status_code for a in answers].count(status) for status in {a.status_code for a in answers}}


def test_after_ten_wrong_passwords_even_the_right_one_waits_and_then_it_works(guarded: Portal) -> None:
    guarded.author().log_out()
    person = guarded.person()

    assert [person.log_in(password=f"{WRONG} {n}").status_code for n in range(10)] == [422] * 10
    refused = person.log_in()
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "901"
    assert "Wait" in refused.text
    assert person.client.get_cookie("byline") is None
    guarded.world.clock.forward(seconds=901)
    assert person.log_in().status_code == 303


def test_spelling_the_address_otherwise_gives_no_further_guesses(guarded: Portal) -> None:
    guarded.author().log_out()
    spellings = ["ana@example.org", "ANA@example.org", " ana@EXAMPLE.org ", "\uff41na@example.org", "aNa@example.org"]
    answers = []
    for number in range(12):
        person = guarded.person(spellings[number % len(spellings)])
        answers.append(person.log_in(password=f"{WRONG} {number}").status_code)

    assert answers == [422] * 10 + [429] * 2


def test_the_brake_locks_nobody_out_a_new_password_by_mail_gets_in(guarded: Portal) -> None:
    guarded.author().log_out()
    mallory = guarded.person()
    for number in range(11):
        mallory.log_in(password=f"{WRONG} {number}")

    owner = guarded.person()
    owner.post("/reset", {"author_email": owner.address})
    link = path_in(owner.letter(), "/reset/")
    assert owner.post(link, {"new_password": ANOTHER}).status_code == 303
    assert owner.get("/account").status_code == 200


def test_a_session_that_is_there_goes_on_while_others_guess(guarded: Portal) -> None:
    author = guarded.author()
    mallory = guarded.person()
    for number in range(11):
        mallory.log_in(password=f"{WRONG} {number}")

    assert author.get("/").status_code == 200
    assert author.save(author_bio="Still here.").status_code == 303


def test_guesses_side_by_side_are_all_counted(guarded: Portal, store: HookedStore) -> None:
    guarded.author().log_out()
    people = [guarded.person() for _ in range(25)]
    guesses = [log_in(person, f"{WRONG} {number}") for number, person in enumerate(people)]

    answers = statuses(all_at_once(store, guesses))
    assert set(answers) == {422, 429}
    assert answers[422] <= 10


def test_the_right_guess_among_many_side_by_side_is_not_told_once_the_brake_is_on(
    guarded: Portal, store: HookedStore
) -> None:
    guarded.author().log_out()
    people = [guarded.person() for _ in range(13)]
    # The one that begins first commits last: all twelve others are counted before it.
    guesses = [log_in(person, PASSWORD if number == 0 else f"{WRONG} {number}") for number, person in enumerate(people)]

    answers = all_at_once(store, guesses)
    assert 303 not in statuses(answers)
    assert all(person.client.get_cookie("byline") is None for person in people)


def test_guesses_by_many_threads_are_all_counted(tmp_path: Path) -> None:
    portal = make_portal(make_world(tmp_path, SqliteStore(tmp_path / "byline.sqlite3")))
    portal.author().log_out()
    people = [portal.person() for _ in range(16)]
    guesses = [log_in(person, f"{WRONG} {number}") for number, person in enumerate(people)]
    together = Barrier(len(guesses))

    def guess(act: Callable[[], TestResponse]) -> TestResponse:
        together.wait()
        return act()

    with ThreadPoolExecutor(len(guesses)) as pool:
        answers = statuses(list(pool.map(guess, guesses)))
    assert set(answers) <= {422, 429}
    assert answers[422] <= 10
    later = portal.person().log_in(password="one more wrong guess")
    assert later.status_code == (429 if answers[422] == 10 else 422)


def change(author: Person, old: str, new: str = ANOTHER) -> Callable[[], TestResponse]:
    data = {"csrf_token": csrf_of(author.get("/change_password")), "old_password": old, "new_password": new}
    return lambda: author.client.post("/change_password", data=data)


def test_who_holds_a_session_can_guess_its_password_ten_times(guarded: Portal) -> None:
    ana = guarded.author()
    for _ in range(10):
        assert ana.post("/account/verify", {"author_password": "not it"}).status_code == 422
    assert ana.post("/account/verify", {"author_password": PASSWORD}).status_code == 429
    assert ana.get("/account").status_code == 200


@pytest.mark.parametrize("new", [ANOTHER, "short"])
def test_the_old_password_can_be_guessed_ten_times(guarded: Portal, new: str) -> None:
    author = guarded.author()

    assert [change(author, f"{WRONG} {n}", new)().status_code for n in range(10)] == [422] * 10
    assert change(author, PASSWORD)().status_code == 429
    guarded.world.clock.forward(seconds=901)
    assert change(author, PASSWORD)().status_code == 303


@pytest.mark.parametrize("new", [ANOTHER, "short"])
def test_old_passwords_guessed_side_by_side_are_all_counted_and_the_right_one_is_not_told(
    guarded: Portal, store: HookedStore, new: str
) -> None:
    author = guarded.author()
    guesses = [change(author, PASSWORD if number == 0 else f"{WRONG} {number}", new) for number in range(13)]

    answers = all_at_once(store, guesses)
    counted = statuses(answers)
    assert set(counted) == {422, 429}
    assert counted[422] == 10
    assert answers[-1].status_code == 429  # the right one: it began first and was overtaken by all others
    assert author.client.post("/logout", data={"csrf_token": csrf_of(author.get("/"))}).status_code == 303
    guarded.world.clock.forward(seconds=901)
    assert author.log_in().status_code == 303


def test_a_code_can_be_guessed_five_times_a_letter(guarded: Portal) -> None:
    person = guarded.person()
    person.register()
    right = code_in(person.letter())
    wrong = [f"{number:06d}" for number in range(7) if f"{number:06d}" != right][:6]

    assert [person.post("/confirm", {"code": code}, form="/").status_code for code in wrong[:5]] == [422] * 5
    assert person.post("/confirm", {"code": right}, form="/").status_code == 422
    guarded.world.clock.forward(minutes=3)
    assert person.post("/confirm/again", form="/").status_code == 303
    newer = code_in(person.letter())
    assert person.post("/confirm", {"code": right}, form="/").status_code == (303 if right == newer else 422)
    assert person.post("/confirm", {"code": f" {newer[:3]}-{newer[3:]} "}, form="/").status_code == 303


def test_an_address_has_twenty_wrong_codes_a_day_over_all_its_registrations(guarded: Portal) -> None:
    people = [guarded.person() for _ in range(5)]
    for person in people:
        person.register()
    link = path_in(people[0].letter(), "/confirm/")
    tries = [person.post("/confirm", {"code": "000000"}, form="/").status_code for person in people for _ in range(4)]
    assert tries == [422] * 20

    assert [person.post("/confirm", {"code": "000000"}, form="/").status_code for person in people] == [429] * 5
    elsewhere = guarded.person()
    elsewhere.get(link)
    token = csrf_of(elsewhere.get(link))
    answer = elsewhere.client.post(link, data={"csrf_token": token, "author_password": PASSWORD})
    assert answer.status_code == 303  # the link still works


def test_codes_guessed_side_by_side_are_all_counted(guarded: Portal, store: HookedStore) -> None:
    person = guarded.person()
    person.register()
    right = code_in(person.letter())
    token = csrf_of(person.get("/"))

    def guess(code: str) -> Callable[[], TestResponse]:
        return lambda: person.client.post("/confirm", data={"csrf_token": token, "code": code})

    wrong = [f"{number:06d}" for number in range(30) if f"{number:06d}" != right]
    answers = statuses(all_at_once(store, [guess(right), *map(guess, wrong)]))
    assert answers == {422: 1, 429: len(wrong)}  # one is counted and answered; the others may come again
    assert person.get("/").status_code == 200
    assert "You must confirm" in person.get("/").text


def test_a_code_is_dead_after_ten_minutes(guarded: Portal) -> None:
    person = guarded.person()
    person.register()
    code = code_in(person.letter())
    guarded.world.clock.forward(minutes=10)

    answer = person.post("/confirm", {"code": code}, form="/")
    assert answer.status_code == 422
    assert "does not match or is over 10 minutes old" in answer.text


def test_one_network_cannot_go_on_for_ever(guarded: Portal) -> None:
    answers = [guarded.person(f"a{number}@example.org").log_in().status_code for number in range(101)]

    assert answers == [422] * 100 + [429]
    other = guarded.person("b@example.org")
    token = csrf_of(other.get("/login"))
    data = {"csrf_token": token, "author_email": "b@example.org", "author_password": WRONG}
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert other.client.post("/login", data=data, environ_overrides=elsewhere).status_code == 422
    forged = {"X-Forwarded-For": "198.51.100.1", "Forwarded": "for=198.51.100.1", "X-Real-IP": "198.51.100.1"}
    assert other.client.post("/login", data=data, headers=forged).status_code == 429


def test_one_network_cannot_have_letters_sent_again_for_ever(guarded: Portal) -> None:
    people = [guarded.person(f"ana{number}@example.org") for number in range(2)]
    for person in people:
        assert person.register().status_code == 303
    guarded.world.clock.forward(minutes=3)
    had_enough(guarded, "register", "127.0.0.1")
    assert people[1].post("/confirm/again", form="/").status_code == 429
    assert people[1].post("/confirm/address", {"author_email": "b@example.org"}, form="/").status_code == 429
    guarded.world.clock.forward(hours=1)
    assert people[1].post("/confirm/again", form="/").status_code == 303


def had_enough(portal: Portal, what: str, address: str, times: int | None = None) -> None:
    """Let attempts of a kind be counted for a network, as many as it may make or ``times``."""
    ports = portal.world.ports
    limit = ports.site.limits.shared(what)
    for _ in range(times or limit.network.most):
        ports.attempts.count_for_network(limit, address, ports.clock.now())


def test_what_is_refused_for_its_contents_counts_for_no_network(guarded: Portal) -> None:
    person = guarded.person()
    empty: dict[str, object] = {"author_email": "", "author_name": "", "author_password": ""}
    for path in ("/login", "/register", "/reset"):
        token = csrf_of(person.get(path))
        for _ in range(130):
            assert person.client.post(path, data={"csrf_token": token, **empty}).status_code == 422

    assert person.register().status_code == 303
    assert guarded.person().post("/reset", {"author_email": person.address}).status_code == 303
    assert guarded.person().log_in().status_code == 303


def test_the_right_password_counts_for_no_network(guarded: Portal) -> None:
    for number in range(3):
        guarded.author(f"ana{number}@example.org").log_out()
    limit = guarded.world.ports.site.limits.login_network.most
    answers = [guarded.person(f"ana{number % 3}@example.org").log_in().status_code for number in range(limit + 5)]

    assert set(answers) == {303}


def test_a_class_of_forty_behind_one_address_registers_in_one_hour(guarded: Portal) -> None:
    people = [guarded.person(f"pupil{number}@example.org", f"Pupil {number}") for number in range(40)]
    for person in people:
        assert person.register().status_code == 303
    guarded.world.clock.forward(minutes=3)
    for person in people:
        assert person.post("/confirm/again", form="/").status_code == 303
        assert person.confirm().status_code == 303


def test_when_the_site_had_enough_a_network_has_a_tenth_of_its_own_limit(guarded: Portal) -> None:
    limits = guarded.world.ports.site.limits
    for number in range(limits.register_site.most // limits.register_network.most):
        had_enough(guarded, "register", f"198.51.100.{number}")

    answers = [guarded.person(f"new{number}@example.org").register().status_code for number in range(13)]
    assert answers == [303] * 12 + [429]


@pytest.mark.parametrize(
    ("addresses", "passes"),
    [
        (["2001:db8:1:1::1", "2001:db8:1:1:ffff::1"], "2001:db8:1:2::1"),  # one /64
        ([f"2001:db8:1:10{number:02x}::1" for number in range(4)], "2001:db8:1:2000::1"),  # one /56
        ([f"2001:db8:1:{number:02x}00::1" for number in range(16)], "2001:db8:2::1"),  # one /48
        (["::ffff:192.0.2.1"], "192.0.2.2"),
    ],
)
def test_an_address_of_ipv6_is_counted_by_the_networks_it_is_in(
    guarded: Portal, addresses: list[str], passes: str
) -> None:
    network = {"2001:db8:1:1::1": "2001:db8:1:1::2", "::ffff:192.0.2.1": "192.0.2.1"}
    most = guarded.world.ports.site.limits.login_network.most
    for address in addresses:
        had_enough(guarded, "login", address, most // (2 if len(addresses) == 2 else 1))
    refused = network.get(addresses[0], addresses[0].replace("::1", ":abcd::1").replace("1:1000", "1:10ff"))
    person = guarded.person()
    data = {"csrf_token": csrf_of(person.get("/login")), "author_email": "a@example.org", "author_password": WRONG}

    for client, status in ((refused, 429), (passes, 422)):
        answer = person.client.post("/login", data=data, environ_overrides={"REMOTE_ADDR": client})
        assert answer.status_code == status, client


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("9.9.9.7:4711", "9.9.9.7"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ('"[2001:db8::1]:443"', "2001:db8::1"),
        (" 9.9.9.7 ", "9.9.9.7"),
        ("[::ffff:9.9.9.7]:80", "9.9.9.7"),
        ("unknown", "somewhere"),
        ("9.9.9.7:http", "somewhere"),
    ],
)
def test_a_port_that_a_proxy_writes_behind_an_address_makes_no_other_network(written: str, address: str) -> None:
    assert networks_of(written) == networks_of(address)


@pytest.mark.parametrize("shape", [LONG_MARKS, "a" * 100_000, "\u00e9" * 257, "\U0001f600" * 70_000])
def test_a_password_that_is_too_long_is_refused_in_no_time(portal: Portal, shape: str) -> None:
    author = portal.author()
    stranger = portal.person("new@example.org")
    token = csrf_of(stranger.get("/register"))
    forms = {
        "/register": {"author_email": "new@example.org", "author_name": "New", "author_password": shape},
        "/login": {"author_email": "ana@example.org", "author_password": shape},
    }
    began = time.process_time()

    for path, fields in forms.items():
        data = {"csrf_token": token, **fields}
        answer = stranger.client.post(path, data=data, content_type="multipart/form-data")
        assert answer.status_code == 422, path
    for old, new in ((shape, ANOTHER), (PASSWORD, shape)):
        data = {"csrf_token": csrf_of(author.get("/")), "old_password": old, "new_password": new}
        answer = author.client.post("/change_password", data=data, content_type="multipart/form-data")
        assert answer.status_code == 422
    stranger.post("/reset", {"author_email": "ana@example.org"})
    portal.world.work()
    link = path_in(portal.world.mailer.to("ana@example.org")[-1].text, "/reset/")
    data = {"csrf_token": token, "new_password": shape}
    assert stranger.client.post(link, data=data, content_type="multipart/form-data").status_code == 422
    assert time.process_time() - began < 2


def test_a_password_works_however_its_letters_are_put_together(portal: Portal) -> None:
    password = "".join(f"{number}\u1ea5\u1ec5\u1ed5" for number in range(50))  # 240 letters; taken apart they are 540
    person = portal.person()
    person.password = unicodedata.normalize("NFD", password)
    assert person.register().status_code == 303
    assert person.confirm().status_code == 303
    person.log_out()

    for form in ("NFD", "NFC"):
        person.password = unicodedata.normalize(form, password)
        assert person.log_in().status_code == 303
        person.log_out()


def test_thirty_people_behind_one_address_log_in_at_the_same_moment(tmp_path: Path) -> None:
    portal = make_portal(make_world(tmp_path, SqliteStore(tmp_path / "byline.sqlite3")))
    addresses = [f"ana{number}@example.org" for number in range(30)]
    for address in addresses:
        portal.waiting(address).log_out()
    logins = [log_in(portal.person(address), PASSWORD) for address in addresses]
    together = Barrier(len(logins))

    def at_once(act: Callable[[], TestResponse]) -> TestResponse:
        together.wait()
        return act()

    with ThreadPoolExecutor(len(logins)) as pool:
        assert statuses(list(pool.map(at_once, logins))) == {303: 30}


def test_who_waited_in_vain_for_the_hash_reads_that_others_are_the_reason(guarded: Portal) -> None:
    guarded.author().log_out()
    queue = HashQueue(at_once=1, patience_seconds=0)
    portal = make_portal(replace(guarded.world, ports=replace(guarded.world.ports, hash_queue=queue)))
    with queue.turn(first=True):
        login, registration = portal.person().log_in(), portal.person("new@example.org").register()

    for answer in (login, registration):
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "5")
        assert "wrong tries" not in answer.text
    assert "Your password was not checked" in login.text
    assert portal.person().log_in().status_code == 303
